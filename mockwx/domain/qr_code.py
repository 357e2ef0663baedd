"""Mini program codes: what may be asked for, and the text inside the picture.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/qr-code/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from urllib.parse import unquote

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError


RELEASE = "release"
ENV_VERSIONS = (RELEASE, "trial", "develop")

SCENE_MAX = 32
PATH_MAX = 1024
QRCODE_PATH_MAX = 128
LIMITED_CODES = 100_000
"""How many codes getQRCode and createQRCode make for an app, together and for ever."""
UNLIMITED_PER_MINUTE = 5000

WIDTH = 430
WIDTH_MIN = 280
WIDTH_MAX = 1280

_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]+")
_TIME_FIELD = "scancode_time"
# Nobody outside WeChat can make its round codes, nor the text in them: this one is
# ours, and no phone takes it for a real mini program.
_TEXT = re.compile(
    r"mockwx://(?P<appid>wx[0-9a-f]{16})/(?P<env_version>[a-z]+)/(?P<path>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of the lines."""

    red: int = 0
    green: int = 0
    blue: int = 0


BLACK = Colour()


@dataclass(frozen=True, slots=True)
class Look:
    """How the picture is to look."""

    width: int = WIDTH
    colour: Colour = BLACK
    is_hyaline: bool = False
    """See-through between the lines, which only a PNG can be."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a code leads: the path holds the query, `scene` URL-encoded in it."""

    appid: str
    path: str
    env_version: str = RELEASE

    @property
    def text(self) -> str:
        """The text inside the picture."""
        return f"mockwx://{self.appid}/{self.env_version}/{self.path}"

    @property
    def scene(self) -> str:
        """What the mini program finds in `onLoad(query).scene`, decoded."""
        found = re.search(r"[?&]scene=([^&]*)", self.path)
        return unquote(found[1]) if found else ""


def read_text(text: str) -> Target | None:
    """Read the text of a picture back; None if it is none of ours."""
    found = _TEXT.fullmatch(text)
    return Target(**found.groupdict()) if found else None


def unlimited_target(
    appid: str, *, scene: str, page: str, env_version: str = RELEASE
) -> Target:
    """Return where an unlimited code leads: its page, with the scene as query."""
    return Target(appid, f"{page}?scene={quote(scene, safe='')}", env_version)


def check_scene(scene: str) -> None:
    """Raise WeChatError 40169, 40129 or 85096 for a scene that cannot be printed."""
    if not 0 < len(scene) <= SCENE_MAX:
        raise WeChatError(ErrCode.INVALID_SCENE_LENGTH, hint=True)
    if not _SCENE.fullmatch(scene):
        raise WeChatError(ErrCode.INVALID_SCENE, hint=True)
    _refuse_time(scene)


def check_page(page: str) -> None:
    """Raise WeChatError 41030 for a page with a slash in front or a query behind."""
    if page.startswith("/") or "?" in page or "\0" in page:
        raise WeChatError(ErrCode.INVALID_PAGE, hint=True)
    _refuse_time(page)


def check_path(path: str, *, at_most: int) -> None:
    """Raise WeChatError 40159 or 85096 for a path that cannot be printed.

    That the limit counts bytes is inferred: the path travels in a URL.
    """
    if not 0 < len(path.encode()) <= at_most or "\0" in path:
        raise WeChatError(ErrCode.INVALID_PATH_LENGTH, hint=True)
    _refuse_time(path)


def check_env_version(env_version: str) -> None:
    """Raise WeChatError 40097 unless the version is one of three."""
    if env_version not in ENV_VERSIONS:
        raise WeChatError(ErrCode.INVALID_ARGS, hint=True)


def check_look(look: Look) -> None:
    """Raise WeChatError 40097 for a width out of bounds (inferred)."""
    if not WIDTH_MIN <= look.width <= WIDTH_MAX:
        raise WeChatError(ErrCode.INVALID_ARGS, hint=True)


def fitting_width(width: int) -> int:
    """Return the width createQRCode draws: its table has no 40097 (inferred)."""
    return min(max(width, WIDTH_MIN), WIDTH_MAX)


def read_colour(fields: Mapping[str, object]) -> Colour:
    """Read `line_color`: numbers, which WeChat's older samples quote."""
    return Colour(*(_shade(fields.get(name, 0)) for name in ("r", "g", "b")))


def _shade(value: object) -> int:
    if isinstance(value, str) and re.fullmatch("[0-9]{1,3}", value):
        value = int(value)
    if type(value) is not int or not 0 <= value <= 255:
        raise WeChatError(ErrCode.INVALID_ARGS, hint=True)
    return value


def _refuse_time(text: str) -> None:
    if _TIME_FIELD in text:
        raise WeChatError(ErrCode.SCANCODE_TIME_NOT_ALLOWED, hint=True)
