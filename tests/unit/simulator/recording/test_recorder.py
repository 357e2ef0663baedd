"""What somebody did on the page is written down, and plays green again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from docs.examples.flask_backend.app import create_app
from mockwx import MockServer
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from simulator.adapters.backend_wsgi import WsgiBackend
from simulator.playing import Order
from simulator.playing import play
from simulator.ports import Request
from simulator.ports import SimulatorError
from simulator.recording.recorder import Take
from simulator.recording.recorder import listen
from simulator.recording.recorder import write
from simulator.recording.sources import read_file
from tests.control import Mock


# Each records a run and plays it again.
pytestmark = pytest.mark.slow


BACKEND = Path("fixtures/backends/flask_backend.backend.yaml")
APP = "wsgi:docs.examples.flask_backend.app:create_app"


class Page(Mock):
    """The inspector's page: a phone that posts to a backend what it gets."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        app = create_app(wechat_api=url, appid=DEFAULT_APPID, secret=DEFAULT_SECRET)
        self.backend = WsgiBackend(app)
        self.token = ""

    def post(self, path: str, user: str = "alice", **sent: object) -> dict[str, Any]:
        """Ask the backend, and tell the journal, as the page does."""
        headers = [("Content-Type", "application/json")]
        if self.token:
            headers.append(("Authorization", f"Bearer {self.token}"))
        url = f"http://localhost{path}"
        body = json.dumps(sent).encode()
        response = self.backend.send(Request("POST", url, tuple(headers), body))
        answer: dict[str, Any] = {}
        if response.status < 400:
            answer = json.loads(response.body)
        told = {
            "method": "POST",
            "path": urlsplit(path).path,
            "query": urlsplit(path).query,
            "request_body": body.decode(),
            "status": response.status,
            "response_body": response.body.decode(),
            "user": user,
        }
        self._send("POST", "/_mockwx/api/exchanges", told)
        self.token = answer.get("token", self.token)
        return answer

    def turn(self, method: str, path: str, **fields: object) -> dict[str, Any]:
        """Turn the mock itself."""
        return self._send(method, f"/_mockwx/api/{path}", fields)


@pytest.fixture
def page() -> Iterator[Page]:
    with MockServer() as server:
        yield Page(server.url)


def record(page: Page, folder: Path, *, backend: Path | None = BACKEND) -> str:
    """Write down everything in the journal; return the file's text."""
    file = folder / "told.scenario.yaml"
    found = listen(page.url, token=None, world=None, idle=0.1, everything=True)
    given = None if backend is None else str(backend)
    write(Take(file, backend=given), found)
    return file.read_text(encoding="utf-8")


def plays_green(folder: Path) -> bool:
    order = Order((folder,), backend=str(BACKEND), backend_url=APP)
    return play(order, [])


def sealed(page: Page, api: str, **arguments: object) -> dict[str, Any]:
    """Return what a wx call gives for the backend."""
    names = ("encryptedData", "iv", "rawData", "signature")
    answer = page.wx(api, **arguments)
    return {name: answer[name] for name in names if name in answer}


def test_login_with_profile_and_phone_plays_again(page: Page, tmp_path: Path) -> None:
    page.post("/login", code=page.login_code())
    page.post("/user-info", **sealed(page, "getUserProfile", desc="order"))
    page.post("/phone/code", code=page.wx("getPhoneNumber")["code"])

    text = record(page, tmp_path)

    assert "backend.login: {code: '${login.code}'}" in text
    assert "backend.phone_by_code: {phoneCode: '${phone.code}'}" in text
    assert "encryptedData: ${profile.encryptedData}" in text
    assert "save: profile" in text
    assert plays_green(tmp_path)


def test_code_used_twice_is_expected_to_be_refused(page: Page, tmp_path: Path) -> None:
    code = page.login_code()
    page.post("/login", code=code)
    page.post("/login", code=code)

    text = record(page, tmp_path)

    assert "statusCode: 401" in text
    assert "data.errcode: 40163" in text
    assert (
        "match: {path: /sns/jscode2session, code: '${login.code}', errcode: 40163}"
        in text
    )
    assert plays_green(tmp_path)


def test_code_from_nowhere_is_not_expected_in_the_storys_world(
    page: Page, tmp_path: Path
) -> None:
    page.login_code()
    page.post("/login", code="0123456789abcdef")

    text = record(page, tmp_path)

    assert "backend.login: {code: unknown}" in text
    assert "fill in 'unknown' for code" in text
    assert plays_green(tmp_path)


