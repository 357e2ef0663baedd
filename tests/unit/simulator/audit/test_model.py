"""What an audit asks and found."""

from simulator.audit.model import Words
from simulator.audit.model import at_least


def test_words_are_filled_in_both_languages() -> None:
    words = Words("{count} calls", "{count} 次调用")

    assert words.filled(count=3) == Words("3 calls", "3 次调用")


def test_worse_than_the_threshold_counts_and_lighter_does_not() -> None:
    assert at_least("critical", "medium")
    assert at_least("medium", "medium")
    assert not at_least("low", "medium")
