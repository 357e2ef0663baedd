"""Log in with one of Python's HTTP clients, as a backend without an SDK does.

The command line gives its name. A client is a function that sends a GET, or a POST if
there is a body, and returns the body of the answer.
"""

import asyncio
import json
import sys
from urllib.parse import urlencode

from phone import APPID
from phone import SECRET
from phone import login_code
from phone import phone_code


WECHAT = "https://api.weixin.qq.com"


def by_requests(url, body):
    import requests

    return requests.request("POST" if body else "GET", url, data=body).content


def by_a_prepared_request(url, body):
    import requests

    # It heeds neither HTTPS_PROXY nor REQUESTS_CA_BUNDLE.
    wanted = requests.Request("POST" if body else "GET", url, data=body)
    with requests.Session() as session:
        return session.send(wanted.prepare()).content


def by_httpx(url, body):
    import httpx

    return httpx.request("POST" if body else "GET", url, content=body).content


def by_httpx_async(url, body):
    import httpx

    async def ask():
        async with httpx.AsyncClient() as client:
            method = "POST" if body else "GET"
            return (await client.request(method, url, content=body)).content

    return asyncio.run(ask())


def by_httpx_with_a_transport(url, body):
    import httpx

    async def ask():
        # A transport of one's own heeds no variable.
        transport = httpx.AsyncHTTPTransport(retries=3)
        async with httpx.AsyncClient(transport=transport) as client:
            method = "POST" if body else "GET"
            return (await client.request(method, url, content=body)).content

    return asyncio.run(ask())


def by_aiohttp(url, body):
    import aiohttp

    async def ask():
        async with aiohttp.ClientSession() as session:
            method = "POST" if body else "GET"
            async with session.request(method, url, data=body) as answer:
                return await answer.read()

    return asyncio.run(ask())


def by_aiohttp_in_uvloop(url, body):
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    return by_aiohttp(url, body)


def by_urllib(url, body):
    from urllib.request import urlopen

    with urlopen(url, body) as answer:
        return answer.read()


def by_urllib3(url, body):
    import urllib3

    method = "POST" if body else "GET"
    return urllib3.PoolManager().request(method, url, body=body).data


def by_urllib3_in_gevent(url, body):
    from gevent import monkey

    monkey.patch_all()
    return by_urllib3(url, body)


def by_urllib3_in_eventlet(url, body):
    import eventlet

    eventlet.monkey_patch()
    return by_urllib3(url, body)


CLIENTS = {
    "requests": by_requests,
    "requests, prepared": by_a_prepared_request,
    "httpx": by_httpx,
    "httpx async": by_httpx_async,
    "httpx async, own transport": by_httpx_with_a_transport,
    "aiohttp": by_aiohttp,
    "aiohttp[speedups]": by_aiohttp,
    "aiohttp, uvloop": by_aiohttp_in_uvloop,
    "urllib": by_urllib,
    "urllib3": by_urllib3,
    "urllib3, gevent": by_urllib3_in_gevent,
    "urllib3, eventlet": by_urllib3_in_eventlet,
}


def main():
    client = CLIENTS[sys.argv[1]]

    def ask(path, query, body=None):
        return json.loads(client(f"{WECHAT}{path}?{urlencode(query)}", body))

    app = {"appid": APPID, "secret": SECRET}
    login = {**app, "js_code": login_code(), "grant_type": "authorization_code"}
    session = ask("/sns/jscode2session", login)
    again = ask("/sns/jscode2session", login)
    granted = ask("/cgi-bin/token", {**app, "grant_type": "client_credential"})
    bought = ask(
        "/wxa/business/getuserphonenumber",
        {"access_token": granted["access_token"]},
        json.dumps({"code": phone_code()}).encode(),
    )
    shown = {
        "login": {"openid": session["openid"], "session_key": session["session_key"]},
        "token": {"access_token": granted["access_token"]},
        "phone": {"phoneNumber": bought["phone_info"]["phoneNumber"]},
        "error": {"errcode": again["errcode"]},
    }
    sys.stdout.write(json.dumps(shown) + "\n")


if __name__ == "__main__":
    main()
