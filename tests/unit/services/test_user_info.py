"""People by other roads: protocol A6."""

import hashlib
import re
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.crypto.signature import sign_login_state
from mockwx.domain.errors import WeChatError
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import errcode
from tests.unit.store.rival import RivalStore


THREE_DAYS = 3 * 86_400
HOUR = 3600


@pytest.fixture
def play():
    return Play()


@pytest.fixture
def user_info(play):
    return play.wechat.user_info


@pytest.fixture
def app(play):
    return play.wechat.world.mini_program(DEFAULT_APPID)


@pytest.fixture
def other(play):
    return play.wechat.world.mini_program(OTHER_APPID)


# -- checkEncryptedData ---------------------------------------------------------------


@pytest.fixture
def encrypted_data(play):
    play.login()
    return play.wx("getPhoneNumber")["encryptedData"]


def of_text(encrypted_data):
    return hashlib.sha256(encrypted_data.encode()).hexdigest()


def of_bytes(encrypted_data):
    return hashlib.sha256(b64decode(encrypted_data)).hexdigest()


@pytest.mark.fidelity("inferred", "checkencryptedmsg: either form may be hashed")
@pytest.mark.parametrize(
    ("hash_of", "told"),
    [(of_text, "the Base64 text"), (of_bytes, "the decoded bytes")],
    ids=["text", "bytes"],
)
def test_either_hash_is_known_and_told_apart(
    play, user_info, app, encrypted_data, hash_of, told
):
    play.advance(60)
    found = user_info.check_encrypted_data(
        app, encrypted_msg_hash=hash_of(encrypted_data)
    )
    assert (found.created_at, found.user, found.hash_of) == (NOON, "alice", told)


@pytest.mark.fidelity("documented", "checkencryptedmsg: the last three days only")
def test_hash_is_known_for_three_days(play, user_info, app, encrypted_data):
    asked = {"encrypted_msg_hash": of_text(encrypted_data)}
    play.advance(THREE_DAYS - 1)
    user_info.check_encrypted_data(app, **asked)
    play.advance(1)
    assert errcode(user_info.check_encrypted_data, app, **asked) == 1


@pytest.mark.fidelity("documented", "checkencryptedmsg: phone numbers only")
def test_hash_of_other_data_is_unknown(play, user_info, app):
    play.login()
    data = play.wx("getUserInfo")["encryptedData"]
    asked = {"encrypted_msg_hash": of_text(data)}
    assert errcode(user_info.check_encrypted_data, app, **asked) == 1


def test_hash_of_another_app_is_unknown(user_info, other, encrypted_data):
    asked = {"encrypted_msg_hash": of_text(encrypted_data)}
    assert errcode(user_info.check_encrypted_data, other, **asked) == 1


def test_payload_that_a_fault_spoilt_is_not_wechats(play, user_info, app):
    play.login()
    answer = play.wechat.device.answer(
        "getPhoneNumber", {}, variant="tampered_ciphertext"
    )
    asked = {"encrypted_msg_hash": of_text(answer["encryptedData"])}
    assert errcode(user_info.check_encrypted_data, app, **asked) == 1


@pytest.mark.fidelity("documented", "checkencryptedmsg: 40097")
@pytest.mark.parametrize(
    "text", ["", "x", "A" * 64, "a" * 63, "\ud800"], ids=lambda text: ascii(text)[:9]
)
def test_text_that_is_no_hash_is_invalid(user_info, app, text):
    refused = errcode(user_info.check_encrypted_data, app, encrypted_msg_hash=text)
    assert refused == 40097


# -- getPluginOpenPId -----------------------------------------------------------------


def plugin_code(play, **body):
    return play.wx("pluginLogin", **body)["code"]


@pytest.mark.fidelity("documented", "getpluginopenpid: G and 27 more, per plugin")
def test_plugin_code_yields_an_id_per_person_app_and_plugin(play, user_info, app):
    def openpid(**body):
        answer = user_info.get_plugin_openpid(app, code=plugin_code(play, **body))
        assert re.fullmatch(r"G[A-Za-z0-9_-]{27}", answer.openpid)
        return answer.openpid

    assert openpid() == openpid()
    found = {openpid(), openpid(user="bob"), openpid(plugin="wx" + "1" * 16)}
    assert len(found) == 3


