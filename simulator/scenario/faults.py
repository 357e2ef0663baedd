"""The shape of a fault: where it strikes, what happens, how often.

The words are the mock's own; a test compares them with what it knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import OrNull
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.shapes import Shape
from simulator.scenario.shapes import Text
from simulator.scenario.source import Node
from simulator.scenario.templates import Templated


TRANSPORTS = ("reset", "truncate", "drip", "hang")
BODIES = ("malformed_json", "html", "empty", "wrong_content_type")
SESSION_ACTS = ("rotate", "expire")
PAYLOADS = (
    "stale_key",
    "other_users_key",
    "unknown_key",
    "wrong_iv",
    "missing_iv",
    "short_iv",
    "swapped_iv",
    "tampered_ciphertext",
    "truncated_ciphertext",
    "empty_ciphertext",
    "truncated_at_block",
    "plus_became_space",
    "url_encoded",
    "url_encoded_twice",
    "broken_lines",
    "url_safe_base64",
    "unpadded_base64",
    "wrong_watermark_appid",
    "old_watermark_timestamp",
    "reserialised_raw_data",
    "url_encoded_raw_data",
    "mojibake_raw_data",
    "changed_raw_data",
    "forged_signature",
)


EFFECT = Record(
    "an effect",
    {
        "errcode": Templated(Number(minimum=None)),
        "errmsg": Templated(Text()),
        "http_status": Templated(Number(minimum=200)),
        "body": Templated(Text()),
        "delay_ms": Templated(Number()),
        "transport": Templated(Choice(TRANSPORTS)),
        "session": Templated(Choice(SESSION_ACTS)),
        "payload": Templated(Choice(PAYLOADS)),
    },
    one_of=("errcode", "http_status", "transport", "session", "payload"),
)


class EffectShape:
    """One thing that goes wrong, perhaps after a delay."""

    _spoilt_body = Templated(Choice(BODIES))

    def read(self, node: Node, report: Report) -> Mapping[str, Any]:
        """Return the effect."""
        effect: Mapping[str, Any] = EFFECT.read(node, report) or {}
        if isinstance(node.value, dict) and not node.value:
            report.add(node, "expected an effect such as {errcode: 45011}, found none")
        if "errmsg" in effect and "errcode" not in effect:
            report.add(node, "an effect with errmsg needs 'errcode'")
        if "body" in effect and "http_status" not in effect:
            # Alone, it is not a text to answer but a way to spoil the true answer.
            self._spoilt_body.read(node.members()["body"], report)
            rivals = set(effect) - {"body", "delay_ms"}
            if rivals:
                report.add(node, f"an effect takes only one of body, {rivals.pop()}")
        return effect

    def schema(self) -> Schema:
        """Say object with at least one effect."""
        words_of_an_error = {"errmsg": ["errcode"]}
        return {
            **EFFECT.schema(),
            "minProperties": 1,
            "dependentRequired": words_of_an_error,
        }


_MATCH = Record(
    "a match",
    {name: Templated(Text()) for name in ("path", "appid", "user")},
)

FAULT: Mapping[str, Shape] = {
    "match": _MATCH,
    "effect": EffectShape(),
    "times": OrNull(Templated(Number(minimum=1))),
    "after": Templated(Number()),
    "probability": Templated(Number(whole=False)),
    "seed": Templated(Number()),
}
