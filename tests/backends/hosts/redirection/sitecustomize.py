"""Send what this interpreter asks WeChat with requests to the address in WECHAT_AT.

Python imports a module of this name before it runs anything, so the backend's own code
stays as it is.
"""

import os

from requests.adapters import HTTPAdapter


WECHAT = "https://api.weixin.qq.com/"
send = HTTPAdapter.send


def send_to_the_mock(self, request, *args, **options):
    """Send a request as requests does, but to another address."""
    request.url = request.url.replace(WECHAT, os.environ["WECHAT_AT"], 1)
    return send(self, request, *args, **options)


HTTPAdapter.send = send_to_the_mock
