"""Logins by requests.Session: by_requests.py URL FLOWS prints how many a second."""

import sys
import time

import requests
from exchange import Exchange
from exchange import unseal


def main(url: str, flows: int) -> None:
    """Play one login after the other."""
    session, backend = requests.Session(), Exchange(url)
    door = f"{url}/_mockwx/api/wx"
    started = time.perf_counter()
    for number in range(flows):
        who = {"user": f"requests{number}"}
        code = session.post(f"{door}/login", json=who).json()["code"]
        key = backend.session_key(code)
        asked = {**who, "desc": "for your page"}
        shown = session.post(f"{door}/getUserProfile", json=asked).json()
        unseal(key, shown["iv"], shown["encryptedData"])
    sys.stdout.write(f"{flows / (time.perf_counter() - started)}\n")


main(sys.argv[1], int(sys.argv[2]))
