"""Log alice in with a web framework for Django, unchanged, and without a browser.

    python_web_login.py FRAMEWORK [FOLDER] [web]

It is left as it is, unless a folder holds a page's setting.py, which leads it
elsewhere. Django's test client is the browser that she begins in; WeChat's page is
asked over the network, as what the framework asks is.
"""

import importlib
import json
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from person import led_back
from phone import APPID
from phone import SECRET


sys.path.insert(0, str(Path(__file__).parent.parent / "hosts"))

from web_login_host import set_up


BUTTONS = {"django_allauth": "/accounts/weixin/login/", "social_auth": "/login/weixin/"}

# What of a project's settings names the class on the page.
CHANGES = {
    "django_allauth": {},
    "social_auth": {"AUTHENTICATION_BACKENDS": ["setting.Weixin"]},
}


def main():
    framework, *led = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        set_up(framework, folder, APPID, SECRET, **CHANGES[framework] if led else {})
        if led:
            sys.path.insert(0, led[0])
            importlib.import_module("setting")
        from django.test import Client

        browser = Client()
        asked = browser.post(BUTTONS[framework]).headers["Location"]
        back = urlsplit(led_back(asked))
        browser.get(f"{back.path}?{back.query}")
        known = browser.get("/me/").json()
    web = {"openid": known["uid"], "nickName": known["nickname"]}
    sys.stdout.write(json.dumps({"web": web}) + "\n")


if __name__ == "__main__":
    main()
