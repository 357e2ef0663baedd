"""Where a recording comes from: a running mock's journal, or a file of it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from typing import TypeAlias

from simulator.foreign_json import parsed
from simulator.ports import SimulatorError
from simulator.ports import WeChat


Exchange: TypeAlias = dict[str, Any]

_LOOK_AGAIN = 0.3
_KINDS = ("any", "act")
# What a supervisor sends, and a terminal that closes; Windows knows only the first.
_ENDING = ("SIGTERM", "SIGHUP")


def read_file(path: Path) -> list[Exchange]:
    """Read what GET /_mockwx/api/exchanges answered, or its entries a line each."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SimulatorError(
            f"{path} cannot be read: {error}.", f"无法读取 {path}：{error}。"
        ) from error
    found = _entries(text)
    if found is None or not all(map(_is_exchange, found)):
        raise SimulatorError(
            f"{path} is no journal: save GET /_mockwx/api/exchanges?kind=any there, or "
            "its entries a line each.",
            f"{path} 不是交互记录：请保存 GET /_mockwx/api/exchanges?kind=any 的结果，"
            "或每行一条记录。",
        )
    return sorted(found, key=_number)


def follow(
    wechat: WeChat,
    *,
    idle: float | None,
    everything: bool = False,
    ready: Callable[[], object] = lambda: None,
) -> list[Exchange]:
    """Collect what happens until Ctrl-C, or until nothing did for so many seconds.

    A signal that would end us is as good as Ctrl-C: what was played is kept.
    """
    pause = threading.Event()
    since = 0 if everything else _last(_news(wechat, 0), 0)
    found: list[Exchange] = []
    quiet = 0.0
    try:
        with _interrupted_by_signals():
            ready()
            while idle is None or quiet < idle:
                news = _news(wechat, since)
                since = _last(news, since)
                found += news
                quiet = 0.0 if news else quiet + _LOOK_AGAIN
                pause.wait(_LOOK_AGAIN)
    except KeyboardInterrupt:
        found += _news(wechat, since)
    return found


@contextlib.contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Take signals that would end us for Ctrl-C, as far as nobody ignores them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {
        number: signal.signal(number, _interrupt)
        for number in numbers
        if signal.getsignal(number) == signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _news(wechat: WeChat, since: int) -> list[Exchange]:
    """Ask for both at once as far as that goes: acts are shown to nobody else."""
    found: list[Exchange] = []
    for kind in _KINDS:
        asked = {"kind": kind, "since": since}
        found += wechat.control("GET", "exchanges", asked).get("exchanges", [])
    return sorted(found, key=_number)


def _last(found: Iterable[Exchange], before: int) -> int:
    return max([before, *map(_number, found)])


def _number(exchange: Exchange) -> int:
    return int(exchange["number"])


def _entries(text: str) -> list[Any] | None:
    """Return the entries of a journal, which may have none; None if it is none."""
    try:
        whole = parsed(text)
    except ValueError:
        return _lines(text) or None
    if isinstance(whole, dict):
        whole = whole.get("exchanges", [whole])
    return list(whole) if isinstance(whole, list) else None


def _lines(text: str) -> list[Any]:
    """Read JSON lines, or what the event stream sent."""
    found: list[Any] = []
    for line in text.splitlines():
        entry = line.removeprefix("data:").strip()
        if not entry.startswith("{"):
            continue
        try:
            found.append(parsed(entry))
        except ValueError:
            return []
    return found


def _is_exchange(entry: object) -> bool:
    return isinstance(entry, dict) and {"number", "kind", "request"} <= entry.keys()
