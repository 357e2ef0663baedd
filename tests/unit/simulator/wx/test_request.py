"""wx.request: what is sent, what comes back, how it fails."""

import json

import pytest

from simulator.device import Device
from simulator.ports import Response
from simulator.ports import SendError
from simulator.ports import SendReason
from simulator.wx import WxError
from simulator.wx.request import MAX_REDIRECTS
from simulator.wx.request import MAX_TASKS
from tests.unit.simulator.fakes import FakeBackend
from tests.unit.simulator.fakes import FakeWeChat


URL = "https://backend.example/api"


def phone(*responses: Response | SendError, **settings: object) -> Device:
    backend = FakeBackend(responses=list(responses))
    return Device(FakeWeChat(), backend, **settings)  # type: ignore[arg-type]


def sent(device: Device, **arguments: object) -> tuple[str, dict[str, str], bytes]:
    device.wx.request(URL, **arguments)  # type: ignore[arg-type]
    assert isinstance(device.backend, FakeBackend)
    request = device.backend.requests[-1]
    return request.url, {k.lower(): v for k, v in request.headers}, request.body


@pytest.mark.parametrize(
    ("arguments", "url", "content_type", "body"),
    [
        ({}, URL, "application/json", b""),
        (
            {"data": {"a": "x+y z", "b": {"c": 1}, "d": True}},
            f"{URL}?a=x%2By%20z&b=%7B%22c%22%3A1%7D&d=true",
            "application/json",
            b"",
        ),
        (
            {"method": "POST", "data": {"name": "微信🍉", "n": 1.0}},
            URL,
            "application/json",
            '{"name":"微信🍉","n":1}'.encode(),
        ),
        (
            {
                "method": "POST",
                "data": {"a": "+/=", "b": [1]},
                "header": {"Content-Type": "application/x-www-form-urlencoded"},
            },
            URL,
            "application/x-www-form-urlencoded",
            b"a=%2B%2F%3D&b=%5B1%5D",
        ),
        (
            {"method": "POST", "data": "as it is+"},
            URL,
            "application/json",
            b"as it is+",
        ),
        ({"method": "put", "data": b"\x00\xff"}, URL, "application/json", b"\x00\xff"),
        ({"method": "DELETE", "data": {"a": 1}}, URL, "application/json", b'{"a":1}'),
        ({"method": "POST"}, URL, "application/json", b""),
        ({"data": "hand=made+"}, f"{URL}?hand=made+", "application/json", b""),
    ],
    ids=[
        "plain get",
        "get puts data into the query",
        "json is compact and raw utf-8",
        "form",
        "text as it is",
        "bytes as they are",
        "delete has a body",
        "nothing",
        "text in the query",
    ],
)
def test_request_is_written_as_a_phone_writes_it(
    arguments: dict[str, object], url: str, content_type: str, body: bytes
) -> None:
    was_sent = sent(phone(), **arguments)

    assert (was_sent[0], was_sent[1]["content-type"], was_sent[2]) == (
        url,
        content_type,
        body,
    )


def test_data_join_a_query_that_is_there_and_a_fragment_is_dropped() -> None:
    device = phone()

    device.wx.request(f"{URL}?a=1#top", data={"b": 2})

    assert device.backend.requests[0].url == f"{URL}?a=1&b=2"  # type: ignore[union-attr]


def test_referer_names_the_mini_program_and_cannot_be_set() -> None:
    device = phone(appid="wx2222222222222222", version="17")

    _, header, _ = sent(device, header={"REFERER": "https://elsewhere", "X-A": 1})

    assert header["referer"] == (
        "https://servicewechat.com/wx2222222222222222/17/page-frame.html"
    )
    assert header["x-a"] == "1"


@pytest.mark.parametrize(
    ("platform", "version"), [("ios", "0"), ("android", "0"), ("devtools", "devtools")]
)
def test_referer_says_what_is_not_released(platform: str, version: str) -> None:
    _, header, _ = sent(phone(platform=platform))

    assert f"/{version}/page-frame.html" in header["referer"]


def test_user_agent_is_a_phone_with_a_mini_program() -> None:
    _, header, _ = sent(phone(platform="android"))

    assert "MicroMessenger/" in header["user-agent"]
    assert "MiniProgramEnv/android" in header["user-agent"]


