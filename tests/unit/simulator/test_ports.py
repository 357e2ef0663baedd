"""Headers and responses."""

from simulator.ports import Headers
from simulator.ports import Response


def test_headers_are_found_in_any_case_and_joined() -> None:
    headers = Headers((("X-A", "1"), ("x-a", "2"), ("B", "3")))

    assert headers["X-a"] == "1,2"
    assert dict(headers) == {"X-A": "1,2", "B": "3"}
    assert "b" in headers
    assert headers.get("c") is None


def test_repeated_headers_stay_apart_in_a_response() -> None:
    response = Response(200, (("Set-Cookie", "a=1"), ("set-cookie", "b=2")))

    assert response.values("SET-COOKIE") == ("a=1", "b=2")
