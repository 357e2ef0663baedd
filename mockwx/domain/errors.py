"""WeChat's errcodes, with the official texts, and the one exception that carries them.

The texts are bare, as WeChat's tables print them: the rid that follows on the wire
belongs to the reply. Where the wire is known to differ from the table, the wire wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class ErrCode(IntEnum):
    """Every errcode the mock knows: number, official text, meaning in Chinese."""

    errmsg: str
    zh: str

    def __new__(cls, number: int, errmsg: str, zh: str) -> ErrCode:
        member = int.__new__(cls, number)
        member._value_ = number
        member.errmsg = errmsg
        member.zh = zh
        return member

    # Everywhere
    SYSTEM_ERROR = -1, "system error", "系统繁忙，请稍候再试"
    OK = 0, "ok", "请求成功"

    # A ciphertext's hash
    DATA_NOT_EXIST = 1, "data not exit", "数据不存在"  # WeChat's own spelling

    # The plugin's openpid: the page has no texts for these, and 1007 is logged without
    SERVER_SYSTEM_ERROR = 1000, "", "服务器系统错误"
    INVALID_REQUEST = 1001, "", "请求参数不合法"
    SERVER_FREQUENCY = 1003, "", "调用过于频繁"
    PLUGIN_MISMATCH = 1005, "", "插件 appid 不匹配"
    OPENPID_NOT_EXIST = 1007, "", "openpid 数据不存在"
    INVALID_JSON = 1022, "", "请求体不是合法的 JSON"

    # Pages of open.weixin.qq.com, which show these texts to people
    REDIRECT_URI_MISMATCH = (
        10003,
        "redirect_uri域名与后台配置不一致",
        "redirect_uri 域名与后台配置不一致",
    )
    ACCOUNT_BANNED = 10004, "此公众号被封禁", "此公众号被封禁"
    SCOPE_UNAUTHORIZED = (
        10005,
        "此公众号并没有这些scope的权限",
        "此公众号没有这些 scope 的权限",
    )
    FOLLOW_TEST_ACCOUNT = 10006, "必须关注此测试号", "必须关注此测试号"
    PAGE_TOO_FREQUENT = (
        10009,
        "操作太频繁了，请稍后重试",
        "操作太频繁，请稍后重试",
    )
    SCOPE_EMPTY = 10010, "scope不能为空", "scope 不能为空"
    REDIRECT_URI_EMPTY = 10011, "redirect_uri不能为空", "redirect_uri 不能为空"
    APPID_EMPTY = 10012, "appid不能为空", "appid 不能为空"
    STATE_EMPTY = 10013, "state不能为空", "state 不能为空"
    PLATFORM_UNAUTHORIZED = (
        10015,
        "公众号未授权第三方平台，请检查授权状态",
        "公众号未授权第三方平台",
    )
    OPEN_PLATFORM_APPID = (
        10016,
        "不支持微信开放平台的Appid，请使用公众号Appid",
        "此处须用公众号的 appid，而非开放平台的",
    )

    # What was given is invalid
    INVALID_CREDENTIAL = (
        40001,
        "invalid credential, access_token is invalid or not latest",
        "access_token 无效或不是最新的",
    )
    INVALID_GRANT_TYPE = 40002, "invalid grant_type", "grant_type 不正确"
    INVALID_OPENID = 40003, "invalid openid", "openid 不正确"
    INVALID_APPID = 40013, "invalid appid", "appid 不正确，请注意大小写和空格"
    INVALID_ACCESS_TOKEN = 40014, "invalid access_token", "access_token 格式不正确"
    INVALID_BUTTON_SIZE = (
        40016,
        "invalid button size",
        "按钮个数不正确（插件接口也会返回此码）",
    )
    INVALID_CODE = 40029, "invalid code", "code 无效、已过期，或属于别的小程序"
    INVALID_REFRESH_TOKEN = 40030, "invalid refresh_token", "refresh_token 不正确"
    INVALID_TEMPLATE_ID = 40037, "invalid template_id", "订阅模板 id 不正确"
    INVALID_URL = 40066, "invalid url", "接口地址不正确"
    INVALID_REQUEST_SOURCE = (
        40090,
        "invalid request source (bad client ip)",
        "调用方 IP 不在第三方平台的名单内",
    )
    INVALID_COMPONENT_CREDENTIAL = (
        40094,
        "invalid component credential",
        "component_appid 与 component_access_token 不匹配",
    )
    INVALID_ARGS = 40097, "invalid args", "参数错误"
    INVALID_APPSECRET = 40125, "invalid appsecret", "AppSecret 不正确"
    INVALID_SCENE = 40129, "invalid scene", "scene 不正确"
    INVALID_PATH_LENGTH = (
        40159,
        "invalid length for path, or the data is not json string",
        "path 长度不正确，或请求体不是 JSON",
    )
    CODE_BEEN_USED = 40163, "code been used", "code 已被使用过"
    INVALID_IP = (
        40164,
        "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
        "调用方 IP 不在白名单内",
    )
    INVALID_PAGEPATH = 40165, "invalid weapp pagepath", "小程序页面路径不正确"
    INVALID_SCENE_LENGTH = (
        40169,
        "invalid length for scene, or the data is not json string",
        "scene 长度不正确，或请求体不是 JSON",
    )
    CALLBACK_URL_MISSING = 40201, "invalid url", "没有设置消息推送的 URL"
    INVALID_ACTION = 40202, "invalid action", "action 不正确"
    INVALID_CHECK_OPERATOR = 40203, "invalid check_operator", "check_operator 不正确"
    INVALID_QUERY = 40212, "invalid query", "query 不正确"
    CODE_BLOCKED = 40226, "code blocked", "高风险用户，登录被拦截"
    SECRET_FROZEN = (
        40243,
        "AppSecret已被冻结，请登录MP解冻后再次调用",
        "AppSecret 已被冻结，请到后台解冻",
    )

    # The signed and encrypted server API
    API_MISSING_SERIAL = 40230, "API_Missing_Wechatmp_Serial", "缺少 Wechatmp-Serial"
    API_MISSING_TIMESTAMP = (
        40231,
        "API_Missing_Wechatmp_Timestamp",
        "缺少 Wechatmp-TimeStamp",
    )
    API_MISSING_SIGNATURE = (
        40232,
        "API_Missing_Wechatmp_Signature",
        "缺少 Wechatmp-Signature",
    )
    API_MISSING_APPID = 40233, "API_Missing_Wechatmp_Appid", "缺少 Wechatmp-AppId"
    API_INVALID_SIGNATURE = 40234, "API_Invalid_Signature", "签名不正确"
    API_INVALID_ENCRYPT = 40235, "API_Invalid_Encrypt", "加密不正确"
    API_INVALID_APPID = (
        40236,
        "API_Invalid_Wechatmp_Appid",
        "Wechatmp-AppId 不正确",
    )
    API_APPID_MISMATCH = (
        40237,
        "API_Invalid_Wechatmp_Appidmatch",
        "Wechatmp-AppId 与 access_token 不匹配",
    )
    API_NO_SYMMETRIC_KEY = 40238, "API_NoExist_DevSecretSym", "没有设置对称密钥"
    API_NO_ASYMMETRIC_KEY = 40239, "API_NoExist_DevSecretAsym", "没有设置非对称密钥"
    API_EXPIRED_TIMESTAMP = (
        40240,
        "API_Expired_Wechatmp_Timestamp",
        "Wechatmp-TimeStamp 已过期",
    )

    # Something is missing
    ACCESS_TOKEN_MISSING = 41001, "access_token missing", "缺少 access_token"
    APPID_MISSING = 41002, "appid missing", "缺少 appid"
    REFRESH_TOKEN_MISSING = 41003, "refresh_token missing", "缺少 refresh_token"
    APPSECRET_MISSING = 41004, "appsecret missing", "缺少 secret"
    MISSING_CODE = 41008, "missing code", "缺少 code"
    MISSING_OPENID = 41009, "missing openid", "缺少 openid"
    MISSING_COMPONENT_APPID = 41018, "missing component_appid", "缺少 component_appid"
    INVALID_PAGE = 41030, "invalid page", "页面路径不正确或尚未发布"

    # Something has expired
    ACCESS_TOKEN_EXPIRED = 42001, "access_token expired", "access_token 已过期"
    REFRESH_TOKEN_EXPIRED = 42002, "refresh_token expired", "refresh_token 已过期"
    OAUTH_CODE_EXPIRED = 42003, "oauth_code expired", "oauth_code 已过期"

    # The request itself
    REQUIRE_GET = 43001, "require GET method", "请用 GET 方法"
    REQUIRE_POST = 43002, "require POST method", "请用 POST 方法"
    MSG_REFUSED = 43101, "user refuse to accept the msg", "用户没有订阅此消息"
    NO_PERMISSION = (
        43104,
        "this appid does not have permission",
        "openid 与 appid 不匹配，或没有权限",
    )
    SUBSCRIPTION_UNAVAILABLE = (
        43107,
        "subscription message capability is banned",
        "订阅消息能力不可用",
    )
    CONCURRENT_SENDING = (
        43108,
        "Cannot make concurrent calls to the same OpenID, please try again",
        "并发下发给同一用户",
    )
    EMPTY_POST_DATA = 44002, "empty post data", "请求体为空"

    # Too often, too much
    SECOND_FREQUENCY = (
        44990,
        "reach max api second frequence limit",
        "超过每秒调用上限",
    )
    MINUTE_FREQUENCY = (
        44991,
        "reach max api minute frequence",
        "超过每分钟调用上限",
    )
    DAY_FREQUENCY = 44993, "reach max api day frequence limit", "超过每天调用上限"
    DAILY_QUOTA = 45009, "reach max api daily quota limit", "超过每天调用限额"
    MINUTE_QUOTA = (
        45011,
        "api minute-quota reach limit, must slower, retry next minute",
        "调用太频繁，请一分钟后再试",
    )
    QRCODE_COUNT = 45029, "qrcode count out of limit", "小程序码数量超过上限"
    SENSITIVE_WORD = 45168, "hit sensitive word", "命中敏感词"

    # What was sent cannot be read
    DATA_FORMAT = 47001, "data format error", "请求体不是合法的 JSON"
    ARGUMENT_INVALID = 47003, "argument invalid!", "模板参数不正确"

    # Not allowed
    API_UNAUTHORIZED = 48001, "api unauthorized", "没有此接口的权限"
    CLEAR_QUOTA_FORBIDDEN = (
        48006,
        "forbid to clear quota because of reaching the limit",
        "清零次数已达上限",
    )
    USER_UNAUTHORIZED = 50001, "user unauthorized", "用户未授权此接口"
    USER_LIMITED = 50002, "user limited", "用户受限"
    PUNISHED = (
        50004,
        "user not allow to use accesstoken, maybe for punishment",
        "禁止使用 access_token，可能因违规受罚",
    )
    ACCOUNT_FROZEN = 50007, "账号已冻结", "账号已冻结"

    # Third-party platforms
    COMPONENT_NOT_AUTHORIZED = (
        61003,
        "component is not authorized by this account",
        "此账号没有授权给第三方平台",
    )
    CLIENT_IP_NOT_REGISTERED = (
        61004,
        "access clientip is not registered",
        "第三方平台未登记此 IP",
    )
    COMPONENT_TICKET_INVALID = (
        61006,
        "component ticket is invalid",
        "component_verify_ticket 不正确",
    )
    API_UNAUTHORIZED_TO_COMPONENT = (
        61007,
        "api is unauthorized to component",
        "此接口没有授权给第三方平台",
    )
    CODE_IS_EXPIRED = 61010, "code is expired", "用户最近两小时内没有访问过小程序"
    AUTHORIZATION_CODE_INVALID = 61009, "code is invalid", "授权码不正确"
    AUTHORIZER_REFRESH_TOKEN_INVALID = (
        61023,
        "refresh_token is invalid",
        "authorizer_refresh_token 不正确",
    )
    COMPONENT_TOKEN_REQUIRED = (
        61024,
        "must use component access token",
        "须用 component_access_token",
    )
    RISKRANK_UNAVAILABLE = (
        61080,
        "the service of getuserriskrank is unavailable now",
        "安全等级服务暂不可用",
    )
    RISKRANK_TOO_FREQUENT = (
        61081,
        "get riskrank too frequently",
        "查询安全等级过于频繁",
    )

    # The rid, and quotas by path
    RID_NOT_FOUND = 76001, "rid not found, please check", "找不到此 rid"
    RID_ERROR = 76002, "rid is error, please check", "rid 不正确"
    RID_NO_PERMISSION = (
        76003,
        "could not query this rid,no permission",
        "此 rid 不属于该账号",
    )
    RID_TIME_ERROR = 76004, "rid time is error", "rid 已过期（只保留七天）"
    CGI_PATH_NOT_FOUND = (
        76021,
        "cgi_path not found, please check",
        "cgi_path 不正确",
    )
    CGI_PATH_NO_PERMISSION = (
        76022,
        "could not use this cgi_path，no permission",  # the comma is full-width there
        "没有此 cgi_path 的权限",
    )

    # Releases, schemes and links
    NO_ONLINE_RELEASE = (
        85079,
        "miniprogram has no online release",
        "小程序没有已发布的版本",
    )
    LINK_UNAVAILABLE = 85088, "no open api permission", "小程序没有生成链接的权限"
    SCANCODE_TIME_NOT_ALLOWED = (
        85096,
        "not allow include scancode_time field",
        "path 不得含 scancode_time",
    )
    LINK_TIME_LIMIT = (
        85401,
        "time limit between 1min and 30days",
        "有效期须在一分钟到三十天之间",
    )
    INVALID_ENV_VERSION = 85402, "invalid env_version", "env_version 不正确"
    SCHEME_LIMITED = 85406, "scheme limited", "生成链接受限"
    NO_SCHEME_PERMISSION = 85407, "no scheme permission", "没有生成 scheme 的权限"
    APPID_BANNED = 85408, "appid banned", "小程序已被封禁"

    # The login state
    SESSION_KEY_GONE = (
        87007,
        "session_key is not existd or expired",  # WeChat's own spelling
        "session_key 不存在或已过期",
    )
    INVALID_SIG_METHOD = 87008, "invalid sig_method", "sig_method 不正确"
    INVALID_SIGNATURE = (
        87009,
        "invalid signature",
        "签名不正确：session_key 不是该用户当前有效的",
    )
    RISKY_CONTENT = 87014, "risky content", "内容含有违规信息"

    # Open Platform, payment, administrator
    OPEN_NOT_EXISTS = 89002, "open not exists", "没有绑定开放平台账号"
    INVALID_TRADE = 89300, "invalid trade", "订单不正确"
    IP_NEEDS_CONFIRMATION = (
        89503,
        "此IP调用需要管理员确认,请联系管理员",
        "此 IP 的调用需要管理员确认",
    )
    IP_REFUSED_FOR_A_DAY = (
        89506,
        "24小时内该IP被管理员拒绝调用两次，24小时内不可再使用该IP调用",
        "管理员拒绝了此 IP，24 小时后再试",
    )
    IP_REFUSED_FOR_AN_HOUR = (
        89507,
        "1小时内该IP被管理员拒绝调用一次，1小时内不可再使用该IP调用",
        "管理员拒绝了此 IP，1 小时后再试",
    )
    QUOTA_NOT_ENOUGH = (
        9410009,
        "the quota is not enough;please apply again!",
        "配额不足，请再次申请",
    )


# Outside of /sns the texts of these carry a hint, wherever they are logged: each says
# that a parameter (or the request as a whole) was wrong. That the rest do: inferred.
ABOUT_PARAMETERS = frozenset(
    {
        ErrCode.INVALID_JSON,
        ErrCode.INVALID_OPENID,
        ErrCode.INVALID_CODE,
        ErrCode.INVALID_TEMPLATE_ID,
        ErrCode.INVALID_ARGS,
        ErrCode.INVALID_SCENE,
        ErrCode.INVALID_PATH_LENGTH,
        ErrCode.INVALID_PAGEPATH,
        ErrCode.INVALID_SCENE_LENGTH,
        ErrCode.INVALID_ACTION,
        ErrCode.INVALID_CHECK_OPERATOR,
        ErrCode.INVALID_QUERY,
        ErrCode.INVALID_PAGE,
        ErrCode.REQUIRE_GET,
        ErrCode.REQUIRE_POST,
        ErrCode.EMPTY_POST_DATA,
        ErrCode.DATA_FORMAT,
        ErrCode.SCANCODE_TIME_NOT_ALLOWED,
        ErrCode.LINK_TIME_LIMIT,
        ErrCode.INVALID_ENV_VERSION,
    }
)

_BY_NUMBER: Mapping[int, ErrCode] = MappingProxyType(
    {int(code): code for code in ErrCode}
)
_NOTHING: Mapping[str, object] = MappingProxyType({})


def lookup(code: int) -> ErrCode | None:
    """Return the errcode of this number, or None if the mock knows none."""
    return _BY_NUMBER.get(code)


class WeChatError(Exception):
    """End a call with one of WeChat's errors.

    `hint` marks an error about a parameter, whose text carries a "hint: [...]" on
    /cgi-bin and /wxa; `extra` holds what the body says beside errcode and errmsg.
    """

    def __init__(
        self,
        errcode: ErrCode,
        errmsg: str | None = None,
        *,
        hint: bool = False,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        self.errcode = errcode
        self.errmsg = errcode.errmsg if errmsg is None else errmsg
        self.hint = hint
        self.extra = _NOTHING if extra is None else extra
        super().__init__(f"{int(errcode)} {self.errmsg}")
