"""The mock as a database: what the control API reads and changes."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.clock import LATEST
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.domain.control import ControlError
from mockwx.domain.user import Phone
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import errcode


@pytest.fixture
def play():
    return Play()


@pytest.fixture
def world(play):
    return play.wechat.world


def refusal(call, *args, **kwargs):
    with pytest.raises(ControlError) as refused:
        call(*args, **kwargs)
    return refused.value.status, refused.value.field


# -- time -----------------------------------------------------------------------------


def test_time_is_read_moved_stopped_and_resumed(world):
    assert world.clock_state() == {"now": NOON, "frozen": True}
    assert world.advance(5) == {"now": NOON + 5, "frozen": True}
    assert world.freeze(100) == {"now": 100, "frozen": True}
    assert world.resume()["frozen"] is False
    assert world.freeze()["frozen"] is True


@pytest.mark.parametrize("seconds", [-1, LATEST, 10**30])
def test_time_does_not_leave_what_the_clock_can_show(world, seconds):
    assert refusal(world.advance, seconds) == (400, "seconds")
    assert world.clock_state()["now"] == NOON


@pytest.mark.parametrize("at", [-1, LATEST + 1])
def test_time_cannot_be_stopped_where_the_clock_cannot_show_it(world, at):
    assert refusal(world.freeze, at) == (400, "at")


# -- mini programs --------------------------------------------------------------------


def test_world_begins_with_the_default_mini_program(world):
    default = world.mini_program(DEFAULT_APPID)
    assert (default.secret, default.policy.name) == (DEFAULT_SECRET, "docs")
    assert [app.appid for app in world.mini_programs()] == [OTHER_APPID, DEFAULT_APPID]


def test_added_mini_program_has_what_was_given_and_draws_the_rest(world):
    added = world.add_mini_program({"name": "shop", "open_platform": None})
    assert (added.name, added.open_platform, added.policy.name) == (
        "shop",
        None,
        "docs",
    )
    assert added.appid.startswith("wx")
    assert (len(added.appid), len(added.secret)) == (18, 32)
    assert world.mini_program(added.appid) == added


def test_mini_program_is_added_once(world):
    assert refusal(world.add_mini_program, {"appid": DEFAULT_APPID}) == (409, "appid")
    assert world.mini_program(DEFAULT_APPID).secret == DEFAULT_SECRET


def test_mini_program_is_changed_field_by_field_but_never_its_appid(world):
    changed = world.change_mini_program(DEFAULT_APPID, {"certified": False})
    assert (changed.certified, changed.secret) == (False, DEFAULT_SECRET)
    body = {"appid": OTHER_APPID}
    assert refusal(world.change_mini_program, DEFAULT_APPID, body) == (400, "appid")


@pytest.mark.parametrize(
    "verb", ["mini_program", "remove_mini_program", "rotate", "expire", "sessions"]
)
def test_unknown_mini_program_is_not_found(world, verb):
    arguments = ["wx0"] if "mini_program" in verb else ["wx0", "alice"]
    assert refusal(getattr(world, verb), *arguments) == (404, "appid")


def test_unknown_mini_program_cannot_be_changed(world):
    assert refusal(world.change_mini_program, "wx0", {}) == (404, "appid")


def test_removed_mini_program_is_gone(world):
    world.remove_mini_program(OTHER_APPID)
    assert refusal(world.mini_program, OTHER_APPID) == (404, "appid")
    assert refusal(world.remove_mini_program, OTHER_APPID) == (404, "appid")


def test_changes_at_the_same_moment_are_all_kept(world):
    changes = [{"name": "x"}, {"certified": False}, {"cloud": True}, {"personal": True}]
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda change: world.change_mini_program(DEFAULT_APPID, change),
                changes * 10,
            )
        )
    app = world.mini_program(DEFAULT_APPID)
    assert (app.name, app.certified, app.cloud, app.personal) == (
        "x",
        False,
        True,
        True,
    )


# -- people ---------------------------------------------------------------------------


def test_person_is_made_up_at_first_mention_and_stays_the_same(play, world):
    assert world.users() == []
    bob = world.user("bob")
    assert world.users() == [], "to look somebody up is no mention"
    world.change_user("bob", {})
    assert world.users() == [bob]
    assert Play().wechat.world.user("bob") == bob


def test_added_person_has_what_was_given_and_is_made_up_for_the_rest(world):
    made_up = Play().wechat.world.user("bob")
    added = world.add_user({"name": "bob", "nickName": "B 🌸", "steps": 5})
    assert (added.nick_name, added.steps) == ("B 🌸", 5)
    assert added.avatar_url == made_up.avatar_url
    assert refusal(world.add_user, {"name": "bob"}) == (409, "name")


def test_changed_person_keeps_the_rest(world):
    before = world.user("bob")
    changed = world.change_user("bob", {"city": "Lyon"})
    assert (changed.city, changed.nick_name) == ("Lyon", before.nick_name)
    assert world.user("bob") == changed


@pytest.mark.parametrize(
    ("value", "phone"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("12066600024", Phone.of("86", "12066600024"), id="text"),
        pytest.param(
            {"purePhoneNumber": "12066600024"},
            Phone.of("86", "12066600024"),
            id="mainland",
        ),
        pytest.param(
            {"purePhoneNumber": "2025550123", "countryCode": "1"},
            Phone("12025550123", "2025550123", "1"),
            id="foreign",
        ),
        pytest.param(
            {"purePhoneNumber": "5", "countryCode": "1", "phoneNumber": "5"},
            Phone("5", "5", "1"),
            id="spelt out",
        ),
    ],
)
def test_phone_is_given_in_several_ways(world, value, phone):
    assert world.change_user("bob", {"phone": value}).phone == phone


def test_what_is_shown_of_a_person_can_be_written_back(world):
    shown = world.user("bob").as_json()
    changes = {name: value for name, value in shown.items() if name != "name"}
    assert world.change_user("carol", changes).as_json() == {**shown, "name": "carol"}
    assert world.add_user({**shown, "name": "dave"}).as_json() == {
        **shown,
        "name": "dave",
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "name"),
        ({"nickName": None}, "nickName"),
        ({"nickName": "\ud800"}, "nickName"),
        ({"nick_name": "x"}, "nick_name"),
        ({"gender": 3}, "gender"),
        ({"gender": True}, "gender"),
        ({"steps": -1}, "steps"),
        ({"steps": 2**53}, "steps"),
        ({"blocked": 1}, "blocked"),
        ({"phone": 12066600001}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": "+8612066600001"}, "phone"),
        ({"phone": "١٢٣"}, "phone"),
        ({"phone": "1" * 21}, "phone"),
        ({"phone": {}}, "purePhoneNumber"),
        ({"phone": {"purePhoneNumber": "1", "country": "86"}}, "country"),
        ({"phone": {"purePhoneNumber": None}}, "purePhoneNumber"),
    ],
    ids=ascii,
)
def test_wrong_change_is_refused_by_name_and_changes_nothing(world, body, field):
    before = world.user("bob")
    assert refusal(world.change_user, "bob", body) == (400, field)
    assert world.user("bob") == before


def test_person_needs_a_name_that_can_be_one(world):
    assert refusal(world.add_user, {}) == (400, "name")
    assert refusal(world.user, "a/b") == (400, "name")
    assert refusal(world.change_user, "", {}) == (400, "name")


def test_removed_person_is_made_up_anew_with_the_same_openid(play, world):
    made_up = world.user("bob")
    openid = play.openid("bob")
    world.change_user("bob", {"nickName": "B"})
    world.remove_user("bob")
    assert refusal(world.remove_user, "bob") == (404, "user")
    assert world.user("bob") == made_up
    assert play.openid("bob") == openid


# -- sessions -------------------------------------------------------------------------


def test_history_shows_keys_codes_and_payloads(play, world):
    key = play.session_key()
    play.advance(300)
    unused = play.login()
    play.wx("getUserInfo")
    shown = world.sessions(DEFAULT_APPID, "alice", reveal=True)
    assert list(shown) == [
        "appid",
        "user",
        "openid",
        "session_keys",
        "codes",
        "payloads",
        "fallen_out",
    ]
    assert (shown["appid"], shown["user"]) == (DEFAULT_APPID, "alice")
    assert shown["openid"] == play.openid()
    first, second = shown["session_keys"]
    assert first == {
        "number": 1,
        "session_key": key,
        "cause": "login",
        "page": "",
        "created_at": NOON,
        "expires_at": NOON + 259_200,
        "superseded_at": NOON + 300,
        "superseded_by": 2,
        "superseded_cause": "login",
        "live": False,
    }
    assert (second["live"], second["superseded_by"], second["superseded_cause"]) == (
        True,
        None,
        None,
    )
    used, fresh = shown["codes"]
    assert (used["used_at"], used["used_by"]) == (NOON, DEFAULT_APPID)
    assert used["expires_at"] == NOON + 300
    assert (fresh["code"], fresh["used_at"]) == (unused, None)
    assert [payload["key_number"] for payload in shown["payloads"]] == [2]
    json.dumps(shown)


def test_history_shows_the_page_of_each_thing_the_phone_caused(play, world):
    play.wx("login", page="pages/index/index")
    play.wx("getUserInfo", page="pages/pay/index")

    shown = world.sessions(DEFAULT_APPID, "alice")

    assert [each["page"] for each in shown["session_keys"]] == ["pages/index/index"]
    assert [each["page"] for each in shown["codes"]] == ["pages/index/index"]
    assert [each["page"] for each in shown["payloads"]] == ["pages/pay/index"]


def test_history_masks_keys_unless_asked(play, world):
    key = play.session_key()
    shown = world.sessions(DEFAULT_APPID, "alice")
    assert shown["session_keys"][0]["session_key"] == f"{key[:4]}…"
    assert key not in json.dumps(shown)


def test_history_of_somebody_new_is_empty(world):
    shown = world.sessions(DEFAULT_APPID, "bob")
    assert (shown["session_keys"], shown["codes"], shown["payloads"]) == ([], [], [])


def test_foreign_attempt_shows_in_the_history(play, world):
    code = play.login()
    errcode(play.exchange, code, appid=OTHER_APPID, secret="b2" * 16)
    (shown,) = world.sessions(DEFAULT_APPID, "alice")["codes"]
    assert (shown["used_at"], shown["used_by"]) == (NOON, OTHER_APPID)


def test_rotation_replaces_the_key_now(play, world):
    key = play.session_key()
    shown = world.rotate(DEFAULT_APPID, "alice")
    assert [each["cause"] for each in shown["session_keys"]] == ["login", "rotate"]
    assert errcode(play.check_key, key) == 87009
    assert play.session_key() == play.history()[1].session_key


def test_rotation_makes_a_first_key_too(play, world):
    world.rotate(DEFAULT_APPID, "bob")
    assert [key.cause for key in play.history("bob")] == ["rotate"]


def test_expiry_ends_the_key_now(play, world):
    key = play.session_key()
    play.advance(10)
    (shown,) = world.expire(DEFAULT_APPID, "alice")["session_keys"]
    assert (shown["live"], shown["expires_at"]) == (False, NOON + 10)
    assert errcode(play.check_key, key) == 87009
    assert play.session_key() != key


def test_expiry_of_a_dead_key_changes_nothing(play, world):
    play.session_key()
    first = world.expire(DEFAULT_APPID, "alice")
    play.advance(10)
    assert world.expire(DEFAULT_APPID, "alice") == first


def test_nothing_expires_without_a_session(world):
    assert refusal(world.expire, DEFAULT_APPID, "bob") == (404, "user")


def test_reset_brings_the_starting_world_back(play, world):
    code = play.login(user="bob")
    token = play.token().access_token
    world.change_mini_program(DEFAULT_APPID, {"name": "changed"})
    world.advance(1000)
    world.reset()
    assert world.clock_state() == {"now": NOON, "frozen": True}
    assert world.users() == []
    assert [app.appid for app in world.mini_programs()] == [DEFAULT_APPID]
    assert world.mini_program(DEFAULT_APPID).name == "mockwx"
    assert errcode(play.exchange, code) == 40029
    assert errcode(play.wechat.access_token.authorize, token) == 40001


def test_looking_at_sessions_makes_nobody_known(play, world):
    openid = str(world.sessions(DEFAULT_APPID, "stranger")["openid"])

    assert play.wechat.directory.whose(openid, DEFAULT_APPID) is None


def test_sessions_say_how_much_fell_out_of_them(play, world):
    play.login()
    play.wx("getUserInfo")
    world.rotate(DEFAULT_APPID, "alice")
    nothing = {"session_keys": 0, "codes": 0, "payloads": 0}
    assert world.sessions(DEFAULT_APPID, "alice")["fallen_out"] == nothing
    play.advance(91 * 86_400)
    for _ in range(2):
        play.login()
    sessions = world.sessions(DEFAULT_APPID, "alice")
    assert sessions["fallen_out"] == {"session_keys": 1, "codes": 1, "payloads": 1}
    assert len(sessions["codes"]) == 2
