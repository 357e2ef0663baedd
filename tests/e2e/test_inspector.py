"""A person keeps the inspector open: a real browser on the page at /_mockwx/."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from mockwx import MockServer
from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.browser import Page
from tests.browser import browser
from tests.control import Mock
from tests.environments import InstallError
from tests.wechat import NOON


pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(120, func_only=True),
    pytest.mark.needs("chromium"),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
]

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
TABS = ("journal", "login", "keys", "doctor", "weather")
# Pictures that would cut something off are taller than the others.
HEIGHTS = {"login": 990, "doctor": 960}


@pytest.fixture(scope="module")
def one_browser() -> Iterator[Page]:
    try:
        with browser() as page:
            yield page
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(Settings(seed=1, freeze=NOON, policy="strict")) as running:
        yield running


@pytest.fixture
def mock(server: MockServer) -> Mock:
    return Mock(server.url)


@pytest.fixture
def page(one_browser: Page, server: MockServer) -> Page:
    open_inspector(one_browser, server)
    return one_browser


def open_inspector(page: Page, server: MockServer, **options: object) -> None:
    """Open the page and wait until its journal is live."""
    page.open(f"{server.url}/_mockwx/", **({"locale": "en-US"} | options))
    page.wait("#live[data-state=live]")


def exchange_code(mock: Mock, code: str) -> None:
    """Exchange a code, as a backend does."""
    mock.ask(
        "/sns/jscode2session",
        appid=DEFAULT_APPID,
        secret=DEFAULT_SECRET,
        js_code=code,
        grant_type="authorization_code",
    )


def log_in_too_late(mock: Mock) -> None:
    """Play the best-known bug: the login whose key the backend gets comes too late."""
    mock.advance(3)
    exchange_code(mock, mock.login_code())
    mock.advance(4)
    sealed = mock.wx("getUserProfile", desc="order")
    mock.advance(2)
    code = mock.login_code()
    mock.advance(1)
    exchange_code(mock, code)
    sent = {name: sealed[name] for name in ("encryptedData", "iv")}
    mock.tell_backend(
        "POST", "/profile", {"code": code, **sent}, 500, {"error": "bad padding"}
    )


# -- the journal ---


def test_call_is_in_the_journal_as_it_happens(page: Page, mock: Mock) -> None:
    assert "Nothing was asked yet." in page.text("#journal-empty")

    exchange_code(mock, mock.login_code())

    page.wait("#rows >> text=GET /sns")
    assert page.texts("#rows .call") == ["wx.login", "GET /sns/jscode2session"]
    assert page.texts("#rows .result") == ["ok", "ok"]
    assert page.text("#announce") == "GET /sns/jscode2session by alice: ok"
    assert page.errors() == []


def test_filters_leave_only_what_they_say(page: Page, mock: Mock) -> None:
    code = mock.login_code(user="bob")
    exchange_code(mock, code)
    exchange_code(mock, code)
    mock.login_code(user="carol")
    page.wait("#rows >> text=carol")

    page.click("#filter-failed")
    assert page.texts("#rows .result") == ["✕ 40163"]
    page.click("#filter-failed")
    page.fill("#filter-path", "JSCODE")
    assert page.texts("#rows .call") == ["GET /sns/jscode2session"] * 2
    page.fill("#filter-errcode", "0")
    assert page.texts("#count") == ["1 of 4"]
    page.fill("#filter-errcode", "")
    page.fill("#filter-path", "")
    page.fill("#filter-user", "carol")
    assert page.texts("#rows .who") == ["carol"]
    page.choose("#filter-kind", value="server")
    assert "Nothing matches" in page.text("#journal-empty")


def test_secrets_are_masked_until_they_are_revealed(page: Page, mock: Mock) -> None:
    exchange_code(mock, mock.login_code())
    page.click("#rows >> text=jscode2session")

    assert DEFAULT_SECRET not in page.text("#detail")
    page.click("#detail >> text=Reveal secrets")
    page.wait(f"#detail >> text={DEFAULT_SECRET}")
    page.click("#detail >> text=Mask secrets")

    page.wait("#detail >> text=Reveal secrets")
    assert DEFAULT_SECRET not in page.text("#detail")


def test_pause_holds_what_comes_back_until_it_goes_on(page: Page, mock: Mock) -> None:
    mock.login_code()
    page.wait("#rows >> text=wx.login")

    page.click("#pause")
    mock.login_code(user="bob")
    page.wait("#pause >> text=Go on (1 new)")
    assert page.texts("#rows .who") == ["alice"]
    page.click("#pause")

    assert page.texts("#rows .who") == ["alice", "bob"]


def test_what_was_cleared_elsewhere_is_gone_here(page: Page, mock: Mock) -> None:
    mock.login_code()
    page.wait("#rows >> text=alice")

    mock.reset()
    mock.login_code(user="bob")

    page.wait("#rows >> text=bob")
    page.wait_gone("#rows >> text=alice")


def test_markup_from_outside_is_shown_as_text(page: Page, mock: Mock) -> None:
    markup = "<img src=x onerror=document.title='run'>"
    mock.login_code(user="<b>bold<b>")
    mock.tell_backend("POST", f"/{markup}", {"<i>": markup}, 200, {"<u>": markup})
    page.click("#rows >> text=onerror")

    assert page.texts("#rows .who")[0] == "<b>bold<b>"
    assert page.text("#detail pre").count(markup) == 2
    assert page.labels("#detail img, #rows img, #rows b") == []
    assert page.errors() == []


# -- the sequence and the keys ---


def test_stale_key_is_seen_in_the_sequence(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#tab-login")
    page.wait(".warning")

    said = page.labels("#diagram .step.asks")
    assert said == [
        "06:13:23, Phone to WeChat: wx.login: ok",
        "06:13:23, Backend to WeChat: GET /sns/jscode2session: ok",
        "06:13:27, Phone to WeChat: wx.getUserProfile: ok",
        "06:13:29, Phone to WeChat: wx.login: ok",
        "06:13:30, Phone to Backend: POST /profile, key 1: HTTP 500",
        "06:13:30, Backend to WeChat: GET /sns/jscode2session: ok",
    ]
    assert page.texts("#diagram .note") == ["key 2 replaces key 1 (login)"]
    exchange = mock.exchange("/profile")
    sentence = exchange["diagnosis"]["findings"][0]["message"]["en"]
    assert " ".join(page.texts("#diagram .warning text")) == f"⚠ {sentence}"
    held = ".life.key >> nth="
    assert [page.attribute(f"{held}{n}", "class") for n in range(4)] == [
        "life key k1",
        "life key k2",
        "life key k1",
        "life key k2",
    ]


def test_sequence_of_a_good_login_warns_of_nothing(page: Page, mock: Mock) -> None:
    exchange_code(mock, mock.login_code())
    mock.wx("getUserProfile", desc="order")
    page.click("#tab-login")

    page.wait("#diagram >> text=encryptedData")
    assert page.texts("#diagram .warning") == []


def test_story_can_begin_at_one_login(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#tab-login")
    page.wait(".warning")

    page.choose("#from-login", index=2)

    page.wait_gone("#diagram >> text=wx.getUserProfile")
    assert page.labels("#diagram .step.asks")[0].startswith("06:13:29, Phone to WeChat")


def test_step_of_the_sequence_leads_to_its_exchange(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#tab-login")
    page.wait(".warning")

    page.click("#diagram .step.asks >> nth=4")

    assert "POST /profile" in page.text("#detail-title")
    assert '"error": "bad padding"' in page.text("#detail")


def test_keys_are_told_from_birth_to_replacement(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#tab-keys")
    page.wait("#timeline svg")

    rows = [row.split("\t") for row in page.texts("#timeline tbody tr")]
    assert [(row[0], row[2], row[5]) for row in rows] == [
        ("key 2", "login", "valid"),
        ("key 1", "login", "replaced by key 2"),
    ]
    assert rows[0][1].endswith("…")
    page.click("#reveal-keys")
    page.wait("#timeline td >> text===")
    page.click("#rotate")
    page.wait("#timeline >> text=replaced by key 3")


# -- the doctor ---


def test_doctor_names_a_stale_key(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#tab-doctor")
    page.choose("#pick-payload", index=1)
    page.choose("#pick-key", label="key 2")
    page.click("text=Diagnose")

    page.wait(".finding")
    assert "login_after_payload" in page.text(".finding code")
    assert "key 1" in page.text(".finding .message")
    assert page.focused() == "diagnosis"


def test_doctor_says_when_everything_agrees(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#tab-doctor")
    page.choose("#pick-payload", index=1)
    page.choose("#pick-key", label="key 1")
    page.click("text=Diagnose")

    page.wait("text=nothing is wrong")
    assert '"watermark"' in page.text("#diagnosis pre")


def test_failed_call_is_taken_to_the_doctor(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#rows >> text=POST /profile")

    page.click("text=Ask the doctor")

    assert len(page.value("#q-encryptedData")) > 100
    assert page.value("#q-iv").endswith("==")
    assert "bad padding" in page.value("#q-error")
    assert page.attribute("#q-session_key", "type") == "password"


def test_failed_call_is_picked_in_the_doctors_form(page: Page, mock: Mock) -> None:
    log_in_too_late(mock)
    page.click("#tab-doctor")

    page.choose("#pick-call", label="06:13:30 POST /profile · alice · HTTP 500")

    page.click("text=Diagnose")
    page.wait(".finding")
    assert "bad padding" in page.value("#q-error")


# -- the phone ---


def test_phone_logs_in(page: Page) -> None:
    page.click("[data-wx=login]")

    page.wait("#screen >> text=login:ok")
    page.wait("#rows >> text=wx.login")


def test_phone_is_whose_it_says_and_refuses_if_it_shall(page: Page) -> None:
    page.fill("#user", "小明")
    page.click("label:has-text('Refuse')")
    page.click("[data-wx=authorize]")

    page.wait("#screen >> text=authorize:fail")
    page.wait("#rows .who")
    assert page.texts("#rows .who") == ["小明"]


class Backend(BaseHTTPRequestHandler):
    """A backend that lets the inspector's page in, or does not."""

    origin = ""
    asked: list[tuple[str, str | None, dict[str, str]]]

    def do_OPTIONS(self) -> None:
        self.send_response(204)
        self._allow()
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = self.headers["Authorization"]
        self.asked.append((self.path, token, json.loads(body)))
        self.send_response(200)
        self._allow()
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"result": {"token": "t-1"}}')

    def _allow(self) -> None:
        if self.origin:
            self.send_header("Access-Control-Allow-Origin", self.origin)
            self.send_header(
                "Access-Control-Allow-Headers", "content-type, authorization"
            )

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def backend() -> Iterator[tuple[type[Backend], str]]:
    handler = type("Handler", (Backend,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = Thread(target=listening.serve_forever)
        thread.start()
        yield handler, f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


def test_phone_posts_to_a_backend_and_keeps_its_login_state(
    page: Page, server: MockServer, backend: tuple[type[Backend], str]
) -> None:
    handler, url = backend
    handler.origin = server.url
    page.click("#backend summary")
    page.fill("#backend-url", url)

    page.click("[data-wx=login]")
    page.wait("#screen >> text=POST /login")
    page.click("[data-wx=getUserProfile]")
    page.wait("#screen >> text=POST /profile")

    login, profile = handler.asked
    assert login[:2] == ("/login", None)
    assert list(login[2]) == ["code"]
    assert profile[:2] == ("/profile", "Bearer t-1")
    assert {"encryptedData", "iv", "rawData", "signature"} <= profile[2].keys()
    assert page.texts("#rows .call").count("POST /profile") == 1


def test_backend_that_lets_no_page_in_is_explained(
    page: Page, backend: tuple[type[Backend], str]
) -> None:
    page.click("#backend summary")
    page.fill("#backend-url", backend[1])

    page.click("[data-wx=login]")

    page.wait("#toast >> text=CORS")


# -- clock, faults and worlds ---


def test_clock_moves_on_and_runs_again(page: Page) -> None:
    page.click("#tab-weather")
    page.wait("#clock-big >> text=06:13:20")

    page.click("text=+5 minutes")
    page.wait("#clock-big >> text=06:18:20")
    page.click("#resume")

    page.wait("#clock-state >> text=running")


def test_fault_is_armed_strikes_and_is_disarmed(page: Page, mock: Mock) -> None:
    page.click("#tab-weather")
    page.fill("#fault-path", "/sns/jscode2session")
    page.fill("#fault-times", "2")
    page.click("role=button[name='Arm']")
    page.wait("#armed >> text=errcode 45011")

    exchange_code(mock, mock.login_code())

    page.wait("#armed tr:has-text('45011') td:nth-child(4):has-text('1')")
    assert mock.errcodes("/sns/jscode2session") == [45011]
    page.click("#armed >> text=Disarm")
    page.wait("text=The sky is clear.")


def test_broken_payload_is_armed_by_its_name(page: Page, mock: Mock) -> None:
    page.click("#tab-weather")
    page.choose("#fault-effect", value="payload:wrong_iv")
    assert page.hidden("#fault-value")
    page.click("role=button[name='Arm']")

    page.wait("#armed >> text=payload wrong_iv")


def test_world_is_entered_and_remembered(page: Page, mock: Mock) -> None:
    mock.login_code()
    page.wait("#rows >> text=wx.login")

    page.fill("#world", "another")
    page.click("#world-form >> text=Enter")
    page.wait("text=Nothing was asked yet.")
    page.click("[data-wx=login]")
    page.wait("#rows >> text=wx.login")
    page.reload()

    page.wait("#rows >> text=wx.login")
    assert page.value("#world") == "another"
    assert len(page.texts("#rows tr")) == 1


def test_world_starts_over(page: Page, mock: Mock) -> None:
    mock.login_code()
    page.wait("#rows >> text=wx.login")

    page.click("#start-over")

    page.wait("text=Nothing was asked yet.")
    assert mock.paths() == []


def test_exposed_mock_asks_for_its_token(one_browser: Page) -> None:
    with MockServer() as running:
        # It listens on loopback whatever it is told; its guard goes by what is set.
        running.worlds.settings = Settings(host="0.0.0.0", token="correct-horse")
        one_browser.open(f"{running.url}/_mockwx/", locale="en-US")
        one_browser.wait("#token-form")
        one_browser.fill("#token", "correct-horse")
        one_browser.click("text=Use it")

        one_browser.wait("#live[data-state=live]")


# -- languages, themes, and people who use no mouse ---


def test_page_speaks_the_readers_language_and_remembers_the_other(
    one_browser: Page, server: MockServer
) -> None:
    open_inspector(one_browser, server, locale="zh-CN")
    assert one_browser.texts("[role=tab] >> nth=0") == ["交互记录"]

    one_browser.click("#language")
    assert one_browser.texts("[role=tab] >> nth=0") == ["Journal"]
    one_browser.reload()

    one_browser.wait("[role=tab] >> text=Journal")
    assert one_browser.attribute("html", "lang") == "en"


def test_theme_follows_the_system_until_it_is_chosen(
    one_browser: Page, server: MockServer
) -> None:
    open_inspector(one_browser, server, colorScheme="dark")
    dark = one_browser.colour("html")
    one_browser.choose("#theme", value="light")
    light = one_browser.colour("html")
    one_browser.reload()

    assert dark != light
    assert one_browser.colour("html") == light


def test_everything_can_be_reached_by_keyboard_alone(page: Page, mock: Mock) -> None:
    page.press("Tab")
    assert page.focused() == "a Skip to the journal"
    for _ in range(30):
        if page.focused() == "login":
            break
        page.press("Tab")
    page.press("Enter")
    page.wait("#rows >> text=wx.login")
    for _ in range(30):
        if page.focused() == "tab-journal":
            break
        page.press("Tab")

    page.press("ArrowRight", "ArrowRight")
    assert page.focused() == "tab-keys"
    page.press("End")
    assert page.focused() == "tab-weather"
    page.press("Home")
    assert page.focused() == "tab-journal"
    for _ in range(20):
        if page.focused() == "button wx.login":
            break
        page.press("Tab")
    page.press("Enter")
    assert page.focused() == "detail-title"
    page.press("Escape")

    assert page.focused() == "button wx.login"
    assert page.hidden("#detail")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tab", TABS)
def test_axe_finds_nothing_serious(
    one_browser: Page, server: MockServer, mock: Mock, scheme: str, tab: str
) -> None:
    log_in_too_late(mock)
    mock.arm({"path": "/sns/jscode2session"}, errcode=45011)
    open_inspector(one_browser, server, colorScheme=scheme)
    one_browser.wait("#rows >> text=POST /profile")
    one_browser.click("#rows >> text=POST /profile")
    one_browser.click(f"#tab-{tab}")

    found = one_browser.violations()

    assert [each for each in found if each["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("tab", TABS)
def test_narrow_window_needs_no_scrolling_sideways(
    page: Page, mock: Mock, tab: str
) -> None:
    log_in_too_late(mock)
    page.resize(420, 900)
    page.click(f"#tab-{tab}")

    assert page.overflow() == 0


# -- the pictures of the documentation ---


@pytest.mark.parametrize("lang", ["en-US", "zh-CN"])
@pytest.mark.parametrize("tab", TABS)
def test_pictures_are_taken(
    one_browser: Page,
    server: MockServer,
    mock: Mock,
    tmp_path: Path,
    tab: str,
    lang: str,
) -> None:
    """Take every picture; keep them only if MOCKWX_SCREENSHOTS=1 says so."""
    kept = os.environ.get("MOCKWX_SCREENSHOTS") == "1"
    folder = IMAGES if kept else tmp_path
    folder.mkdir(exist_ok=True)
    viewport = {"width": 1360, "height": HEIGHTS.get(tab, 850)}
    suffix = ".zh-CN" if lang == "zh-CN" else ""
    scheme = "dark" if tab == "journal" else "light"
    open_inspector(
        one_browser,
        server,
        locale=lang,
        colorScheme=scheme,
        reducedMotion="reduce",
        viewport=viewport,
    )
    log_in_too_late(mock)
    mock.arm({"path": "/sns/jscode2session"}, errcode=45011)
    one_browser.wait("#rows >> text=POST /profile")
    if tab == "journal":
        one_browser.click("#rows >> text=POST /profile")
    one_browser.click(f"#tab-{tab}")
    if tab == "doctor":
        one_browser.choose("#pick-payload", index=1)
        one_browser.choose("#pick-key", index=1)
        one_browser.click("#question button.primary")
        one_browser.wait(".finding")
    picture = folder / f"inspector-{tab}{suffix}.png"

    one_browser.screenshot(picture)
    if kept:
        # A screen has few colours; a palette halves what a checkout has to carry.
        Image.open(picture).quantize(128).save(picture, optimize=True)

    assert picture.read_bytes().startswith(b"\x89PNG")
