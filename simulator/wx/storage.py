"""数据缓存 storage: kept on the phone, for each mini program, over relaunches.

https://developers.weixin.qq.com/miniprogram/dev/api/storage/wx.setStorage.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from simulator.wx.errors import WxError
from simulator.wx.host import Api
from simulator.wx.host import Done
from simulator.wx.javascript import stringify


KEY_LIMIT = 1024 * 1024
TOTAL_LIMIT = 10 * 1024 * 1024


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

    def set_storage(self, key: str, data: object) -> Done:
        """Store a JSON value under a key."""
        self._store("setStorage", key, data)
        return Done({"errMsg": "setStorage:ok"})

    def get_storage(self, key: str) -> StorageResult:
        """Read a key; a missing one fails."""
        text = self._host.storage.get(key)
        if text is None:
            raise WxError("getStorage:fail data not found")
        data = json.loads(text)
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
        return "" if text is None else json.loads(text)

    def remove_storage_sync(self, key: str) -> None:
        """Forget a key, known or not."""
        self._host.storage.pop(key, None)

    def clear_storage_sync(self) -> None:
        """Forget everything."""
        self._host.storage.clear()

    def _store(self, api: str, key: str, data: object) -> None:
        try:
            text = stringify(data)
        except (TypeError, ValueError) as error:
            raise WxError(f"{api}:fail data cannot be stored: {error}") from error
        if _bytes(text) > KEY_LIMIT:
            raise WxError(f"{api}:fail entry size limit reached")
        storage = self._host.storage
        others = {name: value for name, value in storage.items() if name != key}
        if _size({**others, key: text}) > TOTAL_LIMIT:
            raise WxError(f"{api}:fail quota exceeded")
        storage[key] = text


def _size(storage: dict[str, str]) -> int:
    return sum(_bytes(key) + _bytes(value) for key, value in storage.items())


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
