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


@pytest.mark.fidelity("documented", "a denial is not asked again, or after a while")
@pytest.mark.parametrize(
    ("denial_ttl", "now", "asks"),
    [(None, 10_000, False), (60, 159, False), (60, 160, True), (0, 100, True)],
)
def test_denied_scope_is_asked_for_again_only_if_denials_age(denial_ttl, now, asks):
    consent = Consent().with_answer("scope.record", allowed=False, now=100)
    assert consent.to_be_asked("scope.record", now, denial_ttl=denial_ttl) is asks
    assert consent.answered("scope.record") is False


def test_scope_is_asked_for_once_and_never_after_it_was_allowed():
    allowed = Consent().with_answer("scope.record", allowed=True, now=100)
    assert Consent().to_be_asked("scope.record", 0, denial_ttl=None)
    assert not allowed.to_be_asked("scope.record", 10_000, denial_ttl=0)
    assert not Consent().to_be_asked("scope.address", 0, denial_ttl=0)


def test_later_answer_replaces_a_denial_and_its_time():
    denied = Consent().with_answer("scope.record", allowed=False, now=100)
    assert denied.denied_at == (("scope.record", 100),)
    allowed = denied.with_answer("scope.record", allowed=True, now=200)
    assert allowed.denied_at == ()


def test_switch_turned_off_by_hand_does_not_age():
    denied = Consent().with_answer("scope.record", allowed=False, now=100)
    off = denied.switched({"scope.record": True}).switched({"scope.record": False})
    assert off.answered("scope.record") is False
    assert not off.to_be_asked("scope.record", 10_000, denial_ttl=60)
    assert denied.switched({}).to_be_asked("scope.record", 160, denial_ttl=60)


def test_answer_to_the_privacy_agreement_outlives_other_answers():
    refused = Consent().with_privacy(agreed=False, now=100)
    assert (refused.privacy_agreed, refused.privacy_refused_at) == (False, 100)
    agreed = refused.with_privacy(agreed=True, now=200)
    assert (agreed.privacy_agreed, agreed.privacy_refused_at) == (True, None)
    later = agreed.with_answer("scope.record", allowed=False).switched({})
    assert later.privacy_agreed
    assert later.answers == (("scope.record", False),)


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
