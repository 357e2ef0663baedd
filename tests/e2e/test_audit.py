"""Each probe is proved by a sin: with it the probe fails, without it none does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from docs.examples.bad_backend.app import SINS
from docs.examples.bad_backend.app import create_app as bad_backend
from docs.examples.flask_backend.app import create_app as good_backend
from simulator.adapters import connect_backend
from simulator.adapters.mockwx_http import MockWx
from simulator.adapters.mockwx_local import running_mock
from simulator.audit.bench import Limits
from simulator.audit.engine import Manner
from simulator.audit.engine import audit
from simulator.audit.model import AuditFinished
from simulator.audit.model import Outcome
from simulator.audit.model import ProbeJudged
from simulator.audit.registry import CHECKS
from simulator.auditing import chosen
from simulator.cli import main as wxsim
from simulator.mapping import BackendFile
from simulator.ports import SimulatorError
from simulator.scenario.loader import load_backend
from simulator.scenario.turn import Stage


# Every sin is a backend and an audit of its own.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
BAD_FILE = ROOT / "docs/examples/bad_backend/bad.backend.yaml"
GOOD_FILE = ROOT / "fixtures/backends/flask_backend.backend.yaml"

SECRET = "6d6f636b77786d6f636b77786d6f636b"
APPID = "wx6d6f636b77780001"

# The delays of an audit, a tenth as long.
QUICK = Limits(slow=0.2, slower=0.5, slowest=2.5, patience=2.0)
PATIENCE = 0.3

PROOFS = {
    "wechat-asked": "trusts_codes",
    "invented-code": "bypass",
    "code-replayed": "caches_codes",
    "code-expired": "ignores_errcode",
    "code-of-another-app": "ignores_errcode",
    "code-exchanged-once": "exchanges_twice",
    "code-escaped": "pastes_codes",
    "wrong-kind-of-code": "falls_over_refusals",
    "phone-code-replayed": "falls_over_refusals",
    "openid-believed": "believes_openid",
    "login-state-made-up": "open_doors",
    "login-state-after-logout": "keeps_logged_in",
    "people-mixed-up": "one_session",
    "account-lost": "new_accounts",
    "unionid-missing": "needs_unionid",
    "person-says-no": "trusts_fields",
    "signature-forged": "no_signature_check",
    "signature-empty": "optional_signature",
    "raw-data-changed": "no_signature_check",
    "payload-of-somebody-else": "any_key",
    "payload-of-another-app": "no_watermark_check",
    "payload-replayed": "no_freshness_check",
    "payload-tampered": "ignores_damage",
    "payload-of-unknown-key": "ignores_damage",
    "payload-damaged": "falls_over_data",
    "payload-without-login": "open_doors",
    "phone-number-claimed": "believes_phone",
    "logins-out-of-order": "key_per_person",
    "first-logins-at-once": "insert_race",
    "people-at-once": "global_person",
    "login-in-callback": "falls_over_data",
    "key-rotated": "falls_over_data",
    "wechat-resets": "falls_over_weather",
    "wechat-html": "falls_over_weather",
    "wechat-half-json": "falls_over_weather",
    "wechat-empty": "falls_over_weather",
    "wechat-502": "falls_over_weather",
    "wechat-busy": "retries_forever",
    "wechat-too-often": "falls_over_refusals",
    "wechat-blocks-person": "ignores_errcode",
    "logged-in-as-nobody": "accepts_nobody",
    "token-refreshed": "never_refreshes",
    "token-loop": "retries_forever",
    "token-cached": "no_token_cache",
    "wechat-slow": "falls_over_weather",
    "wechat-slower": "falls_over_weather",
    "wechat-slowest": "no_timeout",
    "name-with-emoji": "latin_names",
    "name-long": "short_names",
    "phone-of-another-country": "chinese_phones",
    "input-malformed": "trusts_fields",
    "input-huge": "no_size_limit",
    "still-alive": "leaks_connections",
    "login-state-is-the-key": "token_is_key",
    "login-state-is-the-openid": "token_is_openid",
    "login-state-guessable": "counts_tokens",
    "jwt-weak": "weak_jwt",
    "secrets-in-errors": "tells_errors",
    "traceback-shown": "shows_tracebacks",
    "session-key-leaks": "answers_session",
    "secret-leaks": "answers_config",
    "access-token-leaks": "answers_token",
}
# Some are proved by more than one.
MORE = (
    ("openid-believed", "stores_for_claimed"),
    ("openid-believed", "tells_for_claimed"),
    ("openid-believed", "openid_is_password"),
    ("wechat-busy", "falls_over_refusals"),
    ("payload-without-login", "one_session"),
)
# What must have happened before for the sin to show.
BEFORE = {"still-alive": ("invented-code",)}
# Shorter than the delay of `wechat-slow`, so that the network fails there too.
HASTY = {"wechat-slow": 0.1}


@pytest.fixture(scope="module")
def mock() -> Iterator[MockWx]:
    with running_mock() as wechat:
        yield wechat


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Let the tracebacks of a sinner not drown the one of a test that fails."""
    caplog.set_level(logging.CRITICAL)


def judged(
    mock: MockWx, sin: str, ids: tuple[str, ...], patience: float
) -> dict[str, ProbeJudged]:
    """Audit the bad backend with one sin."""
    app = bad_backend(mock.url, APPID, SECRET, sin)
    app.extensions["shop"].wechat.patience = patience
    stage = Stage(mock, connect_backend(app.wsgi_app), load_backend(BAD_FILE))
    manner = Manner(limits=QUICK, world=f"audit/{sin or 'none'}")
    events = audit(chosen(ids), stage, manner)
    return {e.probe.id: e for e in events if isinstance(e, ProbeJudged)}


