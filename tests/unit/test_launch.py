"""What `mockwx run` says at the end."""

import base64
import hmac
import json
import shlex
from typing import Any

import pytest

from mockwx import MockServer
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.launch.account import Account
from mockwx.launch.account import Tally
from mockwx.launch.account import findings
from mockwx.launch.account import loops
from mockwx.launch.onlooker import Contact
from mockwx.launch.onlooker import Sighting
from mockwx.launch.strays import Stray
from mockwx.launch.strays import strays
from mockwx.listeners.mishaps import Mishaps
from tests.control import Mock


def _asked(*paths: str) -> Tally:
    """Ask the mock, which is reset after each call."""
    tally = Tally()
    running = MockServer()
    running.worlds.listener = tally.hear
    client = running.app.test_client()
    for path in paths:
        client.get(path)
        running.worlds.reset()
    client.post("/_mockwx/api/wx/login", json={})
    return tally


def _account(command: str = "python", **facts: Any) -> Account:
    return Account(command=shlex.split(command), **{"tally": Tally(), **facts})


def _english(account: Account) -> str:
    return "\n".join(each.en for each in account.notices())


def test_ever_new_paths_are_counted_together_in_the_end() -> None:
    tally = _asked(*(f"/nowhere/{number}" for number in range(600)))

    assert len(tally.counts) <= 502
    assert tally.counts["GET", "/nowhere/0", "HTTP 404"] == 1
    assert tally.counts["*", "(other paths)", "HTTP 404"] == 100
    assert tally.counts.total() == 600


def test_calls_are_counted_by_endpoint_and_errcode() -> None:
    asked = _asked(
        "/sns/jscode2session",
        "/sns/jscode2session",
        "/cgi-bin/token?grant_type=client_credential"
        "&appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b",
        "/nowhere",
    )

    assert list(_account(tally=asked).lines()) == [
        "mockwx: 4 calls reached WeChat:",
        "mockwx：4 次调用到达微信：",
        "mockwx:      1  GET  /cgi-bin/token  ok",
        "mockwx:      1  GET  /nowhere  HTTP 404",
        "mockwx:      2  GET  /sns/jscode2session  errcode 41002  appid missing",
    ]


def test_path_that_somebody_asked_for_cannot_act_on_the_terminal() -> None:
    said = "\n".join(_account(tally=_asked("/%1b%5b2J%0a")).lines())

    assert r"GET  /\x1b[2J\n  HTTP 404" in said
    assert "\x1b" not in said


def test_account_is_data_for_programs() -> None:
    account = _account(
        tally=_asked("/nowhere"),
        sightings=[Sighting("go", "shop", untold="HTTPS_PROXY")],
    )

    told = json.loads(json.dumps(account.as_json(3)))

    assert told["status"] == 3
    assert told["calls"] == [
        {"method": "GET", "path": "/nowhere", "outcome": "HTTP 404", "count": 1}
    ]
    assert told["runtimes"] == [{"runtime": "go", "program": "shop"}]
    assert set(told["notices"][0]) == {"en", "zh"}
    assert told["findings"] == []


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("python3", "-I, -E or -S"),
        ("node", "HTTP/2"),
        ("java", "useSystemProperties()"),
        ("go", "http.ProxyFromEnvironment"),
        ("php", "CA file"),
        ("dotnet", "UseProxy"),
        ("make", "ignores HTTPS_PROXY"),
        ("sh -c 'cd shop && npm start'", "HTTP/2"),
    ],
)
def test_no_call_is_said_with_what_to_do(program: str, cause: str) -> None:
    said = list(_account(program).lines())

    assert said[:2] == [
        "mockwx: 0 calls reached WeChat.",
        "mockwx：0 次调用到达微信。",
    ]
    english, chinese = said[2:]
    assert cause in english
    assert "MOCKWX_URL" in english
    assert "MOCKWX_URL" in chinese


def test_runtime_that_ran_counts_more_than_the_name_of_the_command() -> None:
    said = _english(_account("node", sightings=[Sighting("go", "shop")]))

    assert said.startswith("If Go (shop) made any, perhaps its http.Transport ")
    assert "Node" not in said


def test_python_that_keeps_the_hook_out_is_told_by_which_option() -> None:
    said = _english(_account(sightings=[Sighting("python", "python3", alone="-Iu")]))

    assert "perhaps -Iu kept our hook out" in said


def test_lost_environment_is_said_even_if_others_called() -> None:
    said = _english(
        _account(
            tally=_asked("/nowhere"),
            sightings=[
                Sighting("node", "node", untold="NODE_OPTIONS"),
                Sighting("go", "shop"),
            ],
        )
    )

    assert said.startswith("Node (node) was started without our NODE_OPTIONS")
    assert "Go" not in said


