"""The signed and encrypted server API: keys, opened questions, sealed answers.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/getting_started/api_signature.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace

from mockwx.clock import Clock
from mockwx.crypto import api_signature
from mockwx.crypto.api_signature import AES256_GCM
from mockwx.crypto.api_signature import RSA_WITH_SHA256
from mockwx.crypto.api_signature import ApiCall
from mockwx.crypto.api_signature import ApiCallError
from mockwx.crypto.api_signature import ApiKeyError
from mockwx.crypto.api_signature import ApiRefusal
from mockwx.crypto.platform_key import make_platform_key
from mockwx.directory import Directory
from mockwx.domain import control
from mockwx.domain.api_security import ApiKeys
from mockwx.domain.api_security import PlatformKey
from mockwx.domain.api_security import PlatformKeys
from mockwx.entropy import Entropy
from mockwx.secrecy.looks import API_KEY
from mockwx.secrecy.looks import shown
from mockwx.store.tables import Table


Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """An answer as it goes out."""

    body: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class ApiSecurity:
    """Guards the apps whose developer registered keys."""

    directory: Directory
    keys: Table[ApiKeys]
    platform_keys: Table[PlatformKeys]
    clock: Clock
    entropy: Entropy

    # -- the console --------------------------------------------------------------

    def show(self, appid: str) -> Json:
        """Show the keys of an app, and the certificate to check WeChat's answers by."""
        self._need_app(appid)
        keys = self.keys.get(appid)
        platform = self._platform_keys(appid).as_json()
        return {**_as_json(keys or ApiKeys()), **platform}

    def register(self, appid: str, body: Mapping[str, object]) -> Json:
        """Register an app's keys in the place of those before; what is left out is not.

        A symmetric key can be drawn here: `"symmetric": {}`. Raises ControlError.
        """
        self._need_app(appid)
        read = control.read_fields(body, FIELDS)
        symmetric, asymmetric = read.get("symmetric"), read.get("asymmetric")
        keys = ApiKeys()
        if isinstance(symmetric, Mapping):
            keys = replace(
                keys,
                symmetric_sn=symmetric.get("sn") or self.entropy.key_number(),
                symmetric_key=symmetric.get("key") or self.entropy.api_key(),
            )
        if isinstance(asymmetric, Mapping):
            keys = replace(
                keys,
                asymmetric_sn=asymmetric.get("sn", ""),
                public_key=asymmetric["public_key"],
            )
        self.keys.put(appid, keys)
        return self.show(appid)

    def forget(self, appid: str) -> None:
        """Remove an app's keys: its calls are plain again."""
        self._need_app(appid)
        self.keys.delete(appid)

    def roll_over(self, appid: str) -> Json:
        """Begin to change certificates: answers are signed with both from now on."""
        self._need_app(appid)
        known, successor = self._platform_keys(appid), self._new_platform_key(appid)
        self.platform_keys.put(appid, known.rolled_over(successor))
        return self.show(appid)

    def end_roll_over(self, appid: str) -> Json:
        """End it: the certificate from before is gone."""
        self._need_app(appid)
        known = self._platform_keys(appid)
        self.platform_keys.put(appid, PlatformKeys(known.current))
        return self.show(appid)

    # -- the wire -----------------------------------------------------------------

    def guards(self, appid: str) -> bool:
        """Say whether an app's calls have to be signed.

        That registering is what makes it so is inferred: the guide calls it opt-in.
        """
        return self.keys.get(appid) is not None

    def open_call(
        self, urlpath: str, appid: str, *, headers: Mapping[str, str], body: bytes
    ) -> Json:
        """Check and decrypt a call of an app; return what it asks.

        Raises ApiCallError with the first of these (the order is inferred): a header is
        missing, its appid is unknown or another's, no public key, too old, signed
        wrong, no symmetric key, encrypted wrong.
        """
        given = api_signature.read_headers(headers)
        if given.appid != appid:
            raise self._wrong_appid(given.appid, appid)
        keys = self.keys.get(appid) or ApiKeys()
        if not keys.public_key:
            raise ApiCallError(
                ApiRefusal.API_NO_ASYMMETRIC_KEY,
                "register a public key with PUT "
                f"/_mockwx/api/mini_programs/{appid}/api_security",
            )
        api_signature.check_age(given.timestamp, now=self.clock.now())
        call = ApiCall(urlpath, appid, given.timestamp)
        public_key = api_signature.load_public_key(keys.public_key)
        api_signature.verify(call, body, given.signature, public_key=public_key)
        if not keys.symmetric_key:
            raise ApiCallError(
                ApiRefusal.API_NO_SYMMETRIC_KEY,
                "register a symmetric key with PUT "
                f"/_mockwx/api/mini_programs/{appid}/api_security",
            )
        return api_signature.open_body(body, call=call, key=_symmetric(keys))

    def seal_answer(
        self, urlpath: str, appid: str, fields: Mapping[str, object]
    ) -> SealedAnswer:
        """Encrypt and sign an answer to a call that was opened."""
        keys = self.keys.get(appid) or ApiKeys()
        call = ApiCall(urlpath, appid, self.clock.now())
        body = api_signature.seal_body(
            fields,
            call=call,
            key=_symmetric(keys),
            iv=self.entropy.api_iv(),
            nonce=self.entropy.api_nonce(),
        )
        platform = self._platform_keys(appid)
        headers = api_signature.response_headers(
            call,
            serial=platform.current.serial,
            signature=_signed(call, body, platform.current),
        )
        if platform.deprecated is not None:
            headers |= api_signature.deprecated_headers(
                serial=platform.deprecated.serial,
                signature=_signed(call, body, platform.deprecated),
            )
        return SealedAnswer(body, headers)

    def _platform_keys(self, appid: str) -> PlatformKeys:
        known = self.platform_keys.get(appid)
        if known is not None:
            return known
        made = PlatformKeys(self._new_platform_key(appid))
        # Whoever was faster made the one that counts.
        self.platform_keys.add(appid, made)
        return self.platform_keys.get(appid) or made

    def _new_platform_key(self, appid: str) -> PlatformKey:
        serial = self.entropy.key_number()
        return make_platform_key(serial, appid=appid, now=self.clock.now())

    def _wrong_appid(self, given: str, appid: str) -> ApiCallError:
        if self.directory.mini_programs.get(given) is None:
            return ApiCallError(
                ApiRefusal.API_INVALID_APPID, f"there is no app {given!r}"
            )
        return ApiCallError(
            ApiRefusal.API_APPID_MISMATCH,
            f"the access_token belongs to {appid!r}, not to {given!r}",
        )

    def _need_app(self, appid: str) -> None:
        if self.directory.mini_programs.get(appid) is None:
            raise control.ControlError(
                "not_found",
                f"no mini program {appid!r}; GET lists those that exist.",
                f"没有小程序 {appid!r}；可用 GET 列出现有的。",
                field="appid",
            )


