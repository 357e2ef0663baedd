"""The words of the content check."""

import pytest

from mockwx.domain.sec_check import PASS
from mockwx.domain.sec_check import REVIEW
from mockwx.domain.sec_check import RISKY
from mockwx.domain.sec_check import TRIGGERS
from mockwx.domain.sec_check import Verdict
from mockwx.domain.sec_check import judge


DOCUMENTED = {10001, 20001, 20002, 20003, 20006, 20008, 20012, 20013, 21000}


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda each: each.word)
def test_word_is_found_inside_any_text(trigger):
    verdict = Verdict(trigger.suggest, trigger.label, trigger.word)
    assert judge((f"before{trigger.word}after",)) == verdict
    assert judge(("", trigger.word)) == verdict


def test_every_documented_label_can_be_reached_in_two_languages():
    risky = [each for each in TRIGGERS if each.suggest == RISKY]
    assert {each.label for each in risky} == DOCUMENTED
    for ascii_word in (True, False):
        words = [each for each in risky if each.word.isascii() is ascii_word]
        assert {each.label for each in words} == DOCUMENTED


@pytest.mark.parametrize("texts", [(), ("",), ("测试", "广告"), ("Risky-Ad",)])
def test_other_words_pass(texts):
    assert judge(texts).suggest == PASS


def test_risk_outweighs_doubt():
    assert judge(("needs-review",)).suggest == REVIEW
    assert judge(("needs-review", "risky-fraud")).label == 20008
