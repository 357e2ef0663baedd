"""Frozen dataclasses that cost what others do: for what every call makes.

A frozen class refuses to be written to, so its own `__init__` has to go around that,
field by field, which takes three times as long as plain assignments.
"""

from __future__ import annotations

from dataclasses import MISSING
from dataclasses import fields
from typing import Any
from typing import TypeVar


T = TypeVar("T")


def made_fast(cls: type[T]) -> type[T]:
    """Give a frozen dataclass with slots an `__init__` of plain assignments.

    While its fields are set, an object belongs to a twin class that is not frozen.
    """
    ours = fields(cls)  # type: ignore[arg-type]  # a dataclass
    if any(each.default_factory is not MISSING for each in ours):
        raise TypeError(f"{cls.__name__} needs factories, which are not made fast")
    twin = type(f"{cls.__name__}InTheMaking", (), {"__slots__": cls.__slots__})  # type: ignore[attr-defined]  # slots=True
    slow = cls.__init__
    star = "*, " if any(each.kw_only for each in ours) else ""
    lines = [
        f"def __init__(self, {star}{', '.join(each.name for each in ours)}):",
        " become(self, '__class__', twin)",
        *(f" self.{each.name} = {each.name}" for each in ours),
        " self.__class__ = cls",
    ]
    names: dict[str, Any] = {"become": object.__setattr__, "twin": twin, "cls": cls}
    # As the module dataclasses makes its own; nothing but names of fields goes in.
    exec("\n".join(lines), names)
    fast = names["__init__"]
    for kept in ("__defaults__", "__kwdefaults__", "__annotations__", "__qualname__"):
        setattr(fast, kept, getattr(slow, kept))
    cls.__init__ = fast  # type: ignore[method-assign]  # the very signature
    return cls
