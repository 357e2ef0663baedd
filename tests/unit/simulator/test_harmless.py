"""Text from outside that cannot act on a terminal."""

import pytest

from simulator.speech.harmless import harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b2J", "\\x9b2J"),
        ("over\rwritten", "over\\x0dwritten"),
        ("a\u202eb", "a\\u202eb"),
        ("half \ud83d", "half \\ud83d"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
    ],
)
def test_what_acts_becomes_visible(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_everything_else_stays_as_it_is() -> None:
    text = "登录\t✓ 😀\n👩‍💻"

    assert harmless(text) == text
