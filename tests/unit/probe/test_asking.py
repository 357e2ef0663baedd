"""What is asked of whom, what differs, and what the probe keeps to itself."""

import socket
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response

from mockwx import MockServer
from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import StartingWorld
from mockwx.probe import asking
from mockwx.probe import report
from mockwx.probe.asking import AGREED
from mockwx.probe.asking import DIFFERS
from mockwx.probe.asking import GIVES_UP_AFTER
from mockwx.probe.asking import UNASKED
from mockwx.probe.asking import Finding
from mockwx.probe.asking import Probe
from mockwx.probe.asking import ProbeError
from mockwx.probe.questions import APP
from mockwx.probe.questions import QUESTIONS
from mockwx.probe.questions import STABLE
from mockwx.probe.questions import TOKEN


ANYTHING = {
    "appid": DEFAULT_APPID,
    "secret": DEFAULT_SECRET,
    "with_stable_token": True,
}
OWN = {"appid": "wx00112233445566aa", "secret": "ab" * 16}


def ask(url: str, **given: Any) -> dict[str, Finding]:
    probe = Probe.checked(url, **given)
    found = asking.findings(probe, pause=0)
    return {each.question.name: each for each in found}


def differing(found: dict[str, Finding]) -> dict[str, set[str]]:
    return {
        name: {difference.aspect for difference in each.differences}
        for name, each in found.items()
        if each.verdict == DIFFERS
    }


def token_of(host: MockServer, app: dict[str, str]) -> str:
    issued = host.wechat.access_token.get_access_token(
        grant_type="client_credential",
        appid=app["appid"],
        secret=app["secret"],
        ip="127.0.0.1",
    )
    return issued.access_token


@contextmanager
def changing(change: Callable[[Request, Response], None]) -> Iterator[str]:
    """Run a mock whose answers are changed on their way out."""
    with MockServer() as host:
        inner = host.app.wsgi_app

        def outer(environ: Any, start_response: Any) -> Any:
            request = Request(environ)
            response = Response.from_app(inner, environ, buffered=True)
            change(request, response)
            return response(environ, start_response)

        host.app.wsgi_app = outer  # type: ignore[method-assign]
        yield host.url


def waiting_at(listener: socket.socket) -> int:
    """Count who has connected and was not let in."""
    listener.setblocking(False)
    for count in range(100):
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
    return 100


def test_two_mocks_agree_on_every_question() -> None:
    with MockServer() as host:
        token, host_url = token_of(host, ANYTHING), host.url

        found = ask(host_url, access_token=token, **ANYTHING)

    assert list(found) == [each.name for each in QUESTIONS]
    assert {name: each.differences for name, each in found.items()} == dict.fromkeys(
        found, ()
    )
    assert {each.verdict for each in found.values()} == {AGREED}
    assert list(report.summary(found.values(), "en")) == [
        f"{len(QUESTIONS)} agreed, 0 differed, 0 could not be asked."
    ]
    answer = report.answer(Probe.checked(host_url), found.values())
    assert (answer["ok"], answer["agreed"]) == (True, len(QUESTIONS))


def test_mock_beside_it_has_the_app_that_was_given() -> None:
    with MockServer(Settings(world=StartingWorld(mini_programs=(OWN,)))) as host:
        found = ask(host.url, **OWN, access_token=token_of(host, OWN))

    assert differing(found) == {}
    for name, errcode in {
        "login-unknown-appid": "40013",
        "login-no-secret": "41004",
        "login-wrong-secret": "40125",
        "login-no-grant-type": "40002",
        "login-no-code": "41008",
        "login-impossible-code": "40029",
        "phone-by-get": "43002",
        "phone-empty": "44002",
        "phone-malformed": "47001",
        "phone-form": "47001",
        "cgi-bin-no-token": "41001",
        "cgi-bin-malformed-token": "40014",
        "cgi-bin-unknown-token": "40001",
    }.items():
        assert f'"errcode":{errcode},' in found[name].there, name


