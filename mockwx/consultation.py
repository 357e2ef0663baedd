"""What `mockwx doctor` does: reads values, asks the doctor here or there, prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler
from urllib.request import Request
from urllib.request import build_opener

from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.question import read_question
from mockwx.domain.control import ControlError
from mockwx.domain.refusal import RefusalError
from mockwx.secrecy.lookout import LOOKOUT


Answer = dict[str, Any]

STDIN = "-"
TIMEOUT_SECONDS = 10


class ConsultationError(RefusalError, ValueError):
    """A question that cannot be asked; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Door:
    """A running mock, and what opens it."""

    url: str
    headers: Mapping[str, str]

    @classmethod
    def at(
        cls, server: str | None, world: str | None, token: str | None
    ) -> Door | None:
        """Return the door of a mock, or None if none is named."""
        if server is None:
            return None
        if urlsplit(server).scheme not in ("http", "https"):
            raise ConsultationError(
                f"--server {server!r} is no address; write http://HOST:PORT.",
                f"--server {server!r} 不是地址；请写成 http://HOST:PORT。",
            )
        headers = {"Content-Type": "application/json"}
        if world:
            headers["X-Mockwx-World"] = world
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return cls(server.rstrip("/"), headers)


def consult(
    given: Mapping[str, str], *, path: str | None = None, door: Door | None = None
) -> Answer:
    """Return the diagnosis of what a file and the options say; options win."""
    question = {**(_from_file(path) if path else {}), **given}
    if not question:
        raise ConsultationError(
            "nothing to look at; give values such as --session-key, --iv and "
            "--encrypted-data, or --file.",
            "没有可诊断的内容；请给出 --session-key、--iv、--encrypted-data 等值，"
            "或用 --file。",
        )
    for name, value in question.items():
        where = "mockwx doctor" if name in given else str(path)
        LOOKOUT.cover(f"{name}: {value}", where)
    if door is not None:
        return _ask(door, question)
    try:
        return diagnose(read_question(question)).as_json()
    except ControlError as error:
        raise ConsultationError(error.message, error.message_zh) from None


def lines(answer: Answer, lang: str) -> Iterator[str]:
    """Write a diagnosis for people."""
    if answer["ok"]:
        yield _WORDS[lang]["ok"]
    for finding in answer["findings"]:
        certainty = _WORDS[lang][finding["certainty"]]
        yield f"{finding['cause']} ({certainty})"
        yield f"  {finding['message'][lang]}"
        for said in finding["evidence"]:
            yield f"  · {said[lang]}"
        yield f"  → {finding['cure'][lang]}"
    if answer["needs"]:
        yield _WORDS[lang]["needs"]
    for said in answer["needs"]:
        yield f"  · {said[lang]}"
    if answer["plaintext"] is not None:
        yield _WORDS[lang]["plaintext"]
        yield f"  {json.dumps(answer['plaintext'], ensure_ascii=False)}"


_WORDS = {
    "en": {
        "ok": "nothing is wrong: the values given agree.",
        "proved": "proved",
        "likely": "likely",
        "possible": "possible",
        "needs": "to say more, the doctor needs:",
        "plaintext": "inside:",
    },
    "zh": {
        "ok": "没有问题：给出的值彼此一致。",
        "proved": "已证实",
        "likely": "很可能",
        "possible": "可能",
        "needs": "要得出更确定的结论，还需要：",
        "plaintext": "内容：",
    },
}


def _from_file(path: str) -> dict[str, Any]:
    try:
        octets = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise ConsultationError(
            f"--file {path} cannot be read ({error.strerror}); give a JSON file or -.",
            f"无法读取 --file {path}（{error.strerror}）；请给出 JSON 文件或 -。",
        ) from None
    try:
        found = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise ConsultationError(
            f"--file {path} is not JSON ({error}).",
            f"--file {path} 不是 JSON（{error}）。",
        ) from None
    if not isinstance(found, dict):
        raise ConsultationError(
            f"--file {path} must hold a JSON object.",
            f"--file {path} 里必须是一个 JSON 对象。",
        )
    return found


def _ask(door: Door, question: Mapping[str, object]) -> Answer:
    """Ask a running mock; no proxy stands between us and it."""
    request = Request(
        f"{door.url}/_mockwx/api/doctor",
        data=json.dumps(question).encode(),
        headers=dict(door.headers),
    )
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            octets = response.read()
    except HTTPError as error:
        with error:
            octets = error.read()
        raise _refusal(door, error.code, octets) from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise ConsultationError(
            f"no mock answers at {door.url} ({reason}); start one with "
            "'mockwx serve', or leave --server out.",
            f"{door.url} 没有 mock 应答（{reason}）；请先运行 'mockwx serve'，"
            "或去掉 --server。",
        ) from None
    return _answer(door, octets)


def _answer(door: Door, octets: bytes) -> Answer:
    try:
        found = json.loads(octets)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found.keys() >= {"ok", "findings"}:
        raise ConsultationError(
            f"{door.url} is no mockwx, or an older one; it gave no diagnosis.",
            f"{door.url} 不是 mockwx，或版本较旧；它没有给出诊断。",
        )
    return {"plaintext": None, "needs": [], **found}


def _refusal(door: Door, status: int, octets: bytes) -> ConsultationError:
    try:
        said = json.loads(octets)["error"]
        return ConsultationError(
            f"{door.url} refused: {said['message']}",
            f"{door.url} 拒绝了：{said['message_zh']}",
        )
    except (ValueError, KeyError, TypeError):
        return ConsultationError(
            f"{door.url} is no mockwx: it answered HTTP {status}.",
            f"{door.url} 不是 mockwx：它回答了 HTTP {status}。",
        )
