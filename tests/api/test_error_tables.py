"""Every row of WeChat's error tables, interface by interface, to the byte.

Most rows have a cause of their own in the file of their interface. Here each is armed
as a fault, which has to speak as the interface itself does.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import SNS_HEADERS
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import error_body


VECTORS = Path(__file__).parents[2] / "fixtures" / "vectors"
# No text in WeChat's tables, one in Chinese, or one that nobody logged.
UNLOGGED = {
    **dict.fromkeys((1000, 1001, 1003, 1005, 1007, 1022), ""),
    40016: "invalid button size",
    40243: "AppSecret已被冻结，请登录MP解冻后再次调用",
    43107: "subscription message capability is banned",
    43108: "Cannot make concurrent calls to the same OpenID, please try again",
    45168: "hit sensitive word",
    50001: "user unauthorized",
    50007: "账号已冻结",
    61024: "must use component access token",
    85088: "no open api permission",
    85406: "scheme limited",
    89503: "此IP调用需要管理员确认,请联系管理员",
    89506: "24小时内该IP被管理员拒绝调用两次，24小时内不可再使用该IP调用",
    89507: "1小时内该IP被管理员拒绝调用一次，1小时内不可再使用该IP调用",
}
LOGGED = json.loads((VECTORS / "errcodes.json").read_text(encoding="utf-8"))
TEXTS = {**{int(code): text for code, text in LOGGED.items()}, **UNLOGGED}
NOT_LATEST = (
    "invalid credential, access_token is invalid or not latest, could get access_token "
    "by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)


@dataclass(frozen=True)
class Table:
    """The rows of one interface, by what follows their text."""

    path: str
    bare: tuple[int, ...]
    """Followed by the rid alone."""
    hinted: tuple[int, ...] = ()
    """Followed by a hint and the rid."""
    takes_token: bool = True

    def rows(self) -> list[tuple[str, int, str]]:
        """Return path, errcode and text of each row."""
        comma = "," if self.path.startswith("/sns/") else ""
        bare = [(code, f"{self._text(code)}{comma} rid: RID") for code in self.bare]
        hinted = [
            (code, f"{TEXTS[code]} hint: [HINT] rid: RID") for code in self.hinted
        ]
        return [(self.path, *row) for row in bare + hinted]

    def _text(self, code: int) -> str:
        return NOT_LATEST if code == 40001 and self.takes_token else TEXTS[code]


TOKEN = (40001, 40014, 41001, 42001)
SECRET = (40002, 40013, 40125, 40164, 40243, 41002, 41004)
IP_CONFIRMATION = (89503, 89506, 89507)
LINK = (-1, 40002, 44990, 44993, 85079, 85406, 85407, 85408, *TOKEN)
LINK_HINTED = (40013, 40165, 40212, 85401, 85402)

TABLES = (
    Table(
        "/sns/jscode2session",
        (-1, 40029, 40066, 40163, 40226, 41008, 45011, *SECRET),
        takes_token=False,
    ),
    Table(
        "/sns/component/jscode2session",
        (40001, 40013, 40029, 40090, 40094, 40163, 41004, 42001, 45011, 61003, 61024),
        takes_token=False,
    ),
    Table("/cgi-bin/component/api_component_token", (40013, 41018), takes_token=False),
    Table(
        "/cgi-bin/token",
        (-1, 40001, 50004, 50007, *SECRET, *IP_CONFIRMATION),
        takes_token=False,
    ),
    Table(
        "/cgi-bin/stable_token",
        (-1, 45009, 45011, *SECRET, *IP_CONFIRMATION),
        (43002, 44002, 47001),
        takes_token=False,
    ),
    Table("/cgi-bin/clear_quota", (48006, *TOKEN), (40013,)),
    Table(
        "/cgi-bin/clear_quota/v2",
        (-1, 40013, 41002, 41004, 48006),
        takes_token=False,
    ),
    Table(
        "/cgi-bin/openapi/quota/clear", (45009, 50002, 76021, 76022, *TOKEN), (44002,)
    ),
    Table("/cgi-bin/openapi/quota/get", (76021, 76022, *TOKEN)),
    Table("/cgi-bin/openapi/rid/get", (76001, 76002, 76003, 76004, *TOKEN)),
    Table("/cgi-bin/get_api_domain_ip", TOKEN),
    Table("/cgi-bin/getcallbackip", TOKEN),
    Table("/cgi-bin/callback/check", (40201, *TOKEN), (40202, 40203)),
    Table("/wxa/checksession", (87007, 87008, 87009, *TOKEN), (40003, 40097)),
    Table(
        "/wxa/resetusersessionkey",
        (-1, 45011, 87007, 87008, 87009, *TOKEN),
        (40003, 40097),
    ),
    Table(
        "/wxa/business/getuserphonenumber",
        (-1, 45011, 48001, 61007, *TOKEN),
        (40003, 40013, 40029, 43002, 44002, 47001),
    ),
    Table("/wxa/business/checkencryptedmsg", (-1, 1, *TOKEN), (40097, 44002, 47001)),
    Table(
        "/wxa/getpluginopenpid",
        (1000, 1001, 1003, 1005, 1007, 40016, 45009, *TOKEN),
        (1022,),
    ),
    Table("/wxa/getpaidunionid", (-1, 89002, 89300, *TOKEN), (40003,)),
    Table("/wxa/business/getuserencryptkey", TOKEN, (40003, 40097)),
    Table(
        "/sns/oauth2/access_token",
        (40029, 40163, 41008, 42003, 45011, 50001, 50002, *SECRET),
        takes_token=False,
    ),
    Table("/sns/oauth2/refresh_token", (40013, 40030, 41003, 42002), takes_token=False),
    Table("/sns/userinfo", (40003, 41009, 45011, 48001, *TOKEN), takes_token=False),
    Table("/sns/auth", (40001, 40003, 42001), takes_token=False),
    Table(
        "/sns/oauth2/component/access_token",
        (40029, 40163, 61003),
        takes_token=False,
    ),
    Table(
        "/sns/oauth2/component/refresh_token",
        (40030, 42002, 61003),
        takes_token=False,
    ),
    Table(
        "/wxa/getwxacodeunlimit",
        (-1, 45009, 45011, *TOKEN),
        (40097, 40129, 40169, 41030, 85096),
    ),
    Table("/wxa/getwxacode", (45029, *TOKEN), (40097, 40159, 85096)),
    Table("/cgi-bin/wxaapp/createwxaqrcode", (45029, *TOKEN), (40159, 85096)),
    Table("/wxa/generatescheme", LINK, LINK_HINTED),
    Table("/wxa/generate_urllink", (85088, *LINK), LINK_HINTED),
    Table(
        "/cgi-bin/message/subscribe/send",
        (43101, 43107, 43108, 45168, 47003, *TOKEN),
        (40003, 40037),
    ),
    Table(
        "/wxa/msg_sec_check",
        (-1, 43104, 44991, 45009, 61010, 87014, *TOKEN),
        (40003, 40129, 43002, 44002, 47001),
    ),
    Table(
        "/wxa/getuserriskrank",
        (
            *(-1, 43104, 48001, 61007, 61010, 61080, 61081, 9410009),
            *(40230, 40231, 40232, 40233, 40234, 40235, 40236, 40237, 40238, 40239),
            *(40240, *TOKEN),
        ),
        (40003, 40129, 43002, 44002, 47001),
    ),
)
ROWS = [row for table in TABLES for row in table.rows()]


@pytest.fixture(scope="module")
def app() -> Flask:
    """One mock for all: each fault strikes once and is over."""
    return create_app(Settings(seed=1, freeze=NOON))


@pytest.mark.fidelity("documented", "error tables: every row of every interface")
@pytest.mark.parametrize(
    ("path", "errcode", "text"), ROWS, ids=[f"{path}-{code}" for path, code, _ in ROWS]
)
def test_row_of_an_error_table_is_answered_to_the_byte(
    server: DeveloperServer, control: Control, path: str, errcode: int, text: str
) -> None:
    control.post("faults", match={"path": path}, effect={"errcode": errcode})

    response = server.http.get(path)

    headers = SNS_HEADERS if path.startswith("/sns/") else JSON_HEADERS
    assert response.status_code == 200
    assert response.headers["Content-Type"] == headers["Content-Type"]
    assert response.data == error_body(errcode, text, response)


def test_armed_40164_names_the_caller(
    server: DeveloperServer, control: Control
) -> None:
    control.post("faults", effect={"errcode": 40164})

    response = server.http.get(
        "/cgi-bin/token", environ_base={"REMOTE_ADDR": "203.0.113.7"}
    )

    text = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: RID"
    assert response.data == error_body(40164, text, response)
