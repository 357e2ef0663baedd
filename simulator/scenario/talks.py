"""Steps that talk to the backend: wx.request, and the calls of a backend file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulator.device import Device
from simulator.events import HttpTalk
from simulator.expressions import MissingError
from simulator.mapping import Call
from simulator.mapping import kept
from simulator.mapping import question
from simulator.scenario.turn import Played
from simulator.scenario.turn import Turn
from simulator.speech.masking import mask_text
from simulator.wx import WxError
from simulator.wx.request import RequestResult


BACKEND = "backend."

_MOVED = (
    "the {} was moved on from {}: write the path as the backend has it, with or "
    "without the slash at its end; a POST that is moved on loses its body"
)


SENDING_HINTS = (
    "enableHttp2",
    "enableQuic",
    "enableCache",
    "enableHttpDNS",
    "httpDNSServiceId",
    "forceCellularNetwork",
)
"""What wx.request may be told of the way a request takes: it changes nothing here."""


def play_request(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    named = {
        snake_case(name): value
        for name, value in arguments.items()
        if name not in SENDING_HINTS
    }
    url = str(named.pop("url"))
    if url.startswith("/") and turn.stage.backend is not None:
        url = turn.stage.backend.base_url + url
    try:
        result = turn.device.wx.request(url, **named)
    except WxError as error:
        return _no_answer(error)
    return Played(True, answer_view(result), talk=_talk(result))


def play_call(turn: Turn, call: Call, arguments: Mapping[str, Any]) -> Played:
    """Play a call of the backend file, judge the answer and keep what is to be kept."""
    file, backend = turn.stage.file, turn.stage.backend
    if file is None or backend is None:
        return Played(False, {}, ("no backend file is given; use --backend FILE",))
    try:
        asked = question(
            file, call, {**turn.scope, **arguments}, base_url=backend.base_url
        )
    except MissingError as error:
        return Played(False, {}, (f"{BACKEND}{call.name} needs more: {error}",))
    if call.pace is not None:
        turn.stage.pacing.wait(call.name, call.pace)
    try:
        result = turn.device.wx.request(
            asked.url,
            data=asked.data,
            method=asked.method,
            header=asked.header,
            timeout=turn.timeout or asked.timeout,
            redirect=asked.redirect,
        )
    except WxError as error:
        return _no_answer(error)
    answer = answer_view(result)
    reasons = call.judgement.reasons(answer)
    if not reasons:
        found, reasons = kept(file, call, answer)
        reasons += _store(turn.device, found, call.forget)
    if reasons and result.redirects:
        reasons += (_MOVED.format(result.sent.method, result.redirects[0]),)
    return Played(not reasons, answer, reasons, _talk(result))


def answer_view(result: RequestResult) -> dict[str, object]:
    """Give paths something to stand on: WeChat's object, and a few views of it."""
    return {
        **result.answer,
        "header": result.header,
        "cookie": _cookies(result.cookies),
        "text": result.text,
        "redirects": list(result.redirects),
    }


def _no_answer(error: WxError) -> Played:
    why = f" ({error.detail})" if error.detail else ""
    return Played(False, error.answer, (error.err_msg + why,))


def _store(
    device: Device, found: Mapping[str, object], forget: tuple[str, ...]
) -> tuple[str, ...]:
    try:
        for name, value in found.items():
            device.wx.set_storage_sync(name, value)
    except WxError as error:
        return (error.err_msg,)
    for name in forget:
        device.wx.remove_storage_sync(name)
    return ()


def _cookies(lines: tuple[str, ...]) -> dict[str, str]:
    pairs = (line.partition(";")[0].partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _talk(result: RequestResult) -> HttpTalk:
    sent = result.sent
    return HttpTalk(
        method=sent.method,
        url=mask_text(sent.url),
        headers=tuple((name, mask_text(value)) for name, value in sent.headers),
        body=mask_text(sent.body.decode("utf-8", "replace")),
        status=result.status_code,
        response_headers=tuple(
            (name, mask_text(value)) for name, value in result.header.items()
        ),
        response_body=mask_text(result.text),
        redirects=tuple(map(mask_text, result.redirects)),
    )


def snake_case(name: str) -> str:
    """Write an argument's name as Python does."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