@pytest.mark.parametrize("status", [200, 204, 304, 404, 500])
def test_any_status_is_a_success(status: int) -> None:
    result = phone(Response(status, (), b"x")).wx.request(URL)

    assert (result.status_code, result.err_msg) == (status, "request:ok")


@pytest.mark.parametrize(
    ("body", "arguments", "data"),
    [
        (b'{"a":1}', {}, {"a": 1}),
        (b"\xef\xbb\xbf[1]", {}, [1]),
        (b"\xef\xbb\xbf\xef\xbb\xbf[1]", {}, "\ufeff[1]"),
        (b"<html>", {}, "<html>"),
        (b"", {}, ""),
        (b"[" * 100_000, {}, "[" * 100_000),
        (b'{"a":1}', {"data_type": "text"}, '{"a":1}'),
        (b"\xff", {"response_type": "arraybuffer"}, b"\xff"),
    ],
    ids=["json", "bom", "two boms", "html", "empty", "deep", "text", "bytes"],
)
def test_body_is_parsed_if_possible(
    body: bytes, arguments: dict[str, str], data: object
) -> None:
    assert phone(Response(200, (), body)).wx.request(URL, **arguments).data == data  # type: ignore[arg-type]


def test_cookies_are_reported_and_not_kept() -> None:
    cookies = (("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2"))
    device = phone(Response(200, cookies))

    result = device.wx.request(URL)
    _, header, _ = sent(device)

    assert result.cookies == ("a=1; Path=/", "b=2")
    assert result.answer["cookies"] == ["a=1; Path=/", "b=2"]
    assert "cookie" not in header


@pytest.mark.parametrize(
    ("reason", "err_msg", "errno"),
    [
        ("timeout", "request:fail fail:time out", 5),
        (
            "refused",
            "request:fail errcode:-102 cronet_error_code:-102 "
            "error_msg:net::ERR_CONNECTION_REFUSED",
            600001,
        ),
        (
            "name",
            "request:fail errcode:-105 cronet_error_code:-105 "
            "error_msg:net::ERR_NAME_NOT_RESOLVED",
            600001,
        ),
    ],
)
def test_network_failure_is_said_in_wechats_words(
    reason: SendReason, err_msg: str, errno: int
) -> None:
    with pytest.raises(WxError) as caught:
        phone(SendError(reason, "")).wx.request(URL)

    assert caught.value.answer == {"errMsg": err_msg, "errno": errno}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/login",
        "ftp://h/",
        "http://",
        "http://h:port/",
        "http://h/\n",
        "https://[::1",
    ],
)
def test_invalid_url_fails(url: str) -> None:
    with pytest.raises(WxError) as caught:
        phone().wx.request(url)

    assert caught.value.errno == 600009


def test_url_is_escaped_where_it_must_be() -> None:
    device = phone()

    device.wx.request("https://backend.example/微 信?q=%20é")

    assert device.backend.requests[0].url == (  # type: ignore[union-attr]
        "https://backend.example/%E5%BE%AE%20%E4%BF%A1?q=%20%C3%A9"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"method": "PATCH"},
        {"header": {"X-A": "a\r\nB: c"}},
        {"header": {"bad name": "a"}},
        {"data": {"a": object()}, "method": "POST"},
        {"data": {"a": "\ud800"}},
    ],
    ids=["patch", "header injection", "header name", "no json", "lone surrogate"],
)
def test_what_cannot_be_sent_fails(arguments: dict[str, object]) -> None:
    device = phone()

    with pytest.raises(WxError) as caught:
        device.wx.request(URL, **arguments)  # type: ignore[arg-type]

    assert caught.value.errno == 600010
    assert device.backend.requests == []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "method", "body"), [(302, "GET", b""), (307, "POST", b"{}")]
)
def test_redirect_is_followed_and_reported(
    status: int, method: str, body: bytes
) -> None:
    device = phone(Response(status, (("Location", "/next"),)))

    result = device.wx.request(URL, method="POST", data={})

    last = device.backend.requests[-1]  # type: ignore[union-attr]
    assert (last.method, last.url, last.body) == (
        method,
        "https://backend.example/next",
        body,
    )
    assert result.redirects == (URL,)


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("/next", True),
        ("https://other.example/", False),
        ("http://backend.example/", False),
    ],
)
def test_redirect_takes_no_login_state_to_another_host(
    location: str, kept: bool
) -> None:
    device = phone(Response(302, (("Location", location),)))

    header = {"Authorization": "Bearer a", "Cookie": "b=c", "X-Own": "d"}
    names = sent(device, header=header)[1]

    assert "x-own" in names
    assert ("authorization" in names, "cookie" in names) == (kept, kept)