_SYMMETRIC: dict[str, control.Reader] = {
    "sn": control.text,
    "key": control.text,
    "algorithm": control.text,
}
_ASYMMETRIC: dict[str, control.Reader] = {
    "sn": control.text,
    "public_key": control.text,
    "algorithm": control.text,
}


@control.reads(control.object_schema(_SYMMETRIC))
def _read_symmetric(field: str, value: object) -> dict[str, str]:
    read = _read_texts(field, value, _SYMMETRIC)
    algorithm = read.get("algorithm", AES256_GCM)
    try:
        api_signature.require_algorithm(algorithm, AES256_GCM)
        if "key" in read:
            api_signature.load_symmetric_key("", read["key"])
    except ApiKeyError as error:
        raise _unusable(error, field=f"{field}.key") from None
    return read


@control.reads(control.object_schema(_ASYMMETRIC))
def _read_asymmetric(field: str, value: object) -> dict[str, str]:
    read = _read_texts(field, value, _ASYMMETRIC)
    algorithm = read.get("algorithm", RSA_WITH_SHA256)
    try:
        api_signature.load_public_key(read.get("public_key", ""), algorithm=algorithm)
    except ApiKeyError as error:
        raise _unusable(error, field=f"{field}.public_key") from None
    return read


FIELDS: dict[str, control.Reader] = {
    "symmetric": control.optional(_read_symmetric),
    "asymmetric": control.optional(_read_asymmetric),
}


def _read_texts(
    field: str, value: object, spec: Mapping[str, control.Reader]
) -> dict[str, str]:
    if not isinstance(value, Mapping):
        control.refuse(field, "an object", "对象")
    read = control.read_fields(value, spec)
    return {name: str(each) for name, each in read.items()}


def _signed(call: ApiCall, body: str, key: PlatformKey) -> str:
    private_key = api_signature.load_private_key(key.private_key)
    return api_signature.sign(call, body.encode(), private_key=private_key)


def _symmetric(keys: ApiKeys) -> api_signature.SymmetricKey:
    return api_signature.load_symmetric_key(keys.symmetric_sn, keys.symmetric_key)


def _as_json(keys: ApiKeys) -> Json:
    symmetric = {"sn": keys.symmetric_sn, "key": shown(API_KEY, keys.symmetric_key)}
    asymmetric = {"sn": keys.asymmetric_sn, "public_key": keys.public_key}
    return {
        "symmetric": symmetric if keys.symmetric_key else None,
        "asymmetric": asymmetric if keys.public_key else None,
    }


def _unusable(error: ApiKeyError, *, field: str) -> control.ControlError:
    return control.ControlError(
        "bad_request", f"{error}.", f"密钥不可用：{error}。", field=field
    )
