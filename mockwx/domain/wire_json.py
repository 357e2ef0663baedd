"""JSON as it goes out: compact, no `\\u`, no `\\/`."""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder
from typing import NoReturn


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"a {type(value).__name__} is no JSON")


def _encoder() -> Callable[[object], str]:
    """Return an encoder; CPython's own one, if it is there, made once for all answers.

    `JSONEncoder.encode` makes it anew for each, which takes longer than to encode.
    """
    make = encoder.c_make_encoder  # type: ignore[attr-defined]  # CPython has it
    if make is None or encoder.c_encode_basestring is None:  # type: ignore[attr-defined]  # so is this
        return json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    write = make(
        None, _refuse, encoder.encode_basestring, None, ":", ",", False, False, True
    )
    return lambda value: "".join(write(value, 0))


encode = _encoder()
