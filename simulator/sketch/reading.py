"""Read a description of a backend: OpenAPI as JSON or YAML, or a HAR file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.ports import SimulatorError
from simulator.sketch.har import read_har
from simulator.sketch.model import Sketch
from simulator.sketch.openapi import read_openapi
from simulator.speech.masking import warn_of_recorded_secrets


def described(openapi: Path | None, har: Path | None) -> Sketch | None:
    """Read what a backend is like from the file that is given, if one is."""
    if openapi is not None and har is not None:
        raise SimulatorError(
            "Give --openapi or --har, not both.", "--openapi 和 --har 只能给一个。"
        )
    path = openapi or har
    if path is None:
        return None
    read = read_openapi if openapi is not None else read_har
    document = _document(path)
    try:
        return read(document, path.name)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # It is somebody else's file: anything may stand anywhere in it.
        kind = "an OpenAPI description" if openapi is not None else "a HAR file"
        raise SimulatorError(
            f"{path} is not {kind} as its standard has it: {error}.",
            f"{path} 不符合 OpenAPI 或 HAR 的标准：{error}。",
        ) from error


def _document(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        warn_of_recorded_secrets(text, str(path))
        document = _parsed(text)
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise SimulatorError(
            f"{path} is neither JSON nor YAML: {why}.",
            f"{path} 既不是 JSON 也不是 YAML：{why}。",
        ) from error
    if not isinstance(document, Mapping):
        raise SimulatorError(
            f"{path} describes no backend: it holds no mapping.",
            f"{path} 不是对后端的描述：其中没有映射。",
        )
    return document


def _parsed(text: str) -> object:
    import yaml  # loaded only when a file is read: --help must not wait for it

    try:
        return json.loads(text)
    except ValueError:
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(str(error)) from error
