"""What every wx call can reach: the people, their answers and keys, the next code."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.directory import owner_of
from mockwx.domain import base_library
from mockwx.domain import control
from mockwx.domain import phone_words
from mockwx.domain.base_library import Era
from mockwx.domain.base_library import era_of
from mockwx.domain.codes import Code
from mockwx.domain.consent import ALLOW
from mockwx.domain.consent import CANCEL
from mockwx.domain.consent import Consent
from mockwx.domain.encrypted_msg import EncryptedMsg
from mockwx.domain.handset import Handset
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.open_data import Watermark
from mockwx.domain.payload import SealedPayload
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.push import RevokeInfo
from mockwx.domain.session import SessionKey
from mockwx.domain.subscribe_message import Subscriptions
from mockwx.domain.user import User
from mockwx.domain.user_key import UserKeys
from mockwx.domain.variant import TRUE
from mockwx.domain.variant import Variant
from mockwx.entropy import Entropy
from mockwx.frozen import made_fast
from mockwx.frozen import maker
from mockwx.people import People
from mockwx.store.history import Broom
from mockwx.store.ledger import Ledger
from mockwx.store.quotas import Quotas
from mockwx.store.sessions import Sessions
from mockwx.store.tables import Table
from mockwx.store.tables import Trail
from mockwx.visitors import Visitors


Answer: TypeAlias = dict[str, object]
Arguments: TypeAlias = Mapping[str, object]


@made_fast
@dataclass(frozen=True, slots=True)
class Tap:
    """One wx call as it reaches WeChat: where from, by whom, in which app."""

    api: str
    handset: Handset
    mini_program: MiniProgram
    owner: str
    """The key of this person's records in this app."""
    known: User | str
    """The person, or the name alone of one who is as they were made up."""
    people: People
    era: Era
    now: int
    variant: Variant = TRUE

    @property
    def name(self) -> str:
        """The name of whose phone it is."""
        known = self.known
        return known if isinstance(known, str) else known.name

    @property
    def user(self) -> User:
        """Whose phone it is: made up now, unless they were changed."""
        known = self.known
        return self.people.person(known) if isinstance(known, str) else known

    @property
    def is_refused(self) -> bool:
        """Say whether risk control refuses the person this call; made up are none."""
        known = self.known
        return not isinstance(known, str) and self.api in known.blocked_calls

    @property
    def watermark(self) -> Watermark:
        """The mark of a payload made by this tap."""
        return Watermark(self.now, self.mini_program.appid)


_make_tap = maker(Tap)


@dataclass(frozen=True)
class Desk:
    """The records that wx calls read and write."""

    directory: Directory
    sessions: Sessions
    codes: Ledger[Code]
    payloads: Trail[SealedPayload]
    encrypted_msgs: Ledger[EncryptedMsg]
    consents: Table[Consent]
    quotas: Quotas
    broom: Broom
    user_keys: Table[UserKeys]
    visitors: Visitors
    subscriptions: Table[Subscriptions]
    withdraw: Callable[[MiniProgram, str, RevokeInfo, str], None]
    """Told when a person takes something back, from the app or a plugin in it."""
    clock: Clock
    entropy: Entropy
    default_appid: str

    def app(self, appid: str) -> MiniProgram:
        """Return a mini program; raises ControlError if there is none."""
        mini_program = self.directory.mini_programs.get(appid)
        if mini_program is None:
            raise control.ControlError(
                "not_found",
                f"no mini program {appid!r}; add it with "
                "POST /_mockwx/api/mini_programs.",
                f"没有小程序 {appid!r}；请用 POST /_mockwx/api/mini_programs 添加。",
                field="appid",
            )
        return mini_program

    def tap(self, api: str, handset: Handset, variant: Variant) -> Tap:
        """Look up whose call this is, and in which mini program."""
        mini_program = self.app(handset.appid)
        now = self.clock.now()
        era = era_of(
            base_library.parse_version(handset.base_library),
            mini_program.released_at,
            now,
            mini_program.mini_game,
        )
        owner = owner_of(mini_program.appid, handset.user)
        known = self.directory.mention(handset.user)
        people = self.directory.people
        self.visitors.enter(owner, now)
        return _make_tap(
            api, handset, mini_program, owner, known, people, era, now, variant
        )

    def live_key(self, tap: Tap) -> SessionKey | None:
        """Return the key that seals now; every use of it keeps it alive."""
        return self.sessions.keep_alive(tap.owner, tap.now, tap.mini_program.policy)

    def consent(self, tap: Tap) -> Consent:
        """Return what the person answered this mini program so far."""
        return self.consents.get(tap.owner) or Consent()

    def change_consent(self, tap: Tap, change: Callable[[Consent], Consent]) -> Consent:
        """Replace the answers by what `change` makes of them; return the new ones."""
        _, new = self.consents.change(tap.owner, lambda kept: change(kept or Consent()))
        return new

    def allow(self, tap: Tap, scope: str) -> None:
        """Grant a scope without asking."""
        self.change_consent(
            tap,
            lambda consent: consent.with_answer(scope, allowed=True, now=tap.now),
        )

    def ask(self, tap: Tap, scope: str) -> None:
        """Ask unless there is an answer; a denial is asked again only if it ages."""
        answer = tap.handset.consent
        denial_ttl = tap.mini_program.denial_ttl

        def asked(consent: Consent) -> Consent:
            open_question = consent.to_be_asked(scope, tap.now, denial_ttl=denial_ttl)
            if answer == CANCEL or not open_question:
                return consent
            return consent.with_answer(scope, allowed=answer == ALLOW, now=tap.now)

        if not self.change_consent(tap, asked).answered(scope):
            raise WxFailError(phone_words.AUTH_DENY)


def tapped(arguments: Arguments) -> bool:
    """Say whether the call came out of a tap; the door assumes it did."""
    return bool(arguments.get("tap", True))
