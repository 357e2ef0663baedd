"""Go's clients and SDKs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.environments import go_programs
from tests.sdk.row import DRIVERS
from tests.sdk.row import RUN
from tests.sdk.row import RUN_NETNS
from tests.sdk.row import Row


_CLIENTS = (
    ("default", "net/http", RUN),
    ("own transport", "net/http, no proxy", RUN_NETNS),
)
_NEEDS = ("go",)


def _driver(program: str, *words: str) -> Sequence[str | Path]:
    return [go_programs(DRIVERS / "go") / program, *words]


ROWS: tuple[Row, ...] = (
    *(
        Row(
            sdk=f"http.Client {name}",
            version="",
            language="Go",
            http_stack=http_stack,
            command=partial(_driver, "http_clients", name),
            flows=("login", "token", "phone", "error"),
            way=way,
            needs=_NEEDS,
            bare=True,
        )
        for name, http_stack, way in _CLIENTS
    ),
    Row(
        sdk="silenceper/wechat",
        version="2.1.10",
        language="Go",
        http_stack="http.DefaultClient",
        command=partial(_driver, "silenceper"),
        flows=("login", "token", "phone", "decrypt", "error"),
        needs=_NEEDS,
        base_url="`util.SetURIModifier`",
    ),
)
