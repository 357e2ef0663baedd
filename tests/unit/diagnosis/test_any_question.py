"""Whatever is asked, the doctor answers: never an exception, never a long wait."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from mockwx.crypto.open_data import seal
from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.question import FIELDS
from mockwx.diagnosis.question import Question
from mockwx.diagnosis.question import read_question
from mockwx.diagnosis.words import CAUSES
from mockwx.diagnosis.words import TABLE
from mockwx.domain.control import ControlError
from tests.unit.diagnosis.scene import Scene


# Thousands of questions.
pytestmark = pytest.mark.slow


KEY = base64.b64encode(b"k" * 16).decode()
IV = base64.b64encode(b"i" * 16).decode()

anything = st.one_of(
    st.none(),
    st.text(max_size=200),
    st.text("+/=-_% \n0aZ", max_size=200),
    st.binary(max_size=96).map(lambda octets: base64.b64encode(octets).decode()),
)


@pytest.fixture(scope="module")
def scene() -> Scene:
    scene = Scene(1)
    user = scene.person()
    scene.key(user)
    scene.payload(user, signed=True)
    return scene


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, anything)))
def test_any_values_are_answered(scene: Scene, values: dict[str, str | None]) -> None:
    try:
        question = read_question(values)
    except ControlError:
        return

    for diagnosis in (diagnose(question), scene.wechat.doctor.diagnose(question)):
        text = json.dumps(diagnosis.as_json(), ensure_ascii=False, allow_nan=False)
        assert text.encode()
        assert set(diagnosis.causes) <= set(CAUSES)


@pytest.mark.parametrize(
    "plaintext",
    ['{"a":"\\ud800"}', '{"a":NaN}', "[1]", "7", "[" * 5000],
    ids=["surrogate", "NaN", "list", "number", "deep"],
)
def test_plaintext_that_json_cannot_carry_again_counts_as_closed(
    plaintext: str,
) -> None:
    data = seal(plaintext.encode(), session_key=KEY, iv=b"i" * 16)

    diagnosis = diagnose(Question(session_key=KEY, iv=IV, encrypted_data=data))

    assert diagnosis.plaintext is None


MEGABYTE = 2**20
HUGE = {
    "blanks": " " * MEGABYTE + "x",
    "percent signs": "%25" * (MEGABYTE // 3),
    "brackets": "[" * MEGABYTE,
    "Base64": "AAAA" * (MEGABYTE // 4),
    "words": "invalid character " * (MEGABYTE // 18),
    "dashes": "-_" * (MEGABYTE // 2),
    "JWT": "eyJ" + "a" * MEGABYTE,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HUGE)
def test_huge_values_are_answered_soon(scene: Scene, name: str) -> None:
    huge = HUGE[name]
    question = Question(huge, huge, huge, huge, huge, huge, huge, huge, huge)

    assert not scene.wechat.doctor.diagnose(question).ok
    assert not diagnose(replace(question, session_key=KEY, iv=IV)).ok


def test_every_sentence_has_both_languages_with_the_same_facts() -> None:
    for name, words in TABLE.items():
        for text in (words.en, words.zh, words.cure_en, words.cure_zh):
            assert text, name
        if not name.startswith(("mangled_key", "field_not", "swapped")):
            assert facts(words.en) == facts(words.zh), name
        assert words.en.endswith("."), name
        assert words.zh.endswith("。"), name
        assert words.cure_en.endswith("."), name
        assert words.cure_zh.endswith("。"), name


def facts(text: str) -> set[str]:
    """Return the names in braces."""
    return {part.partition("}")[0] for part in text.split("{")[1:]}
