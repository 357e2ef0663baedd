"""The decision procedure: from values and history to what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mockwx.diagnosis import application
from mockwx.diagnosis import hints
from mockwx.diagnosis import keys
from mockwx.diagnosis import login_state
from mockwx.diagnosis import sealed
from mockwx.diagnosis import signed
from mockwx.diagnosis.case import Case
from mockwx.diagnosis.case import build
from mockwx.diagnosis.finding import LIKELY
from mockwx.diagnosis.finding import POSSIBLE
from mockwx.diagnosis.finding import PROVED
from mockwx.diagnosis.finding import Diagnosis
from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.finding import Said
from mockwx.diagnosis.finding import ranked
from mockwx.diagnosis.history import NOTHING
from mockwx.diagnosis.history import Archive
from mockwx.diagnosis.history import History
from mockwx.diagnosis.memory import told_of_memory
from mockwx.diagnosis.question import Question
from mockwx.diagnosis.roles import arrange
from mockwx.diagnosis.words import tell


GUESSES = (
    ("login_after_payload", LIKELY),
    ("stale_key", POSSIBLE),
    ("login_race", POSSIBLE),
    ("other_persons_key", POSSIBLE),
    ("wrong_app", POSSIBLE),
)
"""What a key and a payload that do not fit point to, by how often each is met."""

NEEDS_HISTORY = Said(
    "the keys, codes and payloads that were issued: ask the mock that issued them "
    "(--server URL).",
    "曾签发的密钥、code 和数据：请询问签发它们的 mock（--server URL）。",
)
NEEDS_PAYLOAD = Said(
    "encryptedData and iv as the backend received them.",
    "后端收到的 encryptedData 和 iv。",
)
NEEDS_KEY = Said(
    "the session_key the backend used, or the code it exchanged.",
    "后端使用的 session_key，或它换取的 code。",
)
NEEDS_SIGNED = Said(
    "rawData, signature and session_key together.",
    "同时给出 rawData、signature 和 session_key。",
)


def diagnose(question: Question, history: History = NOTHING) -> Diagnosis:
    """Name what is wrong with the values given, and prove it where it can be."""
    archive = Archive(history)
    question = _with_key_of_code(question, archive)
    if _is_login_state(question):
        return _of_login_state(question, archive)
    arranged = arrange(question, archive)
    case = build(arranged.question, archive)
    findings = ranked(
        [
            *_moved(arranged.moved),
            *sealed.examine(case),
            *keys.examine(case),
            *application.examine(case),
            *signed.examine(case),
            *_unknown_payload(case),
        ]
    )
    findings = ranked([*findings, *_in_url(case, findings)])
    if not findings:
        findings = tuple(application.missing_field(case))
    if not findings:
        findings = ranked(_guesses(case))
    checked = _checked(case)
    return Diagnosis(
        ok=checked and not findings,
        findings=findings,
        plaintext=case.plaintext,
        needs=tuple(_needs(case, findings, checked=checked)),
    )


def _with_key_of_code(question: Question, archive: Archive) -> Question:
    """Take the key the code was answered with, unless a key was given."""
    issued = archive.codes.get(question.code or "")
    if question.session_key is not None or issued is None:
        return question
    if issued.code.used_at is None or not issued.code.session_key:
        return question
    if issued.code.used_by not in (None, issued.code.appid):
        return question
    return replace(question, session_key=archive.key_given(issued.code))


def _is_login_state(question: Question) -> bool:
    """Say whether a signature is one for checksession: it comes without rawData."""
    return (
        question.signature is not None
        and question.raw_data is None
        and question.encrypted_data is None
        and question.openid is not None
    )


def _of_login_state(question: Question, archive: Archive) -> Diagnosis:
    findings = ranked(
        login_state.examine(
            (question.signature or "").encode(errors="replace"),
            openid=question.openid or "",
            archive=archive,
            session_key=question.session_key,
        )
    )
    return Diagnosis(ok=not findings, findings=findings)


def _moved(moved: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    if moved:
        yield tell(
            "swapped_arguments",
            PROVED,
            swaps_en=", ".join(
                f"{held} was passed as {place}" for place, held in moved
            ),
            swaps_zh="，".join(f"把 {held} 当作 {place} 传入" for place, held in moved),
        )


def _unknown_payload(case: Case) -> Iterator[Finding]:
    """Say that a payload is none of ours, if it does not open either."""
    given = case.question.encrypted_data
    if given and not case.recorded and not case.offline and case.plaintext is None:
        count = len(case.archive.made)
        yield tell(
            "unknown_payload",
            PROVED,
            Said(
                f"{count} payloads were made here, and not this one",
                f"这里曾生成 {count} 份数据，其中没有这一份",
            ),
            *told_of_memory(case.archive),
        )


_DAMAGED_BY_URLS = {"plus_became_space", "truncated_data"}


def _in_url(case: Case, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Blame the URL for what URLs do."""
    causes = {each.cause for each in findings}
    if case.question.query and causes & _DAMAGED_BY_URLS:
        yield tell("payload_in_url", PROVED)


def _guesses(case: Case) -> Iterator[Finding]:
    """Say what is likely where nothing is proved."""
    question = case.question
    if question.error and case.plaintext is not None and case.key is not None:
        # Everything is right, and yet the SDK failed: it is what the SDK does.
        if hints.hint_for(question.error) is not None:
            certainty = PROVED if case.recorded else LIKELY
            yield tell("wrong_algorithm", certainty)
        return
    well_formed = None not in (case.data, case.iv, case.key)
    if well_formed and case.plaintext is None and case.offline:
        for cause, certainty in GUESSES:
            yield hints.guess(cause, certainty)
    elif question.error and case.plaintext is None:
        yield from hints.causes_of(question.error, question.sdk)


def _checked(case: Case) -> bool:
    """Say whether what was given was enough to find fault with."""
    question = case.question
    opens = case.plaintext is not None and case.key is not None
    signs = None not in (question.raw_data, question.signature, question.session_key)
    known_key = case.key is not None and case.key.held is not None
    return opens or signs or case.recorded or known_key


def _needs(
    case: Case, findings: tuple[Finding, ...], *, checked: bool
) -> Iterator[Said]:
    """Yield what would have to be known to be sure."""
    sure = any(each.certainty == PROVED for each in findings)
    if sure or (checked and not findings):
        return
    question = case.question
    if question.encrypted_data is None or question.iv is None:
        if question.raw_data is not None or question.signature is not None:
            yield NEEDS_SIGNED
        else:
            yield NEEDS_PAYLOAD
    if question.session_key is None:
        yield NEEDS_KEY
    if case.offline:
        yield NEEDS_HISTORY
