"""One world as one object: its apps, people, time and chance, and every verb.

What the hottest calls need is built with it. All else is imported and built when it is
first asked for: to begin costs a fifth of that, and most worlds never see most of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from mockwx.clock import SteppedClock
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.directory import Directory
from mockwx.domain.access_token import AccessToken
from mockwx.domain.access_token import ForcedRefreshes
from mockwx.domain.codes import Code
from mockwx.domain.fault import Fault
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.session import POLICIES
from mockwx.entropy import Entropy
from mockwx.people import People
from mockwx.secrecy.lookout import LOOKOUT
from mockwx.sender import Sender
from mockwx.services.access_token import AccessTokens
from mockwx.services.faults import Faults
from mockwx.services.phone_number import PhoneNumber
from mockwx.services.user_login import UserLogin
from mockwx.store.base import Journal
from mockwx.store.base import Store
from mockwx.store.history import Age
from mockwx.store.history import AgedJournal
from mockwx.store.history import Broom
from mockwx.store.ledger import Ledger
from mockwx.store.memory import MemoryJournal
from mockwx.store.memory import MemoryStore
from mockwx.store.quotas import Quotas
from mockwx.store.sessions import Sessions
from mockwx.store.tables import Table
from mockwx.store.tables import Trail


if TYPE_CHECKING:
    from mockwx.domain.consent import Consent
    from mockwx.domain.encrypted_msg import EncryptedMsg
    from mockwx.domain.payload import SealedPayload
    from mockwx.domain.payment import Payment
    from mockwx.domain.push import RevokeInfo
    from mockwx.domain.subscribe_message import Message
    from mockwx.domain.subscribe_message import Subscriptions
    from mockwx.domain.user_key import UserKeys
    from mockwx.services.api_security import ApiSecurity
    from mockwx.services.component_login import ComponentLogin
    from mockwx.services.device import Device
    from mockwx.services.diagnosis import Doctor
    from mockwx.services.message_push import MessagePush
    from mockwx.services.openapi_mgnt import OpenapiMgnt
    from mockwx.services.qr_code import QrCodes
    from mockwx.services.risk_rank import RiskRanks
    from mockwx.services.sec_check import SecCheck
    from mockwx.services.subscribe_message import SubscribeMessages
    from mockwx.services.url_link import UrlLinks
    from mockwx.services.user_info import UserInfo
    from mockwx.services.web_oauth import WebOAuth
    from mockwx.services.world import World
    from mockwx.visitors import Visitors


class WeChat:
    """One world; builds each service once, around one store."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store | None = None,
        clock: SteppedClock | None = None,
        entropy: Entropy | None = None,
        journal: Journal | None = None,
        people: People | None = None,
    ) -> None:
        self.settings = settings
        self.store = store or MemoryStore()
        self.clock = clock or SteppedClock(at=settings.freeze)
        self.entropy = entropy or Entropy(settings.seed)
        self.people = people or People(settings.people_seed, settings.locale)
        self.age = Age(self.clock, settings.history_days)
        kept = journal or MemoryJournal(settings.journal_size)
        self.journal: Journal = AgedJournal(kept, self.age)
        self.sender = Sender()
        self._build()
        self.begin()

    def _build(self) -> None:
        store, clock, entropy = self.store, self.clock, self.entropy
        directory = Directory(
            seed=self.settings.people_seed,
            people=self.people,
            world=entropy.world,
            mini_programs=Table[MiniProgram](store, "mini_programs"),
            users=Table(store, "users"),
            openids=Table[str](store, "openids"),
        )
        too_old = self.age.too_old
        codes = Ledger[Code](store, "codes", too_old=lambda it: too_old(it.issued_at))
        self.directory = directory
        self._sessions = sessions = Sessions(store, too_old=too_old)
        self._codes = codes
        self._quotas = quotas = Quotas(store)
        self._tokens = Ledger[AccessToken](store, "access_tokens")
        self._payloads: Trail[SealedPayload] = Trail(
            store, "payloads", too_old=lambda it: too_old(it.produced_at)
        )
        self._broom = Broom(
            codes.sweep,
            sessions.sweep,
            self._payloads.sweep,
            need_to_be_alone=self.need_to_be_alone,
        )
        self._encrypted_msgs: Ledger[EncryptedMsg] = Ledger(store, "encrypted_msgs")
        self._payments: Trail[Payment] = Trail(store, "payments")
        self._user_keys: Table[UserKeys] = Table(store, "user_keys")
        self._subscriptions: Table[Subscriptions] = Table(store, "subscriptions")
        self.user_login = UserLogin(directory, sessions, codes, quotas, clock, entropy)
        self.access_token = AccessTokens(
            directory=directory,
            tokens=self._tokens,
            latest=Table[AccessToken](store, "latest_access_tokens"),
            forced=Table[ForcedRefreshes](store, "forced_refreshes"),
            quotas=quotas,
            clock=clock,
            entropy=entropy,
        )
        self.faults = Faults(store, Table[Fault](store, "faults"), directory, codes)
        self.phone_number = PhoneNumber(directory, codes, clock)

    # -- built when first asked for; none holds anything, so twice would be as good --

    @cached_property
    def world(self) -> World:
        """Return the mock as a database."""
        from mockwx.services.world import World

        return World(
            directory=self.directory,
            keys=self._sessions,
            codes=self._codes,
            payloads=self._payloads,
            payments=self._payments,
            clock=self.clock,
            entropy=self.entropy,
            default_policy=POLICIES[self.settings.policy],
            start=self.restart,
        )

    @cached_property
    def device(self) -> Device:
        """Return the WeChat app on people's phones."""
        from mockwx.services.device import Device

        consents: Table[Consent] = Table(self.store, "consents")
        return Device(
            directory=self.directory,
            sessions=self._sessions,
            codes=self._codes,
            payloads=self._payloads,
            encrypted_msgs=self._encrypted_msgs,
            consents=consents,
            quotas=self._quotas,
            broom=self._broom,
            user_keys=self._user_keys,
            visitors=self.visitors,
            subscriptions=self._subscriptions,
            withdraw=self._tell_of_withdrawal,
            clock=self.clock,
            entropy=self.entropy,
            default_appid=DEFAULT_APPID,
        )

    @cached_property
    def doctor(self) -> Doctor:
        """Return who explains failures."""
        from mockwx.services.diagnosis import Doctor

        return Doctor(
            self.directory,
            self._sessions,
            self._codes,
            self._payloads,
            self.journal,
            self.age.days,
        )

    @cached_property
    def openapi_mgnt(self) -> OpenapiMgnt:
        """Return the quotas of apps, rids and addresses."""
        from mockwx.services.openapi_mgnt import OpenapiMgnt

        return OpenapiMgnt(self.directory, self._quotas, self.journal, self.clock)

    @cached_property
    def user_info(self) -> UserInfo:
        """Return what a server learns of people."""
        from mockwx.services.user_info import UserInfo

        return UserInfo(
            directory=self.directory,
            sessions=self._sessions,
            codes=self._codes,
            encrypted_msgs=self._encrypted_msgs,
            payments=self._payments,
            user_keys=self._user_keys,
            quotas=self._quotas,
            check_session_key=self.user_login.check_session_key,
            clock=self.clock,
        )

    @cached_property
    def web_oauth(self) -> WebOAuth:
        """Return logins in browsers."""
        from mockwx.domain.web_oauth import WebGrant
        from mockwx.services.web_oauth import WebOAuth

        return WebOAuth(
            directory=self.directory,
            codes=self._codes,
            grants=Ledger[WebGrant](self.store, "web_grants"),
            tokens=Ledger[str](self.store, "web_access_tokens"),
            quotas=self._quotas,
            clock=self.clock,
            entropy=self.entropy,
        )

    @cached_property
    def component_login(self) -> ComponentLogin:
        """Return logins by third-party platforms."""
        from mockwx.domain.component import AuthorizationCode
        from mockwx.services.component_login import ComponentLogin

        store = self.store
        return ComponentLogin(
            directory=self.directory,
            component_tokens=Ledger[AccessToken](store, "component_access_tokens"),
            app_tokens=self._tokens,
            authorization_codes=Ledger[AuthorizationCode](store, "authorization_codes"),
            refresh_tokens=Table[str](store, "authorizer_refresh_tokens"),
            clock=self.clock,
            entropy=self.entropy,
        )

    @cached_property
    def qr_code(self) -> QrCodes:
        """Return codes to scan."""
        from mockwx.services.qr_code import QrCodes

        return QrCodes(self.store, self._quotas, self.clock)

    @cached_property
    def url_link(self) -> UrlLinks:
        """Return links into mini programs."""
        from mockwx.services.url_link import UrlLinks

        return UrlLinks(self._quotas, self.clock, self.entropy)

    @cached_property
    def visitors(self) -> Visitors:
        """Return who was here lately."""
        from mockwx.visitors import Visitors

        return Visitors(self.directory, Table[int](self.store, "visits"), self.clock)

    @cached_property
    def sec_check(self) -> SecCheck:
        """Return the check of what people write."""
        from mockwx.services.sec_check import SecCheck

        return SecCheck(self.visitors, self._quotas, self.clock, self.entropy)

    @cached_property
    def risk_rank(self) -> RiskRanks:
        """Return how risky people are."""
        from mockwx.services.risk_rank import RiskRanks

        return RiskRanks(self.visitors, self._quotas, self.clock, self.entropy)

    @cached_property
    def subscribe_message(self) -> SubscribeMessages:
        """Return messages that people subscribed to."""
        from mockwx.services.subscribe_message import SubscribeMessages

        messages: Table[Message] = Table(self.store, "outbox")
        return SubscribeMessages(
            store=self.store,
            directory=self.directory,
            subscriptions=self._subscriptions,
            messages=messages,
            clock=self.clock,
        )

    @cached_property
    def api_security(self) -> ApiSecurity:
        """Return the signed and encrypted server API."""
        from mockwx.domain.api_security import ApiKeys
        from mockwx.domain.api_security import PlatformKeys
        from mockwx.services.api_security import ApiSecurity

        return ApiSecurity(
            directory=self.directory,
            keys=Table[ApiKeys](self.store, "api_keys"),
            platform_keys=Table[PlatformKeys](self.store, "platform_keys"),
            clock=self.clock,
            entropy=self.entropy,
        )

    @cached_property
    def message_push(self) -> MessagePush:
        """Return what WeChat tells a backend unasked."""
        from mockwx.services.message_push import MessagePush

        return MessagePush(
            directory=self.directory,
            visitors=self.visitors,
            verified=Table[str](self.store, "verified_push_urls"),
            journal=self.journal,
            sender=self.sender,
            clock=self.clock,
            entropy=self.entropy,
        )

    def _tell_of_withdrawal(
        self, mini_program: MiniProgram, user: str, revoke_info: RevokeInfo, plugin: str
    ) -> None:
        self.message_push.authorization_revoked(mini_program, user, revoke_info, plugin)

    # ---------------------------------------------------------------------------------

    def need_to_be_alone(self) -> None:
        """See that what comes is done but once; raises AloneError where it may not."""

    def begin(self) -> None:
        """Begin as every world does."""
        self._seed()

    def restart(self) -> None:
        """Forget everything and begin again."""
        self.forget()
        self._seed()

    def forget(self) -> None:
        """Forget everything, the beginning too: nothing is left in the store."""
        self.sender.forget()
        self.journal.clear()
        self.clock.reset()
        self.entropy.reset()
        # At last, for who asks meanwhile knows the default mini program till then.
        self.store.clear()

    def end(self) -> None:
        """Forget everything; who asks still is answered as if they came after it."""
        self.forget()
        self._add_default_app()

    def _seed(self) -> None:
        """Add what every world begins with."""
        self._add_default_app()
        start = self.settings.world
        for app in start.mini_programs:
            self.begin_with(app)
        for user in start.users:
            self.world.add_user(user)
        for fault in start.faults:
            self.faults.arm(fault)

    def _add_default_app(self) -> None:
        self.directory.mini_programs.add(
            DEFAULT_APPID,
            MiniProgram(
                appid=DEFAULT_APPID,
                secret=DEFAULT_SECRET,
                name="mockwx",
                policy=POLICIES[self.settings.policy],
            ),
        )

    def begin_with(self, app: Mapping[str, object]) -> None:
        """Add an app, or change the default one, which every world has."""
        LOOKOUT.look_at_app(app.get("secret"), "an app of the starting world")
        if app.get("appid") != DEFAULT_APPID:
            self.world.add_mini_program(app)
            return
        changes = {name: value for name, value in app.items() if name != "appid"}
        self.world.change_mini_program(DEFAULT_APPID, changes)
