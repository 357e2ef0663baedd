"""A real secret is known by its looks; what people or mocks make up is not one."""

import base64
import json
import logging
import re
import sys
import time

import pytest

from mockwx.config import DEFAULT_SECRET
from mockwx.domain.mini_program import ENCODING_AES_KEY
from mockwx.entropy import Entropy
from mockwx.secrecy import looks
from mockwx.secrecy.lookout import Lookout
from mockwx.secrecy.looks import covered
from mockwx.secrecy.looks import covered_words
from mockwx.secrecy.looks import kept
from mockwx.secrecy.looks import same
from mockwx.secrecy.looks import sights
from mockwx.secrecy.named import has_any
from tests.docs.pages import ROOT
from tests.pasted import chance


SECRET = chance(16, "").hex()
SESSION_KEY = base64.b64encode(chance(16, "")).decode()
TOKEN = "86_" + base64.urlsafe_b64encode(chance(102, "")).decode()
OLD_TOKEN = "40_" + base64.urlsafe_b64encode(chance(102, "old")).decode()[:133]
MERCHANT_KEY = re.sub("[^A-Za-z0-9]", "", base64.b64encode(chance(60, "")).decode())[
    :32
]
PUSH_KEY = re.sub("[^A-Za-z0-9]", "", base64.b64encode(chance(90, "")).decode())[:43]
API_KEY = base64.b64encode(chance(32, "")).decode()
_LINES = base64.encodebytes(chance(300, "")).decode()
PEM = f"-----BEGIN PRIVATE KEY-----\n{_LINES}-----END PRIVATE KEY-----"
BEARER = base64.urlsafe_b64encode(chance(30, "")).decode()

SIGHTS = [
    (looks.APP_SECRET, f"appid=wx0&secret={SECRET}&js_code=1", SECRET),
    (looks.APP_SECRET, f'{{"grant_type":"x","secret":"{SECRET}"}}', SECRET),
    (looks.APP_SECRET, f"  secret: {SECRET}\n", SECRET),
    (looks.APP_SECRET, f'"appSecret" : "{SECRET}"', SECRET),
    (looks.APP_SECRET, f"WECHAT_APP_SECRET='{SECRET}'", SECRET),
    (looks.APP_SECRET, f'"{{\\"secret\\":\\"{SECRET}\\"}}"', SECRET),
    (looks.APP_SECRET, f'{{"name": "secret", "value": "{SECRET}"}}', SECRET),
    (looks.APP_SECRET, f"appid: {SECRET}", SECRET),
    (looks.ACCESS_TOKEN, f"/wxa/x?access_token={TOKEN}", TOKEN),
    (looks.ACCESS_TOKEN, f"the token is {TOKEN}, I think", TOKEN),
    (looks.ACCESS_TOKEN, f'{{"t":"{OLD_TOKEN}"}}', OLD_TOKEN),
    (looks.SESSION_KEY, f'{{"session_key":"{SESSION_KEY}"}}', SESSION_KEY),
    (looks.SESSION_KEY, f"sessionKey: {SESSION_KEY}", SESSION_KEY),
    (
        looks.SESSION_KEY,
        "session_key=" + SESSION_KEY.replace("+", "%2B").replace("=", "%3D"),
        SESSION_KEY[:20],
    ),
    (looks.PRIVATE_KEY, PEM, _LINES[:60]),
    (looks.PRIVATE_KEY, json.dumps({"key": PEM}), _LINES[:60]),
    (looks.PRIVATE_KEY, PEM.replace("PRIVATE", "RSA PRIVATE"), _LINES[:60]),
    (looks.MERCHANT_KEY, f"mch_key: {MERCHANT_KEY}", MERCHANT_KEY),
    (looks.MERCHANT_KEY, f'"apiV3Key": "{MERCHANT_KEY}"', MERCHANT_KEY),
    (looks.PUSH_KEY, f"encoding_aes_key: {PUSH_KEY}", PUSH_KEY),
    (looks.API_KEY, f'"symmetric_key": "{API_KEY}"', API_KEY),
    (looks.API_KEY, f'{{"symmetric":{{"sn":"1","key":"{API_KEY}"}}}}', API_KEY),
    (looks.CREDENTIAL, f"Authorization: Bearer {BEARER}", BEARER),
    (looks.CREDENTIAL, f'  authorization: "Basic {BEARER}"', BEARER),
]
INNOCENTS = [
    f"appid=wx6d6f636b77780001&secret={DEFAULT_SECRET}",
    "secret: 0123456789abcdef0123456789abcdef",
    "secret: 00112233445566778899aabbccddeeff",
    "secret: ffeeddccbbaa99887766554433221100",
    "secret: " + "a" * 32,
    "secret: " + "deadbeef" * 4,
    "secret: 123456789012345678901234567890ab",
    "secret: " + b"a made-up secre!".hex(),
    "secret: ${ENV.SECRET}",
    f"md5: {SECRET}",
    f"openid: {SECRET}",
    "session_key: tiihtNczf5v6AKRyjwEUhQ==",
    "session_key: HyVFkGl5F5OQWJZZaNzBBg==",
    "session_key: AAAAAAAAAAAAAAAAAAAAAA==",
    "session_key: MTIzNDU2Nzg5MDEyMzQ1Ng==",
    "session_key: AAECAwQFBgcICQoLDA0ODw==",
    f"iv: {SESSION_KEY}",
    "access_token: 90_" + "a" * 133,
    "access_token: 90_" + "abcdefghijklmnopqrstuvwxyz0123456789" * 4,
    f"encoding_aes_key: {ENCODING_AES_KEY}",
    "encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "mch_key: 12345678901234567890123456789012",
    'Authorization: "Bearer ${storage.token}"',
    "Authorization: Bearer an-example-token-0123456789",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    f"-----BEGIN CERTIFICATE-----\n{_LINES}-----END CERTIFICATE-----",
    "the secret of life, the key of the door",
]


