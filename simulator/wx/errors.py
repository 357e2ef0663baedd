"""The fail branch of a wx call."""

from __future__ import annotations

from collections.abc import Mapping


class WxError(Exception):
    """What the ``fail`` callback gets; ``detail`` is what only we know of the cause."""

    def __init__(
        self,
        err_msg: str,
        errno: int | None = None,
        *,
        answer: Mapping[str, object] | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(err_msg if errno is None else f"{err_msg} (errno {errno})")
        self.err_msg = err_msg
        self.errno = errno
        self.detail = detail
        self.answer: Mapping[str, object] = answer or _answer(err_msg, errno)


def _answer(err_msg: str, errno: int | None) -> dict[str, object]:
    answer: dict[str, object] = {"errMsg": err_msg}
    if errno is not None:
        answer["errno"] = errno
    return answer
