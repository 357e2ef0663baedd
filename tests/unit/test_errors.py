"""The errcodes: numbers and texts as WeChat's tables and logs have them."""

import json
import pickle
import re
from pathlib import Path

import pytest

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.errors import lookup


VECTORS = Path(__file__).parents[2] / "fixtures" / "vectors"
TABLE = json.loads((VECTORS / "errcodes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("number", "errmsg"), TABLE.items(), ids=TABLE)
def test_errcode_has_the_official_text(number, errmsg):
    assert lookup(int(number)).errmsg == errmsg


def test_unknown_number_has_no_errcode():
    assert lookup(40000) is None


def test_every_errcode_is_found_by_its_number():
    assert all(lookup(int(errcode)) is errcode for errcode in ErrCode)


def test_no_number_stands_twice():
    assert len(ErrCode.__members__) == len(ErrCode)


@pytest.mark.parametrize("errcode", ErrCode, ids=lambda errcode: errcode.name)
def test_errcode_explains_itself_in_chinese(errcode):
    assert re.search("[\u4e00-\u9fff]", errcode.zh)
    assert errcode.zh == errcode.zh.strip()


@pytest.mark.parametrize("errcode", ErrCode, ids=lambda errcode: errcode.name)
def test_errmsg_is_bare(errcode):
    assert errcode.errmsg == errcode.errmsg.strip()
    assert not re.search(r"rid: |hint: |[{<]", errcode.errmsg)


@pytest.mark.parametrize(
    ("errcode", "spelling"),
    [
        (ErrCode.DATA_NOT_EXIST, "exit"),
        (ErrCode.SESSION_KEY_GONE, "existd"),
        (ErrCode.SECOND_FREQUENCY, "frequence"),
        (ErrCode.CGI_PATH_NO_PERMISSION, "，"),
    ],
    ids=["exit", "existd", "frequence", "full-width comma"],
)
def test_wechats_own_misspelling_is_kept(errcode, spelling):
    assert spelling in errcode.errmsg


def test_errcode_is_a_plain_number_in_json():
    assert json.dumps({"errcode": ErrCode.INVALID_CODE}) == '{"errcode": 40029}'


def test_error_carries_the_official_text():
    error = WeChatError(ErrCode.CODE_BEEN_USED)

    assert (error.errcode, error.errmsg, error.hint) == (40163, "code been used", False)
    assert dict(error.extra) == {}
    assert str(error) == "40163 code been used"


def test_error_may_say_something_more_precise():
    error = WeChatError(ErrCode.INVALID_IP, "invalid ip 203.0.113.7", hint=True)

    assert (error.errmsg, error.hint) == ("invalid ip 203.0.113.7", True)
    assert str(error) == "40164 invalid ip 203.0.113.7"


def test_error_may_say_nothing_at_all():
    assert WeChatError(ErrCode.SYSTEM_ERROR, "").errmsg == ""


def test_error_may_carry_more_of_the_body():
    error = WeChatError(ErrCode.INVALID_SIGNATURE, extra={"key_info_list": []})

    assert error.extra == {"key_info_list": []}


def test_what_one_error_carries_never_shows_in_another():
    with pytest.raises(TypeError):
        WeChatError(ErrCode.OK).extra["leak"] = True


def test_errcode_survives_a_trip_to_another_process():
    assert pickle.loads(pickle.dumps(ErrCode.INVALID_CODE)) is ErrCode.INVALID_CODE
