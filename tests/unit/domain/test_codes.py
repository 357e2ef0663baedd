"""Codes: five minutes, one use."""

from dataclasses import fields
from dataclasses import replace

import pytest

from mockwx.domain.codes import LOGIN_CODE
from mockwx.domain.codes import PHONE_CODE
from mockwx.domain.codes import Code


ISSUED = 1_700_000_000


@pytest.mark.parametrize("kind", [LOGIN_CODE, PHONE_CODE])
@pytest.mark.parametrize(("age", "expired"), [(0, False), (299, False), (300, True)])
@pytest.mark.fidelity("documented", "code: five minutes")
def test_code_expires_after_five_minutes(kind, age, expired):
    code = Code("0a", kind, "wx1", "alice", ISSUED)
    assert code.expires_at == ISSUED + 300
    assert code.expired(ISSUED + age) is expired


def test_used_code_remembers_when_and_by_whom():
    code = Code("0a", LOGIN_CODE, "wx1", "alice", ISSUED)
    assert code.used_at is None
    used = code.used(ISSUED + 3, "wx2")
    assert (used.used_at, used.used_by) == (ISSUED + 3, "wx2")
    assert (used.code, used.appid, used.user) == ("0a", "wx1", "alice")


def test_used_code_is_the_same_in_all_else():
    every_field_another = range(1, len(fields(Code)) + 1)
    code = Code(*every_field_another)
    assert code.used(ISSUED, "wx2") == replace(code, used_at=ISSUED, used_by="wx2")
