"""头像昵称填写 avatar and nickname: the button chooseAvatar, <input type="nickname">.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/userProfile.html
"""

from __future__ import annotations

from mockwx.domain import base_library
from mockwx.domain import phone_words
from mockwx.domain.consent import ALLOW
from mockwx.domain.phone_words import SilentError
from mockwx.domain.phone_words import WxFailError
from mockwx.services.device import privacy
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


PASS = "pass"
REJECT = "reject"
TIMEOUT = "timeout"
REVIEWS = (PASS, REJECT, TIMEOUT)
"""What the content check says of a picture or a name."""

_TEMPORARY = {
    "ios": "wxfile://tmp_{name}.jpg",
    "android": "wxfile://tmp_{name}.jpg",
    "devtools": "http://tmp/{name}.jpeg",
}


def choose_avatar(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Let the person choose a picture; it lies on the phone, not on a server."""
    if not tap.era.has(base_library.CHOOSE_AVATAR):
        raise WxFailError(phone_words.NOT_SUPPORTED)
    if arguments.get("inProgress"):
        raise WxFailError(phone_words.AVATAR_IN_PROGRESS)
    if tap.handset.consent != ALLOW:
        # There is nothing to deny but the choice itself.
        raise WxFailError(phone_words.CANCELLED)
    review = arguments.get("review", PASS)
    if tap.era.has(base_library.PROFILE_CHECKED):
        if review == TIMEOUT:
            raise WxFailError(phone_words.AVATAR_TIMEOUT)
        if review == REJECT:
            raise SilentError
    name = desk.entropy.temporary_name()
    return {"avatarUrl": _TEMPORARY[tap.handset.platform].format(name=name)}


def nickname_review(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Leave the nickname input: what stands in it, and what the check said.

    Without `value` the person takes the name WeChat offers above the keyboard. Where
    they did not agree to the privacy agreement it is an input like any other.
    """
    if not tap.era.has(base_library.CHOOSE_AVATAR):
        return {"value": arguments.get("value", "")}
    try:
        privacy.demand(desk, tap, "nickname")
    except WxFailError:
        return {"value": arguments.get("value", "")}
    value = arguments.get("value", tap.user.nick_name)
    if not tap.era.has(base_library.PROFILE_CHECKED):
        return {"value": value}
    review = arguments.get("review", PASS)
    # A name whose check timed out stays (inferred).
    answer: Answer = {"value": "" if review == REJECT else value}
    if tap.era.has(base_library.NICKNAME_REVIEW):
        answer |= {"pass": review == PASS, "timeout": review == TIMEOUT}
    return answer
