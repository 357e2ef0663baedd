"""Who looks out for real secrets: covers each, and warns of it once."""

from __future__ import annotations

import hashlib
import logging
import threading

from mockwx.secrecy.looks import APP_SECRET
from mockwx.secrecy.looks import CREDENTIAL
from mockwx.secrecy.looks import PRIVATE_KEY
from mockwx.secrecy.looks import Sight
from mockwx.secrecy.looks import covered
from mockwx.secrecy.looks import cut
from mockwx.secrecy.looks import is_digest
from mockwx.secrecy.looks import is_real
from mockwx.secrecy.looks import same
from mockwx.secrecy.looks import sights


logger = logging.getLogger(__name__)

# A fuzzer may send ever new ones; nobody reads the ten thousandth warning.
_MOST = 1_000


class Lookout:
    """Remembers of which secrets it has warned, by their digests."""

    def __init__(self) -> None:
        self.alert = False
        """Whether a real secret is in use here, and may come with any call."""
        self._told: set[bytes] = set()
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def cover(self, text: str, where: str) -> str:
        """Return a text without real secrets; warn of those that are in it."""
        seen = list(sights(text))
        for sight in seen:
            self._warn(sight, where, sight.name)
        return covered(text, seen) if seen else text

    def cover_known(self, text: str) -> str:
        """Return a text without the secrets that stand in files."""
        # Another thread may be reading a file: go by what is known now.
        for value, instead in tuple(self._known.items()):
            text = text.replace(value, instead)
        return text

    def cover_bytes(self, wire: bytes, where: str) -> bytes:
        """Do so with what crossed a wire; bytes that are no text stay as they are."""
        text = wire.decode("latin-1")
        safe = self.cover(text, where)
        return wire if safe is text else safe.encode("latin-1")

    def look(self, text: str, where: str, *, credentials: bool = True) -> None:
        """Warn of real secrets in a text that stays as it is, a file say.

        From now on they are known by their value, whatever name they get.
        """
        for sight in sights(text):
            if sight.kind == CREDENTIAL and not credentials:
                continue
            if sight.kind != PRIVATE_KEY:  # known by its looks wherever it stands
                self._known[sight.value.split()[-1]] = cut(sight).split()[-1]
            line = text.count("\n", 0, sight.start) + 1
            self._warn(sight, f"{where}:{line}", sight.name)

    def same(self, given: str, keeping: str) -> bool:
        """Say whether a secret is the one that is kept; a real one makes us alert."""
        self.alert = self.alert or is_digest(keeping)
        return same(given, keeping)

    def look_at_app(self, secret: object, where: str) -> None:
        """Warn of a real secret that somebody gave an app."""
        if not isinstance(secret, str) or is_digest(secret):
            return
        if is_real(APP_SECRET, secret):
            sight = Sight(APP_SECRET, "secret", secret, 0, len(secret))
            self._warn(sight, where, "")

    def _warn(self, sight: Sight, where: str, name: str) -> None:
        digest = hashlib.sha256(sight.value.encode(errors="replace")).digest()
        with self._lock:
            if digest in self._told or len(self._told) >= _MOST:
                return
            self._told.add(digest)
            self.alert = self.alert or sight.kind == APP_SECRET
        # Most runs have nothing to say.
        from mockwx.secrecy.words import warning

        logger.warning("%s", warning(sight, f"{where}, {name}" if name else where))


LOOKOUT = Lookout()
"""That of this process: it warns once, whoever sees a secret first."""
