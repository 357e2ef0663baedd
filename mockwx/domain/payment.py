"""A payment by WeChat Pay: for five minutes it tells who paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields

from mockwx.domain import control
from mockwx.domain.handset import read_user
from mockwx.domain.mini_program import read_appid


PAID_TTL = 300

DEFAULT_MCH_ID = "1900000109"
"""The merchant of WeChat Pay's own samples."""

FIELDS: Mapping[str, control.Reader] = {
    "appid": read_appid,
    "user": read_user,
    "transaction_id": control.text,
    "mch_id": control.text,
    "out_trade_no": control.text,
}


@dataclass(frozen=True, slots=True)
class Payment:
    """Who paid, and under which two numbers: WeChat's and the merchant's."""

    appid: str
    user: str
    transaction_id: str
    mch_id: str
    out_trade_no: str
    paid_at: int

    def as_json(self) -> dict[str, object]:
        """Shape the payment for the control API."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def recent(self, now: int) -> bool:
        """Say whether it still tells who paid."""
        return now < self.paid_at + PAID_TTL

    def answers_to(self, transaction_id: str, mch_id: str, out_trade_no: str) -> bool:
        """Say whether it is meant: by WeChat's number, or by both of the merchant's."""
        if transaction_id:
            return transaction_id == self.transaction_id
        return (mch_id, out_trade_no) == (self.mch_id, self.out_trade_no)
