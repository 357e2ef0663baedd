"""The mock described for other programs: OpenAPI 3.1, and JSON Schema of world files.

Made when it is asked for, of the code that answers.
"""

from collections.abc import Iterator

from flask import Blueprint
from flask import Response
from flask import current_app
from werkzeug.routing import Rule

from mockwx import seed
from mockwx.web.context import current_wechat
from mockwx.web.control.question import question_of
from mockwx.web.control.reply import reply
from mockwx.web.openapi import control
from mockwx.web.openapi import wechat
from mockwx.web.openapi.control import Operation
from mockwx.web.openapi.document import summary_of


blueprint = Blueprint("openapi", __name__)

# What HTTP adds to every route by itself.
_OF_HTTP = frozenset({"HEAD", "OPTIONS"})


@blueprint.get("/openapi.json")
def describe_control_api() -> Response:
    """Describe the control API as OpenAPI 3.1."""
    return reply(control.describe_control_api(_operations()))


@blueprint.get("/openapi-wechat.json")
def describe_wechat() -> Response:
    """Describe WeChat's side as OpenAPI 3.1."""
    return reply(wechat.describe_wechat(current_wechat().settings))


@blueprint.get("/world.schema.json")
def describe_world_files() -> Response:
    """Describe world files as JSON Schema."""
    return reply(seed.schema())


def _operations() -> Iterator[Operation]:
    """Yield the calls of the control API: every route of this blueprint's parent."""
    for rule in current_app.url_map.iter_rules():
        parent, _, _ = rule.endpoint.partition(".")
        if parent == "control":
            yield from _operations_of(rule)


def _operations_of(rule: Rule) -> Iterator[Operation]:
    question = question_of(rule.endpoint)
    _, tag, name = rule.endpoint.split(".")
    view = current_app.view_functions[rule.endpoint]
    for method in (rule.methods or set()) - _OF_HTTP:
        yield Operation(
            name=name,
            method=method,
            path=rule.rule.replace("<", "{").replace(">", "}"),
            tag=tag,
            summary=summary_of(view.__doc__),
            query=question.query,
            fields=question.fields,
            required=question.required,
        )
