"""Mini program codes: getUnlimitedQRCode, getQRCode, createQRCode.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/qr-code/
"""

from collections.abc import Mapping

from mockwx.domain import qr_code
from mockwx.domain.errors import ErrCode
from mockwx.domain.qr_code import Look
from mockwx.qr_image import Picture
from mockwx.services.qr_code import LimitedPicture
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.web.params import fields
from mockwx.web.params import flag
from mockwx.web.params import parse_body
from mockwx.web.params import text
from mockwx.web.params import whole


def get_unlimited_qrcode(call: Call) -> Reply:
    """Answer the picture of a code for a scene."""
    body = parse_body(call.body, malformed=ErrCode.INVALID_SCENE_LENGTH)
    return _reply(
        call.wechat.qr_code.get_unlimited_qrcode(
            call.mini_program,
            scene=text(body, "scene"),
            page=text(body, "page"),
            check_path=flag(body, "check_path", default=True),
            env_version=text(body, "env_version") or qr_code.RELEASE,
            look=_look(body),
        )
    )


def get_qrcode(call: Call) -> Reply:
    """Answer the picture of a code for a path, one of a limited number."""
    body = parse_body(call.body, malformed=ErrCode.INVALID_PATH_LENGTH)
    answer = call.wechat.qr_code.get_qrcode(
        call.mini_program,
        path=text(body, "path"),
        env_version=text(body, "env_version") or qr_code.RELEASE,
        look=_look(body),
    )
    return _counted(answer)


def create_qrcode(call: Call) -> Reply:
    """Answer the picture of a code in its older form, from the same number."""
    body = parse_body(call.body, malformed=ErrCode.INVALID_PATH_LENGTH)
    answer = call.wechat.qr_code.create_qrcode(
        call.mini_program,
        path=text(body, "path"),
        width=whole(body, "width", default=qr_code.WIDTH),
    )
    return _counted(answer)


def _look(body: Mapping[str, object]) -> Look:
    """Read how the picture is to look; WeChat picks black too if it may pick."""
    automatic = flag(body, "auto_color")
    colour = qr_code.read_colour(fields(body, "line_color"))
    return Look(
        width=whole(body, "width", default=qr_code.WIDTH),
        colour=qr_code.BLACK if automatic else colour,
        is_hyaline=flag(body, "is_hyaline"),
    )


def _counted(answer: LimitedPicture) -> Reply:
    used = str(answer.number_used)
    return _reply(answer.picture, ("Num-Used", used))


def _reply(picture: Picture, *headers: tuple[str, str]) -> Reply:
    return Reply(200, picture.content_type, picture.octets, errcode=0, headers=headers)
