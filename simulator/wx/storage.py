"""数据缓存 storage: kept on the phone, for each mini program, over relaunches.

https://developers.weixin.qq.com/miniprogram/dev/api/storage/wx.setStorage.html
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from simulator.wx.errors import WxError
from simulator.wx.host import Api
from simulator.wx.host import Done
from simulator.wx.host import version_of
from simulator.wx.javascript import stringify


KEY_LIMIT = 1024 * 1024
TOTAL_LIMIT = 10 * 1024 * 1024
# Encrypted, 0.7 of one megabyte and 7.1 of ten have room.
_ENCRYPTED_GROWTH = 10 / 7.1
_ENCRYPT_SINCE = (2, 21, 3)
# No JSON text begins with this letter. Nobody reads the phone's memory here, so the
# text is made unreadable at a glance and no more.
_SEALED = "sealed:"


@dataclass(frozen=True, slots=True)
class StorageResult(Done):
    """What was stored under the key."""

    data: object


@dataclass(frozen=True, slots=True)
class StorageInfoResult(Done):
    """What is stored, in kilobytes."""

    keys: tuple[str, ...]
    current_size: int
    limit_size: int


class StorageApi(Api):
    """wx.setStorage and its family, asynchronous and synchronous."""

    __slots__ = ()

    def set_storage(self, key: str, data: object, *, encrypt: bool = False) -> Done:
        """Store a JSON value under a key, encrypted or plain."""
        self._store("setStorage", key, data, encrypt=encrypt and self._can_encrypt)
        return Done({"errMsg": "setStorage:ok"})

    def get_storage(self, key: str, *, encrypt: bool = False) -> StorageResult:
        """Read a key; a missing one fails, and so does one stored the other way."""
        text = self._host.storage.get(key)
        if text is None:
            raise WxError("getStorage:fail data not found")
        if encrypt and self._can_encrypt:
            text = _unsealed(text)
        data = _value(text)
        return StorageResult({"data": data, "errMsg": "getStorage:ok"}, data=data)

    def remove_storage(self, key: str) -> Done:
        """Forget a key, known or not."""
        self._host.storage.pop(key, None)
        return Done({"errMsg": "removeStorage:ok"})

    def clear_storage(self) -> Done:
        """Forget everything."""
        self._host.storage.clear()
        return Done({"errMsg": "clearStorage:ok"})

    def get_storage_info(self) -> StorageInfoResult:
        """List the keys and the space they take."""
        keys = tuple(self._host.storage)
        current_size = -(-_size(self._host.storage) // 1024)
        limit_size = TOTAL_LIMIT // 1024
        answer = {
            "keys": list(keys),
            "currentSize": current_size,
            "limitSize": limit_size,
            "errMsg": "getStorageInfo:ok",
        }
        return StorageInfoResult(answer, keys, current_size, limit_size)

    def set_storage_sync(self, key: str, data: object) -> None:
        """Store a JSON value under a key."""
        self._store("setStorageSync", key, data)

    def get_storage_sync(self, key: str) -> object:
        """Read a key; a missing one is the empty text."""
        text = self._host.storage.get(key)
        return "" if text is None else _value(text)

    def remove_storage_sync(self, key: str) -> None:
        """Forget a key, known or not."""
        self._host.storage.pop(key, None)

    def clear_storage_sync(self) -> None:
        """Forget everything."""
        self._host.storage.clear()

    def get_storage_info_sync(self) -> StorageInfoResult:
        """List the keys and the space they take."""
        return self.get_storage_info()

    @property
    def _can_encrypt(self) -> bool:
        """Say whether the library knows the option; older ones ignore it."""
        base_library = self._host.base_library
        return base_library is None or version_of(base_library) >= _ENCRYPT_SINCE

    def _store(
        self, api: str, key: str, data: object, *, encrypt: bool = False
    ) -> None:
        try:
            text = stringify(data)
        except (TypeError, ValueError) as error:
            raise WxError(f"{api}:fail data cannot be stored: {error}") from error
        text = _sealed(text) if encrypt else text
        if _weight(text) > KEY_LIMIT:
            raise WxError(f"{api}:fail entry size limit reached")
        storage = self._host.storage
        others = {name: value for name, value in storage.items() if name != key}
        if _size({**others, key: text}) > TOTAL_LIMIT:
            raise WxError(f"{api}:fail quota exceeded")
        storage[key] = text


def _size(storage: dict[str, str]) -> int:
    return sum(_bytes(key) + _weight(value) for key, value in storage.items())


def _weight(text: str) -> int:
    if text.startswith(_SEALED):
        return int(_bytes(_unsealed(text)) * _ENCRYPTED_GROWTH)
    return _bytes(text)


def _sealed(text: str) -> str:
    return _SEALED + base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def _unsealed(text: str) -> str:
    if not text.startswith(_SEALED):
        # The text is inferred.
        raise WxError("getStorage:fail decrypt data failed")
    sealed = base64.b64decode(text.removeprefix(_SEALED))
    return sealed.decode("utf-8", "surrogatepass")


def _value(text: str) -> object:
    """Read a value; an encrypted one shows as what lies in the memory."""
    if text.startswith(_SEALED):
        return text.removeprefix(_SEALED)
    value: object = json.loads(text)
    return value


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
