"""What the control API's query parameters mean, and what each call answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from mockwx.domain.control import Schema
from mockwx.domain.control import object_schema
from mockwx.domain.exchange import KINDS
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM
from mockwx.services.world import USER_FIELDS as USER
from mockwx.web.openapi.document import ANYTHING
from mockwx.web.openapi.document import FLAG
from mockwx.web.openapi.document import NUMBER
from mockwx.web.openapi.document import TEXT
from mockwx.web.openapi.document import WHOLE
from mockwx.web.openapi.document import Document
from mockwx.web.openapi.document import list_of
from mockwx.web.openapi.document import nullable
from mockwx.web.openapi.document import ref
from mockwx.web.openapi.document import shape


JSON = "application/json"

QUERY: Mapping[str, Schema] = {
    "appid": TEXT,
    "user": TEXT,
    "path": TEXT,
    "template_id": TEXT,
    "code": {"type": "string", "minLength": 1},
    "openid": {"type": "string", "minLength": 1},
    "errcode": WHOLE,
    "since": {"type": "integer", "minimum": 0},
    "kind": {"enum": [*KINDS, "any"]},
    "reveal": {"enum": ["0", "1", "false", "true"]},
    "count": {"type": "integer", "minimum": 1, "maximum": 1000},
    "timeout": {"type": "number", "minimum": 0, "maximum": 60, "multipleOf": 0.001},
}
"""A parameter means the same in every call that takes it."""

_SESSION_KEY = shape(
    number=WHOLE,
    session_key=TEXT,
    cause=TEXT,
    page=TEXT,
    created_at=WHOLE,
    expires_at=WHOLE,
    superseded_at=nullable(WHOLE),
    superseded_by=nullable(WHOLE),
    superseded_cause=nullable(TEXT),
    live=FLAG,
)

_CODE = shape(
    code=TEXT,
    kind=TEXT,
    appid=TEXT,
    user=TEXT,
    issued_at=WHOLE,
    expires_at=WHOLE,
    lifetime=WHOLE,
    key_number=WHOLE,
    used_at=nullable(WHOLE),
    used_by=nullable(TEXT),
    scope=TEXT,
    snapshot=FLAG,
    plugin=TEXT,
    page=TEXT,
)

_PAYLOAD = shape(
    api=TEXT,
    appid=TEXT,
    user=TEXT,
    produced_at=WHOLE,
    key_number=WHOLE,
    iv=TEXT,
    encrypted_data=TEXT,
    plaintext=TEXT,
    raw_data=TEXT,
    signature=TEXT,
    page=TEXT,
)

_MATCH = {
    "type": "object",
    "properties": {"path": TEXT, "appid": TEXT, "user": TEXT},
    "additionalProperties": False,
}

_SAID = shape(en=TEXT, zh=TEXT)
_CERTIFICATE = shape(serial=TEXT, certificate=TEXT)

SCHEMAS: Mapping[str, Schema] = {
    "Error": shape(
        error=shape(code=TEXT, message=TEXT, message_zh=TEXT, field=nullable(TEXT))
    ),
    "Done": shape(status={"const": "ok"}),
    "Health": shape(
        status={"const": "ok"},
        version=TEXT,
        https_port=nullable(WHOLE),
        proxy_port=nullable(WHOLE),
    ),
    # What is shown can be sent back: the same readers describe it.
    "MiniProgram": object_schema(MINI_PROGRAM, required=MINI_PROGRAM),
    "MiniPrograms": shape(mini_programs=list_of(ref("MiniProgram"))),
    "Authorization": shape(
        appid=TEXT, component_appid=TEXT, authorization_code=TEXT, expires_in=WHOLE
    ),
    "ApiKeys": shape(
        symmetric=nullable(shape(sn=TEXT, key=TEXT)),
        asymmetric=nullable(shape(sn=TEXT, public_key=TEXT)),
        platform=_CERTIFICATE,
        platform_deprecated=nullable(_CERTIFICATE),
    ),
    "Verification": shape(verified=FLAG, note=nullable(TEXT)),
    "User": object_schema(USER, required=USER),
    "Users": shape(users=list_of(ref("User"))),
    "Payment": shape(
        appid=TEXT,
        user=TEXT,
        transaction_id=TEXT,
        mch_id=TEXT,
        out_trade_no=TEXT,
        paid_at=WHOLE,
    ),
    "Sessions": shape(
        appid=TEXT,
        user=TEXT,
        openid=TEXT,
        session_keys=list_of(_SESSION_KEY),
        codes=list_of(_CODE),
        payloads=list_of(_PAYLOAD),
        fallen_out=shape(session_keys=WHOLE, codes=WHOLE, payloads=WHOLE),
    ),
    "Clock": shape(now=WHOLE, frozen=FLAG),
    "Exchange": shape(
        number=WHOLE,
        kind={"enum": list(KINDS)},
        rid=TEXT,
        at=NUMBER,
        duration_ms=NUMBER,
        appid=TEXT,
        user=TEXT,
        errcode=nullable(WHOLE),
        fault=nullable(TEXT),
        note=nullable(TEXT),
        client_ip=TEXT,
        request=shape(method=TEXT, path=TEXT, query=TEXT, body=TEXT),
        response=shape(status=WHOLE, content_type=TEXT, body=TEXT),
        diagnosis=nullable(ref("Diagnosis")),
    ),
    "Exchanges": shape(exchanges=list_of(ref("Exchange"))),
    "Verdict": shape(ok=FLAG, found=WHOLE),
    "Findings": shape(
        findings=list_of(
            shape(
                finding=TEXT,
                path=TEXT,
                appid=TEXT,
                errcode=WHOLE,
                count=WHOLE,
                first=WHOLE,
                last=WHOLE,
                message=_SAID,
            )
        )
    ),
    "Trace": shape(appid=TEXT, user=TEXT, steps=list_of(ref("Exchange"))),
    "Fault": shape(
        id=TEXT,
        match=_MATCH,
        effect=ANYTHING,
        times=nullable(WHOLE),
        after=WHOLE,
        probability=NUMBER,
        seed=WHOLE,
        met=WHOLE,
        struck=WHOLE,
    ),
    "Faults": shape(faults=list_of(ref("Fault"))),
    "Messages": shape(
        messages=list_of(
            shape(
                number=WHOLE,
                sent_at=WHOLE,
                appid=TEXT,
                user=TEXT,
                touser=TEXT,
                template_id=TEXT,
                page=TEXT,
                data={
                    "type": "object",
                    "additionalProperties": shape(value=TEXT),
                },
                miniprogram_state=TEXT,
                lang=TEXT,
            )
        )
    ),
    "Snapshot": shape(
        version=WHOLE,
        world=nullable(WHOLE),
        clock=shape(offset_ms=WHOLE, frozen_ms=nullable(WHOLE)),
        entropy={"type": "object", "additionalProperties": WHOLE},
        tables={"type": "object", "additionalProperties": ANYTHING},
    ),
    "Diagnosis": shape(
        ok=FLAG,
        findings=list_of(
            shape(
                cause=TEXT,
                certainty={"enum": ["proved", "likely", "possible"]},
                message=_SAID,
                evidence=list_of(_SAID),
                cure=_SAID,
                where=nullable(shape(step=TEXT, at=WHOLE, page=nullable(TEXT))),
            )
        ),
        plaintext=nullable(ANYTHING),
        needs=list_of(_SAID),
    ),
    "WxAnswer": {
        "type": "object",
        "description": "The object that `success` or `fail` gets.",
        "properties": {"errMsg": TEXT, "errno": WHOLE, "errCode": WHOLE},
    },
    "Document": ANYTHING,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call that could be done answers."""

    schema: str
    status: int = 200
    media_type: str = JSON
    links: Document = field(default_factory=dict)
    """Which call can go on with something of this answer."""