def test_redirect_can_be_left_alone() -> None:
    device = phone(Response(302, (("Location", "/next"),)))

    assert device.wx.request(URL, redirect="manual").status_code == 302


def test_too_many_redirects_fail() -> None:
    loop = [Response(302, (("Location", "/api"),))] * (MAX_REDIRECTS + 1)

    with pytest.raises(WxError) as caught:
        phone(*loop).wx.request(URL)

    assert caught.value.errno == 600008


@pytest.mark.parametrize(
    ("url", "listed"),
    [
        ("https://backend.example/", True),
        ("https://BACKEND.example/", True),
        ("http://backend.example/", False),
        ("https://backend.example:443/", False),
        ("https://sub.backend.example/", False),
        ("https://api.weixin.qq.com/", False),
        ("https://ported.example:8443/", True),
        ("https://ported.example/", False),
        ("https://localhost/", False),
        ("https://8.8.8.8/", False),
        ("https://192.168.1.5/", True),
    ],
)
def test_domains_are_checked_where_asked_for(url: str, listed: bool) -> None:
    domains = (
        "https://backend.example",
        "ported.example:8443",
        "api.weixin.qq.com",
        "localhost",
        "8.8.8.8",
        "192.168.1.5",
    )
    device = phone(check_domains=domains)

    if listed:
        assert device.wx.request(url).status_code == 200
        return
    with pytest.raises(WxError, match="url not in domain list") as caught:
        device.wx.request(url)
    assert caught.value.errno == 600002


def test_answer_is_the_object_that_success_gets() -> None:
    headers = (("Content-Type", "application/json"),)

    answer = phone(Response(200, headers, b"{}")).wx.request(URL).answer

    assert json.loads(json.dumps(answer)) == {
        "data": {},
        "statusCode": 200,
        "header": {"Content-Type": "application/json"},
        "cookies": [],
        "profile": {},
        "exception": {},
        "errMsg": "request:ok",
    }


def test_timeout_is_given_in_milliseconds() -> None:
    device = phone()

    device.wx.request(URL, timeout=1500)
    device.wx.request(URL)

    assert [each.timeout for each in device.backend.requests] == [1.5, 60.0]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("reason", "err_msg"),
    [
        ("timeout", "request:fail timeout"),
        ("refused", "request:fail -102:net::ERR_CONNECTION_REFUSED"),
        ("reset", "request:fail -101:net::ERR_CONNECTION_RESET"),
    ],
)
def test_older_library_numbers_no_failure(reason: SendReason, err_msg: str) -> None:
    device = phone(SendError(reason, ""), base_library="2.23.4")

    with pytest.raises(WxError) as caught:
        device.wx.request(URL)

    assert caught.value.answer == {"errMsg": err_msg}


def test_request_from_the_background_is_interrupted() -> None:
    device = phone()
    device.hide()

    with pytest.raises(WxError) as caught:
        device.wx.request(URL)

    assert caught.value.answer == {
        "errMsg": "request:fail interrupted",
        "errno": 600003,
    }
    device.show()
    assert device.wx.request(URL).status_code == 200


def test_ten_requests_run_at_a_time() -> None:
    backend = FakeBackend()
    device = Device(FakeWeChat(), backend)
    refused: list[WxError] = []
    depth = 0

    def nest() -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_TASKS:
            raise AssertionError("more than ten requests are under way")
        try:
            device.wx.request(URL)
        except WxError as error:
            refused.append(error)

    backend.on_request = nest
    device.wx.request(URL)

    assert depth == MAX_TASKS
    assert [error.errno for error in refused] == [600007]
    backend.on_request = lambda: None
    assert device.wx.request(URL).status_code == 200
