"""QR codes: pictures that scan, and errors to the byte."""

from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from mockwx.config import DEFAULT_APPID
from mockwx.domain.qr_code import Target
from mockwx.domain.qr_code import read_text
from tests.wechat import JSON_HEADERS
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import error_body


UNLIMITED = "/wxa/getwxacodeunlimit"
LIMITED = "/wxa/getwxacode"
QRCODE = "/cgi-bin/wxaapp/createwxaqrcode"


def picture_of(response: TestResponse) -> Image.Image:
    """Open a picture as a phone's camera would see it, on white paper."""
    picture = Image.open(BytesIO(response.data)).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def scan(response: TestResponse) -> Target | None:
    (found,) = zxingcpp.read_barcodes(picture_of(response))
    return read_text(found.text)


@pytest.mark.fidelity("documented", "getwxacodeunlimit: defaults, image bytes")
def test_unlimited_code_leads_to_its_page_and_scene(server: DeveloperServer) -> None:
    response = server.post(UNLIMITED, {"scene": "a=1&b=2", "page": "pages/index/index"})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/jpeg"
    assert "Num-Used" not in response.headers
    assert picture_of(response).size == (430, 430)
    target = scan(response)
    assert target == Target(
        DEFAULT_APPID, "pages/index/index?scene=a%3D1%26b%3D2", "release"
    )
    assert target.scene == "a=1&b=2"


def test_journal_names_a_picture_and_does_not_print_it(
    server: DeveloperServer, control: Control
) -> None:
    server.post(UNLIMITED, {"scene": "1"})

    assert control.latest_exchange()["response"] == {
        "status": 200,
        "content_type": "image/jpeg",
        "body": "(image/jpeg)",
    }


@pytest.mark.fidelity("documented", "getwxacodeunlimit: every visible character")
@pytest.mark.parametrize("scene", ["!#$&'()*+,/:;=?@-._~", "z" * 32, "0"])
def test_scene_survives_printing_and_scanning(
    server: DeveloperServer, scene: str
) -> None:
    target = scan(server.post(UNLIMITED, {"scene": scene}))

    assert target is not None
    assert (target.scene, target.path.partition("?")[0]) == (scene, "")


@pytest.mark.fidelity("documented", "getwxacode: Num-Used, shared by two interfaces")
def test_limited_codes_are_counted_together(server: DeveloperServer) -> None:
    one = server.post(LIMITED, {"path": "pages/a?b=c", "env_version": "trial"})
    two = server.post(QRCODE, {"path": "pages/d?e=f", "width": 500})

    assert (one.headers["Num-Used"], two.headers["Num-Used"]) == ("1", "2")
    assert scan(one) == Target(DEFAULT_APPID, "pages/a?b=c", "trial")
    assert scan(two) == Target(DEFAULT_APPID, "pages/d?e=f", "release")
    assert picture_of(two).size == (500, 500)


@pytest.mark.fidelity("documented", "getwxacode: at most 1024, at most 128")
@pytest.mark.parametrize(
    ("path", "longest", "width"), [(LIMITED, 1024, 280), (QRCODE, 128, 280)]
)
def test_longest_path_scans_even_from_the_smallest_picture(
    server: DeveloperServer, path: str, longest: int, width: int
) -> None:
    page = "p/?q=" + "x" * (longest - 5)

    target = scan(server.post(path, {"path": page, "width": width}))

    assert target == Target(DEFAULT_APPID, page)


@pytest.mark.fidelity("documented", "getwxacode: PNG when is_hyaline")
@pytest.mark.parametrize("path", [UNLIMITED, LIMITED])
def test_hyaline_code_is_a_see_through_png(server: DeveloperServer, path: str) -> None:
    colour = {"r": 10, "g": "20", "b": 200}

    response = server.post(
        path, {"scene": "1", "path": "p", "is_hyaline": True, "line_color": colour}
    )

    assert response.headers["Content-Type"] == "image/png"
    picture = Image.open(BytesIO(response.data))
    assert (picture.format, picture.mode) == ("PNG", "RGBA")
    assert picture.getpixel((0, 0)) == (10, 20, 200, 0)
    assert {pixel for _, pixel in picture.getcolors() or []} == {
        (10, 20, 200, 0),
        (10, 20, 200, 255),
    }
    assert scan(response) is not None


