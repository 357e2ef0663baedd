"""What every test may use: the marker needs(tool), and how much Hypothesis tries."""

import gc
import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.control import Mock


pytest_plugins = ("pytester",)

# Our own plugin is installed here, and would play the stories that tests play.
collect_ignore_glob = ["*.scenario.yaml"]

QUICK_EXAMPLES = 25

NOT_RUN = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Try fewer examples in a quick run; `make test` tries them all.

    Who wants more or fewer than others takes a multiple of settings().max_examples.
    """
    if "not slow" in config.option.markexpr:
        settings.register_profile("quick", max_examples=QUICK_EXAMPLES)
        settings.load_profile("quick")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out tests whose tool is missing, and remember them by name."""
    if os.environ.get("MOCKWX_TEST_ALL") == "1":
        return
    left_out = [item for item in items if missing_tools(item)]
    if not left_out:
        return
    config.stash[NOT_RUN] = [
        f"{item.nodeid}, needs {' and '.join(missing_tools(item))}" for item in left_out
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not missing_tools(item)]


def pytest_collection_finish() -> None:
    """Leave thousands of collected tests out of every garbage collection to come."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose tool is missing: it is only here if every test was demanded."""
    missing = missing_tools(item)
    if missing:
        pytest.fail(f"{' and '.join(missing)} not found on the PATH.", pytrace=False)


def pytest_terminal_summary(
    terminalreporter: "pytest.TerminalReporter", config: pytest.Config
) -> None:
    """List by name what was left out."""
    for line in config.stash.get(NOT_RUN, []):
        terminalreporter.write_line(f"not run here: {line}", yellow=True)


def missing_tools(item: pytest.Item) -> list[str]:
    """Name the tools a test needs and this machine has not."""
    needed = [str(marker.args[0]) for marker in item.iter_markers("needs")]
    return [tool for tool in needed if shutil.which(tool) is None]


@pytest.fixture
def mock() -> Iterator[Mock]:
    """A mock with a fresh world, on a port of its own."""
    from mockwx import MockServer

    with MockServer() as server:
        yield Mock(server.url)
