"""A plain installation has every package that is imported without being asked for."""

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path


ROOT = Path(__file__).parents[2]

# Extras, whose lack is a sentence, and those that load our plugins themselves.
ASKED_FOR = {"redis", "locust", "gevent", "pytest", "pytest-xdist"}
OF_FLASK = {"werkzeug", "jinja2", "markupsafe"}


def _required() -> set[str]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    lines = setup["options"]["install_requires"].split("\n")
    return {re.split(r"[^\w-]", line)[0].lower() for line in lines if line}


def _imported() -> Iterator[str]:
    for package in ("mockwx", "simulator"):
        for path in (ROOT / package).rglob("*.py"):
            if "hooks" not in path.parts:
                yield from _imported_by(path)


def _imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).partition(".")[0]


def test_all_that_is_imported_is_required() -> None:
    known = packages_distributions()
    foreign = set(_imported()) - sys.stdlib_module_names - {"mockwx", "simulator"}
    foreign = {name for name in foreign if not name.startswith("_")}

    distributions = {known.get(name, [name])[0].lower() for name in foreign}

    assert distributions - ASKED_FOR - OF_FLASK <= _required()
