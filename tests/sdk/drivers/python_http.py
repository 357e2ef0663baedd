"""Exchange a code with one of Python's HTTP clients, as a backend without an SDK."""

import asyncio
import json
import sys
from urllib.parse import urlencode

from phone import APPID
from phone import SECRET
from phone import login_code


LOGIN = "https://api.weixin.qq.com/sns/jscode2session"


def by_requests(url):
    import requests

    return requests.get(url).content


def by_httpx(url):
    import httpx

    return httpx.get(url).content


def by_httpx_async(url):
    import httpx

    async def ask():
        async with httpx.AsyncClient() as client:
            return (await client.get(url)).content

    return asyncio.run(ask())


def by_aiohttp(url):
    import aiohttp

    async def ask():
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.read()

    return asyncio.run(ask())


def by_urllib(url):
    from urllib.request import urlopen

    with urlopen(url) as answer:
        return answer.read()


def by_urllib3(url):
    import urllib3

    return urllib3.PoolManager().request("GET", url).data


CLIENTS = {
    "requests": by_requests,
    "httpx": by_httpx,
    "httpx async": by_httpx_async,
    "aiohttp": by_aiohttp,
    "urllib": by_urllib,
    "urllib3": by_urllib3,
}


def main():
    query = {
        "appid": APPID,
        "secret": SECRET,
        "js_code": login_code(),
        "grant_type": "authorization_code",
    }
    answer = json.loads(CLIENTS[sys.argv[1]](f"{LOGIN}?{urlencode(query)}"))
    login = {"openid": answer["openid"], "session_key": answer["session_key"]}
    sys.stdout.write(json.dumps({"login": login}) + "\n")


if __name__ == "__main__":
    main()
