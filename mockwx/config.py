"""Settings of one mock: from options, from the environment, or the defaults here."""

import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import fields
from pathlib import Path
from typing import Any


DEFAULT_APPID = "wx6d6f636b77780001"
DEFAULT_SECRET = "6d6f636b77786d6f636b77786d6f636b"  # "mockwx" in hex
DEFAULT_SEED = 7778

ENVIRONMENT_PREFIX = "MOCKWX_"

POLICIES = ("docs", "strict", "calm")
LOCALES = ("zh_CN", "en_US")
ERRMSG_SUFFIXES = ("none", "rid", "hints")
SNS_CONTENT_TYPES = ("text/plain", "application/json")
# Not a typo of ours: WeChat writes `encoding=` where `charset=` would be right. Until
# 2017 the errors came as text/plain.
JSON_CONTENT_TYPES = (
    "application/json; encoding=utf-8",
    "application/json",
    "text/plain",
)

_CHOICES = {
    "policy": POLICIES,
    "locale": LOCALES,
    "errmsg_suffix": ERRMSG_SUFFIXES,
    "sns_content_type": SNS_CONTENT_TYPES,
    "json_content_type": JSON_CONTENT_TYPES,
}
_RANGES = {
    "port": range(65_536),
    "tls_port": range(65_536),
    "proxy_port": range(65_536),
    "seed": range(2**64),
    "freeze": range(2**32),
    "journal_size": range(1, 1_000_001),
    "history_days": range(1, 3_651),
    "max_body": range(1_024, 2**30 + 1),
}
MEMORY = "memory:"
_STORE = re.compile(r"memory:|sqlite:///.+|rediss?://.+|unix:///.+")
_TOKEN = re.compile(r"[!-~]+")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class SettingsError(ValueError):
    """A setting that cannot be used: its name, and what it would have to be."""

    def __init__(self, name: str, rule: str, rule_zh: str) -> None:
        super().__init__(f"{name} {rule}")
        self.name = name
        self.rule = rule
        self.rule_zh = rule_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingWorld:
    """What a world begins with beside the default app: bodies for the control API."""

    mini_programs: tuple[Mapping[str, object], ...] = ()
    users: tuple[Mapping[str, object], ...] = ()
    faults: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be chosen before the mock starts."""

    host: str = "127.0.0.1"
    port: int = 7778
    tls: bool = False
    tls_port: int = 7443
    proxy: bool = False
    proxy_port: int = 7777
    seed: int | None = None
    policy: str = "docs"
    locale: str = "zh_CN"
    token: str | None = field(default=None, repr=False)
    errmsg_suffix: str = "rid"
    sns_content_type: str = "text/plain"
    json_content_type: str = JSON_CONTENT_TYPES[0]
    escape_slash: bool = False
    escape_oauth_slash: bool = True
    journal_size: int = 10_000
    history_days: int = 90
    """Three times the longest life of anything WeChat hands out."""
    max_body: int = 1_048_576
    freeze: int | None = None
    store: str = MEMORY
    world: StartingWorld = StartingWorld()

    def __post_init__(self) -> None:
        """Refuse a value that would only fail later."""
        for each in fields(self):
            _refuse_wrong_type(each.name, getattr(self, each.name), each.type)
        for name, choices in _CHOICES.items():
            _refuse_unless_chosen(name, getattr(self, name), choices)
        for name, allowed in _RANGES.items():
            _refuse_outside(name, getattr(self, name), allowed)
        if not self.host:
            raise SettingsError(
                "host",
                "must not be empty; use 127.0.0.1.",
                "不能为空；可用 127.0.0.1。",
            )
        if not _STORE.fullmatch(self.store):
            raise SettingsError(
                "store",
                "must be memory:, sqlite:///FILE or redis://HOST:PORT/DATABASE, "
                f"not {self.store!r}.",
                "必须是 memory:、sqlite:///FILE 或 redis://HOST:PORT/DATABASE，"
                f"不能是 {self.store!r}。",
            )
        if self.token is not None and not _TOKEN.fullmatch(self.token):
            raise SettingsError(
                "token",
                "must be printable ASCII characters without blanks.",
                "必须是可打印的 ASCII 字符，不含空格。",
            )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the MOCKWX_* variables of a mapping; what it lacks has its default."""
        chosen: dict[str, Any] = {}
        for each in fields(cls):
            if each.name == "world":
                continue  # MOCKWX_WORLD names a file, which mockwx.seed reads.
            variable = ENVIRONMENT_PREFIX + each.name.upper()
            if text := environ.get(variable, ""):
                chosen[each.name] = _read(variable, text, kind=str(each.type))
        return cls(**chosen)

    @property
    def people_seed(self) -> int:
        """Return the seed of people and ids, which are the same without a seed too."""
        return DEFAULT_SEED if self.seed is None else self.seed

    @property
    def has_doors(self) -> bool:
        """Tell whether calls come in by other ways than plain HTTP too."""
        return self.tls or self.proxy

    @property
    def on_loopback(self) -> bool:
        """Tell whether only this machine can reach the mock."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this machine alone."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_wildcard(host: str) -> bool:
    """Tell whether a host means every address of this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def _refuse_unless_chosen(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        listed = ", ".join(choices)
        raise SettingsError(
            name,
            f"must be one of {listed}, not {value!r}.",
            f"必须是其中之一：{listed}；不能是 {value!r}。",
        )


def _refuse_wrong_type(name: str, value: object, kind: Any) -> None:
    """Refuse what is neither text, nor a switch, nor a world where that is wanted.

    Numbers are refused with their bounds.
    """
    if kind is bool and type(value) is not bool:
        rule, rule_zh = "True or False", " True 或 False"
    elif kind in (str, str | None) and not isinstance(value, kind):
        rule, rule_zh = "text", "文本"
    elif kind is int and value is None:
        rule, rule_zh = "a whole number", "整数"
    elif kind is StartingWorld and not isinstance(value, StartingWorld):
        rule = "a StartingWorld, as mockwx.seed.load(FILE).world is"
        rule_zh = " StartingWorld，如 mockwx.seed.load(FILE).world"
    else:
        return
    # What was given is not shown: a token may be meant, and is no text.
    raise SettingsError(name, f"must be {rule}.", f"必须是{rule_zh}。")


def _refuse_outside(name: str, value: int | None, allowed: range) -> None:
    if value is None:
        return
    if type(value) is not int or value not in allowed:
        raise SettingsError(
            name,
            f"must be a whole number from {allowed.start} to {allowed.stop - 1},"
            f" not {value!r}.",
            f"必须是 {allowed.start} 到 {allowed.stop - 1} 之间的整数，"
            f"不能是 {value!r}。",
        )


def _read(variable: str, text: str, *, kind: str) -> str | int | bool:
    """Turn the text of a variable into what its field holds."""
    if "bool" in kind:
        return _read_bool(variable, text)
    if "int" in kind:
        return _read_int(variable, text)
    return text


def _read_bool(variable: str, text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise SettingsError(
        variable,
        f"must be 1 or 0, not {text!r}.",
        f"必须是 1 或 0，不能是 {text!r}。",
    )


def _read_int(variable: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SettingsError(
            variable,
            f"must be a whole number, not {text!r}.",
            f"必须是整数，不能是 {text!r}。",
        ) from None


def environ_with(**changes: str) -> dict[str, str]:
    """Return this process's environment with some variables changed."""
    return {**os.environ, **changes}


def data_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return where files of this user's installation live, by each system's custom."""
    if chosen := environ.get(ENVIRONMENT_PREFIX + "DATA"):
        return Path(chosen).absolute()
    if platform == "win32":
        home = environ.get("LOCALAPPDATA")
        return (Path(home) if home else Path.home() / "AppData" / "Local") / "mockwx"
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "mockwx"
    home = environ.get("XDG_DATA_HOME", "")
    # The specification has relative ones ignored.
    kept = Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "share"
    return kept / "mockwx"
