"""The page for people: whole in one file, in both languages, without a secret."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from urllib.parse import quote

import pytest

from simulator.adapters.backend_wsgi import WsgiBackend
from simulator.adapters.mockwx_local import local_mock
from simulator.audit.model import AuditFinished
from simulator.audit.model import AuditStarted
from simulator.audit.model import Evidence
from simulator.audit.model import Probe
from simulator.audit.model import ProbeJudged
from simulator.audit.model import Words
from simulator.events import Cause
from simulator.events import Event
from simulator.events import HttpTalk
from simulator.events import KeyUse
from simulator.events import PlayStarted
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import Step
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.events import WeChatCall
from simulator.ports import Request
from simulator.reporters.html import Html
from simulator.reporters.html.sequence import story_sequence
from simulator.reporters.html.words import WORDS
from simulator.runner import run
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario
from simulator.scenario.turn import Stage


CODE = "0abcdefghijklmnopqrstuvwxyz12345"
STEP = Step("the page logs in", "backend.login", "phone", "x.scenario.yaml", 7)
TALK = HttpTalk(
    "POST",
    "http://127.0.0.1/login",
    (("Referer", "r"),),
    f'{{"code":"{CODE}"}}',
    400,
    (),
    '{"error":"bad"}',
)
CALL = WeChatCall(
    "GET",
    "/sns/jscode2session",
    200,
    0,
    "rid-1",
    f"secret=6d6f…&js_code={CODE}",
    "",
    '{"session_key":"HyVF…"}',
)
CAUSE = Cause(
    "stale_key", "the key is old.", "Log in again.", "密钥旧了。", "重新登录。"
)
LOGIN = StepPassed(
    replace(STEP, title="wx.login", action="wx.login"),
    {},
    {"errMsg": "login:ok", "code": CODE},
    0.1,
)
FAILED = StepFailed(
    STEP, {}, {}, 0.1, ("should fail, but succeeds",), TALK, (CALL,), causes=(CAUSE,)
)
EVENTS: tuple[Event, ...] = (
    PlayStarted(1, 1777593600.0, "Shop", "http://h", ""),
    ScenarioStarted("Login", "登录", "x.scenario.yaml", "wxsim/x"),
    LOGIN,
    FAILED,
    StepSkipped(replace(STEP, title="later"), "an earlier step failed"),
    ScenarioFinished(
        "Login", "x.scenario.yaml", 1, 1, 1, 0.25, (KeyUse("alice", 2, CODE),)
    ),
)
PROBE = Probe(
    "secrets.session_key",
    "secrets",
    "critical",
    Words("The session_key stays on the server", "session_key 不离开服务器"),
    Words("Logs in and reads every answer.", "登录并检查每个回答。"),
    Words("Whoever has the key forges data.", "有密钥就能伪造数据。"),
    Words("Leave it out of answers.", "不要放进回答。"),
    "https://developers.weixin.qq.com/miniprogram/dev/",
)


def page_of(events: Iterable[Any], language: Any = "en") -> str:
    out = io.StringIO()
    report = Html(out, language)
    for event in events:
        report.tell(event)
    report.close()
    return out.getvalue()


class Reader(HTMLParser):
    """What a browser would see: elements, and the text in one language."""

    def __init__(self, page: str, hidden: str = "zh-CN") -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._hidden = hidden
        self._within: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "span":
            self._within.append(dict(attrs).get("lang") == self._hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._within):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def test_page_tells_verdict_finding_cause_and_cure() -> None:
    text = Reader(page_of(EVENTS)).text

    assert "The story failed" in text
    assert "the key is old." in text
    assert "What cures it: Log in again." in text
    assert "step 2 of “Login”" in text
    assert "later an earlier step failed" in text


def test_page_tells_the_same_in_chinese() -> None:
    text = Reader(page_of(EVENTS), hidden="en").text

    assert "故事失败" in text
    assert "密钥旧了。" in text
    assert "解决办法：重新登录。" in text
    assert "应当失败，却成功了" in text
    assert "The story failed" not in text


def test_page_of_a_broken_off_run_says_so_and_counts_what_was_played() -> None:
    text = Reader(page_of(EVENTS[:3])).text

    assert "The run was broken off" in text
    assert "“Login” did not come to its end." in text
    assert "1 passed" in text
    assert "Nothing to mend" not in text


def test_page_opens_in_the_language_asked_for() -> None:
    assert '<html lang="en">' in page_of(EVENTS)
    assert '<html lang="zh-CN">' in page_of(EVENTS, "zh")


def test_everything_that_is_said_has_the_same_places_in_both_languages() -> None:
    for english, chinese in WORDS.values():
        places = [sorted(re.findall(r"{\w+}", each)) for each in (english, chinese)]
        assert places[0] == places[1]


def test_page_needs_nothing_but_itself() -> None:
    reader = Reader(page_of(EVENTS))

    fetched = [
        (tag, name, value)
        for tag, attributes in reader.elements
        for name, value in attributes.items()
        if name in ("src", "srcset", "data", "poster", "action", "style")
        or tag in ("link", "iframe", "object", "img", "base")
    ]
    assert fetched == []
    assert "url(" not in page_of(EVENTS)
    assert "@import" not in page_of(EVENTS)


def test_policy_of_the_page_lets_its_own_style_and_script_in_alone() -> None:
    page = page_of(EVENTS)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)

    assert policy is not None
    for tag in ("style", "script"):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    names = {name for _, given in Reader(page).elements for name in given}
    assert [name for name in names if name.startswith("on")] == []


def test_hostile_answer_stays_text() -> None:
    hostile = (
        "</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[2J"
    )
    talk = HttpTalk(
        hostile, hostile, ((hostile, hostile),), hostile, 500, ((hostile, hostile),), ""
    )
    call = WeChatCall(hostile, hostile, 200, 7, hostile, hostile, hostile, hostile)
    step = Step(hostile, "backend.login", hostile, hostile, 1)
    cause = Cause(hostile, hostile, hostile, hostile, hostile)
    failed = StepFailed(
        step,
        {hostile: hostile},
        {hostile: hostile},
        0.1,
        (hostile,),
        replace(talk, response_body=json.dumps({hostile: hostile})),
        (replace(call, fault=hostile),),
        causes=(cause,),
    )
    waits = replace(failed, talk=None, step=replace(step, action="wx.login"))
    page = page_of(
        (
            PlayStarted(1, 0.0, hostile, hostile, hostile),
            ScenarioStarted(hostile, hostile, hostile, hostile),
            StepPassed(step, {}, {hostile: hostile}, 0.1, talk, (call,)),
            failed,
            waits,
            StepSkipped(step, hostile),
            ScenarioFinished(hostile, hostile, 1, 2, 1, 0.1),
        )
    )

    tags = [tag for tag, _ in Reader(page).elements]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page


def test_hostile_text_in_an_audit_stays_text() -> None:
    hostile = "<script>alert(1)</script>"
    talk = replace(TALK, response_body=hostile, url=hostile)
    judged = ProbeJudged(
        PROBE,
        "fail",
        replace(PROBE.title, en=hostile, zh=hostile),
        (Evidence(replace(PROBE.title, en=hostile), talk, hostile, (CALL,)),),
        0.1,
    )

    page = page_of((AuditStarted(hostile, hostile, 1, 0.0), judged))

    assert [tag for tag, _ in Reader(page).elements].count("script") == 1


def test_audit_tells_severity_reason_and_cure_in_both_languages() -> None:
    judged = ProbeJudged(
        PROBE, "fail", PROBE.title, (Evidence(PROBE.does, TALK, "", (CALL,)),), 0.1
    )
    passed = replace(judged, outcome="pass", evidence=())
    finished = AuditFinished(1, 1, 0, 0, 2.0, "high", ok=False)
    page = page_of((AuditStarted("Shop", "http://h", 2, 0.0), judged, passed, finished))

    for hidden, words in (("zh-CN", "en"), ("en", "zh")):
        text = Reader(page, hidden).text
        for told in (PROBE.title, PROBE.does, PROBE.matters, PROBE.cure):
            assert getattr(told, words) in text
    assert "1 of 2 probes failed" in Reader(page).text
    assert "POST /login" in page
    assert f'href="{PROBE.page}"' in page


def test_code_is_numbered_and_stands_nowhere() -> None:
    page = page_of(EVENTS)

    assert CODE not in page
    assert "‹code 1›" in page


KEY = "Hy/F+Gl5F5OQWJZZaNzBBg=="


@pytest.mark.parametrize(
    "leak",
    [
        KEY,
        KEY.replace("/", "\\/"),
        json.dumps(json.dumps(KEY)).replace("/", "\\\\/"),
        quote(KEY, safe=""),
        f"the key is {KEY}, sorry",
    ],
    ids=["plain", "escaped", "twice", "in a URL", "in a sentence"],
)
def test_secret_under_another_name_is_found_by_its_beginning(leak: str) -> None:
    call = replace(CALL, answer='{"session_key":"Hy/F…"}')
    told = replace(FAILED, wechat_calls=(call,), talk=replace(TALK, response_body=leak))

    page = page_of((*EVENTS[:3], told, EVENTS[-1]))

    assert "Gl5F5OQW" not in page


LEAKING = """
name: leaks
base_url: http://leaking
appid: wx6d6f636b77780001
calls:
  login: {path: /login, json: {code: "${code}"}}
  profile: {path: /profile, json: {encryptedData: "${encryptedData}"}}
  phone: {path: /phone, json: {ticket: "${phoneCode}"}}