@pytest.mark.parametrize(
    ("runtime", "setting"),
    [
        ("python", "REQUESTS_CA_BUNDLE"),
        ("node", "NODE_EXTRA_CA_CERTS"),
        ("java", "JAVA_TOOL_OPTIONS"),
        ("go", "RootCAs"),
        ("php", "CURLOPT_CAINFO"),
        ("curl", "--cacert"),
        ("ruby", "SSL_CERT_FILE"),
    ],
)
def test_distrust_is_said_with_the_setting_of_the_runtime(
    runtime: str, setting: str
) -> None:
    mishaps = Mishaps()
    mishaps.ends(object(), "TLSV1_ALERT_UNKNOWN_CA")

    said = _english(
        _account(
            tally=_asked("/nowhere"),
            mishaps=mishaps,
            sightings=[Sighting(runtime, "shop")],
        )
    )

    assert said.startswith("Once a client came to our HTTPS and left: ")
    assert setting in said


def test_hosts_of_wechat_that_are_not_the_mock_are_named() -> None:
    mishaps = Mishaps()
    for host in ("MP.weixin.qq.com.", "mp.weixin.qq.com", "api.weixin.qq.com", "x.com"):
        mishaps.goes_outside(host)

    said = list(_account(tally=_asked("/nowhere"), mishaps=mishaps).notices())

    assert len(said) == 1
    assert said[0].en.startswith("mp.weixin.qq.com was asked 2 times ")


def test_program_that_went_to_the_real_wechat_is_named_even_if_others_came() -> None:
    shop = Sighting("go", "shop")
    stray = Stray(shop, "api.weixin.qq.com", "203.0.113.9")

    said = _english(
        _account(tally=_asked("/nowhere"), sightings=[shop], strays=[stray])
    )

    assert said.startswith("Go (shop) went past the mock to api.weixin.qq.com itself ")
    assert "http.ProxyFromEnvironment" in said
    assert said.count("Go") == 1


def test_nobody_is_asked_for_addresses_unless_somebody_was_contacted() -> None:
    shop = Sighting("go", "shop")
    asked = []

    def resolve() -> dict[str, str]:
        asked.append("WeChat")
        return {"203.0.113.9": "api.weixin.qq.com"}

    assert strays([], resolve) == []
    assert asked == []
    contacts = [Contact(shop, "203.0.113.9"), Contact(shop, "198.51.100.1")]
    assert strays(contacts, resolve) == [
        Stray(shop, "api.weixin.qq.com", "203.0.113.9")
    ]


def test_who_was_asked_for_in_vain_is_named() -> None:
    others = {f"{number}.example": 1 for number in range(7)}
    account = _account(tally=_asked("/nowhere"), isolated=True, others=others)

    (said,) = account.notices()

    assert "0.example, 1.example, 2.example, 3.example, 4.example and 2 more" in said.en
    assert "4.example 等 7 个" in said.zh
    assert "leave --netns out" in said.en


def test_where_it_works_a_network_of_its_own_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    on_linux = _english(_account("go"))
    monkeypatch.setattr("sys.platform", "darwin")
    elsewhere = _english(_account("go"))
    inside = _english(_account("go", isolated=True))

    assert "or try --netns" in on_linux
    assert "--netns" not in elsewhere
    assert inside == "go could reach nobody else (--netns)."


GRANT = {"grant_type": "authorization_code"}
APP = {"appid": DEFAULT_APPID, "secret": DEFAULT_SECRET}


def test_calls_of_every_world_are_counted() -> None:
    tally = Tally()
    running = MockServer()
    running.worlds.listener = tally.hear
    client = running.app.test_client()
    world = {"X-Mockwx-World": "of a test"}
    made = client.post("/_mockwx/api/wx/login", json={}, headers=world).get_json()

    client.get(
        "/sns/jscode2session", query_string={**APP, "js_code": made["code"], **GRANT}
    )

    assert len(running.worlds.all()) == 2
    assert dict(tally.counts) == {("GET", "/sns/jscode2session", "ok"): 1}


def test_doctor_has_the_last_word() -> None:
    with MockServer() as running:
        mock = Mock(running.url)
        code = mock.login_code()
        session = mock.ask("/sns/jscode2session", **APP, js_code=code, **GRANT)
        token = mock.ask("/cgi-bin/token", **APP, grant_type="client_credential")
        key = base64.b64decode(session["session_key"])
        for _ in range(2):
            mock.ask(
                "/wxa/checksession",
                access_token=token["access_token"],
                openid=session["openid"],
                signature=hmac.new(key, b"", "sha256").hexdigest(),
                sig_method="hmac_sha256",
            )
        found = list(findings(running.worlds.all()))

    said = list(_account(tally=_asked("/nowhere"), findings=found).lines())[3:]
    assert said[0].startswith("mockwx: checksession_signature_decoded_key (proved): ")
    assert [line[:11] for line in said[1:3]] == ["mockwx:    ", "mockwx：    "]
    assert len(said) == 4


def test_doctor_is_silent_about_the_healthy() -> None:
    with MockServer() as running:
        mock = Mock(running.url)
        mock.ask("/sns/jscode2session", **APP, js_code=mock.login_code(), **GRANT)

        assert list(findings(running.worlds.all())) == []


def test_retry_loop_is_named_with_its_cure() -> None:
    running = MockServer()
    client = running.app.test_client()
    for _ in range(5):
        client.get("/wxa/checksession?access_token=old")

    said = _english(_account(loops=list(loops(running.worlds.all()))))

    assert said.startswith("/wxa/checksession was asked 5 times in a row and answered ")
    assert "a retry loop. Retry once, then report the error." in said