def test_automatic_colour_wins_over_a_given_one(server: DeveloperServer) -> None:
    body = {"scene": "1", "line_color": {"r": 255, "g": 0, "b": 0}}

    red = picture_of(server.post(UNLIMITED, body))
    black = picture_of(server.post(UNLIMITED, {**body, "auto_color": True}))

    def darkest(picture: Image.Image) -> int:
        return picture.getextrema()[0][0]

    assert darkest(red) > 200
    assert darkest(black) < 50


ERRORS: list[Any] = [
    (UNLIMITED, {}, 40169, "invalid length for scene, or the data is not json string"),
    (UNLIMITED, {"scene": "x" * 33}, 40169, "invalid length for scene, or the data is "
     "not json string"),
    (UNLIMITED, b"scene=1", 40169, "invalid length for scene, or the data is not json "
     "string"),
    (UNLIMITED, b"", 44002, "empty post data"),
    (UNLIMITED, {"scene": "50%"}, 40129, "invalid scene"),
    (UNLIMITED, {"scene": "桌"}, 40129, "invalid scene"),
    (UNLIMITED, {"scene": 1}, 40129, "invalid scene"),
    (UNLIMITED, {"scene": "scancode_time=1"}, 85096, "not allow include scancode_time "
     "field"),
    (UNLIMITED, {"scene": "1", "page": "/pages/a"}, 41030, "invalid page"),
    (UNLIMITED, {"scene": "1", "page": "pages/a?b=c"}, 41030, "invalid page"),
    (UNLIMITED, {"scene": "1", "page": 5}, 41030, "invalid page"),
    (UNLIMITED, {"scene": "1", "env_version": "beta"}, 40097, "invalid args"),
    (UNLIMITED, {"scene": "1", "width": 279}, 40097, "invalid args"),
    (UNLIMITED, {"scene": "1", "width": 1281}, 40097, "invalid args"),
    (UNLIMITED, {"scene": "1", "line_color": {"r": 256}}, 40097, "invalid args"),
    (UNLIMITED, {"scene": "1", "line_color": {"r": True}}, 40097, "invalid args"),
    (UNLIMITED, {"scene": "1", "line_color": "red"}, 47001, "data format error"),
    (UNLIMITED, {"scene": "1", "width": "430"}, 47001, "data format error"),
    (UNLIMITED, {"scene": "1", "check_path": 0}, 47001, "data format error"),
    (LIMITED, {}, 40159, "invalid length for path, or the data is not json string"),
    (LIMITED, {"path": "x" * 1025}, 40159, "invalid length for path, or the data is "
     "not json string"),
    (LIMITED, {"path": 5}, 40159, "invalid length for path, or the data is not json "
     "string"),
    (LIMITED, b"[]", 40159, "invalid length for path, or the data is not json string"),
    (LIMITED, {"path": "p", "env_version": "beta"}, 40097, "invalid args"),
    (LIMITED, {"path": "p", "width": 0}, 40097, "invalid args"),
    (LIMITED, {"path": "p?scancode_time=1"}, 85096, "not allow include scancode_time "
     "field"),
    (QRCODE, {}, 40159, "invalid length for path, or the data is not json string"),
    (QRCODE, {"path": "x" * 129}, 40159, "invalid length for path, or the data is not "
     "json string"),
    (QRCODE, b"{", 40159, "invalid length for path, or the data is not json string"),
    (QRCODE, {"path": "p?scancode_time"}, 85096, "not allow include scancode_time "
     "field"),
]  # fmt: skip


