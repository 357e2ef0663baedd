"""A payment, and what it is found by."""

import pytest

from mockwx.domain.payment import Payment


MADE = Payment("wx1", "alice", "4200", "1900000109", "order-1", 1_700_000_000)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (("4200", "", ""), True),
        (("4200", "other", "other"), True),
        (("4201", "1900000109", "order-1"), False),
        (("", "1900000109", "order-1"), True),
        (("", "1900000109", ""), False),
        (("", "", "order-1"), False),
        (("", "", ""), False),
    ],
)
def test_payment_is_found_by_wechats_number_or_by_both_of_the_merchants(
    question, found
):
    assert MADE.answers_to(*question) is found


@pytest.mark.parametrize(("age", "recent"), [(0, True), (299, True), (300, False)])
def test_payment_tells_for_five_minutes(age, recent):
    assert MADE.recent(1_700_000_000 + age) is recent


def test_payment_is_shown_whole():
    assert MADE.as_json() == {
        "appid": "wx1",
        "user": "alice",
        "transaction_id": "4200",
        "mch_id": "1900000109",
        "out_trade_no": "order-1",
        "paid_at": 1_700_000_000,
    }
