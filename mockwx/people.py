"""People made up on first mention: the same seed and name give the same person.

The only importer of Faker, which is loaded when the first person is made: it costs
more time than the rest of the start together.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from typing import TypeVar

from mockwx.domain.places import PLACES
from mockwx.domain.user import MAINLAND
from mockwx.domain.user import Phone
from mockwx.domain.user import User


if TYPE_CHECKING:
    from faker import Faker


T = TypeVar("T")

PHONE_PREFIX = "120666"
PHONE_NUMBERS = 99_999
"""WeChat's own virtual accounts are 12066600001 to 12066600024, numbers nobody in China
can have; twenty-four are too few to keep people apart, so they get the whole block."""

KEPT = 10_000
"""How many people are kept; whoever is forgotten is made again, just the same."""

MALE = 1
FEMALE = 2

EMOJI = ("🌸", "🐱", "✨", "🎈", "🍉", "😄", "🌈", "❤️", "👍🏽", "👩‍💻", "🏳️‍🌈", "🇨🇳")
"""Some are one character, some several joined: databases and signatures must cope."""


_LANGUAGES: Mapping[str, str] = MappingProxyType({"zh_CN": "zh_CN", "en_US": "en"})

LOCALES = tuple(_LANGUAGES)


class People:
    """Make up people, each from the seed and their name alone."""

    def __init__(self, seed: int, locale: str = "zh_CN") -> None:
        if locale not in LOCALES:
            raise ValueError(f"no people for {locale!r}: use {' or '.join(LOCALES)}")
        self._seed = seed
        self._locale = locale
        self._faker: Faker | None = None
        self._lock = threading.Lock()
        self._kept = lru_cache(maxsize=KEPT)(self._made_up)

    def person(self, name: str) -> User:
        """Return the person of this name."""
        return self._kept(name)

    def _made_up(self, name: str) -> User:
        dice = _Dice(f"{self._seed}\0{name}".encode())
        gender = dice.pick("gender", (MALE, FEMALE))
        province, city = dice.pick("place", PLACES)
        return User(
            name=name,
            nick_name=self._nick_name(dice, gender),
            avatar_url=_avatar_url(dice),
            gender=gender,
            city=city,
            province=province,
            country="中国",
            language=_LANGUAGES[self._locale],
            phone=_phone(dice),
        )

    def _nick_name(self, dice: _Dice, gender: int) -> str:
        with self._lock:
            faker = self._loaded()
            faker.seed_instance(dice.roll("nick_name"))
            name = faker.name_male() if gender == MALE else faker.name_female()
        if dice.roll("emoji") % 4:
            return name
        return f"{name}{dice.pick('which_emoji', EMOJI)}"

    def _loaded(self) -> Faker:
        if self._faker is None:
            from faker import Faker

            self._faker = Faker(self._locale)
        return self._faker


@dataclass(frozen=True, slots=True)
class _Dice:
    """Throws that depend on whose they are and what for, and on nothing else."""

    owner: bytes

    def throw(self, purpose: str, size: int = 8) -> bytes:
        key = purpose.encode()
        return hashlib.blake2b(self.owner, key=key, digest_size=size).digest()

    def roll(self, purpose: str) -> int:
        return int.from_bytes(self.throw(purpose), "big")

    def pick(self, purpose: str, options: Sequence[T]) -> T:
        return options[self.roll(purpose) % len(options)]


# WeChat writes Base64 into a path: "i" escapes the two signs that mean something there,
# and itself. Undone, the path of every published avatar is 64 bytes.
_ESCAPES = str.maketrans({"+": "ia", "/": "ib", "i": "ic"})


def _avatar_url(dice: _Dice) -> str:
    picture = base64.b64encode(dice.throw("avatar_url", 64)).decode().rstrip("=")
    return (
        "https://thirdwx.qlogo.cn/mmopen/vi_32/" + picture.translate(_ESCAPES) + "/132"
    )


def _phone(dice: _Dice) -> Phone:
    number = dice.roll("phone") % PHONE_NUMBERS + 1
    return Phone.of(MAINLAND, f"{PHONE_PREFIX}{number:05}")
