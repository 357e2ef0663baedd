"""The doctor: why a decryption or a signature fails."""

from flask import Blueprint
from flask import Response
from flask import request

from mockwx.diagnosis.question import FIELDS
from mockwx.diagnosis.question import Question
from mockwx.diagnosis.question import read_question
from mockwx.web.context import WORLD_HEADER
from mockwx.web.context import current_wechat
from mockwx.web.context import current_worlds
from mockwx.web.control.question import read_body
from mockwx.web.control.question import takes
from mockwx.web.control.reply import reply
from mockwx.wechat import WeChat


blueprint = Blueprint("doctor", __name__)


@blueprint.post("/doctor")
@takes(fields=FIELDS)
def diagnose() -> Response:
    """Name what is wrong with the values given."""
    question = read_question(read_body())
    return reply(_world_of(question).doctor.diagnose(question).as_json())


def _world_of(question: Question) -> WeChat:
    """Return the world that issued the values, unless the caller names one."""
    worlds, current = current_worlds(), current_wechat()
    if WORLD_HEADER in request.headers or not worlds.any_named():
        return current
    carried = worlds.of(filter(None, (question.code, question.openid)))
    if carried is not None:
        return carried
    if current.doctor.knows(question):
        return current
    return worlds.where(lambda world: world.doctor.knows(question)) or current
