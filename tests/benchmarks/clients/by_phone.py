"""Logins by our phone: by_phone.py URL|here FLOWS PHONES prints how many a second.

`here` is a mock in this process, asked without a socket. So many phones log in at a
time, each in a thread of its own.
"""

import json
import sys
from urllib.parse import urlencode

from crowd import Login
from crowd import rate
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


def main(where: str, flows: int, phones: int) -> None:
    """Play the logins, all over one connection to WeChat, as a load does."""
    app = create_app() if where == "here" else None
    wechat = connect_wechat(app or where)

    def player() -> Login:
        backend = ExchangeHere(app) if app else Exchange(where)

        def login(number: int) -> None:
            phone = Device(wechat, user=f"phone{number}")
            key = backend.session_key(phone.wx.login().code)
            with phone.tap() as wx:
                shown = wx.get_user_profile(desc="for your page")
            unseal(key, shown.iv, shown.encrypted_data)

        return login

    sys.stdout.write(f"{rate(player, flows=flows, at_a_time=phones)}\n")


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
