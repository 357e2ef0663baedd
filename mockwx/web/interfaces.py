"""The interfaces of WeChat that the mock answers, in one literal table."""

from dataclasses import dataclass
from dataclasses import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface, under WeChat's own English name."""

    name: str
    method: str
    """The documented one; what else is accepted stands in `hooks.check_method`."""
    path: str
    takes_access_token: bool
    """True: the query carries `access_token`, checked before anything else."""
    announces_success: bool
    """True: success begins `{"errcode":0,"errmsg":"ok"`; else with what it tells."""
    takes_component_access_token: bool = False
    """True: the query carries the token of a third-party platform."""
    escapes_slash: bool = False
    """True: `/` goes out as `\\/`, unless `Settings.escape_oauth_slash` is off."""
    signable: bool = False
    """True: WeChat takes it signed and encrypted (which ones it does is inferred)."""
    is_picture: bool = False
    """True: success is a picture, and an error shows its number in a header too."""
    is_page: bool = False
    """True: a page for people on open.weixin.qq.com, not an interface of servers."""

    family: str = field(init=False)
    """`sns`, `cgi-bin` or `wxa`, from the path: it decides how answers are spelled."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "family", self.path.split("/", 2)[1])


CODE2SESSION = Interface(
    name="code2Session",
    method="GET",
    path="/sns/jscode2session",
    takes_access_token=False,
    announces_success=False,
)
GET_ACCESS_TOKEN = Interface(
    name="getAccessToken",
    method="GET",
    path="/cgi-bin/token",
    takes_access_token=False,
    announces_success=False,
)
GET_STABLE_ACCESS_TOKEN = Interface(
    name="getStableAccessToken",
    method="POST",
    path="/cgi-bin/stable_token",
    takes_access_token=False,
    announces_success=False,
)
CHECK_SESSION_KEY = Interface(
    name="checkSessionKey",
    method="GET",
    path="/wxa/checksession",
    takes_access_token=True,
    announces_success=True,
)
RESET_USER_SESSION_KEY = Interface(
    name="ResetUserSessionKey",
    method="GET",
    path="/wxa/resetusersessionkey",
    takes_access_token=True,
    announces_success=True,
)
GET_PHONE_NUMBER = Interface(
    name="getPhoneNumber",
    method="POST",
    path="/wxa/business/getuserphonenumber",
    takes_access_token=True,
    announces_success=True,
    signable=True,
)
AUTHORIZE = Interface(
    name="authorize",
    method="GET",
    path="/connect/oauth2/authorize",
    takes_access_token=False,
    announces_success=False,
    is_page=True,
)
QRCONNECT = Interface(
    name="qrconnect",
    method="GET",
    path="/connect/qrconnect",
    takes_access_token=False,
    announces_success=False,
    is_page=True,
)
SNS_ACCESS_TOKEN = Interface(
    name="snsAccessToken",
    method="GET",
    path="/sns/oauth2/access_token",
    takes_access_token=False,
    announces_success=False,
    escapes_slash=True,
)
SNS_REFRESH_TOKEN = Interface(
    name="snsRefreshToken",
    method="GET",
    path="/sns/oauth2/refresh_token",
    takes_access_token=False,
    announces_success=False,
    escapes_slash=True,
)
SNS_USER_INFO = Interface(
    name="snsUserInfo",
    method="GET",
    path="/sns/userinfo",
    takes_access_token=False,
    announces_success=False,
    escapes_slash=True,
)
SNS_AUTH = Interface(
    name="snsAuth",
    method="GET",
    path="/sns/auth",
    takes_access_token=False,
    announces_success=True,
    escapes_slash=True,
)
COMPONENT_SNS_ACCESS_TOKEN = Interface(
    name="componentSnsAccessToken",
    method="GET",
    path="/sns/oauth2/component/access_token",
    takes_access_token=False,
    announces_success=False,
    escapes_slash=True,
)
COMPONENT_SNS_REFRESH_TOKEN = Interface(
    name="componentSnsRefreshToken",
    method="GET",
    path="/sns/oauth2/component/refresh_token",
    takes_access_token=False,
    announces_success=False,
    escapes_slash=True,
)
COMPONENT_CODE2SESSION = Interface(
    name="thirdpartyCode2Session",
    method="GET",
    path="/sns/component/jscode2session",
    takes_access_token=False,
    announces_success=False,
)
GET_COMPONENT_ACCESS_TOKEN = Interface(
    name="getComponentAccessToken",
    method="POST",
    path="/cgi-bin/component/api_component_token",
    takes_access_token=False,
    announces_success=False,
)
GET_PRE_AUTH_CODE = Interface(
    name="getPreAuthCode",
    method="POST",
    path="/cgi-bin/component/api_create_preauthcode",
    takes_access_token=False,
    announces_success=False,
    takes_component_access_token=True,
)
QUERY_AUTH = Interface(
    name="getAuthorizerRefreshToken",
    method="POST",
    path="/cgi-bin/component/api_query_auth",
    takes_access_token=False,
    announces_success=False,
    takes_component_access_token=True,
)
GET_AUTHORIZER_ACCESS_TOKEN = Interface(
    name="getAuthorizerAccessToken",
    method="POST",
    path="/cgi-bin/component/api_authorizer_token",
    takes_access_token=False,
    announces_success=False,
    takes_component_access_token=True,
)
GET_UNLIMITED_QRCODE = Interface(
    name="getUnlimitedQRCode",
    method="POST",
    path="/wxa/getwxacodeunlimit",
    takes_access_token=True,
    announces_success=False,
    is_picture=True,
)
GET_QRCODE = Interface(
    name="getQRCode",
    method="POST",
    path="/wxa/getwxacode",
    takes_access_token=True,
    announces_success=False,
    is_picture=True,
)
CREATE_QRCODE = Interface(
    name="createQRCode",
    method="POST",
    path="/cgi-bin/wxaapp/createwxaqrcode",
    takes_access_token=True,
    announces_success=False,
    is_picture=True,
)
GENERATE_SCHEME = Interface(
    name="generateScheme",
    method="POST",
    path="/wxa/generatescheme",
    takes_access_token=True,
    announces_success=True,
    signable=True,
)
GENERATE_URL_LINK = Interface(
    name="generateUrlLink",
    method="POST",
    path="/wxa/generate_urllink",
    takes_access_token=True,
    announces_success=True,
    signable=True,
)

CLEAR_QUOTA = Interface(
    name="clearQuota",
    method="POST",
    path="/cgi-bin/clear_quota",
    takes_access_token=True,
    announces_success=True,
)
CLEAR_QUOTA_BY_APP_SECRET = Interface(
    name="clearQuotaByAppSecret",
    method="POST",
    path="/cgi-bin/clear_quota/v2",
    takes_access_token=False,
    announces_success=True,
)
CLEAR_API_QUOTA = Interface(
    name="clearApiQuota",
    method="POST",
    path="/cgi-bin/openapi/quota/clear",
    takes_access_token=True,
    announces_success=True,
)
GET_API_QUOTA = Interface(
    name="getApiQuota",
    method="POST",
    path="/cgi-bin/openapi/quota/get",
    takes_access_token=True,
    announces_success=True,
)
GET_RID_INFO = Interface(
    name="getRidInfo",
    method="POST",
    path="/cgi-bin/openapi/rid/get",
    takes_access_token=True,
    announces_success=True,
)
GET_API_DOMAIN_IP = Interface(
    name="getApiDomainIp",
    method="GET",
    path="/cgi-bin/get_api_domain_ip",
    takes_access_token=True,
    announces_success=False,
)
GET_CALLBACK_IP = Interface(
    name="getCallbackIp",
    method="GET",
    path="/cgi-bin/getcallbackip",
    takes_access_token=True,
    announces_success=False,
)
CALLBACK_CHECK = Interface(
    name="callbackCheck",
    method="POST",
    path="/cgi-bin/callback/check",
    takes_access_token=True,
    announces_success=False,
)
CHECK_ENCRYPTED_DATA = Interface(
    name="checkEncryptedData",
    method="POST",
    path="/wxa/business/checkencryptedmsg",
    takes_access_token=True,
    announces_success=True,
)
GET_PLUGIN_OPENPID = Interface(
    name="getPluginOpenPId",
    method="POST",
    path="/wxa/getpluginopenpid",
    takes_access_token=True,
    announces_success=True,
)
GET_PAID_UNIONID = Interface(
    name="getPaidUnionid",
    method="GET",
    path="/wxa/getpaidunionid",
    takes_access_token=True,
    announces_success=False,
)
GET_USER_ENCRYPT_KEY = Interface(
    name="getUserEncryptKey",
    # The guide's own sample posts; the page says GET.
    method="GET",
    path="/wxa/business/getuserencryptkey",
    takes_access_token=True,
    announces_success=True,
)
SEND_MESSAGE = Interface(
    name="sendMessage",
    method="POST",
    path="/cgi-bin/message/subscribe/send",
    takes_access_token=True,
    announces_success=True,
    signable=True,
)
MSG_SEC_CHECK = Interface(
    name="msgSecCheck",
    method="POST",
    path="/wxa/msg_sec_check",
    takes_access_token=True,
    announces_success=True,
    signable=True,
)
GET_USER_RISK_RANK = Interface(
    name="getUserRiskRank",
    method="POST",
    path="/wxa/getuserriskrank",
    takes_access_token=True,
    announces_success=True,
    signable=True,
)

INTERFACES = (
    CODE2SESSION,
    CHECK_SESSION_KEY,
    RESET_USER_SESSION_KEY,
    GET_ACCESS_TOKEN,
    GET_STABLE_ACCESS_TOKEN,
    GET_PHONE_NUMBER,
    AUTHORIZE,
    QRCONNECT,
    SNS_ACCESS_TOKEN,
    SNS_REFRESH_TOKEN,
    SNS_USER_INFO,
    SNS_AUTH,
    COMPONENT_SNS_ACCESS_TOKEN,
    COMPONENT_SNS_REFRESH_TOKEN,
    COMPONENT_CODE2SESSION,
    GET_COMPONENT_ACCESS_TOKEN,
    GET_PRE_AUTH_CODE,
    QUERY_AUTH,
    GET_AUTHORIZER_ACCESS_TOKEN,
    GET_UNLIMITED_QRCODE,
    GET_QRCODE,
    CREATE_QRCODE,
    GENERATE_SCHEME,
    GENERATE_URL_LINK,
    CLEAR_QUOTA,
    CLEAR_QUOTA_BY_APP_SECRET,
    CLEAR_API_QUOTA,
    GET_API_QUOTA,
    GET_RID_INFO,
    GET_API_DOMAIN_IP,
    GET_CALLBACK_IP,
    CALLBACK_CHECK,
    CHECK_ENCRYPTED_DATA,
    GET_PLUGIN_OPENPID,
    GET_PAID_UNIONID,
    GET_USER_ENCRYPT_KEY,
    SEND_MESSAGE,
    MSG_SEC_CHECK,
    GET_USER_RISK_RANK,
)
