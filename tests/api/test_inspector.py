"""The page at /_mockwx/: what is served, to whom, and in which language."""

import json
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mockwx import Settings
from mockwx import create_app
from mockwx.domain.variant import VARIANTS
from mockwx.web.inspector.words import CHINESE
from mockwx.web.inspector.words import ENGLISH
from mockwx.web.inspector.words import WORDS


PAGE = "/_mockwx/"
SCRIPT = "/_mockwx/static/inspector.js"
SHEET = "/_mockwx/static/inspector.css"
FILES = [PAGE, SCRIPT, SHEET]

PLACES = re.compile(r"\{(\w+)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
# Terms that both languages write alike.
ALIKE = {"world", "rid", "effect_errcode", "filter_errcode", "field_sdk", "col_value"}
ALIKE |= {"count", "language"}


class Elements(HTMLParser):
    """Every element of a page: its tag and its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        """Return every value that an attribute has on the page."""
        return [str(attrs[name]) for _, attrs in self.found if name in attrs]


def read(app: Flask, path: str, **headers: str) -> TestResponse:
    """Get a file, and close it."""
    return app.test_client().get(path, headers=headers, buffered=True)


@pytest.fixture
def page(app: Flask) -> Elements:
    return Elements(read(app, PAGE).text)


@pytest.mark.parametrize(
    ("path", "mimetype"),
    [(PAGE, "text/html"), (SCRIPT, "text/javascript"), (SHEET, "text/css")],
)
def test_page_and_its_two_files_are_served(
    app: Flask, path: str, mimetype: str
) -> None:
    response = read(app, path)

    assert (response.status_code, response.mimetype) == (200, mimetype)


@pytest.mark.parametrize("path", FILES)
def test_no_script_but_the_mocks_own_may_run(app: Flask, path: str) -> None:
    response = read(app, path)

    policy = response.headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_page_is_reached_without_the_last_slash(app: Flask) -> None:
    response = app.test_client().get("/_mockwx")

    assert response.status_code == 308
    assert response.location.endswith("/_mockwx/")


@pytest.mark.parametrize("path", FILES)
def test_page_under_a_foreign_host_is_refused(app: Flask, path: str) -> None:
    response = app.test_client().get(path, headers={"Host": "evil.example"})

    assert response.status_code == 403
    assert response.get_json()["error"]["field"] == "Host"


def test_exposed_mock_shows_the_page_which_then_needs_the_token() -> None:
    client = create_app(Settings(host="0.0.0.0", token="correct-horse")).test_client()

    assert client.get(PAGE).status_code == 200
    assert client.get("/_mockwx/api/users").status_code == 401


def test_file_that_is_not_there_is_refused_in_json(app: Flask) -> None:
    response = app.test_client().get("/_mockwx/static/../views.py")

    assert response.status_code == 404
    assert response.get_json()["error"]["code"] == "not_found"


def test_file_is_not_sent_again_unless_it_changed(app: Flask) -> None:
    tag = read(app, SCRIPT).headers["ETag"]

    response = read(app, SCRIPT, **{"If-None-Match": tag})

    assert (response.status_code, response.data) == (304, b"")


def test_opening_the_page_is_not_in_the_journal(app: Flask) -> None:
    for path in FILES:
        read(app, path)

    journal = read(app, "/_mockwx/api/exchanges?kind=any").get_json()

    assert journal == {"exchanges": []}


def test_page_loads_nothing_from_elsewhere(app: Flask, page: Elements) -> None:
    loaded = [*page.values("src"), *page.values("href"), *page.values("action")]

    assert {each for each in loaded if not each.startswith(("data:", "#"))} == {
        "static/inspector.js",
        "static/inspector.css",
    }
    sheet = read(app, SHEET).text
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_page_has_no_inline_script_or_style(page: Elements) -> None:
    scripts = [attrs for tag, attrs in page.found if tag == "script"]
    inline = [attrs for attrs in scripts if "src" not in attrs]

    assert {attrs["type"] for attrs in inline} == {"application/json"}
    assert "style" not in {tag for tag, _ in page.found}
    names = {name for _, attrs in page.found for name in attrs}
    assert not {name for name in names if name == "style" or name.startswith("on")}


def test_every_field_has_a_label(page: Elements) -> None:
    labelled = set(page.values("for"))
    fields = [
        attrs
        for tag, attrs in page.found
        if tag in ("input", "select", "textarea")
        # These stand inside their labels.
        if attrs.get("type") not in ("radio", "checkbox")
    ]

    assert [attrs["id"] for attrs in fields if attrs["id"] not in labelled] == []


def test_ids_are_unique_and_tabs_name_their_panels(page: Elements) -> None:
    ids = page.values("id")

    assert len(ids) == len(set(ids))
    assert set(page.values("aria-controls")) <= set(ids)
    assert set(page.values("aria-labelledby")) <= {*ids, "detail-title"}


def test_faults_offer_every_broken_payload(page: Elements) -> None:
    offered = page.values("value")

    assert {f"payload:{name}" for name in VARIANTS} <= set(offered)


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        (None, ENGLISH),
        ("en-GB,en;q=0.9", ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh", CHINESE),
        ("fr,zh-CN;q=0.2", CHINESE),
        ("de", ENGLISH),
    ],
)
def test_page_speaks_the_readers_language(
    app: Flask, accepted: str | None, lang: str
) -> None:
    headers = {} if accepted is None else {"Accept-Language": accepted}

    text = app.test_client().get(PAGE, headers=headers).text

    assert f'<html lang="{lang}">' in text
    assert f"<title>{WORDS[lang]['title']}</title>" in text


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    english, chinese = WORDS[ENGLISH], WORDS[CHINESE]

    assert english.keys() == chinese.keys()
    for name, text in english.items():
        assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(chinese[name]))


def test_chinese_is_chinese_and_english_is_not() -> None:
    for name in WORDS[ENGLISH].keys() - ALIKE:
        assert HAN.search(WORDS[CHINESE][name]), name
        assert not HAN.search(WORDS[ENGLISH][name]), name


def test_page_carries_the_words_of_both_languages(app: Flask) -> None:
    text = read(app, PAGE).text
    carried = re.search(r'id="words">(.*?)</script>', text, re.S)

    assert carried is not None
    assert json.loads(carried[1]) == WORDS


def test_every_word_is_used_and_every_used_word_is_there(
    app: Flask, page: Elements
) -> None:
    script = read(app, SCRIPT).text
    shown = {*page.values("data-word"), *page.values("data-word-label")}
    called = set(re.findall(r'\bt\("(\w+)"', script))
    quoted = set(re.findall(r'"([a-z_]+)"', script)) | called
    # Names made of two parts, `kind_${kind}` say, and those the doctor's answer gives.
    begun = tuple(re.findall(r"t\(`([a-z]+_)\$\{", script))
    words = WORDS[ENGLISH].keys()

    assert (shown | called) - words == set()
    unused = {name for name in words - shown - quoted if not name.startswith(begun)}
    assert unused == {"title", "proved", "likely", "possible"} - quoted
