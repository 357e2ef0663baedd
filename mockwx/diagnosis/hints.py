"""What an SDK's exception text points to: likely causes, when values do not tell.

The texts were measured: one broken payload given to each runtime, and what it said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mockwx.diagnosis.finding import LIKELY
from mockwx.diagnosis.finding import POSSIBLE
from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.words import TABLE
from mockwx.diagnosis.words import tell


@dataclass(frozen=True, slots=True)
class Hint:
    """A text, whose it is, and the causes it points to, the likeliest first."""

    sdk: str
    text: str
    causes: tuple[str, ...]

    def fits(self, error: str) -> bool:
        """Say whether an exception says so."""
        return re.search(self.text, error, re.IGNORECASE) is not None


# Bad padding: a wrong key in 99.6 % of the cases.
WRONG_KEY = (
    "login_after_payload",
    "stale_key",
    "login_race",
    "swapped_arguments",
    "wrong_app",
    "other_persons_key",
)
# Not whole blocks, or not Base64 at all.
DAMAGED = ("plus_became_space", "url_encoded", "truncated_data", "base64_variant")
# The key has another size than 16 bytes.
BAD_KEY = ("code_used_twice", "mangled_key", "own_token_as_key", "wrong_algorithm")
# Rubbish where JSON should begin: a wrong key unchecked, or a wrong iv.
BAD_JSON = ("wrong_iv", *WRONG_KEY)

HINTS = (
    Hint("any", r"40163|code been used", ("code_used_twice",)),
    Hint("any", r"40029|invalid code", ("wrong_code_kind", "code_used_twice")),
    Hint("any", r"87009", ("stale_key", "checksession_signature_decoded_key")),
    Hint("java", r"Illegal base64 character 20", ("plus_became_space",)),
    Hint("java", r"Illegal base64 character 25", ("url_encoded",)),
    Hint("java", r"Illegal base64 character (2d|5f)", ("base64_variant",)),
    Hint("python", r"InvalidAppIdException", ("wrong_app",)),
    Hint("go", r"ErrAppIDNotMatch|appid not match", ("wrong_app",)),
    Hint("demo", r"-?41001|aes ?key", BAD_KEY),
    Hint("demo", r"-?41002", ("wrong_iv",)),
    Hint("demo", r"-?41004|-?41005", DAMAGED),
    Hint("demo", r"-?41003", (*WRONG_KEY, "wrong_iv")),
    Hint("node", r"Invalid key length", BAD_KEY),
    Hint("python", r"Invalid key size|incorrect aes key length", BAD_KEY),
    Hint("java", r"Invalid AES key length", BAD_KEY),
    Hint("go", r"aes: invalid key size", BAD_KEY),
    Hint("node", r"Invalid initialization vector|Invalid IV", ("wrong_iv",)),
    Hint("go", r"IV length must equal block size|bad iv length", ("wrong_iv",)),
    Hint("java", r"Wrong IV length", ("wrong_iv",)),
    Hint("php", r"IV passed (in|is) (only )?\d+ bytes", ("wrong_iv",)),
    Hint("go", r"unexpected end of JSON input", ("truncated_data",)),
    Hint(
        "go",
        r"illegal base64 data",
        ("truncated_data", "plus_became_space", "url_encoded", "base64_variant"),
    ),
    Hint("python", r"Incorrect padding", ("truncated_data", *DAMAGED)),
    Hint("python", r"Invalid base64-encoded string", DAMAGED),
    Hint("java", r"Illegal base64", DAMAGED),
    Hint("node", r"wrong final block length", DAMAGED),
    Hint(
        "java",
        r"not multiple of 16|must be multiple of 16|IllegalBlockSize",
        ("truncated_data", "plus_became_space", "base64_variant"),
    ),
    Hint(
        "any",
        r"not (a )?multiple of (the )?block length|data not multiple of block",
        ("truncated_data", "plus_became_space", "base64_variant"),
    ),
    Hint("python", r"Expecting property name", ("truncated_data", "wrong_iv")),
    Hint("wechatpy", r"Expecting value: line 1 column 1", (*WRONG_KEY, "wrong_iv")),
    Hint("python", r"UnicodeDecodeError|codec can't decode", (*WRONG_KEY, "wrong_iv")),
    Hint("java", r"Expected BEGIN_OBJECT", BAD_JSON),
    Hint("node", r"Unexpected token", BAD_JSON),
    Hint("go", r"invalid character .* looking for beginning", BAD_JSON),
    Hint("node", r"bad decrypt|1C800064|06065064|Illegal Buffer", WRONG_KEY),
    Hint("java", r"BadPadding|not properly padded|AES解密失败", WRONG_KEY),
    Hint("dotnet", r"Padding is invalid and cannot be removed", WRONG_KEY),
    Hint("go", r"invalid padding on input", WRONG_KEY),
    Hint("php", r"given payload is invalid|DecryptException", WRONG_KEY),
    Hint("any", r"padding|decrypt|解密", WRONG_KEY),
    Hint(
        "any",
        r"signature|check_user_info|签名",
        ("signature_stale_key", "raw_data_changed", "signature_decoded_key"),
    ),
)


LONGEST = 10_000
"""So much of an exception's text is read; the rest is its stack."""

# What an SDK is written in, by its name in lower case.
RUNTIMES = {
    "easywechat": "php",
    "wxjava": "java",
    "wechatpy": "python",
    "python-weixin": "python",
    "senparc": "dotnet",
    "silenceper": "go",
    "powerwechat": "go",
    "weapp": "go",
    "co-wechat-api": "node",
}


def hint_for(error: str, sdk: str | None = None) -> Hint | None:
    """Return the first hint whose text is in the error, those of the SDK first."""
    name = (sdk or "").lower()
    own = (name, RUNTIMES.get(name, name))
    beginning = error[:LONGEST]
    fitting = [each for each in HINTS if each.fits(beginning)]
    return next(
        (each for each in fitting if each.sdk in own), fitting[0] if fitting else None
    )


def causes_of(error: str, sdk: str | None = None) -> Iterator[Finding]:
    """Yield what an exception points to, the likeliest first."""
    found = hint_for(error, sdk)
    for place, cause in enumerate(found.causes if found else ()):
        yield guess(cause, LIKELY if place == 0 else POSSIBLE)


def guess(cause: str, certainty: str) -> Finding:
    """Say a cause without knowing a fact of the case."""
    name = f"{cause}.guess"
    return tell(name if name in TABLE else cause, certainty)
