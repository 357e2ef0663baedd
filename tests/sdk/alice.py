"""Who alice is in every mock with the matrix's seed, and what an SDK may say of her."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockwx import MockServer
from mockwx.config import DEFAULT_APPID


SEED = 1

SESSION_KEY = "[A-Za-z0-9+/]{22}=="
ACCESS_TOKEN = r"\d\d_[A-Za-z0-9_-]{130,}"

# What an SDK may say of a flow; where there are several, one of them.
FACTS: Mapping[str, tuple[set[str], ...]] = {
    "login": ({"openid", "session_key"},),
    "token": ({"access_token"},),
    "phone": ({"phoneNumber"},),
    "decrypt": ({"nickName", "appid"},),
    "error": ({"errcode"}, {"text"}),
    "retry": ({"phoneNumber"}, {"openid"}),
    "web": ({"openid", "nickName"},),
}


@dataclass(frozen=True, slots=True)
class Alice:
    """The same person, whoever asks."""

    openid: str
    phone: str
    nickname: str

    @classmethod
    def of(cls, server: MockServer) -> "Alice":
        """Ask a mock who she is."""
        directory = server.wechat.directory
        known = directory.seen("alice")
        return cls(
            openid=directory.openid_of(DEFAULT_APPID, "alice"),
            phone=known.phone.pure_phone_number,
            nickname=known.nick_name,
        )


def wrong_facts(flow: str, facts: dict[str, Any], alice: Alice) -> dict[str, Any]:
    """Return what an SDK said of a flow and what is not so."""
    right = {
        "openid": re.escape(alice.openid),
        "session_key": SESSION_KEY,
        "access_token": ACCESS_TOKEN,
        "phoneNumber": re.escape(alice.phone),
        "nickName": re.escape(alice.nickname),
        "appid": DEFAULT_APPID,
        "errcode": "40163",
        "text": "(?s).*40163.*",
    }
    if set(facts) not in FACTS[flow]:
        return {"facts": sorted(facts)}
    return {
        fact: said
        for fact, said in facts.items()
        if not re.fullmatch(right[fact], str(said))
    }
