"""A whole world as JSON, and back."""

import json
import re
from pathlib import Path

import pytest

from mockwx import Settings
from mockwx import create_app
from mockwx.snapshot import KEPT
from mockwx.snapshot import TABLES
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


PACKAGE = Path(__file__).parents[2] / "mockwx"


def put(control: Control, snapshot: object) -> tuple[int, dict[str, object]]:
    answer = control.http.put("/_mockwx/api/snapshot", json=snapshot)
    return answer.status_code, dict(answer.get_json())


def test_other_server_goes_on_where_the_first_one_stopped(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    session = server.code2session(phone.login()).get_json(force=True)
    unspent, access_token = phone.login(user="bob"), server.access_token()
    phone.wx("getPhoneNumber")
    control.post(
        "faults", match={"path": "/cgi-bin/clear_quota"}, effect={"errcode": -1}
    )
    control.post("clock/advance", seconds=60)
    snapshot = json.loads(json.dumps(control.get("snapshot")))

    app = create_app(Settings(seed=1))
    assert put(Control(app), snapshot) == (200, {"status": "ok"})

    other = DeveloperServer(app)
    assert "openid" in other.code2session(unspent).get_json(force=True)
    assert Control(app).get("clock") == {"now": NOON + 60, "frozen": True}
    assert len(Control(app).get("faults")["faults"]) == 1
    answer = other.signed("/wxa/checksession", session, access_token=access_token)
    assert answer.get_json() == {"errcode": 0, "errmsg": "ok"}


def test_both_servers_draw_the_same_from_then_on(
    phone: Phone, control: Control
) -> None:
    phone.login()
    app = create_app(Settings(seed=1))
    put(Control(app), control.get("snapshot"))

    assert phone.login() == Phone(app).login()


def test_snapshot_of_a_restored_world_is_the_same(
    phone: Phone, control: Control
) -> None:
    phone.login()
    phone.wx("getUserInfo")
    phone.wx("authorize", scope="scope.camera", consent="deny")
    before = control.get("snapshot")

    put(control, before)

    assert control.get("snapshot") == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"version": 99}, "version"),
        ({"world": 5}, "world"),
        ({"tables": []}, "tables"),
        ({"tables": {"codes": {"x": {"type": "Popen", "fields": {}}}}}, "tables"),
        ({"tables": {"codes": {"x": None}}}, "tables"),
        ({"tables": {"mini_programs": {"x": 5}}}, "tables"),
        ({"tables": {"visits": {"x": True}}}, "tables"),
        ({"tables": {"nonsense": {}}}, "tables"),
        ({"clock": {}}, "clock"),
        ({"clock": {"offset_ms": "1", "frozen_ms": None}}, "clock"),
        ({"clock": {"offset_ms": 10**18, "frozen_ms": None}}, "clock"),
        ({"entropy": {"login_code": -1}}, "entropy"),
    ],
    ids=str,
)
def test_what_is_no_snapshot_changes_nothing(
    phone: Phone, control: Control, change: dict[str, object], field: str
) -> None:
    phone.login()
    before = control.get("snapshot")

    status, answer = put(control, {**before, **change})

    assert status == 422
    assert answer["error"]["field"] == field  # type: ignore[index]
    assert control.get("snapshot") == before


def test_refusal_in_chinese_holds_no_english_sentence(control: Control) -> None:
    state = control.get("snapshot")
    for change in ({"version": 1}, {"world": 1}, {"clock": 1}, {"tables": 1}):
        _, answer = put(control, {**state, **change})

        told = answer["error"]["message_zh"]  # type: ignore[index]
        assert "expected" not in told
        assert told.startswith("这不是 mockwx 的快照：")


def test_record_of_another_table_is_refused(phone: Phone, control: Control) -> None:
    phone.login()
    before = control.get("snapshot")
    strangers = {**before["tables"], "users": before["tables"]["mini_programs"]}

    status, answer = put(control, {**before, "tables": strangers})

    assert status == 422
    assert "not a User." in str(answer)


@pytest.mark.parametrize("depth", [300, 900])
def test_record_nested_without_end_is_refused(control: Control, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    text = json.dumps({**control.get("snapshot"), "tables": {"codes": {"x": "deep"}}})

    response = control.http.put(
        "/_mockwx/api/snapshot", data=text.replace('"deep"', deep)
    )

    assert response.status_code == 422


def test_unknown_part_is_refused_by_name(control: Control) -> None:
    status, answer = put(control, {**control.get("snapshot"), "tabels": {}})

    assert status == 400
    assert "did you mean 'tables'?" in str(answer)


def test_every_table_has_its_type() -> None:
    named = re.compile(
        r'(?:Table|Ledger|Trail)(?:\[\w+\])?\(\s*(?:self\.)?store,\s*"(\w+)"|incr\(\s*"(\w+)"'
    )
    found = {
        each
        for source in PACKAGE.rglob("*.py")
        for pair in named.findall(source.read_text(encoding="utf-8"))
        for each in pair
        if each
    }

    assert found == {name for name in TABLES if "_of" not in name and "." not in name}


def test_every_type_a_table_keeps_can_be_saved() -> None:
    sources = {PACKAGE / "wechat.py", *(PACKAGE / "store").glob("*.py")}
    # Its clock is a part of a snapshot by itself.
    sources -= {PACKAGE / "store" / "shared.py"}
    kept = {
        name
        for source in sources
        for name in re.findall(r"(?:Table|Ledger|Trail)\[(\w+)\]", source.read_text())
    }

    assert kept - {"T", "str", "int"} <= set(KEPT)
