"""code2Session, checksession, resetusersessionkey."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.crypto.signature import sign_login_state
from mockwx.domain.errors import WeChatError
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import OTHER_SECRET
from tests.unit.services.play import Play
from tests.unit.services.play import attempt
from tests.unit.services.play import errcode
from tests.unit.services.play import hinted
from tests.unit.services.play import opened
from tests.unit.services.play import reads


THREE_DAYS = 259_200


@pytest.fixture
def play():
    return Play()


# -- the answer -----------------------------------------------------------------------


def test_code_yields_key_openid_and_unionid(play):
    answer = play.exchange(play.login())
    assert answer.session_key == play.history()[0].session_key
    assert answer.openid == play.openid()
    assert answer.unionid is not None
    assert len(answer.openid) == len(answer.unionid) == 28
    assert answer.user == "alice"


@pytest.mark.fidelity("documented", "unionid: absent when not bound")
def test_app_that_is_not_bound_yields_no_unionid():
    play = Play(open_platform=None)
    assert play.exchange(play.login()).unionid is None


@pytest.mark.fidelity("documented", "unionid: one per person and Open Platform account")
def test_apps_of_one_account_share_the_unionid_and_not_the_openid(play):
    one = play.exchange(play.login())
    other = play.exchange(
        play.login(appid=OTHER_APPID), appid=OTHER_APPID, secret=OTHER_SECRET
    )
    assert one.unionid == other.unionid
    assert one.openid != other.openid
    assert one.session_key != other.session_key


def test_two_people_have_nothing_in_common(play):
    alice, bob = play.exchange(play.login()), play.exchange(play.login(user="bob"))
    assert alice.openid != bob.openid
    assert alice.unionid != bob.unionid
    assert alice.session_key != bob.session_key


# -- the order of validation ----------------------------------------------------------


@pytest.mark.fidelity("logged", "code2Session: order of validation")
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"appid": "", "secret": "", "grant_type": "", "js_code": ""}, 41002),
        ({"appid": "wx1", "secret": "", "grant_type": "", "js_code": ""}, 40013),
        ({"appid": DEFAULT_APPID.upper()}, 40013),
        ({"appid": f"{DEFAULT_APPID} "}, 40013),
        ({"secret": "", "grant_type": "", "js_code": ""}, 41004),
        ({"secret": "x", "grant_type": "", "js_code": ""}, 40125),
        ({"grant_type": "", "js_code": ""}, 40002),
        ({"grant_type": "client_credential", "js_code": ""}, 40002),
        ({"js_code": ""}, 41008),
        ({"js_code": "0" * 32}, 40029),
        ({"js_code": "the code is a mock one"}, 40029),
        ({"js_code": "\ud800"}, 40029),
    ],
    ids=ascii,
)
def test_question_is_refused_for_the_first_thing_wrong(play, question, expected):
    asked = {"js_code": play.login(), **question}
    assert errcode(play.exchange, **asked) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [({"secret_frozen": True}, 40243), ({"ip_whitelist": ["198.51.100.1"]}, 40164)],
    ids=str,
)
def test_state_of_the_app_is_checked_before_the_grant_type(state, expected):
    play = Play(**state)
    assert errcode(play.exchange, "", grant_type="") == expected


@pytest.mark.fidelity("inferred", "code2Session: a bad secret spends nothing")
@pytest.mark.parametrize(
    "question", [{"secret": "x"}, {"secret": ""}, {"grant_type": "x"}], ids=str
)
def test_refused_credentials_leave_the_code_unused(play, question):
    code = play.login()
    with pytest.raises(WeChatError):
        play.exchange(code, **question)
    assert play.exchange(code).openid == play.openid()


# -- the code -------------------------------------------------------------------------


@pytest.mark.fidelity("logged", "code2Session: the second use is 40163")
def test_code_works_once(play):
    code = play.login()
    play.exchange(code)
    assert errcode(play.exchange, code) == 40163
    assert errcode(play.exchange, code) == 40163


@pytest.mark.fidelity("documented", "code2Session: five minutes")
def test_code_works_for_five_minutes(play):
    code, late = play.login(), play.login()
    play.advance(299)
    play.exchange(code)
    play.advance(1)
    assert errcode(play.exchange, late) == 40029


def test_used_code_stays_used_when_its_time_is_over(play):
    code = play.login()
    play.exchange(code)
    play.advance(300)
    assert errcode(play.exchange, code) == 40163


@pytest.mark.fidelity("logged", "code2Session: a foreign app burns the code")
def test_foreign_app_gets_nothing_and_burns_the_code(play):
    code = play.login()
    foreign = {"appid": OTHER_APPID, "secret": OTHER_SECRET}
    assert errcode(play.exchange, code, **foreign) == 40029
    assert errcode(play.exchange, code) == 40163
    assert errcode(play.exchange, code, **foreign) == 40163


def test_foreign_app_learns_nothing_from_an_expired_code(play):
    code = play.login()
    play.advance(300)
    foreign = {"appid": OTHER_APPID, "secret": OTHER_SECRET}
    assert errcode(play.exchange, code, **foreign) == 40029
    assert errcode(play.exchange, code) == 40029


@pytest.mark.fidelity("inferred", "code2Session: a phone code is 40029")
def test_phone_code_is_no_login_code(play):
    code = play.wx("getPhoneNumber")["code"]
    assert errcode(play.exchange, code) == 40029
    assert play.exchange_phone(code).user == "alice"


def test_code_of_a_removed_app_is_worth_nothing_and_the_app_is_unknown(play):
    code = play.login()
    play.wechat.world.remove_mini_program(DEFAULT_APPID)
    assert errcode(play.exchange, code) == 40013
    foreign = {"appid": OTHER_APPID, "secret": OTHER_SECRET}
    assert errcode(play.exchange, code, **foreign) == 40029


def test_code_of_a_removed_person_still_tells_who_they_are(play):
    code = play.login(user="bob")
    openid = play.openid("bob")
    play.wechat.world.remove_user("bob")
    assert play.exchange(code).openid == openid
    assert "bob" in [user.name for user in play.wechat.world.users()]


@pytest.mark.fidelity("documented", "code2Session: high-risk users")
def test_risky_person_is_blocked(play):
    code = play.login()
    play.wechat.world.change_user("alice", {"blocked": True})
    assert errcode(play.exchange, code) == 40226
    play.wechat.world.change_user("alice", {"blocked": False})
    assert play.exchange(code).user == "alice"


@pytest.mark.fidelity("documented", "code2Session: 100 a minute per user")
def test_hundred_and_first_exchange_of_a_minute_has_to_wait(play):
    for _ in range(100):
        play.exchange(play.login())
    code = play.login()
    assert errcode(play.exchange, code) == 45011
    assert play.exchange(play.login(user="bob")).user == "bob"
    play.advance(60)
    assert play.exchange(code).user == "alice"


@pytest.mark.parametrize("earlier", [0, 60])
def test_only_the_exchanges_of_this_minute_count(play, earlier):
    codes = [play.login() for _ in range(earlier + 101)]
    for code in codes[:earlier]:
        play.exchange(code)
    play.advance(60)
    for code in codes[earlier:-1]:
        play.exchange(code)
    assert errcode(play.exchange, codes[-1]) == 45011


def test_forty_threads_with_one_code_make_one_success(play):
    code = play.login()
    with ThreadPoolExecutor(40) as pool:
        answers = list(
            pool.map(lambda _: attempt(play.exchange, code), range(40)),
        )
    assert answers.count(40163) == 39
    (won,) = [answer for answer in answers if answer != 40163]
    assert won.session_key == play.history()[0].session_key


# -- the key behind the code ----------------------------------------------------------


@pytest.mark.fidelity("documented", "session_key: not twice within the period")
def test_logins_within_the_period_share_a_key(play):
    first = play.session_key()
    play.advance(299)
    assert play.session_key() == first
    play.advance(1)
    assert play.session_key() != first


def test_strict_login_replaces_the_key_every_time():
    play = Play("strict")
    keys = [play.session_key() for _ in range(5)]
    assert len(set(keys)) == 5
    assert [key.session_key for key in play.history()] == keys


def test_calm_login_keeps_the_key_for_thirty_days():
    play = Play("calm")
    first = play.session_key()
    play.advance(10 * THREE_DAYS - 1)
    assert play.session_key() == first
    play.advance(10 * THREE_DAYS)
    assert play.session_key() != first


@pytest.mark.fidelity("inferred", "code2Session: an old code yields its own key")
def test_older_code_yields_the_key_of_its_own_login():
    play = Play("strict")
    older, newer = play.login(), play.login()
    first, second = play.history()
    assert play.exchange(newer).session_key == second.session_key
    assert play.exchange(older).session_key == first.session_key


def test_older_code_yields_the_current_key_where_the_policy_says_so():
    play = Play(policy={"name": "strict", "exchange_returns": "current"})
    older, newer = play.login(), play.login()
    second = play.history()[1]
    assert play.exchange(older).session_key == second.session_key
    assert play.exchange(newer).session_key == second.session_key


def test_concurrent_strict_logins_leave_one_live_key_and_a_history_without_gaps():
    play = Play("strict")
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: play.login(), range(200)))
    keys = play.history()
    assert [key.number for key in keys] == list(range(1, 201))
    assert [key.superseded_at for key in keys] == [NOON] * 199 + [None]
    assert [key.live(NOON) for key in keys].count(True) == 1
    assert len({key.session_key for key in keys}) == 200
    assert play.wx("checkSession")["errMsg"] == "checkSession:ok"


# -- checksession ---------------------------------------------------------------------


def test_live_key_is_valid(play):
    assert play.check_key(play.session_key()) == "alice"


@pytest.mark.fidelity("documented", "checksession: 87009 is wrong, replaced or expired")
def test_replaced_key_is_invalid():
    play = Play("strict")
    old, new = play.session_key(), play.session_key()
    assert errcode(play.check_key, old) == 87009
    assert play.check_key(new) == "alice"


def test_expired_key_is_invalid(play):
    key = play.session_key()
    play.advance(THREE_DAYS - 1)
    assert play.check_key(key) == "alice"
    play.advance(1)
    assert errcode(play.check_key, key) == 87009


def test_asking_from_the_server_does_not_keep_a_key_alive(play):
    key = play.session_key()
    before = play.history()
    play.advance(100)
    play.check_key(key)
    assert play.history() == before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"openid": "", "sig_method": ""}, 40097),
        ({"signature": "", "sig_method": ""}, 40097),
        ({"sig_method": "sha1", "openid": "x"}, 87008),
        ({"sig_method": ""}, 87008),
        ({"openid": "oUnknown", "signature": "x"}, 40003),
        ({"signature": "x"}, 87009),
        ({"signature": "签名"}, 87009),
        ({"signature": "\ud800"}, 87009),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("verb", ["check_session_key", "reset_user_session_key"])
def test_signed_question_is_refused_for_the_first_thing_wrong(
    play, verb, changes, expected
):
    key = play.session_key()
    asked = {
        "openid": play.openid(),
        "signature": sign_login_state(key),
        "sig_method": "hmac_sha256",
        **changes,
    }
    app = play.wechat.world.mini_program(DEFAULT_APPID)
    verb = getattr(play.wechat.user_login, verb)
    assert errcode(verb, app, **asked) == expected


@pytest.mark.fidelity("logged", "hint: an error about a parameter carries one")
@pytest.mark.parametrize(
    ("openid", "signature", "hint"),
    [("", "x", True), ("oUnknown", "x", True), (None, "x", False)],
    ids=["args missing", "openid unknown", "signature wrong"],
)
def test_error_about_a_parameter_is_marked_as_one(play, openid, signature, hint):
    play.session_key()
    asked = {
        "openid": play.openid() if openid is None else openid,
        "signature": signature,
        "sig_method": "hmac_sha256",
    }
    app = play.wechat.world.mini_program(DEFAULT_APPID)
    assert hinted(play.wechat.user_login.check_session_key, app, **asked) is hint


def test_openid_of_another_app_is_unknown_here(play):
    key = play.session_key()
    app = play.wechat.world.mini_program(DEFAULT_APPID)
    refused = errcode(
        play.wechat.user_login.check_session_key,
        app,
        openid=play.openid(appid=OTHER_APPID),
        signature=sign_login_state(key),
        sig_method="hmac_sha256",
    )
    assert refused == 40003


def test_upper_case_signature_is_another_signature(play):
    key = play.session_key()
    app = play.wechat.world.mini_program(DEFAULT_APPID)
    refused = errcode(
        play.wechat.user_login.check_session_key,
        app,
        openid=play.openid(),
        signature=sign_login_state(key).upper(),
        sig_method="hmac_sha256",
    )
    assert refused == 87009


def test_person_who_never_logged_in_has_no_valid_key(play):
    assert errcode(play.check_key, "tiihtNczf5v6AKRyjwEUhQ==") == 87009


# -- resetusersessionkey --------------------------------------------------------------


@pytest.mark.fidelity("documented", "resetusersessionkey: at once, with the old expiry")
def test_reset_replaces_the_key_and_keeps_its_expiry(play):
    old = play.session_key()
    play.advance(1000)
    answer = play.reset_key(old)
    assert answer.openid == play.openid()
    assert answer.session_key != old
    assert errcode(play.check_key, old) == 87009
    play.advance(THREE_DAYS - 1001)
    assert play.check_key(answer.session_key) == "alice"
    play.advance(1)
    assert errcode(play.check_key, answer.session_key) == 87009


def test_reset_shows_in_the_history_and_payloads_use_the_new_key(play):
    old = play.session_key()
    new = play.reset_key(old).session_key
    assert [key.cause for key in play.history()] == ["login", "reset"]
    answer = play.wx("getUserInfo")
    assert opened(answer, new).startswith(b'{"openId":')
    assert not reads(answer, old)


@pytest.mark.fidelity("inferred", "resetusersessionkey: the phone stays logged in")
def test_reset_leaves_the_phone_logged_in(play):
    play.reset_key(play.session_key())
    assert play.wx("checkSession")["errMsg"] == "checkSession:ok"


def test_reset_of_an_expired_key_says_that_it_is_gone(play):
    key = play.session_key()
    play.advance(THREE_DAYS)
    assert errcode(play.reset_key, key) == 87007


def test_reset_without_any_key_says_that_it_is_gone(play):
    assert errcode(play.reset_key, "tiihtNczf5v6AKRyjwEUhQ==") == 87007


def test_reset_with_a_replaced_key_is_refused():
    play = Play("strict")
    old = play.session_key()
    play.session_key()
    assert errcode(play.reset_key, old) == 87009


def test_concurrent_resets_with_one_key_succeed_once(play):
    key = play.session_key()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: attempt(play.reset_key, key), range(20)))
    assert answers.count(87009) == 19
    assert [key.number for key in play.history()] == [1, 2]


@pytest.mark.fidelity("documented", "resetusersessionkey: 60 000 a minute per app")
def test_reset_is_limited_per_app_and_minute(play, monkeypatch):
    monkeypatch.setattr("mockwx.services.user_login.RESET_SESSION_KEY_PER_MINUTE", 2)
    key = play.session_key()
    for _ in range(2):
        key = play.reset_key(key).session_key
    assert errcode(play.reset_key, key) == 45011
    play.advance(60)
    assert play.reset_key(key).openid == play.openid()


def test_secret_changed_in_the_console_counts_at_once(play):
    play.wechat.world.change_mini_program(DEFAULT_APPID, {"secret": OTHER_SECRET})
    code = play.login()
    assert errcode(play.exchange, code, secret=DEFAULT_SECRET) == 40125
    assert play.exchange(code, secret=OTHER_SECRET).user == "alice"
