"""From a backend file to an audit's end: choose, take care, play, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from difflib import get_close_matches
from typing import Protocol
from urllib.parse import urlsplit

from simulator.adapters.backend_program import Command
from simulator.audit.check import Check
from simulator.audit.engine import Manner
from simulator.audit.engine import audit
from simulator.audit.model import AuditEvent
from simulator.audit.model import AuditFinished
from simulator.audit.registry import CHECKS
from simulator.hosts import is_this_machine
from simulator.playing import Order
from simulator.playing import read_backend
from simulator.playing import staged
from simulator.ports import SimulatorError


class AuditReporter(Protocol):
    """A reader of an audit's events."""

    def tell(self, event: AuditEvent) -> None:
        """Read one event."""
        ...

    def close(self) -> None:
        """Finish."""
        ...


@dataclass(frozen=True, slots=True)
class AuditOrder:
    """What to audit, with which probes, and which hosts may be abused."""

    backend: str
    backend_url: str | None = None
    mock: str | None = None
    token: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    manner: Manner = field(default_factory=Manner)
    program: Command | None = None
    """What starts the backend, if we are to do it."""


def perform(order: AuditOrder, reporters: Sequence[AuditReporter]) -> bool:
    """Audit a backend; return whether nothing failed that matters."""
    file = read_backend(order.backend, order.backend_url)
    if file is not None:
        check_host(file.base_url, order.allowed_hosts)
    checks = chosen(order.only, order.skip)
    connection = Order(
        (),
        order.backend,
        order.backend_url,
        order.mock,
        order.token,
        program=order.program,
    )
    ok, begun = True, False
    try:
        with staged(connection, file) as stage:
            for event in audit(checks, stage, order.manner):
                begun = True
                for reporter in reporters:
                    reporter.tell(event)
                if isinstance(event, AuditFinished):
                    ok = event.ok
    finally:
        # What was judged is told, also if the mock dies or somebody presses Control-C.
        for reporter in reporters if begun else ():
            reporter.close()
    return ok


def chosen(only: Sequence[str] = (), skip: Sequence[str] = ()) -> tuple[Check, ...]:
    """Choose probes by ids and chapters; raise SimulatorError for another name."""
    for name in (*only, *skip):
        _know(name)
    return tuple(
        check
        for check in CHECKS
        if (not only or _named(check, only)) and not _named(check, skip)
    )


def check_host(url: str, allowed: Sequence[str]) -> None:
    """Raise SimulatorError unless the backend is on this machine, or was named."""
    if url.startswith("wsgi:"):
        return
    host = urlsplit(url).hostname or ""
    if is_this_machine(host):
        return
    if host not in {name.lower() for name in allowed}:
        raise SimulatorError(
            f"An audit abuses the backend, and {host} is not this machine: if it is "
            f"yours to abuse, say --allow-host {host}.",
            f"审计会滥用后端，而 {host} 不是本机：如果你有权这样做，"
            f"请加上 --allow-host {host}。",
        )


def _named(check: Check, names: Sequence[str]) -> bool:
    return check.probe.id in names or check.probe.chapter in names


def _know(name: str) -> None:
    known = {check.probe.id for check in CHECKS} | {c.probe.chapter for c in CHECKS}
    if name in known:
        return
    near = get_close_matches(name, sorted(known), n=1)
    hint = f"did you mean {near[0]}?" if near else "`wxsim audit --list` names them."
    zh = f"是否想写 {near[0]}？" if near else "可用 `wxsim audit --list` 查看。"
    raise SimulatorError(
        f"There is no probe or chapter '{name}'; {hint}",
        f"没有名为 “{name}” 的探测或章节；{zh}",
    )
