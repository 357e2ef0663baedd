"""Ask one URL with each of Python's foreign HTTP clients, as a program would."""

import asyncio
import json
import sys

import aiohttp
import httpx
import requests
import urllib3


async def by_aiohttp(url):
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


async def by_httpx_async(url):
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text


CLIENTS = {
    "requests": lambda url: requests.get(url).text,
    "urllib3": lambda url: urllib3.PoolManager().request("GET", url).data.decode(),
    "httpx": lambda url: httpx.get(url).text,
    "httpx async": lambda url: asyncio.run(by_httpx_async(url)),
    "aiohttp": lambda url: asyncio.run(by_aiohttp(url)),
}

answers = {name: ask(sys.argv[1]) for name, ask in CLIENTS.items()}
sys.stdout.write(json.dumps(answers))
