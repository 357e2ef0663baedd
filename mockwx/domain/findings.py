"""What a row of exchanges shows to somebody who looks at all of them.

A retry is sound; a loop is not. WeChat answers the same error to the same question for
ever, and some SDKs ask until their stack or the quota is used up: that is named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mockwx.domain.errors import lookup
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange


RETRY_LOOP = "retry_loop"

# A question is the same with another token: careful SDKs fetch one and ask again.
_TOKEN = re.compile(rb"(?:component_)?access_token=[^&]*&?")

LOOP_LENGTH = 4
"""One call and the three retries that careful SDKs allow themselves are no loop."""

LOOP_PAUSE_MS = 10_000
"""Calls further apart than this are no longer one loop."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know, with the exchanges that prove it."""

    finding: str
    path: str
    appid: str
    errcode: int
    first: int
    last: int
    count: int

    def as_json(self) -> dict[str, object]:
        """Shape the finding for the control API, in words too."""
        return {
            "finding": self.finding,
            "path": self.path,
            "appid": self.appid,
            "errcode": self.errcode,
            "count": self.count,
            "first": self.first,
            "last": self.last,
            "message": {"en": self.en, "zh": self.zh},
        }

    @property
    def en(self) -> str:
        """Say it in English."""
        code = lookup(self.errcode)
        return (
            f"{self.path} was asked {self.count} times in a row and answered "
            f"{self.errcode} ({code.errmsg if code else ''}) each time: a retry loop. "
            "Retry once, then report the error."
        )

    @property
    def zh(self) -> str:
        """Say it in Chinese."""
        code = lookup(self.errcode)
        return (
            f"{self.path} 连续被调用 {self.count} 次，每次都返回 "
            f"{self.errcode}（{code.zh if code else ''}）：这是重试死循环。"
            "请最多重试一次，然后报告错误。"
        )


def retry_loops(exchanges: Iterable[Exchange]) -> list[Finding]:
    """Find calls repeated without success, oldest first.

    A success of the same question ends a loop, and so does a pause; what the same app
    asks besides in between (a new token, or about somebody else) does not.
    """
    running: dict[tuple[str, str, bytes, bytes], list[Exchange]] = {}
    ended: list[list[Exchange]] = []
    for exchange in exchanges:
        if exchange.kind != SERVER:
            continue
        query = _TOKEN.sub(b"", exchange.query)
        key = (exchange.path, exchange.appid, query, exchange.request_body)
        row = running.get(key, [])
        if row and not _goes_on(row[-1], exchange):
            ended.append(running.pop(key))
        if exchange.errcode:
            running.setdefault(key, []).append(exchange)
    rows = [row for row in (*ended, *running.values()) if len(row) >= LOOP_LENGTH]
    return sorted((_finding(row) for row in rows), key=lambda each: each.first)


def _goes_on(before: Exchange, after: Exchange) -> bool:
    return (
        before.errcode == after.errcode and after.at_ms - before.at_ms <= LOOP_PAUSE_MS
    )


def _finding(row: list[Exchange]) -> Finding:
    return Finding(
        finding=RETRY_LOOP,
        path=row[0].path,
        appid=row[0].appid,
        errcode=row[0].errcode or 0,
        first=row[0].number,
        last=row[-1].number,
        count=len(row),
    )
