"""The doctor names exactly what went wrong, and accuses nobody else."""

import itertools
import random

import pytest

from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.finding import PROVED
from tests.unit.diagnosis.breakages import RIGHT
from tests.unit.diagnosis.breakages import combinations
from tests.unit.diagnosis.breakages import play
from tests.unit.diagnosis.scene import Scene


COMBINATIONS = combinations()

MANY = 10_000
CASES_PER_SCENE = 40
"""A doctor looks through everybody: a scene with few people is quick."""


class Scenes:
    """Gives each case a scene, shared with a few others."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._scene = Scene(0)

    def next(self) -> Scene:
        number = next(self._numbers)
        if number % CASES_PER_SCENE == 0:
            self._scene = Scene(number)
        return self._scene


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return Scenes()


def judge(scene: Scene, combination: tuple[str, ...], seed: str) -> None:
    """Play a combination and compare what the doctor says."""
    broken = play(scene, combination, random.Random(seed))

    diagnosis = scene.wechat.doctor.diagnose(broken.question)

    assert set(diagnosis.causes) == broken.causes, (combination, seed)
    assert diagnosis.ok == (not broken.causes)
    assert {each.certainty for each in diagnosis.findings} <= {PROVED}


@pytest.mark.parametrize("combination", COMBINATIONS, ids="+".join)
def test_doctor_names_exactly_what_went_wrong(
    combination: tuple[str, ...], scenes: Scenes
) -> None:
    judge(scenes.next(), combination, "+".join(combination))


@pytest.mark.slow
@pytest.mark.external
@pytest.mark.fuzz
@pytest.mark.timeout(1200)
def test_doctor_names_exactly_what_went_wrong_ten_thousand_times(
    scenes: Scenes,
) -> None:
    cases = itertools.islice(itertools.cycle(COMBINATIONS), MANY)

    for number, combination in enumerate(cases):
        judge(scenes.next(), combination, str(number))


def test_right_payload_is_never_accused_with_or_without_history(
    scenes: Scenes,
) -> None:
    for number in range(50):
        scene = scenes.next()
        question = play(scene, (RIGHT,), random.Random(number)).question

        for diagnosis in (
            scene.wechat.doctor.diagnose(question),
            diagnose(question),
        ):
            assert diagnosis.ok
            assert diagnosis.findings == ()
            assert diagnosis.plaintext is not None
            assert diagnosis.plaintext["watermark"]
