"""Write a sketch as the two files that somebody edits next."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping

from simulator.expressions import look_ups
from simulator.sketch.model import EDIT
from simulator.sketch.model import CallSketch
from simulator.sketch.model import Sketch


# What YAML reads as the same text without quotes, in a block.
_BARE = re.compile(
    r"[A-Za-z/](?:[\w./${} -]|:(?! ))*[\w/}]|[A-Za-z/]|\$\{[\w.]+\}", re.ASCII
)
_NOT_BARE = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")

# What a step gives for each argument that a call takes, and the step that makes it.
_FROM: Mapping[str, tuple[str, str]] = {
    "code": ("login", "code"),
    "phoneCode": ("tapped", "code"),
    "encryptedData": ("profile", "encryptedData"),
    "iv": ("profile", "iv"),
    "rawData": ("profile", "rawData"),
    "signature": ("profile", "signature"),
    "userInfo": ("profile", "userInfo"),
}
_MAKERS = {
    "login": "wx.login:",
    "profile": "wx.getUserInfo: {withCredentials: true}",
    "tapped": "button.getPhoneNumber:",
}
_CALLED = {
    "login": "the login: takes the code of wx.login, gives a login state",
    "profile": "takes what wx.getUserInfo seals",
    "phone": "takes what the phone number's button gives",
    "page": "something that only who is logged in may see",
}


def backend_text(sketch: Sketch) -> str:
    """Write the backend file."""
    return "\n".join(_backend_lines(sketch)) + "\n"


def scenario_text(sketch: Sketch) -> str:
    """Write the first story."""
    return "\n".join(_scenario_lines(sketch)) + "\n"


def _backend_lines(sketch: Sketch) -> Iterator[str]:
    origin = "".join(each for each in sketch.origin if each.isprintable())
    read = f", read from {origin}" if origin else ""
    yield f"# How this backend speaks{read}. Written by `wxsim init` for you to edit:"
    yield f"# look at each comment, and replace every {EDIT} if there is one."
    yield "# All that may stand here: wxsim schema backend. Right? wxsim check FILE."
    yield f"name: {_scalar(sketch.name)}"
    yield "# Where the backend listens; --backend-url URL replaces it."
    yield f"base_url: {_scalar(sketch.base_url)}"
    yield from _app_lines(sketch)
    if sketch.base_url.startswith("wsgi:"):
        yield "# If that names a function that makes the application, its arguments;"
        yield "# ${mock.url} is where WeChat is:"
        yield '# factory: {wechat_api: "${mock.url}"}'
    yield from _judgement(sketch)
    yield from _sending(sketch)
    yield ""
    yield "calls:"
    for call in (sketch.login, *sketch.others):
        yield from _call_lines(call, sketch)


def _app_lines(sketch: Sketch) -> Iterator[str]:
    yield "# What the backend is started with; the mock is told of it."
    yield "# A made-up secret will do, as long as the backend is started with it."
    if sketch.appid:
        yield f"appid: {sketch.appid}"
    else:
        yield "# appid: wx6d6f636b77780001"
    if sketch.secret:
        yield f"secret: {_quoted(sketch.secret)}"
    else:
        yield '# secret: "6d6f636b77786d6f636b77786d6f636b"'


def _judgement(sketch: Sketch) -> Iterator[str]:
    yield ""
    if sketch.success is None:
        yield "# A status below 400 is a success. If yours always answers 200, say what"
        yield "# else is:"
        yield "# success: {statusCode: 200, data.code: 0}"
    else:
        path, value = sketch.success
        yield "# What is a success: every one of these."
        yield "success:"
        yield "  statusCode: {less_than: 400}"
        yield f"  {_scalar(path)}: {_scalar(value)}"
    yield "# Where the backend says what went wrong, for reports:"
    said = _scalar(sketch.message) if sketch.message else ""
    yield f"message: {said}" if said else "# message: data.message"


def _sending(sketch: Sketch) -> Iterator[str]:
    yield ""
    if not sketch.keep or sketch.sent is None:
        yield "# How the login state travels with later calls:"
        yield '# send: {header: {Authorization: "Bearer ${storage.token}"}}'
        return
    yield "# How the login state travels with every call, once there is one."
    yield "send:"
    yield f"  {sketch.sent.place}:"
    yield f"    {_scalar(sketch.sent.name)}: {_scalar(sketch.sent.template)}"


def _call_lines(call: CallSketch, sketch: Sketch) -> Iterator[str]:
    yield f"  # {_CALLED[call.purpose]}"
    yield f"  {call.purpose}:"
    yield f"    method: {call.method}"
    yield f"    path: {_scalar(call.path)}"
    for place in ("query", "header", "json", "form"):
        sent: Mapping[str, object] = getattr(call, place)
        if sent:
            yield f"    {place}:"
            yield from _tree(sent, 6)
    if call.purpose == "login":
        yield "    send: false"
        yield from _keeping(sketch)


def _keeping(sketch: Sketch) -> Iterator[str]:
    if sketch.keep:
        yield "    # What of the answer is stored on the phone: data is its body, and"
        yield "    # there are header.NAME, cookie.NAME and text, the body as it is."
        yield f"    keep: {{token: {json.dumps(sketch.keep, ensure_ascii=False)}}}"
    else:
        yield "    # What of the answer is stored on the phone; none was found:"
        yield "    # keep: {token: data.token}"


def _scenario_lines(sketch: Sketch) -> Iterator[str]:
    yield "# A first story. Written by `wxsim init` for you to edit: add steps, and say"
    yield "# what you expect. All words: wxsim schema scenario. Right? wxsim check."
    yield f"name: {_scalar(f'First login at {sketch.name}')}"
    yield "# Whose phone; everybody's name makes up a person."
    yield "device: {person: alice, platform: ios}"
    yield "steps:"
    yield "  - wx.login:"
    yield "    save: login"
    yield from _giving(sketch.login, {"login"})
    yield from _asking(sketch.login, "the backend takes the code and lets alice in")
    yield "    # What the answer must hold, for example:"
    yield "    # expect: {statusCode: 200, data.session_key: {absent: true}}"
    if sketch.keep:
        yield "  - device.state:"
        yield "    name: the login state is on the phone"
        yield "    expect: {storage.token: {present: true}}"
    yield "  - mock.verify:"
    yield '      match: {path: /sns/jscode2session, code: "${login.code}"}'
    yield "      count: 1"
    yield "    name: the backend asked WeChat exactly once with this code"
    for call in sketch.others:
        # A code is spent by now: a call that takes one needs another.
        yield from _giving(call, set())
        yield from _asking(call, _CALLED[call.purpose])
    yield from _asking(sketch.login, "a code works only once")
    yield "    expect: fail"


def _giving(call: CallSketch, saved: set[str]) -> Iterator[str]:
    """Let the phone make what a call takes and nothing has made yet."""
    for maker in sorted({_maker(call, each) for each in _arguments(call)} - saved):
        yield f"  - {_MAKERS[maker]}"
        yield f"    save: {maker}"


def _asking(call: CallSketch, name: str) -> Iterator[str]:
    arguments = _arguments(call)
    yield f"  - backend.{call.purpose}:"
    for each in arguments:
        maker, part = _maker(call, each), _FROM[each][1]
        yield f"      {each}: ${{{maker}.{part}}}"
    yield f"    name: {_scalar(name)}"


def _arguments(call: CallSketch) -> list[str]:
    templates = (call.path, call.query, call.header, call.json, call.form)
    found = (str(path.parts[0]) for path, _ in look_ups(templates))
    return [each for each in dict.fromkeys(found) if each in _FROM]


def _maker(call: CallSketch, argument: str) -> str:
    maker = _FROM[argument][0]
    sealed_number = call.purpose == "phone" and maker == "profile"
    return "tapped" if sealed_number else maker


def _tree(sent: Mapping[str, object], depth: int) -> Iterator[str]:
    blanks = " " * depth
    for name, value in sent.items():
        if isinstance(value, Mapping) and value:
            yield f"{blanks}{_scalar(name)}:"
            yield from _tree(value, depth + 2)
        else:
            note = f"  # {EDIT}: what belongs here?" if value == EDIT else ""
            yield f"{blanks}{_scalar(name)}: {_scalar(value)}{note}"


def _scalar(value: object) -> str:
    """Write a value so that YAML reads the same again."""
    if isinstance(value, str):
        bare = _BARE.fullmatch(value) and value.lower() not in _NOT_BARE
        return value if bare else _quoted(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _quoted(text: str) -> str:
    """Write text as YAML and JSON both read it."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(
        each if each.isprintable() else json.dumps(each)[1:-1] for each in written
    )