def _lead(parameter: str, pointer: str, *operations: str) -> Document:
    """Lead from a part of an answer to the calls that take it."""
    parameters = {parameter: f"$response.body#{pointer}"}
    return {
        name: {"operationId": name, "parameters": parameters} for name in operations
    }


DONE = Answer("Done")

ANSWERS: Mapping[str, Answer] = {
    "health": Answer("Health"),
    "reset": DONE,
    "describe_control_api": Answer("Document"),
    "describe_wechat": Answer("Document"),
    "describe_world_files": Answer("Document"),
    "list_mini_programs": Answer("MiniPrograms"),
    "add_mini_program": Answer(
        "MiniProgram",
        201,
        links=_lead(
            "appid",
            "/appid",
            "show_mini_program",
            "change_mini_program",
            "remove_mini_program",
            "authorize_platform",
            "register_keys",
        ),
    ),
    "show_mini_program": Answer("MiniProgram"),
    "change_mini_program": Answer("MiniProgram"),
    "remove_mini_program": DONE,
    "authorize_platform": Answer("Authorization", 201),
    "show_keys": Answer("ApiKeys"),
    "register_keys": Answer("ApiKeys"),
    "forget_keys": DONE,
    "roll_over": Answer("ApiKeys"),
    "end_roll_over": Answer("ApiKeys"),
    "verify_url": Answer("Verification"),
    "list_users": Answer("Users"),
    "add_user": Answer(
        "User",
        201,
        links=_lead("user", "/name", "show_user", "change_user", "remove_user"),
    ),
    "show_user": Answer("User"),
    "change_user": Answer("User"),
    "remove_user": DONE,
    "revoke": DONE,
    "cancel": DONE,
    "pay": Answer("Payment", 201),
    "show_sessions": Answer("Sessions"),
    "rotate_session": Answer("Sessions"),
    "expire_session": Answer("Sessions"),
    "show_clock": Answer("Clock"),
    "advance": Answer("Clock"),
    "freeze": Answer("Clock"),
    "resume": Answer("Clock"),
    "list_exchanges": Answer("Exchanges"),
    "clear_exchanges": DONE,
    "wait_for_exchanges": Answer("Exchanges"),
    "add_backend_exchange": Answer("Exchange", 201),
    "verify_exchanges": Answer("Verdict"),
    "list_findings": Answer("Findings"),
    "show_exchange": Answer("Exchange"),
    "stream_events": Answer("Events", media_type="text/event-stream"),
    "trace_login": Answer("Trace"),
    "list_faults": Answer("Faults"),
    "arm_fault": Answer("Fault", 201, links=_lead("fault_id", "/id", "disarm_fault")),
    "disarm_all": DONE,
    "disarm_fault": DONE,
    "list_messages": Answer("Messages"),
    "clear_messages": DONE,
    "take_snapshot": Answer("Snapshot"),
    "restore_snapshot": DONE,
    "diagnose": Answer("Diagnosis"),
    "play": Answer("WxAnswer"),
    "wx.login": Answer("WxAnswer", links=_lead("code", "/code", "trace_login")),
}