def test_acts_on_the_mock_are_played_again(page: Page, tmp_path: Path) -> None:
    page.turn("PATCH", f"mini_programs/{DEFAULT_APPID}", policy="strict")
    page.turn("PATCH", "users/bob", nickName="Bobby")
    code = page.login_code()
    page.advance(300)
    page.post("/login", code=code)
    fault = page.arm({"path": "/sns/jscode2session"}, errcode=45011)
    page.post("/login", code=page.login_code())
    page.arm({"path": "wx.login"}, session="expire")
    page.turn("DELETE", "faults")
    page.arm({"path": "wx.login"}, session="rotate")
    page.turn("POST", "sessions/rotate", user="alice")
    assert fault["id"]

    text = record(page, tmp_path)

    for words in (
        "clock.advance: {seconds: 300}",
        "mini_program.patch: {policy: strict}",
        "user.patch: {nickName: Bobby, user: bob}",
        "data.errcode: 40029",
        "statusCode: 429",
        "- fault.disarm\n",
        "session.rotate: {user: alice}",
    ):
        assert words in text
    assert plays_green(tmp_path)


def test_fault_is_disarmed_by_the_id_it_gets_then(page: Page, tmp_path: Path) -> None:
    page.login_code()
    fault = page.arm({"path": "/sns/jscode2session"}, errcode=45011)
    page.turn("DELETE", f"faults/{fault['id']}")

    text = record(page, tmp_path)

    assert "fault.disarm: {id: '${fault.id}'}" in text
    assert "save: fault" in text
    assert plays_green(tmp_path)


def test_several_people_and_their_refusals_are_told(page: Page, tmp_path: Path) -> None:
    page.login_code()
    page.wx("authorize", user="bob", scope="scope.werun", consent="deny")
    page.login_code(user="bob", platform="android")

    text = record(page, tmp_path)

    assert "alice: {person: alice}" in text
    assert "bob_2: {person: bob, platform: android}" in text
    assert "answer: deny" in text
    assert "errMsg: 'authorize:fail auth deny'" in text
    assert plays_green(tmp_path)


def test_nothing_secret_stands_in_the_file(page: Page, tmp_path: Path) -> None:
    code = page.login_code()
    page.post("/login", code=code)
    told = sealed(page, "getUserInfo", withCredentials=True)
    page.post("/user-info", **told)
    page.turn("PATCH", f"mini_programs/{DEFAULT_APPID}", secret="0" * 32)
    page.post("/nowhere", openid="o" + "x1" * 13 + "y", session_key="HyVFkGl5F5Og==")
    history = page._send("GET", "/_mockwx/api/sessions?reveal=1")

    text = record(page, tmp_path)

    secrets = [code, page.token, history["openid"], "0" * 32, *told.values()]
    secrets += [key["session_key"] for key in history["session_keys"]]
    assert [each for each in secrets if each in text] == []
    assert "x1x1" not in text
    assert "openid: unknown, session_key: unknown" in text


def test_login_that_only_wechat_saw_is_a_step_of_the_backend(
    page: Page, tmp_path: Path
) -> None:
    code = page.login_code()
    page.ask(
        "/sns/jscode2session",
        appid=DEFAULT_APPID,
        secret=DEFAULT_SECRET,
        js_code=code,
        grant_type="authorization_code",
    )

    text = record(page, tmp_path)

    assert "backend.login: {code: '${login.code}'}" in text
    assert plays_green(tmp_path)


def test_without_a_backend_file_requests_are_told_as_such(
    page: Page, tmp_path: Path
) -> None:
    page.post("/login?from=a%20b", code=page.login_code())

    text = record(page, tmp_path, backend=None)

    assert "url: /login?from=a%20b" in text
    assert "data: {code: '${login.code}'}" in text or "code: ${login.code}" in text
    assert plays_green(tmp_path)


def test_long_pause_passes_in_the_story_too(page: Page, tmp_path: Path) -> None:
    page.login_code()
    entries = listen(page.url, token=None, world=None, idle=0.1, everything=True)
    later = {**entries[0], "number": 9, "at": entries[0]["at"] + 400.5}
    file = tmp_path / "told.scenario.yaml"

    write(Take(file), [*entries, later])

    assert "clock.advance: {seconds: 400}" in file.read_text(encoding="utf-8")


def test_saved_journal_is_as_good_as_a_running_mock(page: Page, tmp_path: Path) -> None:
    page.post("/login", code=page.login_code())
    journal = page._send("GET", "/_mockwx/api/exchanges?kind=any")
    whole, lines = tmp_path / "whole.json", tmp_path / "lines.jsonl"
    whole.write_text(json.dumps(journal), encoding="utf-8")
    lines.write_text(
        "\n".join(json.dumps(each) for each in journal["exchanges"]), encoding="utf-8"
    )

    assert read_file(whole) == read_file(lines) == journal["exchanges"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json", '"x"'])
def test_file_that_is_no_journal_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SimulatorError, match="is no journal"):
        read_file(file)


def test_journal_in_which_nothing_happened_is_one(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"exchanges": []}', encoding="utf-8")

    assert read_file(file) == []


def test_empty_recording_says_where_to_play(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="/_mockwx/"):
        write(Take(tmp_path / "x.scenario.yaml"), [])


def test_file_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    file = tmp_path / "x.scenario.yaml"
    file.touch()

    with pytest.raises(SimulatorError, match="--force"):
        Take(file).check()
    Take(file, force=True).check()


def test_name_that_is_no_scenarios_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match=r"\*\.scenario\.yaml"):
        Take(tmp_path / "x.yaml").check()
