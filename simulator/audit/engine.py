"""Play probes one after another: an iterator of events that knows no output format."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from simulator.audit.bench import LOGIN
from simulator.audit.bench import Bench
from simulator.audit.bench import Ground
from simulator.audit.bench import Limits
from simulator.audit.check import Check
from simulator.audit.leaks import Secrets
from simulator.audit.model import AuditEvent
from simulator.audit.model import AuditFinished
from simulator.audit.model import AuditStarted
from simulator.audit.model import Evidence
from simulator.audit.model import ProbeJudged
from simulator.audit.model import Severity
from simulator.audit.model import Words
from simulator.audit.model import at_least
from simulator.audit.roles import PHONE_CODE
from simulator.audit.roles import SEALED
from simulator.audit.roles import Slots
from simulator.audit.roles import roles_of
from simulator.audit.verdicts import StoppedError
from simulator.audit.verdicts import Verdict
from simulator.expressions import MissingError
from simulator.mapping import BackendFile
from simulator.ports import DEFAULT_APPID
from simulator.ports import RefusedError
from simulator.ports import SimulatorError
from simulator.scenario.turn import Stage
from simulator.wx import WxError


WORLD = "wxsim-audit"


@dataclass(frozen=True, slots=True)
class Manner:
    """How an audit behaves, and what it fails for."""

    fail_on: Severity = "medium"
    pause: float = 0.0
    limits: Limits = field(default_factory=Limits)
    world: str = WORLD


def audit(
    checks: Sequence[Check], stage: Stage, manner: Manner | None = None
) -> Iterator[AuditEvent]:
    """Play each probe in a world of its own, and judge the backend.

    Raise SimulatorError if the backend does not speak with this mock at all.
    """
    manner = manner or Manner()
    ground = _ground(stage, manner)
    _meet(ground, manner)
    _try_payloads(ground, manner)
    file = ground.file
    seconds = sum(check.probe.seconds for check in checks)
    yield AuditStarted(file.name, file.base_url, len(checks), seconds)
    began = time.perf_counter()
    counted: Counter[str] = Counter()
    ok = True
    for check in checks:
        judged = _judge(check, ground, manner)
        counted[judged.outcome] += 1
        if judged.outcome == "fail" and at_least(check.probe.severity, manner.fail_on):
            ok = False
        yield judged
    yield AuditFinished(
        passed=counted["pass"],
        failed=counted["fail"],
        not_applicable=counted["not_applicable"],
        inconclusive=counted["inconclusive"],
        seconds=time.perf_counter() - began,
        fail_on=manner.fail_on,
        ok=ok,
    )


def _ground(stage: Stage, manner: Manner) -> Ground:
    file = stage.file
    if file is None or stage.backend is None:
        raise SimulatorError(
            "An audit needs a backend: give a *.backend.yaml with --backend.",
            "审计需要一个后端：请用 --backend 给出 *.backend.yaml。",
        )
    roles = roles_of(file)
    if roles.login is None:
        raise SimulatorError(
            "No call of the backend file takes a login code: name the argument of one "
            "`code`, or say which it is with `audit: {login: NAME}`.",
            "后端文件中没有接收登录 code 的调用：请把参数命名为 `code`，"
            "或用 `audit: {login: 名称}` 指明。",
        )
    appid = file.appid or _appid_of(file) or DEFAULT_APPID
    secrets = Secrets()
    mini_program = stage.wechat.control("GET", f"mini_programs/{appid}")
    secrets.learn("secret", mini_program.get("secret"))
    return Ground(
        stage=stage,
        roles=roles,
        appid=appid,
        mini_program=mini_program,
        secrets=secrets,
        limits=manner.limits,
        pause=manner.pause,
    )


def _appid_of(file: BackendFile) -> str:
    """Read the appid that a backend in this process is made with."""
    return str((file.factory or {}).get("appid", ""))


def _meet(ground: Ground, manner: Manner) -> None:
    """Log in once: a backend that knows nothing of this mock cannot be judged."""
    bench = Bench(ground, f"{manner.world}/meeting", "(first login)")
    reply = bench.person().send(bench.login(), "the first login", "第一次登录")
    if reply.accepted or _other_payload(ground, manner, bench.login()):
        return
    hide = ground.secrets.hide
    why, zh = hide(reply.refusal.en), hide(reply.refusal.zh)
    if not reply.answered:
        raise SimulatorError(
            f"The backend at {ground.file.base_url} does not answer: {why}.",
            f"{ground.file.base_url} 上的后端没有应答：{zh}。",
        )
    if not reply.calls_to(LOGIN):
        raise SimulatorError(
            f"The backend refuses an honest login ({why}) and never asked this mock: "
            "start it with `mockwx run`, or point it at the mock given with --mock.",
            f"后端拒绝了正常的登录（{zh}），且从未询问此 mock："
            "请用 `mockwx run` 启动它，或让它指向 --mock 给出的 mock。",
        )
    raise SimulatorError(
        f"The backend refuses an honest login ({why}): see that it answers "
        "`wxsim run`, and that the file's rules for success are right.",
        f"后端拒绝了正常的登录（{zh}）：请先用 `wxsim run` 验证，"
        "并检查文件中的成功规则。",
    )


def _try_payloads(ground: Ground, manner: Manner) -> None:
    """Find out which data each call wants sealed, where its name told the wrong."""
    for slots in ground.roles.sealed:
        bench = Bench(ground, f"{manner.world}/payloads", "(first calls)")
        person = bench.person()
        with contextlib.suppress(StoppedError, WxError):
            person.prepare(slots)
            if not person.send(slots, "an honest call", "正常的调用").accepted:
                _other_payload(ground, manner, slots)


def _other_payload(ground: Ground, manner: Manner, slots: Slots) -> bool:
    """Try a call with the other data that WeChat seals; remember if that is it."""
    if not slots.takes & {SEALED, PHONE_CODE}:
        return False
    bench = Bench(ground, f"{manner.world}/payloads", "(first calls)")
    other = replace(slots, kind="user" if slots.payload == "phone" else "phone")
    with contextlib.suppress(StoppedError, WxError):
        person = bench.person()
        person.prepare(slots)
        if person.send(other, "an honest call", "正常的调用").accepted:
            ground.roles = ground.roles.settled(slots, other)
            return True
    return False


def _judge(check: Check, ground: Ground, manner: Manner) -> ProbeJudged:
    began = time.perf_counter()
    bench = Bench(ground, f"{manner.world}/{check.probe.id}", check.probe.id)
    try:
        verdict = check.play(bench)
    except StoppedError as stopped:
        verdict = stopped.verdict
    except (RefusedError, WxError, MissingError) as error:
        # The phone or the mock said no: that is nothing the backend did.
        verdict = _stumbled(str(error), getattr(error, "zh", ""))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # An answer of a shape nobody foresaw: the other probes go on.
        verdict = _stumbled(f"{type(error).__name__}: {error}")
    finally:
        bench.disarm()
    hide = ground.secrets.hide
    return ProbeJudged(
        probe=check.probe,
        outcome=verdict.outcome,
        reason=Words(hide(verdict.reason.en), hide(verdict.reason.zh)),
        evidence=tuple(_hidden(bench.evidence, ground.secrets)),
        seconds=time.perf_counter() - began,
    )


def _stumbled(why: str, zh: str = "") -> Verdict:
    return Verdict(
        "inconclusive",
        Words(f"the probe could not go on: {why}", f"探测无法继续：{zh or why}"),
    )


def _hidden(evidence: Iterable[Evidence], secrets: Secrets) -> Iterator[Evidence]:
    for each in evidence:
        talk = each.talk
        yield replace(
            each,
            talk=None if talk is None else secrets.hidden(talk),
            failure=secrets.hide(each.failure),
            wechat_calls=secrets.hidden_calls(each.wechat_calls),
        )
