"""What WeChat's pages say that each interface takes and answers, in one literal table.

Tokens in the query and `errcode` with `errmsg` stand in the interface table already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import TypeAlias

from mockwx.domain.control import Schema
from mockwx.web import interfaces
from mockwx.web.interfaces import Interface
from mockwx.web.openapi.document import FLAG
from mockwx.web.openapi.document import TEXT
from mockwx.web.openapi.document import WHOLE
from mockwx.web.openapi.document import list_of
from mockwx.web.openapi.document import shape


Properties: TypeAlias = Mapping[str, Schema]

IMAGE = "image/jpeg"
"""A picture with transparent ground is image/png."""
PNG = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One interface; what is `optional` or `sometimes` may be absent."""

    query: Properties = field(default_factory=dict)
    optional_query: Properties = field(default_factory=dict)
    body: Properties = field(default_factory=dict)
    optional_body: Properties = field(default_factory=dict)
    answer: Properties = field(default_factory=dict)
    sometimes: Properties = field(default_factory=dict)
    """What only some answers have."""
    errmsg: str = "ok"


def one_of(*words: str | int) -> Schema:
    """Describe a value that is one of a few."""
    return {"enum": list(words)}


_OPENID: Schema = {"type": "string", "minLength": 28, "maxLength": 28}
_SESSION_KEY: Schema = {"type": "string", "pattern": "^[A-Za-z0-9+/]{22}==$"}
_JS_CODE: Schema = {"type": "string", "minLength": 1}
_SIGNED: Properties = {
    "openid": _OPENID,
    "signature": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "sig_method": one_of("hmac_sha256"),
}
_CREDENTIALS: Properties = {"appid": TEXT, "secret": TEXT}
_AUTHORIZATION_CODE: Properties = {"grant_type": one_of("authorization_code")}
_OF_A_PLATFORM: Properties = {"component_appid": TEXT, "component_access_token": TEXT}
_SESSION: Properties = {"session_key": _SESSION_KEY, "openid": _OPENID}
_TOKEN: Properties = {"access_token": TEXT, "expires_in": WHOLE}
_GRANT: Properties = {
    **_TOKEN,
    "refresh_token": TEXT,
    "openid": _OPENID,
    "scope": TEXT,
}
_NEW_GRANT: Properties = {"is_snapshotuser": one_of(1), "unionid": _OPENID}
_PAGE: Properties = {
    "appid": TEXT,
    "redirect_uri": TEXT,
    "response_type": one_of("code"),
    "scope": TEXT,
}
_ON_PAGE: Properties = {
    "state": TEXT,
    "mockwx_user": TEXT,
    "mockwx_other": TEXT,
    "mockwx_consent": TEXT,
    "mockwx_world": TEXT,
}
_AUTHORIZER_TOKENS: Properties = {
    "authorizer_access_token": TEXT,
    "expires_in": WHOLE,
    "authorizer_refresh_token": TEXT,
}
_ENV_VERSION = one_of("release", "trial", "develop")
_WIDTH: Properties = {"width": {"type": "integer", "minimum": 280, "maximum": 1280}}
_SHADE: Schema = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
_LOOK: Properties = {
    "env_version": _ENV_VERSION,
    **_WIDTH,
    "auto_color": FLAG,
    "line_color": shape(r=_SHADE, g=_SHADE, b=_SHADE),
    "is_hyaline": FLAG,
}
_TARGET: Properties = {"path": TEXT, "query": TEXT, "env_version": _ENV_VERSION}
_EXPIRY: Properties = {
    "is_expire": FLAG,
    "expire_type": one_of(0, 1),
    "expire_time": WHOLE,
    "expire_interval": WHOLE,
}
_CLOUD_BASE = ("env", "domain", "path", "query", "resource_appid")
_RATE = shape(call_count=WHOLE, refresh_second=WHOLE)
_IP_LIST: Properties = {"ip_list": list_of(TEXT)}
_SUGGEST = one_of("risky", "pass", "review")
_CGI_PATH: Properties = {"cgi_path": TEXT}