def test_answer_says_whose_it_is(play, user_info, app):
    code = plugin_code(play, user="bob")
    assert user_info.get_plugin_openpid(app, code=code).user == "bob"


@pytest.mark.fidelity("documented", "getpluginopenpid: five minutes, once")
def test_plugin_code_works_once_and_for_five_minutes(play, user_info, app):
    used, late = plugin_code(play), plugin_code(play)
    play.advance(299)
    user_info.get_plugin_openpid(app, code=used)
    play.advance(1)

    for code in (used, late):
        assert errcode(user_info.get_plugin_openpid, app, code=code) == 1007


@pytest.mark.fidelity("logged", "getpluginopenpid: 1007 without a text")
def test_login_code_is_no_plugin_code(play, user_info, app):
    with pytest.raises(WeChatError) as refused:
        user_info.get_plugin_openpid(app, code=play.login())
    assert (refused.value.errcode, refused.value.errmsg) == (1007, "")
    assert not refused.value.hint


def test_plugin_code_is_no_login_code(play):
    assert errcode(play.exchange, plugin_code(play)) == 40029


def test_plugin_code_of_another_app_is_a_mismatch_and_stays(
    play, user_info, app, other
):
    code = plugin_code(play)
    assert errcode(user_info.get_plugin_openpid, other, code=code) == 1005
    user_info.get_plugin_openpid(app, code=code)


def test_no_plugin_code_is_an_invalid_request(user_info, app):
    assert errcode(user_info.get_plugin_openpid, app, code="") == 1001


@pytest.mark.fidelity("inferred", "getpluginopenpid: 1003 after 100 a minute")
def test_plugin_codes_of_one_person_are_limited_per_minute(play, user_info, app):
    for _ in range(100):
        user_info.get_plugin_openpid(app, code=plugin_code(play))
    code = plugin_code(play)

    assert errcode(user_info.get_plugin_openpid, app, code=code) == 1003
    user_info.get_plugin_openpid(app, code=plugin_code(play, user="bob"))
    play.advance(60)
    user_info.get_plugin_openpid(app, code=code)


def test_plugin_code_that_a_rival_uses_meanwhile_is_unknown():
    store = RivalStore()
    play = Play(store=store)
    app, code = play.wechat.world.mini_program(DEFAULT_APPID), plugin_code(play)
    get_openpid = play.wechat.user_info.get_plugin_openpid
    store.before_write("codes", lambda: get_openpid(app, code=code))

    assert errcode(get_openpid, app, code=code) == 1007


def test_forty_threads_with_one_plugin_code_make_one_success(play, user_info, app):
    code = plugin_code(play)

    def outcome(_):
        try:
            return user_info.get_plugin_openpid(app, code=code).user
        except WeChatError as refused:
            return int(refused.errcode)

    with ThreadPoolExecutor(40) as pool:
        outcomes = list(pool.map(outcome, range(40)))
    assert sorted(outcomes, key=str) == [1007] * 39 + ["alice"]


# -- getPaidUnionid -------------------------------------------------------------------


def paid_unionid(play, app, **question):
    asked = {"transaction_id": "", "mch_id": "", "out_trade_no": "", **question}
    asked.setdefault("openid", play.openid())
    return play.wechat.user_info.get_paid_unionid(app, **asked)


def pay(play, **body):
    return play.wechat.world.pay(body, appid=DEFAULT_APPID, user="alice")


@pytest.mark.fidelity("documented", "getpaidunionid: by transaction_id or by both")
def test_payment_tells_the_unionid_by_either_number(play, app):
    made = pay(play)
    unionid = play.wechat.directory.unionid(app, "alice")
    merchants = {"mch_id": made.mch_id, "out_trade_no": made.out_trade_no}

    for question in ({"transaction_id": made.transaction_id}, merchants):
        answer = paid_unionid(play, app, **question)
        assert (answer.unionid, answer.user) == (unionid, "alice")


@pytest.mark.fidelity("documented", "getpaidunionid: five minutes, then 89300")
def test_payment_tells_for_five_minutes(play, app):
    asked = {"transaction_id": pay(play).transaction_id}
    play.advance(299)
    paid_unionid(play, app, **asked)
    play.advance(1)
    assert errcode(paid_unionid, play, app, **asked) == 89300