def outcomes(found: dict[str, ProbeJudged]) -> dict[str, tuple[Outcome, str]]:
    """Keep what a failed test should show."""
    return {id: (each.outcome, each.reason.en) for id, each in found.items()}


def test_every_probe_has_its_sin_and_every_sin_its_probe() -> None:
    assert PROOFS.keys() == {check.probe.id for check in CHECKS}
    assert {*PROOFS.values(), *(sin for _, sin in MORE)} == SINS.keys()


@pytest.mark.parametrize(("probe", "sin"), [*PROOFS.items(), *MORE])
def test_probe_fails_with_its_sin(mock: MockWx, probe: str, sin: str) -> None:
    ids = (*BEFORE.get(probe, ()), probe)

    found = judged(mock, sin, ids, HASTY.get(probe, PATIENCE))

    assert found[probe].outcome == "fail", outcomes(found)
    assert found[probe].evidence


@pytest.mark.slow
def test_without_sins_every_probe_passes(mock: MockWx) -> None:
    found = judged(mock, "", (), PATIENCE)

    assert {o for o, _ in outcomes(found).values()} == {"pass"}, outcomes(found)


@pytest.mark.slow
def test_no_probe_accuses_the_good_backend(mock: MockWx) -> None:
    file: BackendFile = load_backend(GOOD_FILE)
    backend = connect_backend(good_backend(mock.url, APPID, SECRET))
    # It gives up after two seconds, whatever this test would like.
    limits = Limits(slow=0.2, slower=2.5, slowest=3.5, patience=3.0)
    manner = Manner(limits=limits, world="audit/good")

    events = list(audit(CHECKS, Stage(mock, backend, file), manner))

    accused = [
        (event.probe.id, event.reason.en)
        for event in events
        if isinstance(event, ProbeJudged) and event.outcome == "fail"
    ]
    assert accused == []


def test_backend_that_does_not_know_the_mock_is_told_how_to_meet_it(
    mock: MockWx,
) -> None:
    elsewhere = good_backend("http://127.0.0.1:9", APPID, SECRET)
    stage = Stage(mock, connect_backend(elsewhere), load_backend(GOOD_FILE))

    with pytest.raises(SimulatorError, match="never asked this mock") as told:
        list(audit(CHECKS[:1], stage, Manner(world="audit/elsewhere")))

    assert "mockwx run" in told.value.message
    assert "从未询问" in told.value.zh


def test_no_secret_of_wechats_stands_in_any_evidence(mock: MockWx) -> None:
    """Audit a backend that answers all there is to hide; look at all that is told."""
    app = bad_backend(mock.url, APPID, SECRET, "answers_session,answers_config")
    stage = Stage(mock, connect_backend(app.wsgi_app), load_backend(BAD_FILE))

    checks = chosen(("session-key-leaks", "secret-leaks", "code-replayed"))
    events = list(audit(checks, stage, Manner(world="audit/hidden")))

    told = repr(events)
    keys = [
        each["session_key"]
        for probe in ("session-key-leaks", "secret-leaks", "code-replayed")
        for each in mock.in_world(f"audit/hidden/{probe}").control(
            "GET", "sessions", {"appid": APPID, "user": "alice", "reveal": 1}
        )["session_keys"]
    ]
    assert keys
    assert [key for key in [*keys, SECRET] if key in told] == []


@pytest.mark.parametrize(("fail_on", "status"), [("low", 1), ("medium", 0)])
def test_exit_status_follows_severity(
    monkeypatch: pytest.MonkeyPatch, fail_on: str, status: int
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BAD_SINS", "no_freshness_check")
    words = ["audit", "--backend", str(BAD_FILE), "--only", "payload-replayed"]
    words += ["--backend-url", "wsgi:docs.examples.bad_backend.app:create_app"]

    result = CliRunner().invoke(wxsim, [*words, "--fail-on", fail_on])

    assert result.exit_code == status, result.output
    assert "✗ Data from last month [payload-replayed, low]" in result.stdout
    assert "0 passed, 1 failed" in result.stdout


def test_rate_limits_how_often_the_backend_is_asked(mock: MockWx) -> None:
    app = bad_backend(mock.url, APPID, SECRET)
    stage = Stage(mock, connect_backend(app.wsgi_app), load_backend(BAD_FILE))
    manner = Manner(pause=0.05, world="audit/slowly")

    *_, judged, finished = audit(chosen(("code-replayed",)), stage, manner)

    assert isinstance(judged, ProbeJudged)
    assert isinstance(finished, AuditFinished)
    assert finished.seconds >= 0.05 * len(judged.evidence)


def test_mini_program_of_the_backends_own_comes_into_every_world(
    mock: MockWx,
) -> None:
    appid, secret = "wx1234567890abcdef", "0" * 32
    mock.control("POST", "mini_programs", {"appid": appid, "secret": secret})
    app = bad_backend(mock.url, appid, secret)
    file = replace(load_backend(BAD_FILE), appid=appid)
    stage = Stage(mock, connect_backend(app.wsgi_app), file)

    checks = chosen(("code-replayed", "payload-of-another-app", "people-mixed-up"))
    events = list(audit(checks, stage, Manner(world="audit/own-app")))

    found = [each.outcome for each in events if isinstance(each, ProbeJudged)]
    assert found == ["pass"] * 3
