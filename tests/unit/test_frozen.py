"""A frozen dataclass that is made fast is the same in all else."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

import pytest

from mockwx.frozen import made_fast
from mockwx.frozen import maker


@dataclass(frozen=True, slots=True)
class Slow:
    """What dataclasses makes."""

    name: str
    size: int = 3
    parent: object = None


@made_fast
@dataclass(frozen=True, slots=True)
class Fast:
    """The same, made fast."""

    name: str
    size: int = 3
    parent: object = None


def test_object_is_of_its_class_and_holds_what_it_was_given() -> None:
    made = Fast("a", parent=1)

    assert type(made) is Fast
    assert (made.name, made.size, made.parent) == ("a", 3, 1)


def test_object_cannot_be_written_to() -> None:
    made = Fast("a")

    with pytest.raises(FrozenInstanceError):
        made.size = 4  # type: ignore[misc]  # the point


def test_signature_is_the_one_of_the_dataclass() -> None:
    assert inspect.signature(Fast) == inspect.signature(Slow)
    with pytest.raises(TypeError, match=r"missing 1 required positional argument"):
        Fast()  # type: ignore[call-arg]  # the point


def test_object_equals_hashes_and_prints_as_a_dataclass_does() -> None:
    assert Fast("a") == Fast("a") != Fast("b")
    assert hash(Fast("a")) == hash(Fast("a"))
    assert repr(Fast("a")) == repr(Slow("a")).replace("Slow", "Fast")


def test_object_is_replaced_copied_and_pickled() -> None:
    made = Fast("a", parent=(1,))

    assert replace(made, size=4) == Fast("a", 4, (1,))
    assert copy.copy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made


def test_fields_by_name_alone_stay_so() -> None:
    @made_fast
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        name: str
        size: int = 3

    assert Named(name="a").size == 3
    with pytest.raises(TypeError, match="positional"):
        Named("a")  # type: ignore[misc]  # the point


def test_class_that_makes_a_value_anew_for_each_object_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Listing:
        rows: list[int] = field(default_factory=list)

    with pytest.raises(TypeError, match="factories"):
        made_fast(Listing)


def test_maker_makes_what_the_class_makes() -> None:
    make = maker(Fast)

    made = make("a", parent=1)

    assert type(made) is Fast
    assert made == Fast("a", parent=1)
    with pytest.raises(FrozenInstanceError):
        made.size = 4  # type: ignore[misc]  # the point
    with pytest.raises(TypeError, match=r"missing 1 required positional argument"):
        make()  # type: ignore[call-arg]  # the point


def test_maker_takes_by_name_alone_what_the_class_does() -> None:
    @made_fast
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        name: str
        size: int = 3

    make = maker(Named)

    assert make(name="a") == Named(name="a")
    with pytest.raises(TypeError, match="positional"):
        make("a")  # type: ignore[misc]  # the point
