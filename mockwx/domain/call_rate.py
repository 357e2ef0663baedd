"""接口调用频率规范: how often one person's phone may call.

https://developers.weixin.qq.com/miniprogram/dev/framework/performance/api-frequency.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass

from mockwx.domain import control


SECOND = 1
PER_SECOND = 4
CALLS_PER_VIEW = 2


@dataclass(frozen=True, slots=True)
class CallRate:
    """The limits of an app that wants them kept."""

    per_second: int = PER_SECOND
    """Calls of one interface by one person in a second."""
    page_views: int | None = None
    """The page views of a day, which allow twice as many calls; None: no limit."""

    @property
    def per_day(self) -> int | None:
        """The calls of one interface in a day, by everybody."""
        return None if self.page_views is None else CALLS_PER_VIEW * self.page_views

    def as_json(self) -> dict[str, object]:
        """Shape the limits for the control API."""
        return asdict(self)


_FIELDS: dict[str, control.Reader] = {
    "per_second": control.whole(at_least=1),
    "page_views": control.optional(control.whole()),
}


@control.reads(control.object_schema(_FIELDS))
def read_call_rate(field: str, value: object) -> CallRate:
    """Read the limits as the control API takes them."""
    if not isinstance(value, Mapping):
        control.refuse(field, "null, or an object such as {}", " null，或对象（如 {}）")
    return CallRate(**control.read_fields(value, _FIELDS))  # type: ignore[arg-type]  # read by _FIELDS
