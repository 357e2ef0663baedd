"""账号与授权管理 what a person does in WeChat itself: take back, close the account.

https://developers.weixin.qq.com/miniprogram/dev/framework/security.html
"""

from __future__ import annotations

from mockwx.directory import owner_of
from mockwx.domain.consent import Consent
from mockwx.domain.push import REVOKED_BY_SCOPE
from mockwx.domain.push import Withdrawal
from mockwx.services.device.desk import Desk


def revoke(desk: Desk, appid: str, user: str, withdrawal: Withdrawal) -> None:
    """Take one thing back from an app: its scopes are off, and the app is told."""
    mini_program, revoke_info = desk.app(appid), withdrawal.revoke_info
    scopes = [scope for scope, info in REVOKED_BY_SCOPE.items() if info == revoke_info]

    def taken_back(known: Consent | None) -> Consent:
        return (known or Consent()).switched(dict.fromkeys(scopes, False))

    desk.consents.change(owner_of(appid, user), taken_back)
    desk.withdraw(mini_program, user, revoke_info, withdrawal.plugin)


def close(desk: Desk, user: str) -> None:
    """Forget what a person said to every app, and end their sessions."""
    now = desk.clock.now()
    for app in desk.visitors.apps_of(user):
        owner = owner_of(app.appid, user)
        desk.consents.delete(owner)
        desk.subscriptions.delete(owner)
        desk.sessions.end(owner, now)
        desk.visitors.forget(app.appid, user)