def test_another_secret_there_differs_where_ours_would_do() -> None:
    with MockServer(Settings(world=StartingWorld(mini_programs=(OWN,)))) as host:
        found = ask(host.url, appid=OWN["appid"], secret="cd" * 16)

    (difference, _) = found["login-impossible-code"].differences
    assert (difference.aspect, difference.there, difference.here) == (
        "errcode",
        "40125",
        "40029",
    )


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {""}),
        ({"appid": DEFAULT_APPID, "secret": DEFAULT_SECRET}, {"", APP}),
        ({"access_token": "x" * 20}, {"", TOKEN}),
        (ANYTHING, {"", APP, STABLE}),
    ],
    ids=["nothing", "an app", "a token", "an app and the stable token"],
)
def test_only_what_was_given_is_used(given: dict[str, Any], asked: set[str]) -> None:
    with MockServer() as host:
        found = ask(host.url, **given)

    expected = [each.name for each in QUESTIONS if each.needs in asked]
    assert list(found) == expected


def test_asking_ends_no_token_and_uses_up_nothing() -> None:
    with MockServer() as host:
        token = token_of(host, ANYTHING)
        latest = host.wechat.access_token.latest
        before = latest.get(f"{DEFAULT_APPID}/plain")

        ask(host.url, access_token=token, **ANYTHING)

        assert latest.get(f"{DEFAULT_APPID}/plain") == before
        host.wechat.clock.advance(600)
        assert host.wechat.access_token.authorize(token).appid == DEFAULT_APPID


SETTINGS = [
    (Settings(sns_content_type="application/json"), {"content type"}, "/sns/"),
    (Settings(errmsg_suffix="none"), {"suffix"}, "/"),
    (Settings(errmsg_suffix="hints"), {"suffix"}, "/"),
    (Settings(json_content_type="text/plain"), {"content type"}, "/cgi-bin/"),
]


# Their 40001 names the stable token, which was not there in the days of hints.
OF_TODAY = {"cgi-bin-unknown-token", "wxa-token-before-method"}


@pytest.mark.parametrize(
    ("settings", "aspects", "path"),
    SETTINGS,
    ids=["sns_content_type", "no suffix", "hints", "json_content_type"],
)
def test_a_setting_that_differs_is_found(
    settings: Settings, aspects: set[str], path: str
) -> None:
    with MockServer(settings) as host:
        found = differing(ask(host.url))

    expected = {
        each.name
        for each in QUESTIONS
        if each.path.startswith(path) and not each.needs and len(each.compares) > 1
    }
    assert found.keys() >= expected
    if settings.errmsg_suffix == "hints":
        assert all(found.pop(name) == aspects | {"message"} for name in OF_TODAY)
        expected -= OF_TODAY
    assert all(found[name] == aspects for name in expected)


def escape_slashes(_: Request, response: Response) -> None:
    response.data = response.data.replace(b"/", rb"\/")


def put_blanks(_: Request, response: Response) -> None:
    response.data = response.data.replace(b'":', b'": ')


def turn_keys_round(_: Request, response: Response) -> None:
    if response.data.startswith(b'{"errcode":'):
        number, _comma, text = response.data[1:-1].partition(b",")
        response.data = b"{" + text + b"," + number + b"}"


def answer_http_400(_: Request, response: Response) -> None:
    response.status_code = 400


def answer_a_page(_: Request, response: Response) -> None:
    response.data = b"<html>\x1b[2J\nbusy</html>"


def name_the_server(_: Request, response: Response) -> None:
    response.headers["Server"] = "nginx"


def speak_otherwise(_: Request, response: Response) -> None:
    response.data = response.data.replace(b"invalid appid", "appid 无效".encode())


CHANGES = [
    (escape_slashes, "cgi-bin-unknown-token", {"slashes"}),
    (put_blanks, "login-unknown-appid", {"blanks"}),
    (turn_keys_round, "login-unknown-appid", {"keys"}),
    (answer_http_400, "login-unknown-appid", {"status"}),
    (answer_a_page, "login-unknown-appid", {"keys"}),
    (name_the_server, "login-nothing", {"headers"}),
    (speak_otherwise, "login-unknown-appid", {"message"}),
]


@pytest.mark.parametrize(
    ("change", "name", "aspects"), CHANGES, ids=[row[0].__name__ for row in CHANGES]
)
def test_an_answer_that_differs_is_found(
    change: Callable[[Request, Response], None], name: str, aspects: set[str]
) -> None:
    with changing(change) as url:
        found = ask(url)

    assert differing(found)[name] == aspects
    assert found[name].there.isprintable()


def test_headers_are_told_once_for_each_family() -> None:
    with changing(name_the_server) as url:
        found = differing(ask(url))

    assert found == {
        "login-nothing": {"headers"},
        "token-nothing": {"headers"},
        "wxa-no-token": {"headers"},
    }


