"""A developer's server that takes pushes: it keeps what came and answers as told."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Letter:
    """A request that came in."""

    method: str
    path: str
    query: dict[str, str]
    content_type: str | None
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back."""

    body: bytes = b"success"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Letter], Reply]


def echo(letter: Letter) -> Reply:
    """Answer as a backend does that was told how."""
    return Reply(letter.query.get("echostr", "success").encode())


class Inbox:
    """The server; a context manager."""

    def __init__(self, answer: Answer = echo) -> None:
        self.letters: list[Letter] = []
        self.answer = answer
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                letter = Letter(
                    self.command,
                    url.path,
                    {name: value[0] for name, value in parse_qs(url.query).items()},
                    self.headers["Content-Type"],
                    self.rfile.read(int(self.headers.get("Content-Length", 0))),
                )
                inbox.letters.append(letter)
                reply = inbox.answer(letter)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )

    @property
    def url(self) -> str:
        """Where to push."""
        return f"http://127.0.0.1:{self._server.server_port}/wechat"

    def __enter__(self) -> "Inbox":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
