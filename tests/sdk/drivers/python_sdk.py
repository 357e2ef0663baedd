"""Do with one of Python's SDKs, unchanged, what a backend does.

The command line gives its name. An SDK is a function that yields a flow and what the
SDK said, for whatever it has a name for.
"""

import json
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


def wechatpy():
    from wechatpy import WeChatClient
    from wechatpy.client.api import WeChatWxa
    from wechatpy.crypto import WeChatWxaCrypto
    from wechatpy.exceptions import WeChatClientException
    from wechatpy.oauth import WeChatOAuth

    client = WeChatClient(APPID, SECRET)

    def buy(code):
        if hasattr(client.wxa, "get_phone_number"):
            return client.wxa.get_phone_number(code)
        # 1.8 has no name for this interface, but the call underneath is the same.
        return client.post(
            PHONE, api_base_url=WeChatWxa.API_BASE_URL, data={"code": code}
        )

    code = login_code()
    session = client.wxa.code_to_session(code)
    yield "login", login_of(session)
    yield "token", {"access_token": client.access_token}
    yield "phone", phone_of(buy(phone_code()))
    shown = profile()
    crypto = WeChatWxaCrypto(session["session_key"], shown["iv"], APPID)
    yield "decrypt", profile_of(crypto.decrypt_message(shown["encryptedData"]))
    try:
        client.wxa.code_to_session(code)
    except WeChatClientException as error:
        yield "error", {"errcode": error.errcode}
    outlive_the_token()
    yield "retry", phone_of(buy(phone_code()))
    oauth = WeChatOAuth(APPID, SECRET, BACK, "snsapi_userinfo")
    oauth.fetch_access_token(allow(oauth.authorize_url))
    yield "web", web_of(oauth.get_user_info())


def python_weixin():
    from weixin import WXAPPAPI
    from weixin import WeixinMpAPI
    from weixin.bind import bind_method
    from weixin.lib.wxcrypt import WXBizDataCrypt
    from weixin.oauth2 import OAuth2AuthExchangeError

    class Shop(WXAPPAPI):
        # The SDK's own way to add an interface that it does not know.
        get_phone_number = bind_method(
            path=f"/{PHONE}",
            method="POST",
            accepts_parameters=["json_body"],
            response_type="entry",
        )

    app = Shop(appid=APPID, app_secret=SECRET, grant_type="client_credential")
    code = login_code()
    session = app.exchange_code_for_session_key(code=code)
    yield "login", login_of(session)
    token = app.client_credential_for_access_token()
    yield "token", {"access_token": token["access_token"]}
    app.access_token = token["access_token"]
    yield "phone", phone_of(app.get_phone_number(json_body={"code": phone_code()}))
    shown = profile()
    crypto = WXBizDataCrypt(APPID, session["session_key"])
    yield "decrypt", profile_of(crypto.decrypt(shown["encryptedData"], shown["iv"]))
    try:
        app.exchange_code_for_session_key(code=code)
    except OAuth2AuthExchangeError as error:
        yield "error", {"errcode": error.code}
    page = WeixinMpAPI(appid=APPID, app_secret=SECRET, redirect_uri=BACK)
    asked = page.get_authorize_url(scope=("snsapi_userinfo",))
    granted = page.exchange_code_for_access_token(code=allow(asked))
    known = WeixinMpAPI(access_token=granted["access_token"])
    yield "web", web_of(known.user(openid=granted["openid"]))


def weixin_python():
    from weixin.login import WeixinLogin
    from weixin.login import WeixinLoginError
    from weixin.mp import WeixinMP

    login = WeixinLogin(APPID, SECRET)
    code = login_code()
    yield "login", login_of(login.jscode2session(code))
    with tempfile.TemporaryDirectory() as folder:
        # It keeps the token in a file, at home if not told otherwise.
        app = WeixinMP(APPID, SECRET, ac_path=str(Path(folder) / "token"))
        yield "token", {"access_token": app.access_token}
        prefix, _, path = PHONE.partition("/")
        bought = app.post(f"/{path}", {"code": phone_code()}, prefix=f"/{prefix}")
        yield "phone", phone_of(bought)
    try:
        login.jscode2session(code)
    except WeixinLoginError as error:
        yield "error", {"text": str(error)}
    granted = login.access_token(allow(login.authorize(BACK, "snsapi_userinfo")))
    yield "web", web_of(login.userinfo(granted["access_token"], granted["openid"]))


def flask_wxapp():
    from flask import Flask
    from flask_wxapp import WXApp

    app = Flask("shop")
    app.config.update(WX_APPID=APPID, WX_SECRET=SECRET)
    wxapp = WXApp(app)
    code = login_code()
    session = wxapp.jscode2session(code)
    yield "login", login_of(session)
    shown = profile()
    sealed = (session["session_key"], shown["encryptedData"], shown["iv"])
    yield "decrypt", profile_of(wxapp.decrypt(*sealed))
    # It hands WeChat's errors on as results.
    yield "error", {"errcode": wxapp.jscode2session(code)["errcode"]}


def login_of(session):
    return {"openid": session["openid"], "session_key": session["session_key"]}


def phone_of(bought):
    return {"phoneNumber": bought["phone_info"]["phoneNumber"]}


def profile_of(opened):
    return {"nickName": opened["nickName"], "appid": opened["watermark"]["appid"]}


def web_of(user):
    return {"openid": user["openid"], "nickName": user["nickname"]}


SDKS = {
    "wechatpy": wechatpy,
    "python-weixin": python_weixin,
    "weixin-python": weixin_python,
    "Flask-WXApp": flask_wxapp,
}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dict(SDKS[sys.argv[1]]())) + "\n")
