"""Which probes are played, and which hosts may be abused."""

import contextlib
from collections.abc import Iterator

import pytest

from simulator.audit.model import AuditEvent
from simulator.audit.model import AuditStarted
from simulator.audit.registry import CHECKS
from simulator.auditing import AuditOrder
from simulator.auditing import check_host
from simulator.auditing import chosen
from simulator.auditing import perform
from simulator.ports import SimulatorError


def test_every_probe_has_an_id_of_its_own_and_speaks_both_languages() -> None:
    ids = [check.probe.id for check in CHECKS]

    assert len(ids) == len(set(ids))
    for check in CHECKS:
        probe = check.probe
        for words in (probe.title, probe.does, probe.matters, probe.cure):
            assert words.en
            assert any(letter > "\u2e80" for letter in words.zh), words


def test_every_probe_names_a_page_of_wechats() -> None:
    for check in CHECKS:
        assert check.probe.page.startswith("https://developers.weixin.qq.com/"), check


def test_probes_are_chosen_by_id_and_chapter() -> None:
    found = [
        check.probe for check in chosen(("races", "code-expired"), ("key-rotated",))
    ]

    assert {probe.chapter for probe in found} == {"races", "codes"}
    assert "key-rotated" not in [probe.id for probe in found]


def test_mistyped_probe_is_told_the_nearest() -> None:
    with pytest.raises(SimulatorError, match="did you mean code-expired"):
        chosen(("code-expird",))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:5000", "http://localhost", "http://[::1]:1", "wsgi:a:b"],
)
def test_this_machine_may_be_abused(url: str) -> None:
    check_host(url, ())


def test_other_hosts_only_by_name() -> None:
    with pytest.raises(SimulatorError, match=r"--allow-host shop\.example"):
        check_host("https://shop.example/api", ("other.example",))

    check_host("https://shop.example/api", ("Shop.example",))


class Reporter:
    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, event: AuditEvent) -> None:
        self.told.append(type(event).__name__)

    def close(self) -> None:
        self.told.append("closed")


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((AuditStarted("x", "wsgi:x", 1, 1.0),), ["AuditStarted", "closed"]),
        ((), []),
    ],
    ids=["begun", "not even begun"],
)
def test_what_was_judged_is_told_also_if_the_audit_is_broken_off(
    events: tuple[AuditEvent, ...], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_: object) -> Iterator[AuditEvent]:
        yield from events
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.auditing.audit", broken_off)
    monkeypatch.setattr(
        "simulator.auditing.staged", lambda *_: contextlib.nullcontext()
    )
    monkeypatch.setattr("simulator.auditing.read_backend", lambda *_: None)
    reporter = Reporter()

    with pytest.raises(KeyboardInterrupt):
        perform(AuditOrder("x.backend.yaml"), [reporter])

    assert reporter.told == told
