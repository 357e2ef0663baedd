"""The phone's door: what the WeChat app does on a person's phone."""

from difflib import get_close_matches

from flask import Blueprint
from flask import Response

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_USER
from mockwx.domain import control
from mockwx.domain.base_library import NEWEST
from mockwx.domain.base_library import read_version
from mockwx.domain.consent import ALLOW
from mockwx.domain.consent import ANSWERS
from mockwx.domain.control import ControlError
from mockwx.domain.phone_words import PLATFORMS
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
from mockwx.web.control.reply import reply


blueprint = Blueprint("wx", __name__, url_prefix="/wx")
