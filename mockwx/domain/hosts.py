"""WeChat's hosts, which the mock answers for; every other host is somebody else's."""

# Documented as the API's general name, its stand-in elsewhere, and its regions.
API_HOSTS = (
    "api.weixin.qq.com",
    "api2.weixin.qq.com",
    "sh.api.weixin.qq.com",
    "sz.api.weixin.qq.com",
    "hk.api.weixin.qq.com",
)

# Where people are sent in a browser.
PAGE_HOSTS = ("open.weixin.qq.com",)

HOSTS = (*API_HOSTS, *PAGE_HOSTS)

DOMAINS = ("weixin.qq.com", "wechat.com")
"""WeChat's domains, below which our certificates are good at all."""


def is_wechat(host: str) -> bool:
    """Tell whether a host name is one that the mock answers for."""
    return host.lower().rstrip(".") in HOSTS
