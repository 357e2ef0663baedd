"""What wxsim tells of each open backend: of its stories, and of its audit."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from functools import cache

import pytest

from tests.backends.hosted import Hosted
from tests.backends.wxsim import Play
from tests.backends.wxsim import start


PlayOf = Callable[[Hosted], Play]


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> PlayOf:
    """Play every story of a backend, once."""

    @cache
    def played(backend: Hosted) -> Play:
        folder = tmp_path_factory.mktemp(backend.name)
        return start(backend, folder, "run", *backend.scenarios)

    return played


@pytest.fixture(scope="session")
def audit(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlayOf]:
    """Audit every backend that is to be audited, all side by side.

    Most of an audit is waiting: for a WeChat that is made slow.
    """
    wanted = audited(request.session.items)
    running = {
        backend: start(backend, tmp_path_factory.mktemp(backend.name), "audit")
        for backend in wanted
    }

    yield running.__getitem__
    for each in running.values():
        each.end()


def audited(items: Sequence[pytest.Item]) -> list[Hosted]:
    """List the backends that the tests of this session want audited."""
    callspecs = [
        item.callspec
        for item in items
        if isinstance(item, pytest.Function)
        and "audit" in item.fixturenames
        and hasattr(item, "callspec")
    ]
    return list(dict.fromkeys(each.params["backend"] for each in callspecs))
