"""Logins by our phone: by_phone.py URL|here FLOWS prints how many a second.

`here` is a mock in this process, asked without a socket.
"""

import json
import sys
import time
from urllib.parse import urlencode

from exchange import APP
from exchange import Exchange
from exchange import unseal

from mockwx import create_app
from simulator import Device
from simulator import connect_backend
from simulator import connect_wechat
from simulator.ports import Request


class ExchangeHere:
    """Asks a mock in this process."""

    def __init__(self, app: object) -> None:
        self._wechat = connect_backend(app)

    def session_key(self, code: str) -> str:
        """Exchange a code; raises KeyError if WeChat refuses it."""
        query = urlencode({**APP, "js_code": code})
        url = f"http://mock/sns/jscode2session?{query}"
        answer = self._wechat.send(Request("GET", url))
        return str(json.loads(answer.body)["session_key"])


def main(where: str, flows: int) -> None:
    """Play one login after the other."""
    if where == "here":
        app = create_app()
        wechat, backend = connect_wechat(app), ExchangeHere(app)
    else:
        wechat, backend = connect_wechat(where), Exchange(where)
    # Faker and ciphers are loaded for the first one.
    connect_wechat(create_app()).call("getUserProfile", {"desc": "for your page"})
    started = time.perf_counter()
    for number in range(flows):
        phone = Device(wechat, user=f"phone{number}")
        key = backend.session_key(phone.wx.login().code)
        with phone.tap():
            shown = phone.wx.get_user_profile(desc="for your page")
        unseal(key, shown.iv, shown.encrypted_data)
    sys.stdout.write(f"{flows / (time.perf_counter() - started)}\n")


main(sys.argv[1], int(sys.argv[2]))
