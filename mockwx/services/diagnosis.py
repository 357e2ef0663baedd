"""The doctor of a world: gathers what it remembers, and asks what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from itertools import chain

from mockwx.config import DEFAULT_APPID
from mockwx.diagnosis import login_state
from mockwx.diagnosis import watch
from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.finding import LIKELY
from mockwx.diagnosis.finding import POSSIBLE
from mockwx.diagnosis.finding import Diagnosis
from mockwx.diagnosis.finding import ranked
from mockwx.diagnosis.history import Archive
from mockwx.diagnosis.history import CodeExchange
from mockwx.diagnosis.history import History
from mockwx.diagnosis.history import Issued
from mockwx.diagnosis.history import Memory
from mockwx.diagnosis.history import Owner
from mockwx.diagnosis.question import Question
from mockwx.directory import Directory
from mockwx.directory import app_and_user
from mockwx.directory import owner_of
from mockwx.domain.codes import Code
from mockwx.domain.exchange import BACKEND
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange
from mockwx.domain.payload import SealedPayload
from mockwx.store.base import Journal
from mockwx.store.ledger import BOUND
from mockwx.store.ledger import Ledger
from mockwx.store.sessions import Sessions
from mockwx.store.tables import Trail


NO_KEY = ""
"""What a backend has in hand when WeChat refuses its code."""

MOST_PEOPLE = 1000
"""So many people are set side by side, first those the question is about."""

MOST_SEARCHED = 20_000
"""So many are asked whether a key or a payload is theirs."""


@dataclass(frozen=True)
class Doctor:
    """Answers questions about failed decryptions, and watches for them."""

    directory: Directory
    sessions: Sessions
    codes: Ledger[Code]
    payloads: Trail[SealedPayload]
    journal: Journal
    days: int
    """How old history gets."""

    def diagnose(self, question: Question) -> Diagnosis:
        """Say why a decryption or a signature fails."""
        first = chain(self._named(question), self._holders(question))
        return diagnose(question, self.history(first))

    def knows(self, question: Question) -> bool:
        """Say whether a value of the question was issued in this world."""
        archive = Archive(self.history(self._holders(question)))
        return (
            question.session_key in archive.keys
            or question.code in archive.codes
            or question.openid in archive.by_openid
            or question.encrypted_data in archive.by_data
            or question.iv in archive.by_iv
            or archive.signed(question.signature, None) is not None
        )

    def history(self, first: Iterable[str]) -> History:
        """Return what this world remembers, of these owners before all others."""
        owners: list[Owner] = []
        for name in dict.fromkeys(chain(first, self.sessions.owners())):
            if len(owners) >= MOST_PEOPLE:
                break
            owners.append(self.owner(name))
        return History(
            owners=tuple(owners),
            exchanges=tuple(self._exchanges()),
            secrets=self._secrets(),
            memory=Memory(BOUND, self.days),
        )

    def issued(self, text: str) -> Issued | None:
        """Return a code and the person it was issued to."""
        code = self.codes.get(text)
        if code is None:
            return None
        return Issued(self.owner(owner_of(code.appid, code.user)), code)

    def watching(self) -> Watch:
        """Return what judges recorded exchanges by the history as it stands now."""
        return Watch(self)

    def _named(self, question: Question) -> Iterator[str]:
        """Yield the owners a question is certainly about."""
        code = self.codes.get(question.code) if question.code else None
        if code is not None:
            yield owner_of(code.appid, code.user)
        owner = self.directory.openids.get(question.openid or "")
        if owner is not None:
            yield owner

    def _holders(self, question: Question) -> Iterator[str]:
        """Yield whom the key and the payload are of, where people are many."""
        names = self.sessions.owners()
        for name in names[:MOST_SEARCHED] if len(names) > MOST_PEOPLE else ():
            keys = {each.session_key for each in self.sessions.history(name)}
            if question.session_key in keys or any(
                made.iv == question.iv or made.encrypted_data == question.encrypted_data
                for made in self.payloads.all(name)
            ):
                yield name

    def owner(self, name: str) -> Owner:
        """Return a person in an app with all that was issued to them."""
        appid, user = app_and_user(name)
        mini_program = self.directory.mini_programs.get(appid)
        return Owner(
            appid=appid,
            user=user,
            openid=self.directory.openid_of(appid, user),
            bound=bool(mini_program and mini_program.open_platform),
            keys=tuple(self.sessions.history(name)),
            codes=tuple(self.codes.of(name)),
            payloads=tuple(self.payloads.all(name)),
        )

    def _exchanges(self) -> Iterator[CodeExchange]:
        for each in self.journal.tail():
            found = watch.code_exchange(each)
            if found is not None:
                yield found

    def _secrets(self) -> dict[str, str]:
        return {
            app.secret: "AppSecret" for _, app in self.directory.mini_programs.items()
        }


class Watch:
    """Judges exchanges as they are read; the history is gathered once, if at all."""

    def __init__(self, doctor: Doctor) -> None:
        self._doctor = doctor
        self._archive: Archive | None = None
        self._owners: set[str] = set()

    def diagnosis(self, exchange: Exchange) -> Diagnosis | None:
        """Return what an exchange shows to be wrong; None for most of them."""
        if exchange.kind == BACKEND:
            return self._of_backend(exchange) if watch.failed(exchange) else None
        if exchange.kind != SERVER:
            return None
        if exchange.errcode == watch.INVALID_SIGNATURE:
            return self._of_signature(exchange)
        return self._of_login(exchange)

    def _known(self, about: Exchange) -> Archive:
        """Return what is remembered, of the person an exchange is about at least."""
        if self._archive is None:
            self._archive = Archive(self._doctor.history(()))
            owners = self._archive.history.owners
            self._owners = {owner_of(each.appid, each.user) for each in owners}
        name = owner_of(about.appid, about.user)
        if not about.user or name in self._owners:
            return self._archive
        # One of very many people: the others are left out.
        owner = self._doctor.owner(name)
        return Archive(replace(self._archive.history, owners=(owner,)))

    def _of_signature(self, exchange: Exchange) -> Diagnosis | None:
        if exchange.path not in watch.SIGNED_PATHS:
            return None
        findings = ranked(
            login_state.examine(
                login_state.from_query(exchange.query),
                openid=watch.openid_of(exchange),
                archive=self._known(exchange),
                now=exchange.at_ms // 1000,
            )
        )
        return Diagnosis(ok=False, findings=findings) if findings else None

    def _of_login(self, exchange: Exchange) -> Diagnosis | None:
        """Judge an exchanged code: does its key open what was handed out before?"""
        if exchange.errcode != 0 or exchange.path not in watch.LOGIN_PATHS:
            return None
        attempt = watch.code_exchange(exchange)
        issued = self._doctor.issued(attempt.code) if attempt else None
        made = watch.left_closed(issued) if issued else None
        if attempt is None or issued is None or made is None:
            return None
        archive = self._known(exchange)
        attempts = archive.history.exchanges
        if not watch.in_callback(made, issued) and watch.ever_had(
            made.key_number, attempt, issued, attempts
        ):
            return None
        question = Question(
            session_key=archive.key_given(issued.code),
            iv=made.iv,
            encrypted_data=made.encrypted_data,
            appid=made.appid,
        )
        return _worth_saying(diagnose(question, archive.history))

    def _of_backend(self, exchange: Exchange) -> Diagnosis | None:
        """Judge a backend's failure by what it was given and the key it held."""
        archive = self._known(exchange)
        question = watch.told(exchange, archive)
        if question is None:
            return None
        if question.code in archive.codes and question.appid == DEFAULT_APPID:
            # Who tells of a backend need not know which app it works for.
            appid = archive.codes[question.code or ""].owner.appid
            question = replace(question, appid=appid)
        keys = self._held(exchange, question)
        if keys:
            question = replace(question, session_key=keys[0])
        found = diagnose(question, archive.history)
        if found.causes == ("wrong_algorithm",) and len(keys) > 1:
            history = archive.history
            former = diagnose(replace(question, session_key=keys[1]), history)
            found = _or_kept_too_long(former, found)
        return _worth_saying(found)

    def _held(self, exchange: Exchange, question: Question) -> list[str]:
        """Return the keys a backend had when it failed, the latest first.

        An empty one stands for what it has in hand when WeChat refused its code.
        """
        archive = self._known(exchange)
        attempts = [
            each for each in archive.history.exchanges if each.number < exchange.number
        ]
        last = next((a for a in reversed(attempts) if a.code == question.code), None)
        if last is not None and last.errcode != 0:
            return [NO_KEY]
        owner = watch.owner_of(exchange, question, archive)
        given = watch.keys_given(owner, attempts) if owner else []
        if last is not None and last.session_key:
            return list(dict.fromkeys([last.session_key, *given]))
        return given


def _or_kept_too_long(former: Diagnosis, found: Diagnosis) -> Diagnosis:
    """Suspect the key before the last: the last one opens, and yet it failed."""
    likely = [replace(each, certainty=LIKELY) for each in former.findings]
    possible = [replace(each, certainty=POSSIBLE) for each in found.findings]
    return replace(found, findings=ranked([*likely, *possible]))


def _worth_saying(diagnosis: Diagnosis) -> Diagnosis | None:
    return diagnosis if diagnosis.findings else None
