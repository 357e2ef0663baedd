"""Consent per scope: not asked, allowed, denied."""

import pytest

from mockwx.domain.consent import ASKED_SCOPES
from mockwx.domain.consent import FREE_SCOPES
from mockwx.domain.consent import SCOPES
from mockwx.domain.consent import Consent


FREE = {"scope.address": True, "scope.invoiceTitle": True, "scope.invoice": True}


@pytest.mark.parametrize("scope", ASKED_SCOPES)
def test_scope_is_unanswered_before_it_was_asked_for(scope):
    assert Consent().answered(scope) is None


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("scope", ASKED_SCOPES)
def test_answer_is_kept(scope, allowed):
    consent = Consent().with_answer(scope, allowed=allowed)
    assert consent.answered(scope) is allowed
    assert consent.asked == (scope,)


@pytest.mark.fidelity("documented", "authSetting: scopes that read true by themselves")
@pytest.mark.parametrize("scope", FREE_SCOPES)
def test_free_scope_is_allowed_whatever_was_answered(scope):
    consent = Consent().with_answer(scope, allowed=False)
    assert consent == Consent()
    assert consent.answered(scope) is True


@pytest.mark.fidelity("documented", "authSetting: only scopes asked for before")
def test_settings_list_the_free_scopes_and_those_asked_for_in_order():
    consent = (
        Consent()
        .with_answer("scope.record", allowed=False)
        .with_answer("scope.camera", allowed=True)
        .with_answer("scope.record", allowed=True)
    )
    assert list(consent.auth_setting().items()) == [
        *FREE.items(),
        ("scope.record", True),
        ("scope.camera", True),
    ]
    assert Consent().auth_setting() == FREE


def test_settings_page_turns_only_what_was_asked_for():
    consent = (
        Consent()
        .with_answer("scope.record", allowed=False)
        .with_answer("scope.camera", allowed=True)
    )
    turned = consent.switched({"scope.record": True, "scope.werun": True})
    assert turned.answers == (("scope.record", True), ("scope.camera", True))


def test_consent_is_plain_and_equal_by_value():
    one = Consent().with_answer("scope.record", allowed=True)
    other = Consent((("scope.record", True),))
    assert one == other
    assert hash(one) == hash(other)


def test_fourteen_scopes_are_known():
    assert len(SCOPES) == len(set(SCOPES)) == 14
    assert all(scope.startswith("scope.") for scope in SCOPES)
