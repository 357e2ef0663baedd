"""Codes for login, phone number and web pages: short-lived, one use, each its own."""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.frozen import made_fast
from mockwx.frozen import maker


CODE_TTL = 300

LOGIN_CODE = "login"
PHONE_CODE = "phone"
WEB_CODE = "web"
PLUGIN_CODE = "plugin"


@made_fast
@dataclass(frozen=True, slots=True)
class Code:
    """A code handed to the phone; a used one is kept, since 40163 is not 40029."""

    code: str
    kind: str
    appid: str
    user: str
    issued_at: int
    key_number: int = 0
    """The session key current when `wx.login` made the code; 0 for other codes."""
    session_key: str = ""
    used_at: int | None = None
    used_by: str | None = None
    """The appid that used it: a foreign app's attempt burns a login code."""
    lifetime: int = CODE_TTL
    scope: str = ""
    """What a web code was asked for."""
    snapshot: bool = False
    """Whether a web code stands for a virtual person."""
    plugin: str = ""
    """The appid of the plugin that asked for a plugin code."""
    page: str = ""
    """The page that asked for it, if known."""

    @property
    def expires_at(self) -> int:
        """The moment from which the code is no longer accepted."""
        return self.issued_at + self.lifetime

    def expired(self, now: int) -> bool:
        """Say whether its lifetime has passed."""
        return now >= self.expires_at

    def used(self, now: int, appid: str) -> Code:
        """Return the code as spent by this app."""
        # Every login spends one: by place it takes a fifth of what `replace` does.
        return make_code(
            self.code,
            self.kind,
            self.appid,
            self.user,
            self.issued_at,
            self.key_number,
            self.session_key,
            now,
            appid,
            self.lifetime,
            self.scope,
            self.snapshot,
            self.plugin,
            self.page,
        )


make_code = maker(Code)
