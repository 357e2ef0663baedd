"""Quotas, rids and the network: clearQuota, getApiQuota, getRidInfo and the rest.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/openApi-mgnt/
"""

from mockwx.secrecy.named import masked
from mockwx.services.openapi_mgnt import IP_LIST
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import either
from mockwx.web.params import parse_body
from mockwx.web.params import text


def clear_quota(call: Call) -> Payload:
    """Begin every count of the app again."""
    body = parse_body(call.body)
    call.wechat.openapi_mgnt.clear_quota(call.mini_program, appid=text(body, "appid"))
    return {}


def clear_quota_by_app_secret(call: Call) -> Payload:
    """Do the same with the app's secret: in the body, or as the sample has it."""
    found = either(call.query, call.body, "appid", "appsecret")
    call.appid = found["appid"]
    call.wechat.openapi_mgnt.clear_quota_by_app_secret(
        appid=found["appid"], secret=found["appsecret"], ip=call.client_ip
    )
    return {}


def clear_api_quota(call: Call) -> Payload:
    """Begin the count of one interface again."""
    body = parse_body(call.body)
    call.wechat.openapi_mgnt.clear_api_quota(
        call.mini_program, cgi_path=text(body, "cgi_path")
    )
    return {}


def get_api_quota(call: Call) -> Payload:
    """Answer how often an interface may be called, and was today."""
    body = parse_body(call.body)
    answer = call.wechat.openapi_mgnt.get_api_quota(
        call.mini_program, cgi_path=text(body, "cgi_path")
    )
    quota = answer.api_quota
    return {
        "quota": {
            "daily_limit": answer.daily_limit,
            "used": answer.used,
            "remain": answer.remain,
        },
        "rate_limit": {
            "call_count": quota.call_count,
            "refresh_second": quota.refresh_second,
        },
        "component_rate_limit": {
            "call_count": quota.component_call_count,
            "refresh_second": quota.refresh_second,
        },
    }


def get_rid_info(call: Call) -> Payload:
    """Answer what was asked and answered under a rid.

    Secrets are cut: the journal would otherwise show them in the answer's text.
    """
    body = parse_body(call.body)
    found = call.wechat.openapi_mgnt.get_rid_info(
        call.mini_program, rid=text(body, "rid")
    )
    return {
        "request": {
            "invoke_time": found.at_ms // 1000,
            "cost_in_ms": found.duration_us // 1000,
            "request_url": masked(found.query),
            "request_body": masked(found.request_body),
            "response_body": masked(found.response_body),
            "client_ip": found.client_ip,
        }
    }


def get_ip_list(call: Call) -> Payload:
    """Answer the addresses of WeChat's servers: for calls and for pushes the same."""
    return {"ip_list": IP_LIST}


def callback_check(call: Call) -> Payload:
    """Answer how WeChat sees the URL for message pushes."""
    body = parse_body(call.body)
    return call.wechat.openapi_mgnt.callback_check(
        call.mini_program,
        action=text(body, "action"),
        check_operator=text(body, "check_operator"),
    )