def test_payment_of_somebody_else_tells_nothing(play, app):
    made = pay(play, user="bob")
    asked = {"transaction_id": made.transaction_id}
    assert errcode(paid_unionid, play, app, **asked) == 89300
    answer = paid_unionid(play, app, openid=play.openid("bob"), **asked)
    assert answer.user == "bob"


def test_payment_in_another_app_tells_nothing(play, app):
    made = pay(play, appid=OTHER_APPID)
    asked = {"transaction_id": made.transaction_id}
    assert errcode(paid_unionid, play, app, **asked) == 89300


def test_question_without_a_number_is_about_no_payment(play, app):
    pay(play)
    assert errcode(paid_unionid, play, app) == 89300


@pytest.mark.parametrize("openid", ["", "o" * 28], ids=["absent", "unknown"])
def test_openid_comes_first(play, app, openid):
    assert errcode(paid_unionid, play, app, openid=openid) == 40003


@pytest.mark.fidelity("documented", "getpaidunionid: 89002 without an Open Platform")
def test_app_that_is_bound_to_nothing_has_no_unionid(play):
    made = pay(play)
    app = play.wechat.world.change_mini_program(DEFAULT_APPID, {"open_platform": None})
    asked = {"transaction_id": made.transaction_id}
    assert errcode(paid_unionid, play, app, **asked) == 89002


# -- getUserEncryptKey ----------------------------------------------------------------


def encrypt_keys(play, app, session_key, **changes):
    asked = {
        "openid": play.openid(),
        "signature": sign_login_state(session_key),
        "sig_method": "hmac_sha256",
        **changes,
    }
    return play.wechat.user_info.get_user_encrypt_key(app, **asked)


@pytest.mark.fidelity("documented", "getuserencryptkey: the last three, newest first")
def test_server_gets_the_keys_of_the_phone(play, app):
    session_key = play.session_key()
    seen = []
    for _ in range(4):
        seen.append(play.wx("getLatestUserKey"))
        play.advance(HOUR)

    answer = encrypt_keys(play, app, session_key)

    assert [key.version for key in answer.keys] == [4, 3, 2]
    assert [(key.encrypt_key, key.iv) for key in answer.keys] == [
        (key["encryptKey"], key["iv"]) for key in reversed(seen[1:])
    ]
    assert (answer.user, answer.now) == ("alice", NOON + 4 * HOUR)


@pytest.mark.fidelity("inferred", "getuserencryptkey: only the phone makes keys")
def test_there_is_no_key_before_the_phone_asked_for_one(play, app):
    assert encrypt_keys(play, app, play.session_key()).keys == ()


@pytest.mark.fidelity("logged", "getuserencryptkey: errors carry the empty list")
@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"openid": ""}, 40097),
        ({"signature": ""}, 40097),
        ({"sig_method": "sha1"}, 87008),
        ({"openid": "o" * 28}, 40003),
        ({"signature": "0" * 64}, 87009),
    ],
    ids=["openid", "signature", "sig_method", "unknown", "wrong"],
)
def test_login_state_is_checked_and_errors_carry_the_list(play, app, changes, number):
    with pytest.raises(WeChatError) as refused:
        encrypt_keys(play, app, play.session_key(), **changes)
    assert refused.value.errcode == number
    assert refused.value.extra == {"key_info_list": []}


@pytest.mark.fidelity("documented", "getuserencryptkey: 87007")
def test_dead_login_state_is_gone(play, app):
    session_key = play.session_key()
    play.wechat.world.expire(DEFAULT_APPID, "alice")

    with pytest.raises(WeChatError) as refused:
        encrypt_keys(play, app, session_key)

    assert refused.value.errcode == 87007
    assert refused.value.extra == {"key_info_list": []}


def test_replaced_key_signs_nothing(play, app):
    session_key = play.session_key()
    play.wechat.world.rotate(DEFAULT_APPID, "alice")
    assert errcode(encrypt_keys, play, app, session_key) == 87009


def test_person_who_never_logged_in_has_no_login_state(play, app):
    play.openid("alice")
    assert errcode(encrypt_keys, play, app, "x") == 87007
