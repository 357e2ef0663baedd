"""Asks every question there and here, and compares the answers."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult
from urllib.parse import quote_plus
from urllib.parse import urlsplit

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.config import StartingWorld
from mockwx.config import is_loopback
from mockwx.domain.mini_program import APPID
from mockwx.domain.mini_program import SECRET
from mockwx.domain.refusal import RefusalError
from mockwx.outgoing import Incoming
from mockwx.outgoing import send
from mockwx.probe.answers import aspects
from mockwx.probe.questions import APP
from mockwx.probe.questions import QUESTIONS
from mockwx.probe.questions import STABLE
from mockwx.probe.questions import TOKEN
from mockwx.probe.questions import Question
from mockwx.secrecy.named import mask
from mockwx.secrecy.named import masked
from mockwx.server import MockServer


PAUSE = 0.25
"""Seconds between two questions: a handful per second at most."""
GIVES_UP_AFTER = 3
"""Questions in a row without an answer, after which nobody is asked any more."""
LONGEST_SHOWN = 300

AGREED = "agreed"
DIFFERS = "differs"
UNASKED = "could not be asked"

_TOKEN = re.compile(r"[!-~]+")


class ProbeError(RefusalError):
    """A probe that cannot or must not begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Whom to ask, and with what; made by `checked`."""

    url: str
    appid: str | None = None
    secret: str | None = None
    access_token: str | None = None
    with_stable_token: bool = False

    @classmethod
    def checked(
        cls,
        host: str,
        *,
        appid: str | None = None,
        secret: str | None = None,
        access_token: str | None = None,
        with_stable_token: bool = False,
    ) -> Probe:
        """Return a probe; raises ProbeError for one that cannot or must not begin."""
        parts = _split(host)
        if (appid is None) != (secret is None):
            raise ProbeError(
                "--appid and --secret go together; give both or neither.",
                "--appid 与 --secret 须成对给出，或都不给。",
            )
        if appid is not None and not APPID.fullmatch(appid):
            raise ProbeError(
                f"--appid {appid!r} is none; it is wx and 16 hex digits.",
                f"--appid {appid!r} 不是 appid；应为 wx 加 16 位十六进制数字。",
            )
        if secret is not None and not SECRET.fullmatch(secret):
            raise ProbeError(
                "--secret is none; it is 32 lower-case hex digits.",
                "--secret 不是 AppSecret；应为 32 位小写十六进制数字。",
            )
        if access_token is not None and not _TOKEN.fullmatch(access_token):
            raise ProbeError(
                "--access-token must be printable ASCII without blanks.",
                "--access-token 必须是可打印的 ASCII 字符，不含空格。",
            )
        if with_stable_token and appid is None:
            raise ProbeError(
                "--with-stable-token needs --appid and --secret too.",
                "--with-stable-token 还需要 --appid 和 --secret。",
            )
        bare = parts.scheme == "http" and not is_loopback(parts.hostname or "")
        if bare and (secret or access_token):
            raise ProbeError(
                f"{host} would get a secret that everybody on the way can read; "
                "write https://.",
                f"发往 {host} 的密钥途中人人可读；请用 https://。",
            )
        return cls(
            url=f"{parts.scheme}://{parts.netloc}",
            appid=appid,
            secret=secret,
            access_token=access_token,
            with_stable_token=with_stable_token,
        )

    @property
    def values(self) -> dict[str, str]:
        """Return what the placeholders of questions stand for."""
        given = {
            "appid": self.appid,
            "secret": self.secret,
            "access_token": self.access_token,
        }
        return {name: value for name, value in given.items() if value is not None}

    def may_ask(self, question: Question) -> bool:
        """Tell whether everything that a question needs was given."""
        return {
            "": True,
            APP: self.appid is not None,
            TOKEN: self.access_token is not None,
            STABLE: self.with_stable_token,
        }[question.needs]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same there and here."""

    aspect: str
    there: str
    here: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a question; the texts are masked."""

    question: Question
    verdict: str
    differences: tuple[Difference, ...] = ()
    there: str = ""
    here: str = ""
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        """Shape it for programs."""
        asked = self.question
        return {
            "question": asked.name,
            "about": {"en": asked.en, "zh": asked.zh},
            "method": asked.method,
            "path": asked.path,
            "verdict": self.verdict,
            "differences": [
                {"aspect": each.aspect, "there": each.there, "here": each.here}
                for each in self.differences
            ],
            "there": self.there,
            "here": self.here,
            "failure": self.failure or None,
        }


def findings(
    probe: Probe, *, pause: float = PAUSE, timeout: float = 5.0
) -> Iterator[Finding]:
    """Ask every question that may be asked, there and here, and tell what came."""
    questions = [each for each in QUESTIONS if probe.may_ask(each)]
    rest, silent, failure = threading.Event(), 0, ""
    with MockServer(_settings(probe)) as mock:
        values_here = {**probe.values, "access_token": _token_of(mock, probe)}
        for question in questions:
            if silent == GIVES_UP_AFTER:
                yield Finding(question, UNASKED, failure=failure)
                continue
            there = send(question.put(probe.url, probe.values), timeout=timeout)
            here = send(question.put(mock.url, values_here), timeout=timeout)
            found = compared(question, there, here, probe.values)
            silent, failure = (silent + 1 if there.failure else 0), found.failure
            yield found
            rest.wait(pause)


def compared(
    question: Question, there: Incoming, here: Incoming, secrets: Mapping[str, str]
) -> Finding:
    """Tell what of two answers is not the same."""
    failure = there.failure or here.failure
    if failure:
        return Finding(question, UNASKED, failure=_shown(failure, secrets))
    seen_there, seen_here = aspects(there), aspects(here)
    differences = tuple(
        Difference(
            aspect,
            _shown(seen_there[aspect], secrets),
            _shown(seen_here[aspect], secrets),
        )
        for aspect in question.compares
        if aspect in seen_there.keys() & seen_here.keys()
        and seen_there[aspect] != seen_here[aspect]
    )
    return Finding(
        question,
        DIFFERS if differences else AGREED,
        differences,
        _shown(masked(there.body), secrets),
        _shown(masked(here.body), secrets),
    )


def _split(host: str) -> SplitResult:
    """Read an address that is a scheme, a host and perhaps a port, nothing more."""
    try:
        parts = urlsplit(host)
        _ = parts.port  # It is read only now, and may be no number.
    except ValueError:
        parts = urlsplit("")
    rest = (parts.username, parts.path.strip("/"), parts.query, parts.fragment)
    clean = host.isascii() and host.isprintable() and " " not in host
    if parts.scheme in ("http", "https") and parts.hostname and clean and not any(rest):
        return parts
    raise ProbeError(
        f"--host {host!r} is no address; write https://HOST.",
        f"--host {host!r} 不是地址；请写成 https://HOST。",
    )


def _settings(probe: Probe) -> Settings:
    """Return the settings of a mock that has the same app, and else our defaults."""
    if probe.appid is None:
        return Settings()
    app = {"appid": probe.appid, "secret": probe.secret}
    return replace(Settings(), world=StartingWorld(mini_programs=(app,)))


def _token_of(mock: MockServer, probe: Probe) -> str:
    """Return an access_token that is to our mock what the given one is to the host."""
    issued = mock.wechat.access_token.get_access_token(
        grant_type="client_credential",
        appid=probe.appid or DEFAULT_APPID,
        secret=probe.secret or DEFAULT_SECRET,
        ip="127.0.0.1",
    )
    return issued.access_token


def _shown(text: str, values: Mapping[str, str]) -> str:
    """Cut what is long, on one line, and without a secret that came back."""
    for name in values.keys() & {"secret", "access_token"}:
        value = values[name]
        for written in (value, quote_plus(value)):
            text = text.replace(written, mask(value))
    text = " ".join(text.split())
    text = "".join(each if each.isprintable() else "?" for each in text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
