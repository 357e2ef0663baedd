"""Where chance comes from: every code, key, iv and token, repeatable with a seed."""

from __future__ import annotations

import base64
import hashlib
import os
import string
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import TypeAlias

from mockwx import marks
from mockwx.marks import marked
from mockwx.marks import sealed
from mockwx.marks import sealed_text


# Entropy has a method of this name, which would hide the type in its signatures.
Bytes: TypeAlias = bytes

LARGEST_DRAW = 4096

_DIGEST_SIZE = hashlib.blake2b.MAX_DIGEST_SIZE


def _spelling(alphabet: str) -> Bytes:
    """Return a table that spells any byte in the alphabet.

    Where 256 is no multiple of its length, the first letters come up a little more
    often. Nothing here guards a secret, and translating is twenty times faster.
    """
    return bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))


_ALPHANUMERIC = _spelling(string.ascii_letters + string.digits)
_URL_SAFE = _spelling(string.ascii_letters + string.digits + "-_")
_DIGITS = _spelling(string.digits)


class Entropy:
    """Draw every random value.

    With a seed, each purpose has a stream of its own, so a draw for one never shifts
    another; without, the operating system answers. Safe to share between threads.
    Codes and tokens carry the number of the world they are drawn for; keys and tokens
    are sealed, for a mock to know them from real ones.
    """

    __slots__ = ("_counters", "_key", "_lock", "world")

    def __init__(
        self, seed: int | None = None, *, world: int = marks.DEFAULT_WORLD
    ) -> None:
        # Hashed, because a blake2b key has at most 64 bytes and a seed has no limit.
        self._key = None if seed is None else hashlib.blake2b(b"%d" % seed).digest()
        self.world = world
        self._counters: defaultdict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    def bytes(self, purpose: str, size: int) -> Bytes:
        """Draw up to 4096 bytes from the stream of this purpose."""
        if not 0 <= size <= LARGEST_DRAW:
            raise ValueError(f"draw 0 to {LARGEST_DRAW} bytes at once, not {size}")
        if self._key is None:
            return os.urandom(size)
        message = f"{self._draw(purpose)}:{purpose}".encode()
        return _stream(self._key, message, size)

    def login_code(self) -> str:
        """Draw what wx.login hands out: 32 letters and digits.

        They start with a digit, so never with "test_", "dev" or "mock", at which
        some backends skip WeChat.
        """
        head = "0" + self._text("login_code", 24, _ALPHANUMERIC)
        return marked(head, self.world, marks.ALPHANUMERIC)

    def phone_code(self) -> str:
        """Draw what the phone number button hands out: 64 hex digits."""
        return marked(self.bytes("phone_code", 27).hex(), self.world, marks.HEX)

    def plugin_code(self) -> str:
        """Draw what wx.pluginLogin hands out: the shape of a phone code."""
        return marked(self.bytes("plugin_code", 27).hex(), self.world, marks.HEX)

    def encrypt_key(self) -> str:
        """Draw the key of a person's encrypted channel: 16 bytes in Base64."""
        return base64.b64encode(sealed(self.bytes("encrypt_key", 16))).decode()

    def encrypt_key_iv(self) -> str:
        """Draw what goes with it: 16 hex digits, which are 16 characters."""
        return self.bytes("encrypt_key_iv", 8).hex()

    def transaction_id(self) -> str:
        """Draw WeChat Pay's number of a payment: 28 digits."""
        return "42" + self._text("transaction_id", 26, _DIGITS)

    def app_secret(self) -> str:
        """Draw the secret of an app that was given none: 32 hex digits."""
        return sealed(self.bytes("secret", 16)).hex()

    def session_key(self) -> str:
        """Draw 16 bytes in Base64."""
        return base64.b64encode(sealed(self.bytes("session_key", 16))).decode()

    def next_session_key(self) -> Callable[[], str]:
        """Return what draws a session key, for who may not need it.

        From a seed it is drawn at once: whoever comes next in the stream gets the same
        key, needed or not.
        """
        if self._key is None:
            return self.session_key
        drawn = self.session_key()
        return lambda: drawn

    def iv(self) -> Bytes:
        """Draw the 16 bytes that start one sealed payload."""
        return sealed(self.bytes("iv", 16))

    def access_token(self) -> str:
        """Draw 136 characters; the first two are today's nineties, as WeChat counts."""
        return self._numbered("access_token", 126)

    def web_code(self) -> str:
        """Draw what a web page's login hands out: the shape of a login code."""
        head = "0" + self._text("web_code", 24, _ALPHANUMERIC)
        return marked(head, self.world, marks.ALPHANUMERIC)

    def web_access_token(self) -> str:
        """Draw the token of one person for one app: 90 characters."""
        return self._numbered("web_access_token", 80)

    def web_refresh_token(self) -> str:
        """Draw what renews a web access_token: like it, and longer."""
        return self._numbered("web_refresh_token", 110)

    def component_access_token(self) -> str:
        """Draw a third-party platform's own token: the shape of an app's."""
        return self._numbered("component_access_token", 126)

    def authorizer_access_token(self) -> str:
        """Draw an app's token for a third-party platform: the shape of its own."""
        return self._numbered("authorizer_access_token", 126)

    def pre_auth_code(self) -> str:
        """Draw what opens the page on which an app joins a platform."""
        return self._prefixed("preauthcode@@@", 57)

    def authorization_code(self) -> str:
        """Draw what a platform gets when an app joins it."""
        return self._prefixed("queryauthcode@@@", 79)

    def authorizer_refresh_token(self) -> str:
        """Draw what renews an app's token for a platform."""
        return self._prefixed("refreshtoken@@@", 36)

    def link_ticket(self) -> str:
        """Draw the end of a URL Scheme or URL Link.

        It carries no world: a phone opens it, and no backend sends it back.
        """
        return self._text("link_ticket", 11, _ALPHANUMERIC)

    def risk_request_id(self) -> int:
        """Draw the number that getuserriskrank gives each of its answers."""
        return int.from_bytes(self.bytes("risk_request_id", 4), "big")

    def push_nonce(self) -> str:
        """Draw the nonce of a push: ten digits."""
        return str(1_000_000_000 + int.from_bytes(self.bytes("push_nonce", 4), "big"))

    def push_random(self) -> Bytes:
        """Draw the 16 characters in front of a sealed push."""
        return self.bytes("push_random", 8).hex().encode()

    def echostr(self) -> str:
        """Draw what a developer's server has to repeat to be verified: 19 digits."""
        number = int.from_bytes(self.bytes("echostr", 8), "big")
        return str(10**18 + number % (9 * 10**18))

    def api_nonce(self) -> str:
        """Draw the random text inside an encrypted answer of the server API."""
        text = base64.b64encode(self.bytes("api_nonce", 16))
        return text.rstrip(b"=").decode()

    def api_iv(self) -> Bytes:
        """Draw the 12 bytes that start an encrypted answer of the server API."""
        return self.bytes("api_iv", 12)

    def api_key(self) -> str:
        """Draw a symmetric key of the server API: 32 bytes in Base64."""
        return base64.b64encode(sealed(self.bytes("api_key", 32))).decode()

    def key_number(self) -> str:
        """Draw the number that the console gives a key or a certificate."""
        return self.bytes("key_number", 16).hex()

    def rid(self, now: int) -> str:
        """Name one request: the time in hex, then two random groups."""
        return f"{now:08x}-{self.bytes('rid', 8).hex('-', 4)}"

    def hint(self) -> str:
        """Draw the token inside a parameter error's "hint: [...]"."""
        text = self._text("hint", 16, _ALPHANUMERIC)
        return f"{text[:10]}-{text[10:]}"

    def temporary_name(self) -> str:
        """Draw the name of a file that lies on a phone for a while."""
        return self.bytes("temporary_name", 16).hex()

    def cloud_id(self) -> str:
        """Draw the cloudID that stands for a payload in WeChat's cloud."""
        return "84_" + self._text("cloud_id", 86, _URL_SAFE)

    def token(self) -> str:
        """Draw the control API's bearer token.

        Never from the seed: whoever knows the seed must not hold the key to the door.
        """
        return base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()

    def state(self) -> dict[str, int]:
        """Return how far each stream was drawn, to go on from there."""
        with self._lock:
            return dict(self._counters)

    def checked_state(self, state: object) -> dict[str, int]:
        """Read what `state` returned; raises ValueError for anything else."""
        if not isinstance(state, dict) or not all(
            type(drawn) is int and drawn >= 0 for drawn in state.values()
        ):
            raise ValueError("entropy: expected a count for each stream.")
        return {str(purpose): drawn for purpose, drawn in state.items()}

    def restore(self, state: dict[str, int]) -> None:
        """Go on where another one of the same seed was."""
        with self._lock:
            self._counters = defaultdict(int, state)

    def reset(self) -> None:
        """Start every seeded stream over."""
        with self._lock:
            self._counters.clear()

    def _draw(self, purpose: str) -> int:
        """Return how often a stream was drawn from, and count once more."""
        with self._lock:
            number = self._counters[purpose]
            self._counters[purpose] = number + 1
        return number

    def _numbered(self, purpose: str, size: int) -> str:
        """Draw a token: a digit after the nine, an underscore, text, seal and mark."""
        text = self.bytes(purpose, size + 1)
        head = sealed_text(
            f"9{text[:1].translate(_DIGITS).decode()}_"
            f"{text[1:].translate(_URL_SAFE).decode()}"
        )
        return marked(head, self.world, marks.URL_SAFE)

    def _prefixed(self, prefix: str, size: int) -> str:
        head = prefix + self._text(prefix, size, _URL_SAFE)
        return marked(head, self.world, marks.URL_SAFE)

    def _text(self, purpose: str, size: int, spelling: Bytes) -> str:
        return self.bytes(purpose, size).translate(spelling).decode()


def _stream(key: Bytes, message: Bytes, size: int) -> Bytes:
    if size <= _DIGEST_SIZE:
        return hashlib.blake2b(message, key=key, digest_size=_DIGEST_SIZE).digest()[
            :size
        ]
    blocks = range(-(-size // _DIGEST_SIZE))
    return b"".join(
        hashlib.blake2b(message, key=key, salt=block.to_bytes(16, "big")).digest()
        for block in blocks
    )[:size]
