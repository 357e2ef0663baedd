"""What WeChat finds at the URL for message pushes."""

import ipaddress
import re

import pytest

from mockwx.domain.callback_check import check_callback
from mockwx.domain.errors import WeChatError


URL = "https://push.example.com/wechat"


@pytest.mark.fidelity("documented", "callback/check: dns and ping")
def test_both_are_told_in_the_order_of_the_page():
    found = check_callback(URL, "all", "UNICOM")

    assert list(found) == ["dns", "ping"]
    (dns,), (ping,) = found["dns"], found["ping"]
    assert list(dns) == ["ip", "real_operator"]
    assert list(ping) == ["ip", "from_operator", "package_loss", "time"]
    assert dns["ip"] == ping["ip"]
    assert dns["real_operator"] == ping["from_operator"] == "UNICOM"
    assert ping["package_loss"] == "0%"
    assert re.fullmatch(r"[1-9][0-9]?\.[0-9]{3}ms", ping["time"])


@pytest.mark.parametrize("action", ["dns", "ping"])
def test_one_is_told_if_one_is_asked_for(action):
    assert list(check_callback(URL, action, "CAP")) == [action]


def test_same_question_has_the_same_answer_for_ever():
    assert check_callback(URL, "all", "CAP") == check_callback(URL, "all", "CAP")


def test_default_is_one_of_the_operators():
    (dns,) = check_callback(URL, "dns", "DEFAULT")["dns"]
    assert dns["real_operator"] in {"CHINANET", "UNICOM", "CAP"}


@pytest.mark.parametrize(
    ("url", "ip"),
    [
        ("http://127.0.0.1:8000/push", "127.0.0.1"),
        ("http://localhost:8000/push", "127.0.0.1"),
        ("http://[::1]/push", "::1"),
    ],
)
def test_known_address_is_told(url, ip):
    (dns,) = check_callback(url, "dns", "CAP")["dns"]
    assert dns["ip"] == ip


def test_name_gets_an_address_nobody_has():
    (dns,) = check_callback(URL, "dns", "CAP")["dns"]
    documentation = ipaddress.ip_network("203.0.113.0/24")
    assert ipaddress.ip_address(dns["ip"]) in documentation


@pytest.mark.fidelity("documented", "callback/check: 40201, 40202, 40203")
@pytest.mark.parametrize(
    ("url", "action", "operator", "errcode"),
    [
        (None, "x", "x", 40201),
        ("", "all", "DEFAULT", 40201),
        ("no url", "all", "DEFAULT", 40201),
        (URL, "", "x", 40202),
        (URL, "ALL", "DEFAULT", 40202),
        (URL, "all", "", 40203),
        (URL, "all", "default", 40203),
    ],
)
def test_wrong_question_is_refused_in_order(url, action, operator, errcode):
    with pytest.raises(WeChatError) as refused:
        check_callback(url, action, operator)
    assert refused.value.errcode == errcode
