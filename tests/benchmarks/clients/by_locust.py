"""Logins by people of Locust: by_locust.py URL FLOWS PEOPLE fast|wx prints the rate.

`fast` are FastHttpUsers, `wx` the WxUsers of `wxsim load`. Either way Locust counts
every call, and its greenlets share one thread.
"""

import itertools
import sys
import tempfile
import time
from pathlib import Path

# First of all: it makes sockets and threads cooperate.
from locust import FastHttpUser
from locust import User
from locust import constant
from locust import task
from locust.env import Environment


import gevent  # isort: skip
from exchange import Exchange
from exchange import unseal

from simulator.load import WxUser


URL, FLOWS, PEOPLE = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
DOOR = "/_mockwx/api/wx"
BACKEND = f"""
name: small
base_url: {URL}
calls:
  login:
    path: /login
    json: {{code: "${{code}}"}}
"""

numbers = itertools.count()


class Fast(FastHttpUser):
    """Asks the phone's door by hand."""

    abstract = True
    host = URL
    wait_time = constant(0)

    def on_start(self) -> None:
        """Open the backend's connection."""
        self.backend = Exchange(URL)

    @task
    def login(self) -> None:
        """Play one login."""
        who = {"user": f"fast{next(numbers)}"}
        code = self.client.post(f"{DOOR}/login", json=who).json()["code"]
        key = self.backend.session_key(code)
        asked = {**who, "desc": "for your page"}
        shown = self.client.post(f"{DOOR}/getUserProfile", json=asked).json()
        unseal(key, shown["iv"], shown["encryptedData"])
        Count.played += 1


class Phone(WxUser):
    """Has a phone."""

    abstract = True
    mock = URL
    wait_time = constant(0)

    def on_start(self) -> None:
        """Open the backend's connection."""
        self.small = Exchange(URL)

    @task
    def login(self) -> None:
        """Play one login."""
        self.phone.user = f"wx{next(numbers)}"
        key = self.small.session_key(self.wx.login().code)
        with self.phone.tap():
            shown = self.wx.get_user_profile(desc="for your page")
        unseal(key, shown.iv, shown.encrypted_data)
        Count.played += 1


class Count:
    """How many logins were played."""

    played = 0


def main(kind: type[User]) -> None:
    """Let people log in, again and again, until there were enough logins."""
    kind.abstract = False
    environment = Environment(user_classes=[kind])
    runner = environment.create_local_runner()
    runner.start(PEOPLE, spawn_rate=PEOPLE)
    _wait_for(PEOPLE)
    began, started = Count.played, time.perf_counter()
    _wait_for(began + FLOWS)
    rate = (Count.played - began) / (time.perf_counter() - started)
    failed = environment.stats.total.num_failures
    runner.quit()
    if failed:
        raise RuntimeError(f"{failed} calls failed")
    sys.stdout.write(f"{rate}\n")


def _wait_for(count: int) -> None:
    while Count.played < count:
        gevent.sleep(0.01)


if sys.argv[4] == "fast":
    main(Fast)
else:
    with tempfile.TemporaryDirectory() as folder:
        Phone.backend = str(Path(folder) / "small.backend.yaml")
        Path(Phone.backend).write_text(BACKEND, encoding="utf-8")
        main(Phone)
