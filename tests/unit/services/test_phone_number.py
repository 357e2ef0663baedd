"""The phone code's exchange."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.domain.errors import WeChatError
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import attempt
from tests.unit.services.play import errcode
from tests.unit.services.play import hinted


@pytest.fixture
def play():
    return Play()


@pytest.fixture(params=["getPhoneNumber", "getRealtimePhoneNumber"])
def code(request, play):
    return play.wx(request.param)["code"]


@pytest.mark.fidelity("documented", "getuserphonenumber: no login is needed")
def test_code_yields_the_number_and_the_time_of_the_tap(play, code):
    play.advance(60)
    answer = play.exchange_phone(code)
    assert answer.phone == play.wechat.world.user("alice").phone
    assert answer.phone.phone_number.startswith("120666")
    assert (answer.watermark.timestamp, answer.watermark.appid) == (NOON, DEFAULT_APPID)
    assert answer.user == "alice"


@pytest.mark.fidelity("logged", "getuserphonenumber: a used code is 40029, not 40163")
def test_code_works_once_and_is_then_unknown(play, code):
    play.exchange_phone(code)
    assert errcode(play.exchange_phone, code) == 40029


@pytest.mark.fidelity("documented", "getuserphonenumber: five minutes")
def test_code_works_for_five_minutes(play, code):
    late = play.wx("getPhoneNumber")["code"]
    play.advance(299)
    play.exchange_phone(code)
    play.advance(1)
    assert errcode(play.exchange_phone, late) == 40029


@pytest.mark.fidelity("logged", "getuserphonenumber: a login code is 40029")
def test_login_code_is_no_phone_code(play):
    code = play.login()
    assert errcode(play.exchange_phone, code) == 40029
    assert play.exchange(code).user == "alice"


@pytest.mark.parametrize("code", ["", "0" * 64, "\ud800"], ids=ascii)
def test_unknown_code_is_invalid_and_the_error_is_about_a_parameter(play, code):
    with pytest.raises(WeChatError) as refused:
        play.exchange_phone(code)
    assert (refused.value.errcode, refused.value.errmsg) == (40029, "invalid code")
    assert refused.value.hint


@pytest.mark.fidelity("logged", "hint: an error about a parameter carries one")
@pytest.mark.parametrize(
    "question", [{"appid": OTHER_APPID}, {"openid": "oSomebodyElse"}], ids=str
)
def test_refusal_of_a_good_code_is_about_a_parameter_too(play, code, question):
    assert hinted(play.exchange_phone, code, **question)


@pytest.mark.fidelity("logged", "getuserphonenumber: a foreign token is 40013")
def test_token_of_another_app_is_refused_and_spends_nothing(play, code):
    assert errcode(play.exchange_phone, code, appid=OTHER_APPID) == 40013
    assert play.exchange_phone(code).user == "alice"


@pytest.mark.fidelity(
    "inferred", "getuserphonenumber: another person's openid is 40003"
)
def test_openid_of_another_person_is_refused_and_spends_nothing(play, code):
    assert errcode(play.exchange_phone, code, openid=play.openid("bob")) == 40003
    assert play.exchange_phone(code, openid=play.openid()).user == "alice"


def test_number_given_up_after_the_tap_is_not_told(play, code):
    play.wechat.world.change_user("alice", {"phone": None})
    assert errcode(play.exchange_phone, code) == 40029
    assert hinted(play.exchange_phone, code)


def test_number_is_the_one_of_now(play, code):
    play.wechat.world.change_user("alice", {"phone": "12066600024"})
    assert play.exchange_phone(code).phone.pure_phone_number == "12066600024"


def test_forty_threads_with_one_code_make_one_success(play, code):
    with ThreadPoolExecutor(40) as pool:
        answers = list(
            pool.map(lambda _: attempt(play.exchange_phone, code), range(40))
        )
    assert answers.count(40029) == 39
    (won,) = [answer for answer in answers if answer != 40029]
    assert won.user == "alice"