def test_secrets_that_come_back_are_cut() -> None:
    def echo(request: Request, response: Response) -> None:
        response.data = request.query_string + b" " + request.get_data()

    token = "a/secret+token=="
    with changing(echo) as url:
        found = ask(url, access_token=token, **ANYTHING)

    told = repr([each.as_json() for each in found.values()])
    told += "".join(
        line for each in found.values() for line in report.lines(each, "en")
    )
    assert differing(found)
    for secret in (DEFAULT_SECRET, token, "a%2Fsecret%2Btoken%3D%3D"):
        assert secret not in told
    assert "secret=6d6f…" in told


def test_stable_token_is_shown_cut() -> None:
    with MockServer() as host:
        found = ask(host.url, **ANYTHING)

    assert '"access_token":"' in found["stable-token"].there
    assert "…" in found["stable-token"].there


def test_who_does_not_answer_is_not_asked_on() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

    found = ask(f"http://127.0.0.1:{port}")

    assert {each.verdict for each in found.values()} == {UNASKED}
    assert all(each.failure.startswith("no answer: ") for each in found.values())


def test_who_is_silent_is_waited_for_a_few_times_only() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        found = list(asking.findings(Probe.checked(url), pause=0, timeout=0.05))

        asked = waiting_at(listener)

    assert asked == GIVES_UP_AFTER
    assert {each.failure for each in found} == {"no answer within 0.05 s"}
    assert len(found) == sum(not each.needs for each in QUESTIONS)


def test_one_answer_that_is_missing_stops_nothing() -> None:
    def hide(request: Request, response: Response) -> None:
        if request.path == "/sns/userinfo":
            # More is announced than comes.
            response.headers["Content-Length"] = "9999"
            response.automatically_set_content_length = False

    with changing(hide) as url:
        found = ask(url)

    unasked = [name for name, each in found.items() if each.verdict == UNASKED]
    assert unasked == ["userinfo-no-token"]


def test_a_question_is_asked_under_our_own_name() -> None:
    agents = set()

    with changing(lambda request, _: agents.add(request.user_agent.string)) as url:
        ask(url)

    assert agents == {"mockwx-probe"}


REFUSED = [
    ({"host": "api.weixin.qq.com"}, "--host 'api.weixin.qq.com' is no address"),
    ({"host": ""}, "is no address; write https://HOST."),
    ({"host": "ftp://a"}, "is no address"),
    ({"host": "https://"}, "is no address"),
    ({"host": "https://a:x"}, "is no address"),
    ({"host": "https://a:70000"}, "is no address"),
    ({"host": "https://[a"}, "is no address"),
    ({"host": "https://me@a"}, "is no address"),
    ({"host": "https://a/sns"}, "is no address"),
    ({"host": "https://a?b"}, "is no address"),
    ({"host": "https://微信"}, "is no address"),
    ({"host": "https://a b"}, "is no address"),
    ({"appid": DEFAULT_APPID}, "--appid and --secret go together"),
    ({"secret": DEFAULT_SECRET}, "--appid and --secret go together"),
    ({"appid": "wx", "secret": DEFAULT_SECRET}, "--appid 'wx' is none"),
    ({"appid": DEFAULT_APPID, "secret": "x"}, "--secret is none"),
    ({"access_token": "a b"}, "--access-token must be"),
    ({"access_token": ""}, "--access-token must be"),
    ({"with_stable_token": True}, "--with-stable-token needs --appid"),
    ({"host": "http://a", "access_token": "x"}, "everybody on the way can read"),
    ({"host": "http://a", **OWN}, "everybody on the way can read"),
]


@pytest.mark.parametrize(
    ("given", "message"), REFUSED, ids=[str(r[0]) for r in REFUSED]
)
def test_probe_that_must_not_begin_says_why(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ProbeError) as refused:
        Probe.checked(**{"host": "https://a", **given})

    assert message in refused.value.message
    assert refused.value.message_zh.endswith("。")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("https://api.weixin.qq.com", "https://api.weixin.qq.com"),
        ("https://api.weixin.qq.com/", "https://api.weixin.qq.com"),
        ("http://[::1]:7778", "http://[::1]:7778"),
        ("http://a:1", "http://a:1"),
    ],
)
def test_address_is_taken_with_or_without_a_slash(host: str, url: str) -> None:
    assert Probe.checked(host).url == url
