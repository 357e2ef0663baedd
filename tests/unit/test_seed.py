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
    ("text", "line", "words", "words_zh"),
    [
        ("", 1, "expected a world", "此处应描述一个世界"),
        ("- a", 1, "expected names and values", "此处应为名称和值"),
        ("seed: 1\nseeds: 2", 2, "did you mean 'seed'?", "是否想写 'seed'？"),
        ("seed: 1\nseed: 2", 2, "'seed' is given twice", "'seed' 写了两次"),
        ("seed: x", 1, "'seed' must be a whole number", "'seed' 必须是整数"),
        ("policy: lax", 1, "one of: docs, strict, calm", "其中之一：docs"),
        ("\nusers: bob", 2, "expected a list", "此处应为列表"),
        ("users:\n  - bob", 2, "expected names and values", "此处应为名称和值"),
        (
            "users:\n  - name: bob\n    nickname: B",
            3,
            "did you mean 'nickName'?",
            "是否想写 'nickName'？",
        ),
        ("users:\n  - nickName: B", 2, "'name' is required", "缺少必填字段 'name'"),
        (
            "users:\n  - name: bob\n    gender: male",
            3,
            "'gender' must be a whole",
            "'gender' 必须是",
        ),
        (
            "mini_programs:\n  - appid: x",
            2,
            "'appid' must be 'wx' and 16",
            "'appid' 必须是",
        ),
        (
            "users:\n  - name: bob\n  - name: bob",
            3,
            "user 'bob' exists",
            "用户 'bob' 已存在",
        ),
        (
            "mini_programs:\n  - appid: wx0000000000000001\n"
            "  - appid: wx0000000000000001",
            3,
            "'wx0000000000000001' exists",
            "小程序 'wx0000000000000001' 已存在",
        ),
        (
            "faults:\n  - effect: {errcode: 1}\n  - times: 1",
            3,
            "'effect' is required",
            "缺少必填字段 'effect'",
        ),
        ("users: [", 1, "expected the node content", "不是 YAML（"),
        (
            "users: [{name: !!python/object:os.system x}]",
            1,
            "not a plain value",
            "不是普通的值（",
        ),
        ("a: &a [*a]", 1, "unknown field 'a'", "未知字段 'a'"),
        ("users: &a [*a]", 1, "expected names and values", "此处应为名称和值"),
    ],
    ids=str,
)
def test_wrong_file_is_told_where_and_what_was_expected(
    tmp_path, text, line, words, words_zh
):
    with pytest.raises(WorldFileError) as told:
        load(written(tmp_path, text))

    assert told.value.message == str(told.value)
    assert told.value.message.startswith(f"{tmp_path / 'w.yaml'}:{line}: ")
    assert words in told.value.message
    assert told.value.message_zh.startswith(f"{tmp_path / 'w.yaml'}:{line}：")
    assert words_zh in told.value.message_zh


@pytest.mark.parametrize(
    ("content", "words", "words_zh"),
    [
        (b"\xff\xfe", ": not UTF-8; save", "：不是 UTF-8；请"),
        (b"a: \x00", ": not YAML (", "：不是 YAML（"),
    ],
    ids=["not UTF-8", "not YAML"],
)
def test_file_of_other_bytes_is_refused(tmp_path, content, words, words_zh):
    path = tmp_path / "w.yaml"
    path.write_bytes(content)

    with pytest.raises(WorldFileError) as told:
        load(path)

    assert told.value.message.startswith(f"{path}{words}")
    assert told.value.message_zh.startswith(f"{path}{words_zh}")


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(WorldFileError, match="No such file") as told:
        load(tmp_path / "none.yaml")

    assert told.value.message_zh.startswith(f"{tmp_path / 'none.yaml'}：无法读取（")
