"""What the values of a subscribe message may hold, kind by kind."""

import pytest

from mockwx.domain.errors import WeChatError
from mockwx.domain.subscribe_message import VALUES
from mockwx.domain.subscribe_message import read_values


FITS = [
    ("thing1", "x" * 20),
    ("thing1", "下单成功，请于今日 18 点前取餐"),
    ("number2", "0"),
    ("number2", "-12.50"),
    ("number2", "9" * 32),
    ("letter3", "a" * 32),
    ("symbol4", "!@#$%"),
    ("character_string5", "No.20231115-#1"),
    ("character_string5", "9" * 32),
    ("time6", "15:01"),
    ("time6", "2019年10月1日 15:01"),
    ("time6", "2019-10-01 15:01:30"),
    ("time6", "2019-10-01 15:01~2019-10-01 16:30"),
    ("date7", "2019年10月1日"),
    ("date7", "2019-10-01"),
    ("date7", "2019/10/1 15:01"),
    ("date7", "2019年10月1日~2019年10月7日"),
    ("amount8", "¥100"),
    ("amount8", "￥1234567890.05"),
    ("amount8", "100元"),
    ("phone_number9", "+86-0766-66888866"),
    ("car_number10", "粤A8Z888挂"),
    ("name11", "欧阳娜娜"),
    ("name11", "一二三四五六七八九十"),
    ("name11", "Robert Van Der Berg"),
    ("phrase12", "配送中"),
    ("phrase12", "一二三四五"),
]
DOES_NOT = [
    ("thing1", "x" * 21),
    ("thing1", ""),
    ("thing1", "a\nb"),
    ("number2", "9" * 33),
    ("number2", "1,000"),
    ("number2", "一"),
    ("number2", "1."),
    ("letter3", "a1"),
    ("letter3", "a" * 33),
    ("symbol4", "!@#$%^"),
    ("symbol4", "a"),
    ("character_string5", "编号1"),
    ("character_string5", "9" * 33),
    ("time6", "now"),
    ("time6", "2019年10月1日"),
    ("date7", "15:01"),
    ("date7", "2019-10/01"),
    ("amount8", "¥12345678901"),
    ("amount8", "ten"),
    ("phone_number9", "9" * 18),
    ("phone_number9", "call me"),
    ("car_number10", "粤A8Z888挂车"),
    ("name11", "一二三四五六七八九十一"),
    ("name11", "x" * 21),
    ("name11", "R2D2"),
    ("phrase12", "一二三四五六"),
    ("phrase12", "ok"),
    ("enum13", "a"),
    ("Thing1", "a"),
    ("1", "a"),
]


@pytest.mark.fidelity("documented", "subscribe/send: limits per kind of value")
@pytest.mark.parametrize(("name", "value"), FITS)
def test_value_fits(name, value):
    assert read_values({name: {"value": value}}) == ((name, value),)


@pytest.mark.fidelity("documented", "subscribe/send: limits per kind of value")
@pytest.mark.parametrize(("name", "value"), DOES_NOT)
def test_value_does_not_fit(name, value):
    with pytest.raises(WeChatError) as refused:
        read_values({name: {"value": value}})
    assert refused.value.errcode == 47003
    assert refused.value.errmsg == f"argument invalid! data.{name}.value invalid"


def test_every_kind_is_tried():
    tried = {name.rstrip("0123456789") for name, _ in FITS}
    assert tried == set(VALUES)


def test_first_wrong_value_is_named():
    data = {"thing1": {"value": "a"}, "phrase2": {"value": "b"}, "date3": {"value": ""}}
    with pytest.raises(WeChatError, match=r"data\.phrase2\.value"):
        read_values(data)


@pytest.mark.parametrize("wrapped", [None, "a", {}, {"value": None}, {"value": True}])
def test_value_must_be_wrapped(wrapped):
    with pytest.raises(WeChatError):
        read_values({"thing1": wrapped})


@pytest.mark.parametrize(("bare", "text"), [(5, "5"), (0.5, "0.5"), (-3, "-3")])
def test_bare_number_is_sent_as_text(bare, text):
    assert read_values({"number1": {"value": bare}}) == (("number1", text),)
