"""Message push: WeChat tells the developer's server what happens to a person.

https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
https://developers.weixin.qq.com/miniprogram/dev/framework/security.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from mockwx.clock import Clock
from mockwx.crypto import push as envelope
from mockwx.directory import Directory
from mockwx.domain.exchange import PUSH
from mockwx.domain.exchange import Exchange
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.open_data import to_json
from mockwx.domain.push import COMPATIBLE
from mockwx.domain.push import PLAIN
from mockwx.domain.push import USER_AUTHORIZATION_CANCELLATION
from mockwx.domain.push import USER_AUTHORIZATION_REVOKE
from mockwx.domain.push import USER_INFO_MODIFIED
from mockwx.domain.push import XML
from mockwx.domain.push import Fields
from mockwx.domain.push import PushEvent
from mockwx.domain.push import RevokeInfo
from mockwx.domain.push import Withdrawal
from mockwx.domain.push import compatible_fields
from mockwx.domain.push import secure_fields
from mockwx.domain.push import to_xml
from mockwx.domain.quota import DAY
from mockwx.domain.user import User
from mockwx.entropy import Entropy
from mockwx.outgoing import Incoming
from mockwx.outgoing import Outgoing
from mockwx.outgoing import send
from mockwx.sender import Job
from mockwx.sender import Sender
from mockwx.store.base import Journal
from mockwx.store.tables import Table
from mockwx.visitors import Visitors


ATTEMPTS = 3

MODIFIED_WITHIN = 30 * DAY
"""A changed profile is told to the apps the person was in within so many seconds."""

# WeChat names no type of either body: these are what backends parse without asking.
_CONTENT_TYPES = {True: "text/xml", False: "application/json"}

# The samples show an id like a person's where the page promises the service's name.
# No person can have this name, so nobody's id is the same.
_PUSH_SERVICE = "/push"

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a developer's server gave the echostr back."""

    verified: bool
    note: str


