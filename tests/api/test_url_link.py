"""URL Scheme and URL Link: to the byte."""

import re
from typing import Any

import pytest

from mockwx.config import DEFAULT_APPID
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import error_body


SCHEME = "/wxa/generatescheme"
LINK = "/wxa/generate_urllink"
DAY = 86_400


def asked(path: str, /, **changes: Any) -> dict[str, Any]:
    """Shape a question for either interface: the scheme's target is an object."""
    target = {
        "path": "/pages/a/b",
        "query": "c=d",
        "env_version": "release",
    }
    target |= {name: changes.pop(name) for name in list(changes) if name in target}
    return {"jump_wxa": target, **changes} if path == SCHEME else {**target, **changes}


both = pytest.mark.parametrize("path", [SCHEME, LINK])


@pytest.mark.fidelity("documented", "generatescheme: success")
def test_scheme_opens_wechat(server: DeveloperServer) -> None:
    response = server.post(SCHEME, asked(SCHEME))

    pattern = (
        rb'\{"errcode":0,"errmsg":"ok",'
        rb'"openlink":"weixin://dl/business/\?t=[A-Za-z0-9]{11}"\}'
    )
    assert re.fullmatch(pattern, response.data)
    assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]


@pytest.mark.fidelity("documented", "generate_urllink: success")
def test_link_opens_a_page(server: DeveloperServer) -> None:
    response = server.post(LINK, asked(LINK))

    pattern = rb'\{"errcode":0,"errmsg":"ok","url_link":"https://wxaurl\.cn/[A-Za-z0-9]{11}"\}'
    assert re.fullmatch(pattern, response.data)


@both
def test_no_two_links_are_the_same(server: DeveloperServer, path: str) -> None:
    assert server.post(path, {}).data != server.post(path, {}).data


ACCEPTED: list[dict[str, Any]] = [
    {},
    {"path": ""},
    {"path": "pages/a"},
    {"query": ""},
    {"query": "q" * 1024},
    {"query": "a=%E4%BD%A0&b=!#$'()*+,/:;?@._~-"},
    {"env_version": "trial"},
    {"env_version": "develop"},
    {"expire_time": NOON + 60},
    {"is_expire": True, "expire_type": 0, "expire_time": NOON + 30 * DAY},
    {"expire_type": 1, "expire_interval": 1},
    {"expire_type": 1, "expire_interval": 30},
    {"is_expire": False},
]


@both
@pytest.mark.parametrize("changes", ACCEPTED, ids=str)
def test_destination_and_expiry_are_accepted(
    server: DeveloperServer, path: str, changes: dict[str, Any]
) -> None:
    assert server.post(path, asked(path, **changes)).get_json()["errcode"] == 0


REFUSED: list[Any] = [
    ({"path": "/pages/a?b=c"}, 40165, "invalid weapp pagepath"),
    ({"path": "p" * 1025}, 40165, "invalid weapp pagepath"),
    ({"path": 5}, 40165, "invalid weapp pagepath"),
    ({"query": "q" * 1025}, 40212, "invalid query"),
    ({"query": "a=你"}, 40212, "invalid query"),
    ({"query": "a b"}, 40212, "invalid query"),
    ({"query": {"a": "b"}}, 40212, "invalid query"),
    ({"env_version": "beta"}, 85402, "invalid env_version"),
    ({"is_expire": True}, 85401, "time limit between 1min and 30days"),
    ({"expire_time": NOON + 59}, 85401, "time limit between 1min and 30days"),
    ({"expire_time": NOON + 30 * DAY + 1}, 85401, "time limit between 1min and 30days"),
    ({"expire_type": 1}, 85401, "time limit between 1min and 30days"),
    ({"expire_type": 1, "expire_interval": 31}, 85401,
     "time limit between 1min and 30days"),
    ({"expire_type": 2}, 85401, "time limit between 1min and 30days"),
    ({"expire_type": "1"}, 47001, "data format error"),
    ({"is_expire": 1}, 47001, "data format error"),
]  # fmt: skip


