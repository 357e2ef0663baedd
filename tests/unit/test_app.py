"""The apps of one process, which share their routes and nothing else."""

from flask import Flask
from flask import Response

from mockwx import create_app


def status(app: Flask, path: str) -> int:
    return app.test_client().get(path).status_code


def test_route_added_to_one_app_is_no_other_apps() -> None:
    extended, other = create_app(), create_app()
    extended.add_url_rule("/extra", view_func=lambda: "extra", endpoint="extra")

    assert status(extended, "/extra") == 200
    assert status(other, "/extra") == status(create_app(), "/extra") == 404


def test_app_with_a_route_of_its_own_keeps_the_others() -> None:
    app, untouched = create_app(), create_app()
    before = [rule.rule for rule in untouched.url_map.iter_rules()]
    app.add_url_rule("/extra", view_func=lambda: "extra", endpoint="extra")
    app.add_url_rule("/more", view_func=lambda: "more", endpoint="more")

    assert [rule.rule for rule in app.url_map.iter_rules()] == [
        *before,
        "/extra",
        "/more",
    ]
    assert status(app, "/_mockwx/api/health") == 200
    assert status(app, "/more") == 200


def test_what_is_hung_around_one_apps_views_is_not_around_anothers() -> None:
    watched, other = create_app(), create_app()
    seen: list[int] = []

    def look(response: Response) -> Response:
        seen.append(response.status_code)
        return response

    watched.after_request(look)
    status(other, "/_mockwx/api/health")
    status(create_app(), "/_mockwx/api/health")
    assert seen == []

    status(watched, "/_mockwx/api/health")
    assert seen == [200]


def test_error_handler_of_one_app_is_not_anothers() -> None:
    quiet, other = create_app(), create_app()
    quiet.register_error_handler(404, lambda error: ("nothing", 404))

    assert quiet.test_client().get("/_mockwx/api/none").text == "nothing"
    assert other.test_client().get("/_mockwx/api/none").get_json() is not None


def test_journals_of_two_apps_are_strangers() -> None:
    one, other = create_app(), create_app()
    one.test_client().get("/sns/jscode2session")

    exchanges = [
        len(app.test_client().get("/_mockwx/api/exchanges").get_json()["exchanges"])
        for app in (one, other)
    ]

    assert exchanges == [1, 0]
