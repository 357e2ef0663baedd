"""Alice's phone and the mock's clock, for drivers: they run beside foreign packages.

Asked by http.client, which knows no proxy: what a driver's SDK does stays its own.
"""

import json
import os
from http.client import HTTPConnection
from urllib.parse import urlsplit


APPID = "wx6d6f636b77780001"
SECRET = "6d6f636b77786d6f636b77786d6f636b"

TWO_HOURS = 7200


def wx(call, **arguments):
    """Play a wx call; return what success or fail gets."""
    return control(f"wx/{call}", arguments)


def login_code():
    """Log in; return the code."""
    return wx("login")["code"]


def phone_code():
    """Tap the phone button; return the phone code."""
    return wx("getPhoneNumber")["code"]


def profile():
    """Allow a page to see nickname and avatar; return it sealed, with its iv."""
    return wx("getUserProfile", desc="for a page", base_library="2.20.0")


def outlive_the_token():
    """Move the mock's time on until every access_token has expired."""
    control("clock/advance", {"seconds": TWO_HOURS + 1})


def control(path, body):
    """Call the mock's control API."""
    connection = HTTPConnection(urlsplit(os.environ["MOCKWX_URL"]).netloc, timeout=10)
    try:
        connection.request(
            "POST",
            f"/_mockwx/api/{path}",
            json.dumps(body),
            {"Content-Type": "application/json"},
        )
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
