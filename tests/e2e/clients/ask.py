"""Ask one URL with Python's own means: urllib, http.client, asyncio."""

import asyncio
import http.client
import ssl
import sys
import urllib.request
from urllib.parse import urlsplit


def by_urllib(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def by_http_client(url):
    connection = http.client.HTTPSConnection(urlsplit(url).hostname)
    connection.request("GET", urlsplit(url).path)
    answer = connection.getresponse().read()
    connection.close()
    return answer


async def by_asyncio(url):
    host = urlsplit(url).hostname
    reader, writer = await asyncio.open_connection(
        host, 443, ssl=ssl.create_default_context()
    )
    writer.write(f"GET {urlsplit(url).path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n\r\n")[2]


for ask in (by_urllib, by_http_client, lambda url: asyncio.run(by_asyncio(url))):
    sys.stdout.write(ask(sys.argv[1]).decode() + "\n")
