"""One world as one object: its apps, people, time and chance, and every verb."""

from __future__ import annotations

from collections.abc import Mapping

from mockwx.clock import SteppedClock
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.directory import Directory
from mockwx.domain.access_token import AccessToken
from mockwx.domain.access_token import ForcedRefreshes
from mockwx.domain.api_security import ApiKeys
from mockwx.domain.api_security import PlatformKeys
from mockwx.domain.codes import Code
from mockwx.domain.component import AuthorizationCode
from mockwx.domain.consent import Consent
from mockwx.domain.encrypted_msg import EncryptedMsg
from mockwx.domain.fault import Fault
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.payload import SealedPayload
from mockwx.domain.payment import Payment
from mockwx.domain.session import POLICIES
from mockwx.domain.subscribe_message import Message
from mockwx.domain.subscribe_message import Subscriptions
from mockwx.domain.user_key import UserKeys
from mockwx.domain.web_oauth import WebGrant
from mockwx.entropy import Entropy
from mockwx.people import People
from mockwx.sender import Sender
from mockwx.services.access_token import AccessTokens
from mockwx.services.api_security import ApiSecurity
from mockwx.services.component_login import ComponentLogin
from mockwx.services.device import Device
from mockwx.services.diagnosis import Doctor
from mockwx.services.faults import Faults
from mockwx.services.message_push import MessagePush
from mockwx.services.openapi_mgnt import OpenapiMgnt
from mockwx.services.phone_number import PhoneNumber
from mockwx.services.qr_code import QrCodes
from mockwx.services.risk_rank import RiskRanks
from mockwx.services.sec_check import SecCheck
from mockwx.services.subscribe_message import SubscribeMessages
from mockwx.services.url_link import UrlLinks
from mockwx.services.user_info import UserInfo
from mockwx.services.user_login import UserLogin
from mockwx.services.web_oauth import WebOAuth
from mockwx.services.world import World
from mockwx.store.base import Journal
from mockwx.store.base import Store
from mockwx.store.ledger import Ledger
from mockwx.store.memory import MemoryJournal
from mockwx.store.memory import MemoryStore
from mockwx.store.quotas import Quotas
from mockwx.store.sessions import Sessions
from mockwx.store.tables import Table
from mockwx.store.tables import Trail
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
        self.journal = journal or MemoryJournal(settings.journal_size)
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
        sessions = Sessions(store)
        codes = Ledger[Code](store, "codes")
        payloads = Trail[SealedPayload](store, "payloads")
        encrypted_msgs = Ledger[EncryptedMsg](store, "encrypted_msgs")
        payments = Trail[Payment](store, "payments")
        user_keys = Table[UserKeys](store, "user_keys")
        quotas = Quotas(store)
        self.directory = directory
        self.user_login = UserLogin(directory, sessions, codes, quotas, clock, entropy)
        tokens = Ledger[AccessToken](store, "access_tokens")
        self.access_token = AccessTokens(
            directory=directory,
            tokens=tokens,
            latest=Table[AccessToken](store, "latest_access_tokens"),
            forced=Table[ForcedRefreshes](store, "forced_refreshes"),
            quotas=quotas,
            clock=clock,
            entropy=entropy,
        )
        self.faults = Faults(store, Table[Fault](store, "faults"), directory, codes)
        self.phone_number = PhoneNumber(directory, codes, clock)
        self.qr_code = QrCodes(store, quotas, clock)
        self.url_link = UrlLinks(quotas, clock, entropy)
        self.openapi_mgnt = OpenapiMgnt(directory, quotas, self.journal, clock)
        self.user_info = UserInfo(
            directory=directory,
            sessions=sessions,
            codes=codes,
            encrypted_msgs=encrypted_msgs,
            payments=payments,
            user_keys=user_keys,
            quotas=quotas,
            check_session_key=self.user_login.check_session_key,
            clock=clock,
        )
        self.web_oauth = WebOAuth(
            directory=directory,
            codes=codes,
            grants=Ledger[WebGrant](store, "web_grants"),
            tokens=Ledger[str](store, "web_access_tokens"),
            quotas=quotas,
            clock=clock,
            entropy=entropy,
        )
        self.component_login = ComponentLogin(
            directory=directory,
            component_tokens=Ledger[AccessToken](store, "component_access_tokens"),
            app_tokens=tokens,
            authorization_codes=Ledger[AuthorizationCode](store, "authorization_codes"),
            refresh_tokens=Table[str](store, "authorizer_refresh_tokens"),
            clock=clock,
            entropy=entropy,
        )
        self.doctor = Doctor(directory, sessions, codes, payloads, self.journal)
        self._build_messages(directory, quotas)
        self.device = Device(
            directory=directory,
            sessions=sessions,
            codes=codes,
            payloads=payloads,
            encrypted_msgs=encrypted_msgs,
            consents=Table[Consent](store, "consents"),
            quotas=quotas,
            user_keys=user_keys,
            visitors=self.visitors,
            subscriptions=self.subscribe_message.subscriptions,
            withdraw=self.message_push.authorization_revoked,
            clock=clock,
            entropy=entropy,
            default_appid=DEFAULT_APPID,
        )
        self.world: World = World(
            directory=directory,
            keys=sessions,
            codes=codes,
            payloads=payloads,
            payments=payments,
            clock=clock,
            entropy=entropy,
            default_policy=POLICIES[self.settings.policy],
            start=self.restart,
        )

    def _build_messages(self, directory: Directory, quotas: Quotas) -> None:
        """Build what is about visitors: messages to them, and questions about them."""
        store, clock, entropy = self.store, self.clock, self.entropy
        self.visitors = Visitors(directory, Table[int](store, "visits"), clock)
        self.sec_check = SecCheck(self.visitors, quotas, clock, entropy)
        self.risk_rank = RiskRanks(self.visitors, quotas, clock, entropy)
        self.subscribe_message = SubscribeMessages(
            store=store,
            directory=directory,
            subscriptions=Table[Subscriptions](store, "subscriptions"),
            messages=Table[Message](store, "outbox"),
            clock=clock,
        )
        self.api_security = ApiSecurity(
            directory=directory,
            keys=Table[ApiKeys](store, "api_keys"),
            platform_keys=Table[PlatformKeys](store, "platform_keys"),
            clock=clock,
            entropy=entropy,
        )
        self.message_push = MessagePush(
            directory=directory,
            visitors=self.visitors,
            verified=Table[str](store, "verified_push_urls"),
            journal=self.journal,
            sender=self.sender,
            clock=clock,
            entropy=entropy,
        )

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
        self.store.clear()
        self.journal.clear()
        self.clock.reset()
        self.entropy.reset()

    def _seed(self) -> None:
        """Add what every world begins with: the default mini program."""
        self.directory.mini_programs.add(
            DEFAULT_APPID,
            MiniProgram(
                appid=DEFAULT_APPID,
                secret=DEFAULT_SECRET,
                name="mockwx",
                policy=POLICIES[self.settings.policy],
            ),
        )
        start = self.settings.world
        for app in start.mini_programs:
            self.begin_with(app)
        for user in start.users:
            self.world.add_user(user)
        for fault in start.faults:
            self.faults.arm(fault)

    def begin_with(self, app: Mapping[str, object]) -> None:
        """Add an app, or change the default one, which every world has."""
        if app.get("appid") != DEFAULT_APPID:
            self.world.add_mini_program(app)
            return
        changes = {name: value for name, value in app.items() if name != "appid"}
        self.world.change_mini_program(DEFAULT_APPID, changes)
