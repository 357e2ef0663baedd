"""Every call of the control API behind one door, and who stands there."""

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from mockwx.domain.control import ControlError
from mockwx.store.base import StoreError
from mockwx.web.control import acts
from mockwx.web.control import api_security
from mockwx.web.control import clock
from mockwx.web.control import doctor
from mockwx.web.control import events
from mockwx.web.control import exchanges
from mockwx.web.control import faults
from mockwx.web.control import openapi
from mockwx.web.control import outbox
from mockwx.web.control import push
from mockwx.web.control import snapshot
from mockwx.web.control import world
from mockwx.web.control import wx
from mockwx.web.control.errors import bug_reply
from mockwx.web.control.errors import http_error_reply
from mockwx.web.control.errors import store_error_reply
from mockwx.web.control.guard import refuse_strangers
from mockwx.web.control.question import enter_world
from mockwx.web.control.question import refuse_unknown_query
from mockwx.web.control.reply import control_error_reply


PREFIX = "/_mockwx"

blueprint = Blueprint("control", __name__, url_prefix=f"{PREFIX}/api")

for each in (
    world,
    api_security,
    clock,
    doctor,
    exchanges,
    events,
    faults,
    openapi,
    outbox,
    push,
    snapshot,
    wx,
):
    blueprint.register_blueprint(each.blueprint)

# In this order: a stranger learns nothing about what a call would take.
for guard in (refuse_strangers, enter_world, refuse_unknown_query):
    blueprint.before_request(guard)

blueprint.after_request(acts.record_act)
blueprint.after_request(acts.warn_of_real_secrets)

blueprint.register_error_handler(ControlError, control_error_reply)
blueprint.register_error_handler(HTTPException, http_error_reply)
blueprint.register_error_handler(StoreError, store_error_reply)
blueprint.register_error_handler(Exception, bug_reply)
