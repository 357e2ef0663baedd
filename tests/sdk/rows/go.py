"""Go's clients and SDKs."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.environments import go_programs
from tests.environments import install
from tests.sdk.row import DRIVERS
from tests.sdk.row import RUN
from tests.sdk.row import RUN_NETNS
from tests.sdk.row import SETTING_FILES
from tests.sdk.row import Row


_CLIENTS = (
    ("default", "net/http", RUN),
    ("own transport", "net/http, no proxy", RUN_NETNS),
)
_NEEDS = ("go",)


def _driver(program: str, *words: str) -> Sequence[str | Path]:
    return [go_programs(DRIVERS / "go") / program, *words]


def _set_up(folder: Path) -> Sequence[str | Path]:
    """Build the driver with the page's code in it; return it."""
    module, built = DRIVERS / "go", folder / "silenceper"
    beside = module / "silenceper" / "setting.go"
    overlay = {"Replace": {str(beside): str(folder / SETTING_FILES["go"])}}
    (folder / "overlay.json").write_text(json.dumps(overlay), encoding="utf-8")
    building = ["go", "build", "-buildvcs=false", "-overlay", f"{folder}/overlay.json"]
    install([*building, "-o", str(built), "./silenceper"], ["the page's code"], module)
    return [built]


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
        flows=("login", "token", "phone", "decrypt", "error", "web"),
        needs=_NEEDS,
        base_url="`util.SetURIModifier`",
        setting=_set_up,
        led=("login", "token", "phone", "decrypt", "error"),
    ),
)
