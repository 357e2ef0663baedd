"""How one backend speaks: where codes and payloads go, what success looks like,
what to keep of an answer and how the login state travels afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Literal
from typing import TypeAlias
from urllib.parse import quote

from simulator.expressions import LEFT_OUT
from simulator.expressions import MissingError
from simulator.expressions import Path
from simulator.expressions import as_text
from simulator.expressions import look_ups
from simulator.expressions import resolve
from simulator.expressions import resolve_text
from simulator.matchers import Rule
from simulator.matchers import broken_rules
from simulator.pacing import Pace
from simulator.patterns import UndecidedError


BodyKind: TypeAlias = Literal["json", "form", "text"]

FORM = "application/x-www-form-urlencoded"
# Names every template may use besides the arguments of the step.
ROOTS = ("storage", "device")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What counts as success: every rule of ``success``, none of ``failure``."""

    success: tuple[Rule, ...] = ()
    failure: tuple[Rule, ...] = ()
    message: Path | None = None

    def reasons(self, answer: Mapping[str, object]) -> tuple[str, ...]:
        """Say why the answer is a failure; nothing if it is a success."""
        try:
            reasons = broken_rules(self.success, answer, {})
            broken = [rule for rule in self.failure if rule.judge(answer, {})[0]]
        except (MissingError, UndecidedError) as error:
            # A failure that nobody can rule out is no success.
            return (str(error),)
        reasons += tuple(f"{rule.path} says failure" for rule in broken)
        if reasons and self.message is not None:
            reasons += _said(self.message, answer)
        return reasons


@dataclass(frozen=True, slots=True)
class LoginState:
    """How stored values travel with a call; what is not stored is left out."""

    header: Mapping[str, str] = field(default_factory=dict)
    cookie: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is taken out of an answer; ``data.token?`` need not be there."""

    path: Path
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One named call: a request template and how to read its answer."""

    name: str
    path: str
    method: str = "POST"
    query: Mapping[str, object] = field(default_factory=dict)
    header: Mapping[str, object] = field(default_factory=dict)
    cookie: Mapping[str, object] = field(default_factory=dict)
    body_kind: BodyKind | None = None
    body: object = None
    send: bool = True
    judgement: Judgement = Judgement()
    keep: Mapping[str, Kept] = field(default_factory=dict)
    forget: tuple[str, ...] = ()
    pace: Pace | None = None
    timeout: float | None = None
    redirect: Literal["follow", "manual"] = "follow"

    def arguments(self, *, optional: bool = False) -> frozenset[str]:
        """Name what a step must give to this call; or all that it may give."""
        templates = (self.path, self.query, self.header, self.cookie, self.body)
        return frozenset(
            str(path.parts[0])
            for path, may_lack in look_ups(templates)
            if (optional or not may_lack) and path.parts[0] not in ROOTS
        )


@dataclass(frozen=True, slots=True)
class AuditHints:
    """What an audit cannot read from the calls: their roles, and other arguments."""

    login: str | None = None
    whoami: str | None = None
    logout: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BackendFile:
    """Everything known about one backend."""

    base_url: str
    name: str = "backend"
    appid: str | None = None
    secret: str | None = None
    """What the backend calls its own at WeChat; made known to the mock."""
    factory: Mapping[str, object] | None = None
    header: Mapping[str, str] = field(default_factory=dict)
    state: LoginState = LoginState()
    keep: Mapping[str, Kept] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    audit: AuditHints = AuditHints()


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments of the wx.request that a call becomes."""

    url: str
    method: str
    data: object
    header: Mapping[str, str]
    timeout: float | None
    redirect: Literal["follow", "manual"]


def question(
    backend: BackendFile, call: Call, scope: Mapping[str, object], *, base_url: str
) -> Question:
    """Fill in a call's template; raise MissingError if an argument is not given."""
    state = _available(backend.state, scope) if call.send else LoginState()
    path = resolve_text(call.path, scope, lambda text: quote(text, safe=""))
    query = {**_texts(call.query, scope), **state.query}
    header = {
        **_content_type(call),
        **_texts(backend.header, scope),
        **_texts(call.header, scope),
        **state.header,
    }
    cookie = {**_texts(call.cookie, scope), **state.cookie}
    if cookie:
        header["Cookie"] = "; ".join(f"{name}={cookie[name]}" for name in cookie)
    return Question(
        url=base_url + path + _query_string(query, path),
        method=call.method,
        data=_with_state(resolve(call.body, scope), state.body),
        header=header,
        timeout=call.timeout,
        redirect=call.redirect,
    )


def kept(
    backend: BackendFile, call: Call, answer: Mapping[str, object]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Collect what is to be stored of a good answer, and say what is missing.

    What the whole backend keeps (a token renewed now and then) may be absent.
    """
    found: dict[str, object] = {}
    may_be = {**backend.keep, **{n: k for n, k in call.keep.items() if k.optional}}
    for name, kept in may_be.items():
        value = _look(kept.path, answer)
        if value not in (None, "", LEFT_OUT):
            found[name] = value
    missing: list[str] = []
    for name, kept in call.keep.items():
        try:
            if not kept.optional:
                found[name] = kept.path.look_up(answer)
        except MissingError as error:
            missing.append(f"cannot keep '{name}': {error}")
    return found, tuple(missing)


def _available(state: LoginState, scope: Mapping[str, object]) -> LoginState:
    return LoginState(
        header=_there(state.header, scope),
        cookie=_there(state.cookie, scope),
        query=_there(state.query, scope),
        body={
            name: resolve(value, scope)
            for name, value in state.body.items()
            if _resolvable(value, scope)
        },
    )


def _there(templates: Mapping[str, str], scope: Mapping[str, object]) -> dict[str, str]:
    return {
        name: as_text(resolve(template, scope))
        for name, template in templates.items()
        if _resolvable(template, scope)
    }


def _resolvable(template: object, scope: Mapping[str, object]) -> bool:
    return all(_look(path, scope) is not LEFT_OUT for path, _ in look_ups(template))


def _look(path: Path, value: object) -> object:
    try:
        return path.look_up(value)
    except MissingError:
        return LEFT_OUT


def _texts(
    templates: Mapping[str, object], scope: Mapping[str, object]
) -> dict[str, str]:
    resolved = resolve(templates, scope)
    if not isinstance(resolved, Mapping):
        return {}
    return {str(name): as_text(value) for name, value in resolved.items()}


def _content_type(call: Call) -> dict[str, str]:
    if call.body_kind == "form":
        return {"content-type": FORM}
    if call.body_kind == "text":
        return {"content-type": "text/plain"}
    return {}


def _query_string(query: Mapping[str, str], path: str) -> str:
    pairs = (f"{_escaped(name)}={_escaped(query[name])}" for name in query)
    joined = "&".join(pairs)
    return joined and ("&" if "?" in path else "?") + joined


def _escaped(text: str) -> str:
    # As encodeURIComponent does: '+' becomes %2B and survives.
    return quote(text, safe="!*'()")


def _with_state(body: object, state: Mapping[str, object]) -> object:
    if not state or not isinstance(body, (Mapping, type(None))):
        return body
    return {**(body or {}), **state}


def _said(message: Path, answer: Mapping[str, object]) -> tuple[str, ...]:
    said = _look(message, answer)
    return () if said is LEFT_OUT else (f"the backend says: {as_text(said)}",)
