"""What every test may use: the markers needs and since; how much Hypothesis tries."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings

from tests.control import Mock


pytest_plugins = ("pytester",)

# Our own plugin is installed here, and would play the stories that tests play.
collect_ignore_glob = ["*.scenario.yaml"]

QUICK_EXAMPLES = 25

NOT_RUN = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Try fewer examples in a quick run; `make test` tries them all.

    Who wants more or fewer than others takes a multiple of settings().max_examples. The
    first text of a fresh checkout waits for a table of Unicode: that is no slow test.
    """
    patient = [HealthCheck.too_slow]
    settings.register_profile("all", suppress_health_check=patient)
    settings.register_profile(
        "quick", settings.get_profile("all"), max_examples=QUICK_EXAMPLES
    )
    settings.load_profile("quick" if "not slow" in config.option.markexpr else "all")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out tests that cannot run here, and remember them by name.

    Tools can be demanded; another Python cannot, for this one is what is tested.
    """
    demanded = os.environ.get("MOCKWX_TEST_ALL") == "1"
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        lacking = newer_pythons(item) + ([] if demanded else missing_tools(item))
        (left_out if lacking else kept).append(item)
        if lacking:
            said = f"{item.nodeid}, needs {' and '.join(lacking)}"
            config.stash.setdefault(NOT_RUN, []).append(said)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


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


def newer_pythons(item: pytest.Item) -> list[str]:
    """Name the version of Python that a test needs, if this one is older."""
    needed = [str(marker.args[0]) for marker in item.iter_markers("since")]
    ours = sys.version_info[:2]
    return [f"Python {each}" for each in needed if ours < numbers(each)]


def numbers(version: str) -> tuple[int, ...]:
    """Split a version: 3.9 comes before 3.10."""
    return tuple(map(int, version.split(".")))


@pytest.fixture
def mock() -> Iterator[Mock]:
    """A mock with a fresh world, on a port of its own."""
    from mockwx import MockServer

    with MockServer() as server:
        yield Mock(server.url)
