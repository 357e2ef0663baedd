"""Frozen dataclasses that cost what others do: for what every call makes.

A frozen class refuses to be written to, so its own `__init__` has to go around that,
field by field, which takes three times as long as plain assignments.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import MISSING
from dataclasses import Field
from dataclasses import fields
from typing import Any
from typing import ParamSpec
from typing import TypeVar


T = TypeVar("T")
P = ParamSpec("P")


def made_fast(cls: type[T]) -> type[T]:
    """Give a frozen dataclass with slots an `__init__` of plain assignments.

    While its fields are set, an object belongs to a twin class that is not frozen.
    """
    ours, twin = _fields(cls), _twin(cls)
    slow = cls.__init__
    lines = [
        "become(self, '__class__', twin)",
        *(f"self.{each.name} = {each.name}" for each in ours),
        "self.__class__ = cls",
    ]
    names = {"become": object.__setattr__, "twin": twin, "cls": cls}
    fast = _written("__init__", ["self", *_parameters(ours)], lines, names)
    for kept in ("__defaults__", "__kwdefaults__", "__annotations__", "__qualname__"):
        setattr(fast, kept, getattr(slow, kept))
    cls.__init__ = fast  # type: ignore[method-assign]  # the very signature
    return cls


def maker(cls: Callable[P, T]) -> Callable[P, T]:
    """Return a function that makes what calling a dataclass with slots makes, sooner.

    What calls a class goes through C and back for each `__init__`: that is half of it.
    """
    ours = _fields(cls)
    lines = [
        "made = twin()",
        *(f"made.{each.name} = {each.name}" for each in ours),
        "made.__class__ = cls",
        "return made",
    ]
    names = {"twin": _twin(cls), "cls": cls}
    make = _written("make", _parameters(ours), lines, names)
    make.__defaults__ = cls.__init__.__defaults__
    make.__kwdefaults__ = cls.__init__.__kwdefaults__
    return make  # type: ignore[no-any-return]  # written above


def _fields(cls: Any) -> tuple[Field[Any], ...]:
    ours = fields(cls)
    if any(each.default_factory is not MISSING for each in ours):
        raise TypeError(f"{cls.__name__} needs factories, which are not made fast")
    return ours


def _twin(cls: Any) -> type:
    """Make a class of the same slots that can be written to."""
    return type(f"{cls.__name__}InTheMaking", (), {"__slots__": cls.__slots__})


def _parameters(ours: Sequence[Field[Any]]) -> list[str]:
    names = [each.name for each in ours]
    return ["*", *names] if any(each.kw_only for each in ours) else names


def _written(
    name: str,
    parameters: Sequence[str],
    lines: Sequence[str],
    names: dict[str, Any],
) -> Any:
    """Write a function, as the module dataclasses does: of nothing but our fields."""
    head = f"def {name}({', '.join(parameters)}):"
    exec("\n ".join([head, *lines]), names)
    return names[name]