@pytest.mark.fidelity("documented", "getwxacode and the like: error tables")
@pytest.mark.parametrize(("path", "body", "errcode", "errmsg"), ERRORS)
def test_what_cannot_be_drawn_is_refused_in_json(
    server: DeveloperServer, path: str, body: object, errcode: int, errmsg: str
) -> None:
    response = server.post(path, body)

    text = f"{errmsg} hint: [HINT] rid: RID"
    assert response.status_code == 200
    assert response.data == error_body(errcode, text, response)
    assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]
    assert response.headers["LogicRet"] == str(errcode)


@pytest.mark.parametrize("path", [UNLIMITED, LIMITED, QRCODE])
def test_token_error_is_json_where_a_picture_was_expected(
    server: DeveloperServer, path: str
) -> None:
    response = server.http.post(f"{path}?access_token={'9' * 136}", json={"path": "p"})

    text = (
        "invalid credential, access_token is invalid or not latest, could get "
        "access_token by getStableAccessToken, more details at "
        "https://mmbizurl.cn/s/JtxxFh33r rid: RID"
    )
    assert response.data == error_body(40001, text, response)
    assert response.headers["LogicRet"] == "40001"


@pytest.mark.fidelity("documented", "getwxacodeunlimit: check_path")
@pytest.mark.parametrize(
    ("changes", "body", "drawn"),
    [
        ({"pages": ["pages/a"]}, {"page": "pages/a"}, True),
        ({"pages": ["pages/a"]}, {}, True),
        ({"pages": ["pages/a"]}, {"page": "pages/b"}, False),
        ({"pages": ["pages/a"]}, {"page": "pages/b", "check_path": False}, True),
        ({"published": False}, {"page": "pages/a"}, False),
        ({"published": False}, {"page": "pages/a", "check_path": False}, True),
    ],
    ids=str,
)
def test_page_must_be_published_unless_nobody_checks(
    server: DeveloperServer,
    control: Control,
    changes: dict[str, Any],
    body: dict[str, object],
    drawn: bool,
) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", **changes)

    response = server.post(UNLIMITED, {"scene": "1", **body})

    if drawn:
        assert scan(response) is not None
    else:
        text = "invalid page hint: [HINT] rid: RID"
        assert response.data == error_body(41030, text, response)


@pytest.mark.parametrize("width", [0, 100_000])
def test_older_code_is_drawn_in_a_width_that_fits(
    server: DeveloperServer, width: int
) -> None:
    response = server.post(QRCODE, {"path": "p", "width": width})

    assert picture_of(response).size[0] == (280 if width == 0 else 1280)


@pytest.mark.fidelity("documented", "getwxacode: 100 000 codes in total")
@pytest.mark.parametrize("path", [LIMITED, QRCODE])
def test_last_limited_code_is_the_hundred_thousandth(
    app: Flask, server: DeveloperServer, path: str
) -> None:
    store = app.extensions["mockwx"].default.store
    store.incr("limited_codes", DEFAULT_APPID, 99_999)

    last = server.post(path, {"path": "p"})
    response = server.post(path, {"path": "p"})

    assert last.headers["Num-Used"] == "100000"
    assert response.data == error_body(
        45029, "qrcode count out of limit rid: RID", response
    )


@pytest.mark.parametrize("path", [UNLIMITED, LIMITED, QRCODE])
@pytest.mark.parametrize(
    ("token", "errcode", "text"),
    [
        ("", 41001, "access_token missing rid: RID"),
        ("!", 40014, "invalid access_token rid: RID"),
    ],
)
def test_token_is_checked_first(
    server: DeveloperServer, path: str, token: str, errcode: int, text: str
) -> None:
    response = server.post(path, b"", access_token=token)

    assert response.data == error_body(errcode, text, response)


@pytest.mark.parametrize("path", [UNLIMITED, LIMITED, QRCODE])
def test_get_is_refused(server: DeveloperServer, path: str) -> None:
    query = {"access_token": server.access_token()}

    response = server.http.get(path, query_string=query)

    text = "require POST method hint: [HINT] rid: RID"
    assert response.data == error_body(43002, text, response)