DESCRIBED: Mapping[Interface, Described] = {
    interfaces.CODE2SESSION: Described(
        query={**_CREDENTIALS, "js_code": _JS_CODE, **_AUTHORIZATION_CODE},
        answer=_SESSION,
        sometimes={"unionid": _OPENID},
    ),
    interfaces.CHECK_SESSION_KEY: Described(query=_SIGNED),
    interfaces.RESET_USER_SESSION_KEY: Described(
        query=_SIGNED, answer={"openid": _OPENID, "session_key": _SESSION_KEY}
    ),
    interfaces.GET_ACCESS_TOKEN: Described(
        query={"grant_type": one_of("client_credential"), **_CREDENTIALS},
        answer=_TOKEN,
    ),
    interfaces.GET_STABLE_ACCESS_TOKEN: Described(
        body={"grant_type": one_of("client_credential"), **_CREDENTIALS},
        optional_body={"force_refresh": FLAG},
        answer=_TOKEN,
    ),
    interfaces.GET_PHONE_NUMBER: Described(
        body={"code": TEXT},
        optional_body={"openid": TEXT},
        answer={
            "phone_info": shape(
                phoneNumber=TEXT,
                purePhoneNumber=TEXT,
                countryCode=TEXT,
                watermark=shape(timestamp=WHOLE, appid=TEXT),
            )
        },
    ),
    interfaces.AUTHORIZE: Described(
        query=_PAGE,
        optional_query={
            **_ON_PAGE,
            "forcePopup": one_of("true", "false"),
            "forceSnapShot": one_of("true", "false"),
            "component_appid": TEXT,
        },
    ),
    interfaces.QRCONNECT: Described(
        query=_PAGE, optional_query={**_ON_PAGE, "lang": one_of("cn", "en")}
    ),
    interfaces.SNS_ACCESS_TOKEN: Described(
        query={**_CREDENTIALS, "code": TEXT, **_AUTHORIZATION_CODE},
        answer=_GRANT,
        sometimes=_NEW_GRANT,
    ),
    interfaces.SNS_REFRESH_TOKEN: Described(
        query={
            "appid": TEXT,
            "grant_type": one_of("refresh_token"),
            "refresh_token": TEXT,
        },
        answer=_GRANT,
    ),
    interfaces.SNS_USER_INFO: Described(
        query={"access_token": TEXT, "openid": _OPENID},
        optional_query={"lang": one_of("zh_CN", "zh_TW", "en")},
        answer={
            "openid": _OPENID,
            "nickname": TEXT,
            "sex": WHOLE,
            "language": TEXT,
            "province": TEXT,
            "city": TEXT,
            "country": TEXT,
            "headimgurl": TEXT,
            "privilege": list_of(TEXT),
        },
        sometimes={"unionid": _OPENID},
    ),
    interfaces.SNS_AUTH: Described(query={"access_token": TEXT, "openid": _OPENID}),
    interfaces.COMPONENT_SNS_ACCESS_TOKEN: Described(
        query={"appid": TEXT, "code": TEXT, **_AUTHORIZATION_CODE, **_OF_A_PLATFORM},
        answer=_GRANT,
        sometimes=_NEW_GRANT,
    ),
    interfaces.COMPONENT_SNS_REFRESH_TOKEN: Described(
        query={
            "appid": TEXT,
            "grant_type": one_of("refresh_token"),
            "refresh_token": TEXT,
            **_OF_A_PLATFORM,
        },
        answer=_GRANT,
    ),
    interfaces.COMPONENT_CODE2SESSION: Described(
        query={
            "appid": TEXT,
            "js_code": _JS_CODE,
            **_AUTHORIZATION_CODE,
            **_OF_A_PLATFORM,
        },
        answer=_SESSION,
        sometimes={"unionid": _OPENID},
    ),
    interfaces.GET_COMPONENT_ACCESS_TOKEN: Described(
        body={
            "component_appid": TEXT,
            "component_appsecret": TEXT,
            "component_verify_ticket": TEXT,
        },
        answer={"component_access_token": TEXT, "expires_in": WHOLE},
    ),
    interfaces.GET_PRE_AUTH_CODE: Described(
        body={"component_appid": TEXT},
        answer={"pre_auth_code": TEXT, "expires_in": WHOLE},
    ),
    interfaces.QUERY_AUTH: Described(
        body={"component_appid": TEXT, "authorization_code": TEXT},
        answer={
            "authorization_info": shape(
                authorizer_appid=TEXT,
                **_AUTHORIZER_TOKENS,
                func_info=list_of(shape(funcscope_category=shape(id=WHOLE))),
            )
        },
    ),
    interfaces.GET_AUTHORIZER_ACCESS_TOKEN: Described(
        body={
            "component_appid": TEXT,
            "authorizer_appid": TEXT,
            "authorizer_refresh_token": TEXT,
        },
        answer=_AUTHORIZER_TOKENS,
    ),
    interfaces.GET_UNLIMITED_QRCODE: Described(
        body={"scene": TEXT},
        optional_body={"page": TEXT, "check_path": FLAG, **_LOOK},
    ),
    interfaces.GET_QRCODE: Described(body={"path": TEXT}, optional_body=_LOOK),
    interfaces.CREATE_QRCODE: Described(body={"path": TEXT}, optional_body=_WIDTH),
    interfaces.GENERATE_SCHEME: Described(
        optional_body={
            "jump_wxa": {"type": "object", "properties": dict(_TARGET)},
            **_EXPIRY,
        },
        answer={"openlink": TEXT},
    ),
    interfaces.GENERATE_URL_LINK: Described(
        optional_body={
            **_TARGET,
            **_EXPIRY,
            "cloud_base": {
                "type": "object",
                "properties": dict.fromkeys(_CLOUD_BASE, TEXT),
            },
        },
        answer={"url_link": TEXT},
    ),
    interfaces.CLEAR_QUOTA: Described(body={"appid": TEXT}),
    interfaces.CLEAR_QUOTA_BY_APP_SECRET: Described(
        body={"appid": TEXT, "appsecret": TEXT}
    ),
    interfaces.CLEAR_API_QUOTA: Described(body=_CGI_PATH),
    interfaces.GET_API_QUOTA: Described(
        body=_CGI_PATH,
        answer={
            "quota": shape(daily_limit=WHOLE, used=WHOLE, remain=WHOLE),
            "rate_limit": _RATE,
            "component_rate_limit": _RATE,
        },
    ),
    interfaces.GET_RID_INFO: Described(
        body={"rid": TEXT},
        answer={
            "request": shape(
                invoke_time=WHOLE,
                cost_in_ms=WHOLE,
                request_url=TEXT,
                request_body=TEXT,
                response_body=TEXT,
                client_ip=TEXT,
            )
        },
    ),
    interfaces.GET_API_DOMAIN_IP: Described(answer=_IP_LIST),
    interfaces.GET_CALLBACK_IP: Described(answer=_IP_LIST),
    interfaces.CALLBACK_CHECK: Described(
        body={
            "action": one_of("dns", "ping", "all"),
            "check_operator": one_of("CHINANET", "UNICOM", "CAP", "DEFAULT"),
        },
        sometimes={
            "dns": list_of(shape(ip=TEXT, real_operator=TEXT)),
            "ping": list_of(
                shape(ip=TEXT, from_operator=TEXT, package_loss=TEXT, time=TEXT)
            ),
        },
    ),
    interfaces.CHECK_ENCRYPTED_DATA: Described(
        body={"encrypted_msg_hash": TEXT},
        # Not a typo of ours: WeChat spells it so.
        answer={"vaild": FLAG, "create_time": WHOLE},
    ),
    interfaces.GET_PLUGIN_OPENPID: Described(
        body={"code": TEXT}, answer={"openpid": _OPENID}
    ),
    interfaces.GET_PAID_UNIONID: Described(
        query={"openid": _OPENID},
        optional_query={"transaction_id": TEXT, "mch_id": TEXT, "out_trade_no": TEXT},
        answer={"unionid": _OPENID, "errcode": one_of(0), "errmsg": one_of("ok")},
    ),
    interfaces.GET_USER_ENCRYPT_KEY: Described(
        query=_SIGNED,
        answer={
            "key_info_list": {
                **list_of(
                    shape(
                        encrypt_key=_SESSION_KEY,
                        version=WHOLE,
                        expire_in=WHOLE,
                        iv={"type": "string", "minLength": 16, "maxLength": 16},
                        create_time=WHOLE,
                    )
                ),
                "maxItems": 3,
            }
        },
    ),
    interfaces.SEND_MESSAGE: Described(
        body={
            "touser": TEXT,
            "template_id": TEXT,
            "data": {"type": "object", "additionalProperties": shape(value=TEXT)},
        },
        optional_body={
            "page": TEXT,
            "miniprogram_state": one_of("developer", "trial", "formal"),
            "lang": one_of("zh_CN", "en_US", "zh_HK", "zh_TW"),
        },
    ),
    interfaces.MSG_SEC_CHECK: Described(
        body={"content": TEXT},
        optional_body={
            "version": one_of(1, 2),
            "scene": one_of(1, 2, 3, 4),
            "openid": TEXT,
            "title": TEXT,
            "nickname": TEXT,
            "signature": TEXT,
        },
        # The older version answers `ok` alone.
        sometimes={
            "result": shape(suggest=_SUGGEST, label=WHOLE),
            "detail": list_of(
                {
                    "type": "object",
                    "properties": {
                        "strategy": TEXT,
                        "errcode": WHOLE,
                        "suggest": _SUGGEST,
                        "label": WHOLE,
                        "keyword": TEXT,
                        "prob": WHOLE,
                    },
                    "required": ["strategy", "errcode"],
                }
            ),
            "trace_id": TEXT,
        },
    ),
    interfaces.GET_USER_RISK_RANK: Described(
        body={
            "appid": TEXT,
            "openid": TEXT,
            "scene": one_of(0, 1, 2),
            "client_ip": TEXT,
        },
        optional_body={
            "mobile_no": TEXT,
            "email_address": TEXT,
            "extended_info": TEXT,
            "is_test": FLAG,
        },
        errmsg="getuserriskrank succ",
        # "unoin_id" is WeChat's own spelling, and a number.
        answer={"risk_rank": one_of(0, 1, 2, 3, 4), "unoin_id": WHOLE},
    ),
}
