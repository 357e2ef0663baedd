"""`mockwx serve` as a program that a test starts and ends."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import closing
from contextlib import contextmanager
from typing import Any


SECONDS = 20
APP = "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"


class Served:
    """A running `mockwx serve`."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        assert program.stdout is not None
        self.program = program
        self.ready = program.stdout.readline().rstrip("\n")
        self.port = int(self.ready.rpartition(":")[2] or 0)

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (lower case) and body."""
        with closing(self._connect()) as connection:
            connection.request("GET", path)
            response = connection.getresponse()
            headers = {k.lower(): v for k, v in response.getheaders()}
            return response.status, headers, response.read()

    def post(self, path: str, **body: object) -> dict[str, Any]:
        """Call the control API; return what it answers."""
        return self.tell(path, body, {})

    def tell(
        self, path: str, body: Mapping[str, object], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """Call the control API with headers of one's own."""
        with closing(self._connect()) as connection:
            connection.request(
                "POST", f"/_mockwx/api/{path}", json.dumps(body), dict(headers)
            )
            answer: dict[str, Any] = json.load(connection.getresponse())
            return answer

    def code(self, user: str = "alice") -> str:
        """Return a fresh code of wx.login."""
        return str(self.post("wx/login", user=user)["code"])

    def exchange(self, code: str) -> dict[str, Any]:
        """Exchange a code as a backend does, over a connection of its own."""
        query = f"{APP}&js_code={code}&grant_type=authorization_code"
        answer: dict[str, Any] = json.loads(self.get(f"/sns/jscode2session?{query}")[2])
        return answer

    def kill(self) -> None:
        """Kill it and all its workers at once."""
        os.killpg(self.program.pid, signal.SIGKILL)
        self.program.communicate()

    def answers(self) -> bool:
        """Say whether anything still listens."""
        with closing(self._connect()) as connection:
            try:
                connection.connect()
            except OSError:
                return False
            return True

    def end(self) -> tuple[int, str, str]:
        """Wait for the end; return status, the rest of stdout, and stderr."""
        out, err = self.program.communicate(timeout=SECONDS)
        return self.program.returncode, out, err

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)


@contextmanager
def serving(*options: str, code: str = "") -> Iterator[Served]:
    """Run the command; `code` runs before it in the same interpreter."""
    start = f"{code}\nfrom mockwx.cli import main; main()"
    program = subprocess.Popen(
        [sys.executable, "-c", start, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Served(program)
    finally:
        program.kill()
        program.communicate()
