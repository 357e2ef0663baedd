"""What is said after a command: what it asked WeChat, and what went elsewhere."""

import sys
import threading
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.finding import Said
from mockwx.domain.errors import lookup
from mockwx.domain.exchange import Exchange
from mockwx.domain.findings import Finding as Loop
from mockwx.domain.findings import retry_loops
from mockwx.launch import cures
from mockwx.launch.onlooker import Sighting
from mockwx.launch.onlooker import guess
from mockwx.launch.strays import Stray
from mockwx.listeners.mishaps import Mishaps
from mockwx.secrecy.harmless import harmless
from mockwx.secrecy.looks import covered_words
from mockwx.services.diagnosis import Watch
from mockwx.wechat import WeChat


_MOST_NAMES = 5


_MOST_ROWS = 500
"""More different calls are counted together: a fuzzer asks for ever new paths."""

OTHER_PATHS = "(other paths)"


class Tally:
    """Counts what WeChat is asked for; tests that clear the journal do not clear it."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()

    def hear(self, exchange: Exchange) -> None:
        """Count a call."""
        row = exchange.method, exchange.path, _outcome(exchange)
        with self._lock:
            if row not in self.counts and len(self.counts) >= _MOST_ROWS:
                row = "*", OTHER_PATHS, row[2]
            self.counts[row] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that there is to say about a command that has ended."""

    command: Sequence[str]
    tally: Tally
    sightings: Sequence[Sighting] = ()
    strays: Sequence[Stray] = ()
    mishaps: Mishaps = field(default_factory=Mishaps)
    loops: Sequence[Loop] = ()
    findings: Sequence[Finding] = ()
    isolated: bool = False
    others: Mapping[str, int] = field(default_factory=dict)
    """Who else was asked for in a network in which nobody else is."""

    def lines(self) -> Iterator[str]:
        """Say it to people; each sentence in English, then in Chinese.

        What anybody asked for is in it: no line can act on a terminal.
        """
        yield from map(harmless, self._lines())

    def _lines(self) -> Iterator[str]:
        calls = self.tally.counts.total()
        noun = "call" if calls == 1 else "calls"
        stop, stop_zh = (":", "：") if calls else (".", "。")
        yield f"mockwx: {calls} {noun} reached WeChat{stop}"
        yield f"mockwx：{calls} 次调用到达微信{stop_zh}"
        for (method, path, outcome), count in sorted(self.tally.counts.items()):
            means = _meaning(outcome)
            yield f"mockwx: {count:6}  {method:4} {path}  {outcome}{means}"
        for notice in self.notices():
            yield f"mockwx: {notice.en}"
            yield f"mockwx：{notice.zh}"
        for finding in self.findings:
            yield f"mockwx: {finding.cause} ({finding.certainty}): {finding.message.en}"
            yield f"mockwx:     {finding.cure.en}"
            yield f"mockwx：    {finding.message.zh}"
            yield f"mockwx：    {finding.cure.zh}"

    def as_json(self, status: int) -> dict[str, object]:
        """Shape it for programs."""
        return {
            "command": covered_words(self.command),
            "status": status,
            "calls": [
                {"method": method, "path": path, "outcome": outcome, "count": count}
                for (method, path, outcome), count in sorted(self.tally.counts.items())
            ],
            "runtimes": [
                {"runtime": each.runtime, "program": each.program}
                for each in self._ran()
            ],
            "notices": [each.as_json() for each in self.notices()],
            "findings": [each.as_json() for each in self.findings],
        }

    def notices(self) -> Iterator[Said]:
        """Say what went elsewhere or failed on its way here, with the cure for it."""
        yield from (Said(loop.en, loop.zh) for loop in self.loops)
        yield from self._disbelieved()
        for reason, count in self.mishaps.failed.items():
            yield Said(
                f"{_capital(_times(count))} a connection to our HTTPS failed "
                f"({reason}); speak TLS 1.2 or newer there.",
                f"本机 HTTPS 的 {count} 次连接失败：{reason}；请用 TLS 1.2 及以上。",
            )
        for host, count in self.mishaps.outside.items():
            yield Said(
                f"{host} was asked {_times(count)} and is not the mock: "
                "it went to the real one, through the proxy.",
                f"{host} 被请求 {count} 次，mock 不应答它：已由代理到达真实的服务器。",
            )
        yield from self._passed_by()

    def _disbelieved(self) -> Iterator[Said]:
        count = self.mishaps.distrusted
        if not count:
            return
        yield Said(
            f"{_capital(_times(count))} a client came to our HTTPS and left: "
            "it does not trust the mock's certificate authority.",
            f"有 {count} 次客户端连上本机 HTTPS 后离开：它不信任 mock 的证书颁发机构。",
        )
        for runtime in _each(each.runtime for each in self._ran()) or [""]:
            cure = cures.DISBELIEVED.get(runtime, cures.ANY_DISBELIEVED)
            title = cures.TITLES.get(runtime)
            yield Said(
                f"For {title}: {cure.en}." if title else f"{_capital(cure.en)}.",
                f"{title}：{cure.zh}。" if title else f"{cure.zh}。",
            )

    def _passed_by(self) -> Iterator[Said]:
        if self.isolated:
            yield from self._shut_out()
            return
        for stray in self.strays:
            yield _stray(stray)
        seen = {stray.who for stray in self.strays}
        # One that lost its environment may go elsewhere while others come.
        for each in self._ran():
            if each.untold and each not in seen:
                yield _untold(each)
        if self.tally.counts or self.mishaps.distrusted or seen:
            return
        told = [each for each in self._ran() if not each.untold]
        for each in told if self._ran() else [Sighting("", self.command[0])]:
            yield _perhaps(each)

    def _shut_out(self) -> Iterator[Said]:
        """Say whom a command in a network of its own asked for in vain."""
        if self.others:
            names = ", ".join(list(self.others)[:_MOST_NAMES])
            more = len(self.others) - _MOST_NAMES
            and_more = f" and {more} more" if more > 0 else ""
            zh_more = f" 等 {len(self.others)} 个" if more > 0 else ""
            yield Said(
                f"With --netns nobody else is there; it asked for {names}{and_more}: "
                "leave --netns out if it needs them.",
                f"--netns 之下没有别的主机，而它请求过 {names}{zh_more}："
                "若需要它们，请去掉 --netns。",
            )
        elif not self.tally.counts and not self.mishaps.distrusted:
            yield Said(
                f"{self.command[0]} could reach nobody else (--netns).",
                f"{self.command[0]} 也无法到达别处（--netns）。",
            )

    def _ran(self) -> list[Sighting]:
        """Say who ran; where nobody could be seen, the command's words are a guess."""
        guessed = None if self.sightings else guess(self.command)
        seen = [*self.sightings, *([guessed] if guessed else [])]
        # `go` and its compiler are Go too: one word on each is enough.
        return list({(each.runtime, each.untold): each for each in seen}.values())


