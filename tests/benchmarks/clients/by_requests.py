"""Logins by requests.Session: by_requests.py URL FLOWS THREADS prints the rate.

Each thread has a session of its own, for sessions are not to be shared.
"""

import sys

import requests
from crowd import Login
from crowd import rate
from exchange import Exchange
from exchange import unseal


def main(url: str, flows: int, threads: int) -> None:
    """Play the logins."""
    door = f"{url}/_mockwx/api/wx"

    def player() -> Login:
        session, backend = requests.Session(), Exchange(url)

        def login(number: int) -> None:
            who = {"user": f"requests{number}"}
            code = session.post(f"{door}/login", json=who).json()["code"]
            key = backend.session_key(code)
            asked = {**who, "desc": "for your page"}
            shown = session.post(f"{door}/getUserProfile", json=asked).json()
            unseal(key, shown["iv"], shown["encryptedData"])

        return login

    sys.stdout.write(f"{rate(player, flows=flows, at_a_time=threads)}\n")


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
