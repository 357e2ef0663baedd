"""The interfaces of WeChat that the mock answers, in one literal table."""

from dataclasses import dataclass


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
    """True: success begins `{"errcode":0,"errmsg":"ok"`; else it has neither key."""

    @property
    def family(self) -> str:
        """Return `sns`, `cgi-bin` or `wxa`: it decides how answers are spelled."""
        return self.path.split("/", 2)[1]


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
)

INTERFACES = (
    CODE2SESSION,
    CHECK_SESSION_KEY,
    RESET_USER_SESSION_KEY,
    GET_ACCESS_TOKEN,
    GET_STABLE_ACCESS_TOKEN,
    GET_PHONE_NUMBER,
)