def findings(worlds: Iterable[WeChat]) -> Iterator[Finding]:
    """Say what the doctor sees in the journals, each cause once."""
    found: dict[str, Finding] = {}
    for world in worlds:
        watch = Watch(world.doctor)
        for exchange in world.journal.tail():
            diagnosis = watch.diagnosis(exchange)
            for finding in diagnosis.findings if diagnosis else ():
                found.setdefault(finding.cause, finding)
    yield from found.values()


def loops(worlds: Iterable[WeChat]) -> Iterator[Loop]:
    """Say what was asked again and again without success, in each world."""
    for world in worlds:
        yield from retry_loops(world.journal.tail())


def _stray(stray: Stray) -> Said:
    who = stray.who
    title = cures.TITLES[who.runtime]
    cause = cures.PASSED_BY.get(who.runtime, cures.ANY_PASSED_BY)
    way, way_zh = _netns()
    return Said(
        f"{title} ({who.program}) went past the mock to {stray.host} itself "
        f"({stray.address}): perhaps {cause.en}; set its base URL to what MOCKWX_URL "
        f"says{way}.",
        f"{title}（{who.program}）绕过 mock，连到了真实的 {stray.host}"
        f"（{stray.address}）：可能是因为{cause.zh}；"
        f"请把它的基础地址设为 MOCKWX_URL 的值{way_zh}。",
    )


def _untold(who: Sighting) -> Said:
    title = cures.TITLES[who.runtime]
    way, way_zh = _netns()
    return Said(
        f"{title} ({who.program}) was started without our {who.untold}, as by env -i, "
        f"sudo or a parent that makes an env of its own: pass it on{way}.",
        f"{title}（{who.program}）启动时没有我们的 {who.untold}（env -i、sudo，"
        f"或父进程另给了 env）：请把它传下去{way_zh}。",
    )


def _perhaps(who: Sighting) -> Said:
    """Guess why nothing came from it, and say how to make it come."""
    cause = cures.PASSED_BY.get(who.runtime, cures.ANY_PASSED_BY)
    if who.alone:
        cause = Said(
            f"{who.alone} kept our hook out, and its client ignores HTTPS_PROXY",
            f"{who.alone} 使我们的钩子没有加载，而客户端不理会 HTTPS_PROXY",
        )
    way, way_zh = _netns()
    title = cures.TITLES.get(who.runtime)
    name = f"{title} ({who.program})" if title else who.program
    name_zh = f" {title}（{who.program}）" if title else f" {who.program} "
    return Said(
        f"If {name} made any, perhaps {cause.en}; "
        f"set its base URL to what MOCKWX_URL says{way}.",
        f"如果{name_zh}调用了微信，可能是因为{cause.zh}；"
        f"请把它的基础地址设为 MOCKWX_URL 的值{way_zh}。",
    )


def _netns() -> tuple[str, str]:
    if sys.platform != "linux":
        return "", ""
    return ", or try --netns", "，或试试 --netns"


def _outcome(exchange: Exchange) -> str:
    if exchange.errcode is None:
        return f"HTTP {exchange.status}"
    return f"errcode {exchange.errcode}" if exchange.errcode else "ok"


def _meaning(outcome: str) -> str:
    """Return WeChat's own text of an errcode, where it is known."""
    word, _, code = outcome.partition(" ")
    known = lookup(int(code)) if word == "errcode" else None
    return f"  {known.errmsg}" if known else ""


def _each(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
