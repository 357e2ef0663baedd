"""World files: what they may say, and how they are told off."""

from pathlib import Path

import pytest

from mockwx import Settings
from mockwx.config import StartingWorld
from mockwx.domain.user import Phone
from mockwx.seed import WorldFileError
from mockwx.seed import load
from mockwx.wechat import WeChat


WORLDS = sorted(Path(__file__).parents[2].glob("fixtures/worlds/*.yaml"))


def written(folder: Path, text: str) -> Path:
    path = folder / "w.yaml"
    path.write_text(text, "utf-8")
    return path


def begun(folder: Path, text: str) -> WeChat:
    found = load(written(folder, text))
    return WeChat(Settings(**found.settings, world=found.world))


@pytest.mark.parametrize("path", WORLDS, ids=lambda path: path.stem)
def test_world_that_ships_begins(path):
    found = load(path)

    WeChat(Settings(**found.settings, world=found.world))


def test_world_begins_with_its_apps_people_and_faults(tmp_path):
    wechat = begun(
        tmp_path,
        """
        policy: strict
        mini_programs:
          - appid: wx0000000000000001
            open_platform: null
        users:
          - name: 小明
            phone: "12066600007"
        faults:
          - effect: {errcode: -1}
            times: null
        """,
    )

    app = wechat.world.mini_program("wx0000000000000001")
    assert (app.open_platform, app.policy.name) == (None, "strict")
    assert wechat.world.user("小明").phone == Phone.of("86", "12066600007")
    assert [fault.times for fault in wechat.faults.list()] == [None]


def test_default_app_can_be_changed(tmp_path):
    wechat = begun(
        tmp_path, "mini_programs: [{appid: wx6d6f636b77780001, certified: false}]"
    )

    assert [app.certified for app in wechat.world.mini_programs()] == [False]


def test_reset_begins_again_with_the_file(tmp_path):
    wechat = begun(tmp_path, "users: [{name: bob, nickName: B}]")
    wechat.world.change_user("bob", {"nickName": "changed"})

    wechat.world.reset()

    assert wechat.world.user("bob").nick_name == "B"


def test_json_is_read_too(tmp_path):
    found = load(written(tmp_path, '{"users": [{"name": "bob"}]}'))

    assert found.world == StartingWorld(users=({"name": "bob"},))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "expected a world"),
        ("- a", 1, "expected names and values"),
        ("seed: 1\nseeds: 2", 2, "did you mean 'seed'?"),
        ("seed: 1\nseed: 2", 2, "'seed' is given twice"),
        ("seed: x", 1, "'seed' must be a whole number"),
        ("policy: lax", 1, "one of: docs, strict, calm"),
        ("\nusers: bob", 2, "expected a list"),
        ("users:\n  - bob", 2, "expected names and values"),
        ("users:\n  - name: bob\n    nickname: B", 3, "did you mean 'nickName'?"),
        ("users:\n  - nickName: B", 2, "'name' is required"),
        ("users:\n  - name: bob\n    gender: male", 3, "'gender' must be a whole"),
        ("mini_programs:\n  - appid: x", 2, "'appid' must be 'wx' and 16"),
        ("faults:\n  - effect: {errcode: 1}\n  - times: 1", 3, "'effect' is required"),
        ("users: [", 1, "expected the node content"),
        ("users: [{name: !!python/object:os.system x}]", 1, "not a plain value"),
        ("a: &a [*a]", 1, "unknown field 'a'"),
        ("users: &a [*a]", 1, "expected names and values"),
    ],
    ids=str,
)
def test_wrong_file_is_told_where_and_what_was_expected(tmp_path, text, line, words):
    with pytest.raises(WorldFileError) as told:
        load(written(tmp_path, text))

    assert str(told.value).startswith(f"{tmp_path / 'w.yaml'}:{line}: ")
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe", "UTF-8"), (b"a: \x00", "not YAML")]
)
def test_file_of_other_bytes_is_refused(tmp_path, content, words):
    path = tmp_path / "w.yaml"
    path.write_bytes(content)

    with pytest.raises(WorldFileError, match=words):
        load(path)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(WorldFileError, match="No such file"):
        load(tmp_path / "none.yaml")