@pytest.mark.fidelity("documented", "generatescheme, generate_urllink: error tables")
@both
@pytest.mark.parametrize(("changes", "errcode", "errmsg"), REFUSED)
def test_what_cannot_be_linked_is_refused(
    server: DeveloperServer,
    path: str,
    changes: dict[str, Any],
    errcode: int,
    errmsg: str,
) -> None:
    response = server.post(path, asked(path, **changes))

    text = f"{errmsg} hint: [HINT] rid: RID"
    assert response.data == error_body(errcode, text, response)


@pytest.mark.parametrize(
    ("path", "body"),
    [(SCHEME, {"jump_wxa": "pages/a"}), (LINK, {"cloud_base": "env"}), (LINK, b"[]")],
    ids=str,
)
def test_text_where_an_object_belongs_is_47001(
    server: DeveloperServer, path: str, body: object
) -> None:
    response = server.post(path, body)

    text = "data format error hint: [HINT] rid: RID"
    assert response.data == error_body(47001, text, response)


STATES: list[Any] = [
    ({"published": False}, 85079, "miniprogram has no online release"),
    ({"punished": True}, 85408, "appid banned"),
    ({"personal": True}, 85407, "no scheme permission"),
    ({"certified": False}, 40002, "no generate permission"),
]


@pytest.mark.fidelity("inferred", "generatescheme: which account gets which errcode")
@both
@pytest.mark.parametrize(("changes", "errcode", "errmsg"), STATES)
def test_account_without_the_right_gets_no_link(
    server: DeveloperServer,
    control: Control,
    path: str,
    changes: dict[str, Any],
    errcode: int,
    errmsg: str,
) -> None:
    token = server.access_token()
    control.patch(f"mini_programs/{DEFAULT_APPID}", **changes)

    response = server.http.post(
        path, query_string={"access_token": token}, json=asked(path)
    )

    assert response.data == error_body(errcode, f"{errmsg} rid: RID", response)


@pytest.mark.fidelity("documented", "generatescheme: only pages of the release")
@both
def test_page_must_be_in_the_release(
    server: DeveloperServer, control: Control, path: str
) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", pages=["pages/a/b"])

    known = server.post(path, asked(path))
    response = server.post(path, asked(path, path="pages/c"))

    assert known.get_json()["errcode"] == 0
    text = "invalid weapp pagepath hint: [HINT] rid: RID"
    assert response.data == error_body(40165, text, response)


@pytest.mark.fidelity("inferred", "generate_urllink: 85088 is about the cloud")
def test_link_into_the_cloud_needs_the_cloud(
    server: DeveloperServer, control: Control
) -> None:
    body = asked(LINK, cloud_base={"env": "e", "path": "/p"})

    response = server.post(LINK, body)
    control.patch(f"mini_programs/{DEFAULT_APPID}", cloud=True)

    assert response.data == error_body(
        85088, "no open api permission rid: RID", response
    )
    assert server.post(LINK, body).get_json()["errcode"] == 0


@pytest.mark.fidelity("documented", "generatescheme: 100 in a second")
@both
def test_hundred_links_in_a_second(
    server: DeveloperServer, control: Control, path: str
) -> None:
    query = {"access_token": server.access_token()}
    for _ in range(100):
        server.http.post(path, query_string=query, json={})

    response = server.http.post(path, query_string=query, json={})
    control.post("clock/advance", seconds=1)
    later = server.http.post(path, query_string=query, json={})

    text = "reach max api second frequence limit rid: RID"
    assert response.data == error_body(44990, text, response)
    assert later.get_json()["errcode"] == 0


@both
@pytest.mark.parametrize(
    ("method", "token", "errcode", "text"),
    [
        ("GET", None, 43002, "require POST method hint: [HINT] rid: RID"),
        ("POST", None, 44002, "empty post data hint: [HINT] rid: RID"),
        ("POST", "", 41001, "access_token missing rid: RID"),
        ("GET", "!", 40014, "invalid access_token rid: RID"),
    ],
)
def test_token_then_method_then_body(
    server: DeveloperServer,
    path: str,
    method: str,
    token: str | None,
    errcode: int,
    text: str,
) -> None:
    query = {"access_token": server.access_token() if token is None else token}

    response = server.http.open(path, method=method, query_string=query)

    assert response.data == error_body(errcode, text, response)
