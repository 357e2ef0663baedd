"""Every interface of WeChat, with its view and behind its Flask route."""

from collections.abc import Mapping

from flask import Blueprint

from mockwx.web import interfaces
from mockwx.web.api import component_login
from mockwx.web.api import openapi_mgnt
from mockwx.web.api import qr_code
from mockwx.web.api import risk_rank
from mockwx.web.api import sec_check
from mockwx.web.api import subscribe_message
from mockwx.web.api import url_link
from mockwx.web.api import user_info
from mockwx.web.api import web_oauth
from mockwx.web.api.access_token import get_access_token
from mockwx.web.api.access_token import get_stable_access_token
from mockwx.web.api.phone_number import get_phone_number
from mockwx.web.api.user_login import check_session_key
from mockwx.web.api.user_login import code2session
from mockwx.web.api.user_login import reset_user_session_key
from mockwx.web.call import Answer
from mockwx.web.call import View
from mockwx.web.door import door
from mockwx.web.hooks import hooked
from mockwx.web.interfaces import Interface


VIEWS: Mapping[Interface, View] = {
    interfaces.CODE2SESSION: code2session,
    interfaces.CHECK_SESSION_KEY: check_session_key,
    interfaces.RESET_USER_SESSION_KEY: reset_user_session_key,
    interfaces.GET_ACCESS_TOKEN: get_access_token,
    interfaces.GET_STABLE_ACCESS_TOKEN: get_stable_access_token,
    interfaces.GET_PHONE_NUMBER: get_phone_number,
    interfaces.AUTHORIZE: web_oauth.authorize,
    interfaces.QRCONNECT: web_oauth.qrconnect,
    interfaces.SNS_ACCESS_TOKEN: web_oauth.get_access_token,
    interfaces.SNS_REFRESH_TOKEN: web_oauth.refresh_token,
    interfaces.SNS_USER_INFO: web_oauth.user_info,
    interfaces.SNS_AUTH: web_oauth.auth,
    interfaces.COMPONENT_SNS_ACCESS_TOKEN: web_oauth.get_access_token_by_component,
    interfaces.COMPONENT_SNS_REFRESH_TOKEN: web_oauth.refresh_token_by_component,
    interfaces.COMPONENT_CODE2SESSION: component_login.code2session,
    interfaces.GET_COMPONENT_ACCESS_TOKEN: component_login.get_component_access_token,
    interfaces.GET_PRE_AUTH_CODE: component_login.get_pre_auth_code,
    interfaces.QUERY_AUTH: component_login.query_auth,
    interfaces.GET_AUTHORIZER_ACCESS_TOKEN: component_login.get_authorizer_access_token,
    interfaces.GET_UNLIMITED_QRCODE: qr_code.get_unlimited_qrcode,
    interfaces.GET_QRCODE: qr_code.get_qrcode,
    interfaces.CREATE_QRCODE: qr_code.create_qrcode,
    interfaces.GENERATE_SCHEME: url_link.generate_scheme,
    interfaces.GENERATE_URL_LINK: url_link.generate_url_link,
    interfaces.CLEAR_QUOTA: openapi_mgnt.clear_quota,
    interfaces.CLEAR_QUOTA_BY_APP_SECRET: openapi_mgnt.clear_quota_by_app_secret,
    interfaces.CLEAR_API_QUOTA: openapi_mgnt.clear_api_quota,
    interfaces.GET_API_QUOTA: openapi_mgnt.get_api_quota,
    interfaces.GET_RID_INFO: openapi_mgnt.get_rid_info,
    interfaces.GET_API_DOMAIN_IP: openapi_mgnt.get_ip_list,
    interfaces.GET_CALLBACK_IP: openapi_mgnt.get_ip_list,
    interfaces.CALLBACK_CHECK: openapi_mgnt.callback_check,
    interfaces.CHECK_ENCRYPTED_DATA: user_info.check_encrypted_data,
    interfaces.GET_PLUGIN_OPENPID: user_info.get_plugin_openpid,
    interfaces.GET_PAID_UNIONID: user_info.get_paid_unionid,
    interfaces.GET_USER_ENCRYPT_KEY: user_info.get_user_encrypt_key,
    interfaces.SEND_MESSAGE: subscribe_message.send_message,
    interfaces.MSG_SEC_CHECK: sec_check.msg_sec_check,
    interfaces.GET_USER_RISK_RANK: risk_rank.get_user_risk_rank,
}

ANSWERS: Mapping[Interface, Answer] = {
    interface: hooked(interface, view) for interface, view in VIEWS.items()
}

# WeChat, not Flask, answers a wrong method; only what HTTP hardly knows gets a 405.
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")

blueprint = Blueprint("wechat", __name__)

for interface in VIEWS:
    blueprint.add_url_rule(
        interface.path,
        endpoint=interface.name,
        view_func=door(interface, ANSWERS[interface]),
        methods=METHODS,
        provide_automatic_options=False,
    )
