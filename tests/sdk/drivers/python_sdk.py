"""Do with one of Python's SDKs what a backend does.

    python_sdk.py SDK [FOLDER] [FLOW...]

An SDK is a class whose methods are flows; they return what the SDK said. It is left
as it is, unless a folder holds a page's setting.py, which leads it elsewhere.
"""

import json
import runpy
import sys
import tempfile
from pathlib import Path

from person import allow
from phone import APPID
from phone import SECRET
from phone import login_code
from phone import outlive_the_token
from phone import phone_code
from phone import profile


BACK = "https://shop.example/back"
PHONE = "wxa/business/getuserphonenumber"
FLOWS = ("login", "token", "phone", "decrypt", "error", "retry", "web")


class Wechatpy:
    def __init__(self, setting):
        from wechatpy import WeChatClient

        self.client = setting.get("Client", WeChatClient)(APPID, SECRET)

    def login(self):
        return login_of(self.client.wxa.code_to_session(login_code()))

    def token(self):
        return {"access_token": self.client.access_token}

    def phone(self):
        code = phone_code()
        if hasattr(self.client.wxa, "get_phone_number"):
            return phone_of(self.client.wxa.get_phone_number(code))
        # 1.8 has no name for this interface, but the call underneath is the same.
        where = {"api_base_url": self.client.wxa.API_BASE_URL}
        return phone_of(self.client.post(PHONE, data={"code": code}, **where))

    def decrypt(self):
        from wechatpy.crypto import WeChatWxaCrypto

        session = self.client.wxa.code_to_session(login_code())
        shown = profile()
        crypto = WeChatWxaCrypto(session["session_key"], shown["iv"], APPID)
        return profile_of(crypto.decrypt_message(shown["encryptedData"]))

    def error(self):
        from wechatpy.exceptions import WeChatClientException

        error = refusal(self.client.wxa.code_to_session, WeChatClientException)
        return {"errcode": error.errcode}

    def retry(self):
        self.token()
        outlive_the_token()
        login_code()
        return self.phone()

    def web(self):
        from wechatpy.oauth import WeChatOAuth

        oauth = WeChatOAuth(APPID, SECRET, BACK, "snsapi_userinfo")
        oauth.fetch_access_token(allow(oauth.authorize_url))
        return web_of(oauth.get_user_info())


class PythonWeixin:
    def __init__(self, _):
        from weixin import WXAPPAPI
        from weixin.bind import bind_method

        class Shop(WXAPPAPI):
            # The SDK's own way to add an interface that it does not know.
            get_phone_number = bind_method(
                path=f"/{PHONE}",
                method="POST",
                accepts_parameters=["json_body"],
                response_type="entry",
            )

        self.app = Shop(appid=APPID, app_secret=SECRET, grant_type="client_credential")

    def login(self):
        return login_of(self.app.exchange_code_for_session_key(code=login_code()))

    def token(self):
        granted = self.app.client_credential_for_access_token()
        return {"access_token": granted["access_token"]}

    def phone(self):
        self.app.access_token = self.token()["access_token"]
        return phone_of(self.app.get_phone_number(json_body={"code": phone_code()}))

    def decrypt(self):
        from weixin.lib.wxcrypt import WXBizDataCrypt

        session = self.app.exchange_code_for_session_key(code=login_code())
        shown = profile()
        crypto = WXBizDataCrypt(APPID, session["session_key"])
        return profile_of(crypto.decrypt(shown["encryptedData"], shown["iv"]))

    def error(self):
        from weixin.oauth2 import OAuth2AuthExchangeError

        exchange = self.app.exchange_code_for_session_key
        return {"errcode": refusal(exchange, OAuth2AuthExchangeError).code}

    def web(self):
        from weixin import WeixinMpAPI

        page = WeixinMpAPI(appid=APPID, app_secret=SECRET, redirect_uri=BACK)
        asked = page.get_authorize_url(scope=("snsapi_userinfo",))
        granted = page.exchange_code_for_access_token(code=allow(asked))
        known = WeixinMpAPI(access_token=granted["access_token"])
        return web_of(known.user(openid=granted["openid"]))


class WeixinPython:
    def __init__(self, _):
        from weixin.login import WeixinLogin
        from weixin.mp import WeixinMP

        self.known = WeixinLogin(APPID, SECRET)
        self.folder = tempfile.TemporaryDirectory()
        # It keeps the token in a file, at home if not told otherwise.
        path = Path(self.folder.name) / "token"
        self.app = WeixinMP(APPID, SECRET, ac_path=str(path))

    def login(self):
        return login_of(self.known.jscode2session(login_code()))

    def token(self):
        return {"access_token": self.app.access_token}

    def phone(self):
        prefix, _, path = PHONE.partition("/")
        bought = {"code": phone_code()}
        return phone_of(self.app.post(f"/{path}", bought, prefix=f"/{prefix}"))

    def error(self):
        from weixin.login import WeixinLoginError

        return {"text": str(refusal(self.known.jscode2session, WeixinLoginError))}

    def web(self):
        code = allow(self.known.authorize(BACK, "snsapi_userinfo"))
        granted = self.known.access_token(code)
        known = self.known.userinfo(granted["access_token"], granted["openid"])
        return web_of(known)


class FlaskWXApp:
    def __init__(self, _):
        from flask import Flask
        from flask_wxapp import WXApp

        app = Flask("shop")
        app.config.update(WX_APPID=APPID, WX_SECRET=SECRET)
        self.wxapp = WXApp(app)

    def login(self):
        return login_of(self.wxapp.jscode2session(login_code()))

    def decrypt(self):
        key = self.wxapp.jscode2session(login_code())["session_key"]
        shown = profile()
        opened = self.wxapp.decrypt(key, shown["encryptedData"], shown["iv"])
        return profile_of(opened)

    def error(self):
        code = login_code()
        self.wxapp.jscode2session(code)
        # It hands WeChat's errors on as results.
        return {"errcode": self.wxapp.jscode2session(code)["errcode"]}


def refusal(exchange, kind):
    """Exchange a code twice; return what is raised."""
    code = login_code()
    exchange(code)
    try:
        exchange(code)
    except kind as error:
        return error
    raise RuntimeError("A code used twice was accepted.")


def login_of(session):
    return {"openid": session["openid"], "session_key": session["session_key"]}


def phone_of(bought):
    return {"phoneNumber": bought["phone_info"]["phoneNumber"]}


def profile_of(opened):
    return {"nickName": opened["nickName"], "appid": opened["watermark"]["appid"]}


def web_of(user):
    return {"openid": user["openid"], "nickName": user["nickname"]}


SDKS = {
    "wechatpy": Wechatpy,
    "python-weixin": PythonWeixin,
    "weixin-python": WeixinPython,
    "Flask-WXApp": FlaskWXApp,
}


def main():
    name, *led = sys.argv[1:]
    folder, *flows = led or [""]
    setting = runpy.run_path(str(Path(folder) / "setting.py")) if folder else {}
    sdk = SDKS[name](setting)
    known = [flow for flow in FLOWS if hasattr(sdk, flow)]
    shown = {flow: getattr(sdk, flow)() for flow in flows or known}
    sys.stdout.write(json.dumps(shown) + "\n")


if __name__ == "__main__":
    main()