@pytest.mark.parametrize(("kind", "text", "secret"), SIGHTS)
def test_real_secret_is_known_by_its_looks(kind: str, text: str, secret: str) -> None:
    assert [each.kind for each in sights(text)] == [kind]
    assert secret not in covered(text)
    assert secret[8:] not in covered(text)


def test_secret_within_another_takes_nothing_along_of_what_follows() -> None:
    text = f'{{"Authorization": "Bearer {TOKEN}", "path": "pages/index"}}'

    assert covered(text) == (
        f'{{"Authorization": "Bearer {TOKEN[:4]}(masked)", "path": "pages/index"}}'
    )


@pytest.mark.parametrize("text", INNOCENTS)
def test_what_is_made_up_is_no_real_secret(text: str) -> None:
    assert list(sights(text)) == []
    assert covered(text) == text


@pytest.mark.parametrize("world", [0, 1, 2**39])
@pytest.mark.parametrize("seed", [None, 1])
def test_what_a_mock_makes_is_no_real_secret(seed: int | None, world: int) -> None:
    entropy = Entropy(seed, world=world)

    for _ in range(200):
        made = (
            f"secret: {entropy.app_secret()}",
            f"session_key: {entropy.session_key()}",
            f"session_key: {base64.b64encode(entropy.iv()).decode()}",
            f"session_key: {entropy.encrypt_key()}",
            f"symmetric_key: {entropy.api_key()}",
            entropy.access_token(),
            entropy.web_refresh_token(),
            entropy.component_access_token(),
            entropy.authorizer_access_token(),
        )
        assert [each for each in made if any(sights(each))] == []


def test_hardly_any_secret_of_chance_is_taken_for_made_up() -> None:
    texts = [f"secret: {chance(16, str(number)).hex()}" for number in range(3000)]

    assert sum(not any(sights(each)) for each in texts) <= 1


def test_no_file_of_ours_holds_a_real_secret() -> None:
    held = {
        str(path.relative_to(ROOT)): [each.value for each in sights(text)]
        for folder in ("docs", "fixtures", "mockwx", "simulator")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and path.suffix in (".md", ".yaml", ".json", ".py", ".js")
        if any(sights(text := path.read_text("utf-8")))
    }

    assert held == {}


