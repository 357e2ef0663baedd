"""What came to our doors and went wrong there, which no journal has.

A client that does not trust us leaves in the middle of the handshake; one that asks a
host of WeChat's that is not the mock goes out through the proxy.
"""

import re
import ssl
import threading
from collections import Counter
from typing import Any

from mockwx.domain.hosts import DOMAINS
from mockwx.domain.hosts import is_wechat


# What a client's TLS says of a certificate that it does not believe.
_DISTRUST = re.compile(r"ALERT_.*(?:_CA|CERTIFICATE)|CERTIFICATE_UNKNOWN")


class Mishaps:
    """Counts them, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = 0
        self._over = 0
        self._refused: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._outside: Counter[str] = Counter()

    @property
    def distrusted(self) -> int:
        """How many clients did not believe our certificate, by what they did."""
        with self._lock:
            # Most say so; Node leaves without a word.
            return self._refused.total() + self._begun - self._over

    @property
    def failed(self) -> dict[str, int]:
        """Return other reasons for which no handshake came about."""
        with self._lock:
            return dict(self._failed)

    @property
    def outside(self) -> dict[str, int]:
        """Return WeChat's hosts that are not the mock, and how often each was asked."""
        with self._lock:
            return dict(self._outside)

    def watch(self, context: ssl.SSLContext) -> ssl.SSLContext:
        """Have this context's handshakes counted."""
        mishaps = self

        class Watched(ssl.SSLObject):
            """Says what becomes of its handshake; asyncio tells nobody."""

            def do_handshake(self) -> None:
                try:
                    super().do_handshake()
                except ssl.SSLWantReadError:
                    mishaps.goes_on(self)
                    raise
                except ssl.SSLError as error:
                    mishaps.ends(self, error.reason or "no reason given")
                    raise
                mishaps.ends(self)

        context.sslobject_class = Watched
        return context

    def goes_on(self, handshake: Any) -> None:
        """Note that a client said something; it is asked before that, too."""
        asked = getattr(handshake, "asked", 0)
        handshake.asked = asked + 1
        if asked == 1:
            with self._lock:
                self._begun += 1

    def ends(self, handshake: Any, reason: str = "") -> None:
        """Note the end of a handshake, and the reason of a bad one."""
        with self._lock:
            if getattr(handshake, "asked", 0) > 1:
                self._over += 1
            if reason and _DISTRUST.search(reason):
                self._refused[reason] += 1
            elif reason:
                self._failed[reason] += 1

    def goes_outside(self, host: str) -> None:
        """Note a host that the proxy leads to, if it is one of WeChat's."""
        name = host.lower().rstrip(".")
        if not is_wechat(name) and name.endswith(tuple(f".{each}" for each in DOMAINS)):
            with self._lock:
                self._outside[name] += 1