"""
STORY = """
name: leaks
steps:
  - wx.login:
    save: first
  - backend.login: {code: "${first.code}"}
  - wx.getUserInfo:
    save: sealed
  - backend.profile: {encryptedData: "${sealed.encryptedData}"}
  - button.getPhoneNumber:
    save: tapped
  - backend.phone: {phoneCode: "${tapped.code}"}
    expect: {data: {equals: nothing}}
"""


def leaking_backend(ask_wechat: Callable[..., dict[str, Any]]) -> Any:
    """Answer with every secret that it knows, under names that mean nothing."""
    known: dict[str, str] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = json.loads(environ["wsgi.input"].read() or b"{}")
        credentials = {"appid": "wx6d6f636b77780001"}
        credentials["secret"] = "6d6f636b77786d6f636b77786d6f636b"
        if environ["PATH_INFO"] == "/login":
            exchange = {"js_code": body["code"], "grant_type": "authorization_code"}
            asked = ask_wechat("/sns/jscode2session", **credentials, **exchange)
            known["k"] = asked["session_key"]
            token = ask_wechat(
                "/cgi-bin/token", **credentials, grant_type="client_credential"
            )
            known["t"] = token["access_token"]
            known["s"] = credentials["secret"]
            known["c"] = body["code"]
        known["p"] = body.get("ticket", "")
        headers = [("Content-Type", "application/json"), ("X-Debug", known["k"])]
        start_response("200 OK", headers)
        return [json.dumps({**known, "text": f"{known}"}).encode()]

    return app


def test_no_secret_of_a_whole_run_stands_in_the_page(tmp_path: Path) -> None:
    wechat = local_mock()
    (tmp_path / "x.backend.yaml").write_text(LEAKING, encoding="utf-8")
    (tmp_path / "x.scenario.yaml").write_text(STORY, encoding="utf-8")

    def ask_wechat(path: str, **query: str) -> dict[str, Any]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        url = f"{wechat.url}{path}?{asked}"
        answer: dict[str, Any] = json.loads(
            wechat._transport.send(Request("GET", url)).body
        )
        return answer

    backend = WsgiBackend(leaking_backend(ask_wechat), "http://leaking")
    stage = Stage(wechat, backend, load_backend(tmp_path / "x.backend.yaml"))
    told = list(run(load_scenario(tmp_path / "x.scenario.yaml"), stage))
    page = page_of(told)

    kept = wechat.control("GET", "sessions", {"user": "alice", "reveal": "1"})
    keys = [each["session_key"] for each in kept["session_keys"]]
    codes = [each["code"] for each in kept["codes"]]
    calls = wechat.control("GET", "exchanges", {"reveal": "1"})["exchanges"]
    tokens = [json.loads(each["response"]["body"]) for each in calls]
    secrets = [each["access_token"] for each in tokens if "access_token" in each]
    secrets += parse_qs(calls[0]["request"]["query"])["secret"]
    assert len(keys) == 1
    assert len(codes) == 2
    assert len(secrets) == 2
    assert [each for each in (*keys, *codes, *secrets) if each in page] == []
    for each in (*keys, *secrets):
        assert each[4:16] not in page
        assert quote(each, safe="") not in page


def test_sequence_shows_who_asked_whom_and_with_which_key() -> None:
    told = story_sequence((LOGIN, FAILED, None), (KeyUse("alice", 2, CODE),))

    arrows = [
        (row.kind, row.start, row.end, str(row.text), row.key and row.key.number)
        for row in told.rows
    ]
    assert arrows[:6] == [
        ("asks", 0, 2, "wx.login", None),
        ("answers", 2, 0, "code", 2),
        ("asks", 0, 1, "POST /login", 2),
        ("asks", 1, 2, "GET /sns/jscode2session", None),
        ("answers", 2, 1, "session_key", 2),
        ("answers", 1, 0, "HTTP 400", None),
    ]
    assert told.rows[6].kind == "warning"
    assert [row.step for row in told.rows[:3]] == [1, 0, 2]
    assert [row.held and row.held.number for row in told.rows[3:5]] == [None, 2]


def test_key_that_replaces_another_is_noted() -> None:
    again = replace(LOGIN, answered={"errMsg": "login:ok", "code": f"{CODE}x"})
    keys = (KeyUse("alice", 1, CODE), KeyUse("alice", 2, f"{CODE}x"))

    told = story_sequence((LOGIN, again), keys)

    assert "key 2 replaces key 1" in str(told.rows[-1].text)


def test_several_phones_have_a_lane_each() -> None:
    other = replace(LOGIN, step=replace(LOGIN.step, device="bob"))

    told = story_sequence((LOGIN, other), ())

    assert told.lanes[:2] == ("phone", "bob")
    assert [(row.start, row.end) for row in told.rows] == [
        (0, 3),
        (3, 0),
        (1, 3),
        (3, 1),
    ]


def test_many_phones_share_a_lane_and_are_named() -> None:
    names = ("ann", "bob", "cid", "dee")
    told = story_sequence(
        [replace(LOGIN, step=replace(LOGIN.step, device=name)) for name in names], ()
    )

    asks = [(row.start, row.text) for row in told.rows if row.kind == "asks"]
    assert len(told.lanes) == 3
    assert asks == [(0, f"{name}: wx.login") for name in names]


def test_run_that_played_nothing_says_so() -> None:
    assert "Nothing was played" in page_of(())


def test_long_body_is_cut_with_its_length() -> None:
    talk = replace(TALK, response_body="x" * 9000)

    page = page_of((*EVENTS[:3], replace(FAILED, talk=talk), EVENTS[-1]))

    assert "9000 characters in all" in page
    assert "x" * 7000 not in page
