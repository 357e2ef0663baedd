"""The live journal must not wear out the seats of those who wait."""

import pytest
from flask import Flask

from mockwx.web.waiting import MOST_WAITERS
from tests.wechat import Control


@pytest.mark.parametrize(
    "query", ["reveal=2", "since=x", "errcode=x", "nonsense=1"], ids=str
)
def test_refused_stream_takes_no_seat(control: Control, query: str) -> None:
    for _ in range(MOST_WAITERS + 1):
        response = control.http.get(f"/_mockwx/api/events?{query}")

        assert response.status_code == 400


def test_closed_stream_gives_its_seat_back(app: Flask) -> None:
    for _ in range(MOST_WAITERS + 1):
        with app.test_client().get("/_mockwx/api/events") as response:
            assert response.status_code == 200


def test_last_event_id_that_is_no_number_of_ours_is_ignored(control: Control) -> None:
    headers = {"Last-Event-ID": "9" * 5_000}

    with control.http.get("/_mockwx/api/events", headers=headers) as response:
        assert response.status_code == 200