def test_of_a_real_secret_the_digest_is_kept_and_it_still_opens() -> None:
    keeping = kept(SECRET)

    assert SECRET not in keeping
    assert kept(keeping) == keeping
    assert same(SECRET, keeping)
    assert not same(chance(16, "another").hex(), keeping)
    assert not same(keeping, keeping)
    assert kept(DEFAULT_SECRET) == DEFAULT_SECRET


def test_secret_of_a_command_line_is_covered() -> None:
    words = ["run", "--app-secret", SECRET, f"--secret={SECRET}", "--port", "80"]

    told = covered_words(words)

    assert SECRET not in " ".join(told)
    assert [told[0], told[1], *told[4:]] == ["run", "--app-secret", "--port", "80"]


def test_lookout_warns_once_of_each_secret_in_both_languages(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lookout = Lookout()

    for _ in range(3):
        shown = lookout.cover(f"secret={SECRET}", "GET /sns/jscode2session")
    lookout.cover(TOKEN, "GET /wxa/x")

    assert shown == f"secret={SECRET[:4]}(masked)"
    first, second = [each.getMessage() for each in caplog.records]
    english, chinese = first.splitlines()
    assert english.startswith("mockwx: GET /sns/jscode2session, secret: this looks")
    assert "mp.weixin.qq.com" in english
    assert chinese.startswith("mockwx：GET /sns/jscode2session，secret：这像是真实的")
    assert "mp.weixin.qq.com" in chinese
    assert "access_token" in second
    assert SECRET not in first + second
    assert TOKEN[:12] not in first + second


@pytest.mark.parametrize("kind", sorted(looks._shapes()))
def test_every_kind_is_warned_of_with_a_cure(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    text, secret = next((text, secret) for each, text, secret in SIGHTS if each == kind)

    Lookout().cover(text, "here")

    english, chinese = caplog.records[0].getMessage().splitlines()
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert secret not in english + chinese


def test_place_of_a_warning_cannot_drive_the_terminal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Lookout().cover(f"secret={SECRET}", "GET /\x1b[2J\u202e\r\nmockwx: all is well")

    assert len(caplog.records[0].getMessage().splitlines()) == 2
    assert "\\x1b[2J\\u202e\\r\\nmockwx" in caplog.records[0].getMessage()


def test_file_is_warned_of_with_the_line(caplog: pytest.LogCaptureFixture) -> None:
    Lookout().look(f"a: 1\nb:\n  secret: {SECRET}\n", "shop.yaml")

    assert "shop.yaml:3, secret: " in caplog.text


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    wire = bytes(range(256))

    assert Lookout().cover_bytes(wire, "x") is wire
    covered_wire = Lookout().cover_bytes(wire + f"&secret={SECRET}".encode(), "x")
    assert covered_wire == wire + f"&secret={SECRET[:4]}(masked)".encode()


def test_warnings_end_where_nobody_reads_them(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("mockwx.secrecy.lookout._MOST", 3)
    lookout = Lookout()

    for number in range(9):
        lookout.cover(f"secret={chance(16, str(number)).hex()}", "x")

    assert len(caplog.records) == 3
    assert caplog.records[0].levelno == logging.WARNING


@pytest.mark.parametrize(
    "text",
    [
        "a_" * 50_000 + "secret",
        "secret" * 20_000,
        "-----BEGIN PRIVATE KEY-----" * 9000,
        "secret=" + "\\" * 100_000,
        "1_" * 50_000,
        "12_" + "a" * 100_000,
    ],
    ids=["words", "names", "keys", "backslashes", "numbers", "token"],
)
def test_look_at_a_hostile_text_takes_little_time(text: str) -> None:
    began = time.process_time()

    assert list(sights(text)) == []

    assert time.process_time() - began < 2


def test_text_is_passed_over_only_if_no_pattern_would_find_the_word_in_it() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))

    for letter in "abcdefghijklmnopqrstuvwxyz":
        for found in re.findall(letter, everything, re.IGNORECASE):
            assert has_any(f"微{found}", (letter,))
            assert has_any(f"x{found}x", (f"x{letter}x",))
    assert not has_any("a harmless line", ("secret", "key"))
