"""Keep a schemathesis run short and apart, and let half of its calls find an open door.

Runs inside an environment that holds schemathesis, which finds it by the variable
SCHEMATHESIS_HOOKS; MOCK is the address of the mock.
"""

import json
import os
from itertools import cycle
from urllib.request import Request
from urllib.request import urlopen

import schemathesis


MOCK = os.environ["MOCK"]
APPID = "wx6d6f636b77780001"
SECRET = "6d6f636b77786d6f636b77786d6f636b"

true_now = cycle((False, True))


def _ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(MOCK + path, data), timeout=10) as response:
        return json.load(response)


def _login_code():
    return _ask("/_mockwx/api/wx/login", {})["code"]


def _access_token():
    query = f"grant_type=client_credential&appid={APPID}&secret={SECRET}"
    return _ask(f"/cgi-bin/token?{query}")["access_token"]


TRUE = {
    "appid": lambda: APPID,
    "secret": lambda: SECRET,
    "appsecret": lambda: SECRET,
    "js_code": _login_code,
    "access_token": _access_token,
}


@schemathesis.hook
def map_body(context, body):
    """Push to nobody, and delay nothing."""
    if isinstance(body, dict):
        body.pop("push_url", None)
        if isinstance(effect := body.get("effect"), dict):
            effect.pop("delay_ms", None)
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    """Wait for nothing; give every second call to WeChat what opens its doors."""
    if case.path.endswith("/wait"):
        case.query["timeout"] = "0"
    if case.path.startswith("/_mockwx/") or not next(true_now):
        return
    for part in (case.query, case.body):
        if isinstance(part, dict):
            part.update({name: TRUE[name]() for name in TRUE.keys() & part.keys()})
