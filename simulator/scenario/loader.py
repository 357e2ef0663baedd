"""YAML → model. Every problem names its file, its line and what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.mapping import BackendFile
from simulator.scenario import checking
from simulator.scenario.grammar import BACKEND_FILE
from simulator.scenario.grammar import SCENARIO
from simulator.scenario.grammar import STEP
from simulator.scenario.model import Scenario
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.source import FileError
from simulator.scenario.source import Problem
from simulator.scenario.source import read_source


SCENARIO_SUFFIX = ".scenario.yaml"
BACKEND_SUFFIX = ".backend.yaml"


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file; raise FileError with everything that is wrong."""
    scenario: Scenario = _load(path, SCENARIO)
    scenario = replace(scenario, file=str(path))
    report = Report(str(path))
    checking.check_names(scenario, report)
    _raise(report)
    return scenario


def load_backend(path: Path) -> BackendFile:
    """Read a backend file; raise FileError with everything that is wrong."""
    backend: BackendFile = _load(path, BACKEND_FILE)
    return backend


def check_calls(scenario: Scenario, backend: BackendFile) -> None:
    """Check that a scenario uses only the backend's calls and gives what they need."""
    report = Report(scenario.file)
    checking.check_calls(scenario, backend, report)
    _raise(report)


def check_backend(path: Path, scenarios: Iterable[Scenario] = ()) -> None:
    """Check that what a backend file sends is stored: by a call of it, or a story."""
    backend, report = load_backend(path), Report(str(path))
    stored = [checking.stored_names(each) for each in scenarios]
    if None not in stored:
        also: set[str] = set().union(*(each or () for each in stored))
        checking.check_stored(read_source(path), backend, also, report)
    _raise(report)


def kind_of(path: Path) -> str:
    """Tell from a file's name what it is: scenario or backend."""
    for kind, suffix in (("scenario", SCENARIO_SUFFIX), ("backend", BACKEND_SUFFIX)):
        if path.name.endswith((suffix, suffix.replace(".yaml", ".yml"))):
            return kind
    message = (
        "neither a scenario nor a backend file; "
        f"name it *{SCENARIO_SUFFIX} or *{BACKEND_SUFFIX}"
    )
    raise FileError((Problem(str(path), 1, message),))


def json_schema(kind: str) -> Schema:
    """Write the JSON Schema of scenario or backend files, for editors."""
    shape = {"scenario": SCENARIO, "backend": BACKEND_FILE}[kind]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"mockwx {kind} file",
        **shape.schema(),
    }
    if kind == "scenario":
        schema["$defs"] = {"step": STEP.definition()}
    return schema


def _load(path: Path, shape: Record) -> Any:
    report = Report(str(path))
    read = shape.read(read_source(path), report)
    _raise(report)
    return read


def _raise(report: Report) -> None:
    if report.problems:
        raise FileError(tuple(report.problems))
