"""Logins by hand over a socket: by_socket.py URL FLOWS THREADS prints the rate.

It sends heads that were written before, and cuts out of the answers what it needs; who
makes the same calls one after another cannot be much faster.
"""

import json
import socket
import sys
from urllib.parse import urlsplit

from crowd import Login
from crowd import rate
from exchange import Exchange
from exchange import answer
from exchange import connect
from exchange import unseal


def main(url: str, flows: int, threads: int) -> None:
    """Play the logins."""
    login_head, profile_head = _head(url, "login"), _head(url, "getUserProfile")

    def player() -> Login:
        wire, backend = connect(url), Exchange(url)

        def login(number: int) -> None:
            who = f'"user":"socket{number}"'
            code = _cut(_ask(wire, login_head, f"{{{who}}}"), "code")
            key = backend.session_key(code)
            asked = f'{{{who},"desc":"for your page"}}'
            shown = _ask(wire, profile_head, asked)
            unseal(key, _cut(shown, "iv"), _cut(shown, "encryptedData"))

        return login

    sys.stdout.write(f"{rate(player, flows=flows, at_a_time=threads)}\n")


def _head(url: str, api: str) -> bytes:
    lines = (
        f"POST /_mockwx/api/wx/{api} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        "Content-Type: application/json",
        "Content-Length: %d\r\n\r\n%s",
    )
    return "\r\n".join(lines).encode()


def _ask(wire: socket.socket, head: bytes, body: str) -> str:
    wire.sendall(head % (len(body), body.encode()))
    return answer(wire)


def _cut(text: str, name: str) -> str:
    """Find one of the texts, none of which has a quote in it."""
    _, _, after = text.partition(f'"{name}":"')
    return str(json.loads(f'"{after.partition(chr(34))[0]}"'))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
