"""Every open backend is audited, and found to be what the reference says it is."""

from collections.abc import Sequence

import pytest

from tests.backends.conftest import PlayOf
from tests.backends.hosted import BACKENDS
from tests.backends.hosted import Hosted
from tests.backends.verdicts import recorded
from tests.backends.verdicts import verdicts
from tests.backends.wxsim import Event


pytestmark = [pytest.mark.external, pytest.mark.timeout(400, func_only=True)]

EACH = [
    pytest.param(one, id=one.name, marks=[pytest.mark.needs(t) for t in one.needs])
    for one in BACKENDS
]


@pytest.mark.parametrize("backend", EACH)
def test_audit_finds_what_is_recorded(audit: PlayOf, backend: Hosted) -> None:
    told = audit(backend).events()

    before, after = recorded(backend), verdicts(told)

    changed = {
        probe: (before.get(probe), after.get(probe), reason_for(probe, told))
        for probe in before.keys() | after.keys()
        if before.get(probe) != after.get(probe)
    }
    assert changed == {}, "if it is right: python -m tests.backends.verdicts"


def reason_for(probe: str, told: Sequence[Event]) -> str:
    """Quote why a probe ended as it did."""
    for event in told:
        if event["event"] == "ProbeJudged" and event["probe"]["id"] == probe:
            return str(event["reason"]["en"])
    return "it was not played"