@dataclass(frozen=True)
class MessagePush:
    """Signs, seals and delivers; every attempt is in the journal."""

    directory: Directory
    visitors: Visitors
    verified: Table[str]
    """The settings of each app that were verified last."""
    journal: Journal
    sender: Sender
    clock: Clock
    entropy: Entropy

    # -- the URL ------------------------------------------------------------------

    def settings_changed(self, mini_program: MiniProgram) -> None:
        """Verify the URL of an app soon, if it is another than last time.

        WeChat's console refuses what it cannot verify. A mock is often set up before
        the backend runs, so it only tells the journal.
        """
        new = f"{mini_program.push_url} {mini_program.push_token}"
        if mini_program.push_url is None:
            self.verified.delete(mini_program.appid)
        elif self.verified.get(mini_program.appid) != new:
            self.verified.put(mini_program.appid, new)
            self.sender.submit(partial(self._verify_unasked, mini_program))

    def verify(self, mini_program: MiniProgram) -> Verification:
        """Ask the developer's server for the echostr back, now."""
        if mini_program.push_url is None:
            return Verification(verified=False, note="no push_url is set")
        echostr = self.entropy.echostr()
        query = {**self._signature(mini_program), "echostr": echostr}
        outgoing = Outgoing("GET", mini_program.push_url, urlencode(query))
        incoming = send(outgoing)
        note = incoming.failure
        verified = incoming.status == 200 and incoming.body == echostr.encode()
        if not verified and not note:
            note = "the answer is not the echostr, alone and as it is"
        self._record(mini_program, outgoing, incoming, user="", note=note)
        return Verification(verified, note)

    def _verify_unasked(self, mini_program: MiniProgram) -> None:
        self.verify(mini_program)

    # -- events -------------------------------------------------------------------

    def profile_changed(self, before: User, after: User) -> None:
        """Tell the apps a person was in lately that their name or picture changed.

        WeChat tells it when it took a risky one away; here any change is such.
        """
        if (before.nick_name, before.avatar_url) == (after.nick_name, after.avatar_url):
            return
        user = after.name
        for app in self.visitors.apps_of(user, within=MODIFIED_WITHIN):
            self._tell(app, user, event=USER_INFO_MODIFIED)

    def authorization_revoked(
        self, mini_program: MiniProgram, user: str, revoke_info: RevokeInfo, plugin: str
    ) -> None:
        """Tell an app that a person took something back, perhaps from a plugin."""
        self._tell(
            mini_program,
            user,
            event=USER_AUTHORIZATION_REVOKE,
            withdrawal=Withdrawal(revoke_info, plugin),
        )

    def account_cancelled(self, user: str) -> None:
        """Tell every app a person ever was in that they closed their account."""
        for app in self.visitors.apps_of(user):
            self._tell(app, user, event=USER_AUTHORIZATION_CANCELLATION)

    def _tell(
        self,
        mini_program: MiniProgram,
        user: str,
        *,
        event: str,
        withdrawal: Withdrawal | None = None,
    ) -> None:
        if mini_program.push_url is None:
            return
        appid, plugin = mini_program.appid, withdrawal.plugin if withdrawal else ""
        happened = PushEvent(
            event=event,
            to_user_name=mini_program.original_id,
            from_user_name=self.directory.openid_of(appid, _PUSH_SERVICE),
            create_time=self.clock.now(),
            openid=self.directory.openid(mini_program, user),
            appid=appid,
            revoke_info=withdrawal.revoke_info if withdrawal else None,
            plugin_id=plugin,
            openpid=self.directory.openpid(appid, user, plugin) if plugin else "",
        )
        outgoing = self._sealed(mini_program, happened)
        self.sender.submit(partial(self._deliver, mini_program, outgoing, user))

    # -- delivery -----------------------------------------------------------------

    def _deliver(
        self, mini_program: MiniProgram, outgoing: Outgoing, user: str, attempt: int = 1
    ) -> Job | None:
        """Send a message; return the next attempt if there is to be one."""
        incoming = send(outgoing)
        note = _delivery_note(incoming, attempt)
        self._record(mini_program, outgoing, incoming, user=user, note=note)
        if incoming.status == 200 or attempt == ATTEMPTS:
            return None
        return partial(self._deliver, mini_program, outgoing, user, attempt + 1)

    def _sealed(self, mini_program: MiniProgram, happened: PushEvent) -> Outgoing:
        """Shape an event as the app's mode and format want it."""
        fields: Fields = happened.as_fields()
        write = to_xml if mini_program.push_format == XML else to_json
        query = {**self._signature(mini_program), "openid": happened.openid}
        if mini_program.push_mode != PLAIN:
            encrypt = envelope.seal_push(
                write(fields).encode(),
                encoding_aes_key=mini_program.encoding_aes_key,
                appid=mini_program.appid,
                random=self.entropy.push_random(),
            )
            query |= {
                "encrypt_type": "aes",
                "msg_signature": envelope.msg_signature(
                    mini_program.push_token, query["timestamp"], query["nonce"], encrypt
                ),
            }
            compatible = mini_program.push_mode == COMPATIBLE
            wrap = compatible_fields if compatible else secure_fields
            fields = wrap(fields, encrypt)
        return Outgoing(
            method="POST",
            url=str(mini_program.push_url),
            query=urlencode(query),
            body=write(fields).encode(),
            content_type=_CONTENT_TYPES[write is to_xml],
        )

    def _signature(self, mini_program: MiniProgram) -> dict[str, str]:
        timestamp, nonce = str(self.clock.now()), self.entropy.push_nonce()
        signed = envelope.signature(mini_program.push_token, timestamp, nonce)
        return {"signature": signed, "timestamp": timestamp, "nonce": nonce}

    def _record(
        self,
        mini_program: MiniProgram,
        outgoing: Outgoing,
        incoming: Incoming,
        *,
        user: str,
        note: str,
    ) -> None:
        now = self.clock.now()
        make: Callable[[int], Exchange] = partial(
            Exchange,
            rid=self.entropy.rid(now),
            at_ms=self.clock.now_ms(),
            duration_us=incoming.duration_us,
            method=outgoing.method,
            path=outgoing.url,
            query=outgoing.query.encode(),
            request_body=outgoing.body,
            status=incoming.status,
            response_body=incoming.body,
            response_type=incoming.content_type,
            client_ip=_LOOPBACK,
            appid=mini_program.appid,
            user=user,
            errcode=None,
            kind=PUSH,
            note=note,
        )
        self.journal.append(make)


def _delivery_note(incoming: Incoming, attempt: int) -> str:
    """Say what the developer should know of an attempt; nothing if all is well."""
    if incoming.status == 200:
        if incoming.body.strip() in (b"success", b""):
            return ""
        return "the answer to an event should be success, or empty"
    found = incoming.failure or f"HTTP {incoming.status}, expected 200"
    what_next = "given up" if attempt == ATTEMPTS else "sent again"
    return f"attempt {attempt} of {ATTEMPTS}: {found}; {what_next}"
