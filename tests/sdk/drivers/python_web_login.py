"""Log alice in with a web framework for Django, unchanged, and without a browser.

    python_web_login.py FRAMEWORK [FOLDER FLOW...]

It is left as it is, unless a folder holds a page's setting.py, which leads it
elsewhere. Django's test client is the browser that she begins in; WeChat's page is
asked over the network, as what the framework asks is.
"""

import importlib
import json
import logging
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs
from urllib.parse import urlsplit

from person import led_back
from phone import APPID
from phone import SECRET


sys.path.insert(0, str(Path(__file__).parent.parent / "hosts"))

from web_login_host import set_up


class Framework:
    """A framework: what it says of a person, and of a code that was used twice."""

    # Where a login begins.
    button = ""

    def web(self):
        browser, back = self.begin()
        browser.get(back)
        known = browser.get("/me/").json()
        return {"openid": known["uid"], "nickName": known["nickname"]}

    def error(self):
        browser, back = self.begin()
        browser.get(back)
        browser, later = self.begin()
        twice = later.replace(code_in(later), code_in(back))
        return self.said_of(browser.get, twice)

    def begin(self):
        """Press the button and allow; return the browser and where it is led back."""
        from django.test import Client

        browser = Client()
        asked = browser.post(self.button).headers["Location"]
        back = urlsplit(led_back(asked))
        return browser, f"{back.path}?{back.query}"


class Allauth(Framework):
    button = "/accounts/weixin/login/"

    def said_of(self, get, back):
        return {"text": str(get(back).context["auth_error"]["exception"])}


class SocialAuth(Framework):
    button = "/login/weixin/"

    def said_of(self, get, back):
        heard = []
        listener = logging.Handler()
        listener.emit = heard.append
        logging.getLogger("social").addHandler(listener)
        get(back)
        return {"errcode": heard[0].exc_info[1].provider_code}


FRAMEWORKS = {"django_allauth": Allauth(), "social_auth": SocialAuth()}


# What of a project's settings names a class in setting.py.
NAMED = {"social_auth": {"AUTHENTICATION_BACKENDS": ["setting.Weixin"]}}


def code_in(back):
    """Return the code that WeChat led back with."""
    return parse_qs(urlsplit(back).query)["code"][0]


def main():
    name, *led = sys.argv[1:]
    framework = FRAMEWORKS[name]
    with tempfile.TemporaryDirectory() as folder:
        set_up(name, folder, APPID, SECRET, **NAMED.get(name, {}) if led else {})
        from django.test.utils import setup_test_environment

        setup_test_environment()
        if led:
            sys.path.insert(0, led[0])
            importlib.import_module("setting")
        flows = led[1:] or ["web", "error"]
        shown = {flow: getattr(framework, flow)() for flow in flows}
    sys.stdout.write(json.dumps(shown) + "\n")


if __name__ == "__main__":
    main()
