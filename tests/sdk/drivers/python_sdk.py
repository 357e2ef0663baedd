"""Exchange a code with one of Python's SDKs whose address is hard coded."""

import json
import sys


def by_wechatpy(appid, secret, code):
    from wechatpy import WeChatClient
    from wechatpy.client.api import WeChatWxa

    return WeChatWxa(WeChatClient(appid, secret)).code_to_session(code)


def by_python_weixin(appid, secret, code):
    from weixin import WXAPPAPI

    api = WXAPPAPI(appid=appid, app_secret=secret)
    return api.exchange_code_for_session_key(code=code)


def by_flask_wxapp(appid, secret, code):
    from flask import Flask
    from flask_wxapp import WXApp

    app = Flask("shop")
    app.config.update(WX_APPID=appid, WX_SECRET=secret)
    wxapp = WXApp()
    wxapp.init_app(app)
    with app.app_context():
        return wxapp.jscode2session(code)


SDKS = {
    "wechatpy": by_wechatpy,
    "python-weixin": by_python_weixin,
    "Flask-WXApp": by_flask_wxapp,
}

name, *login = sys.argv[1:]
sys.stdout.write(json.dumps(dict(SDKS[name](*login))))
