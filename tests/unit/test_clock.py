"""The clock: stands still, moves on, and never jumps back by itself."""

import threading
import time

import pytest

from mockwx.clock import LATEST
from mockwx.clock import SteppedClock
from mockwx.clock import SystemClock
from mockwx.clock import monotonic_ns


class WallClock:
    """A base clock whose hands the test moves."""

    def __init__(self, ms=1_700_000_000_250):
        self.ms = ms

    def now(self):
        return self.ms // 1000

    def now_ms(self):
        return self.ms


@pytest.fixture
def wall():
    return WallClock()


def test_system_clock_tells_the_machines_time():
    before = time.time()
    second, ms = SystemClock().now(), SystemClock().now_ms()
    after = time.time()

    assert int(before) <= second <= int(after)
    assert int(before * 1000) <= ms + 1
    assert ms <= after * 1000 + 1


def test_without_a_base_the_system_clock_is_stepped():
    assert abs(SteppedClock().now() - time.time()) <= 1


def test_running_clock_follows_its_base(wall):
    clock = SteppedClock(wall)

    wall.ms += 1_750

    assert (clock.now(), clock.now_ms()) == (1_700_000_002, 1_700_000_002_000)
    assert not clock.frozen


def test_clock_made_at_a_moment_stands_there(wall):
    clock = SteppedClock(wall, at=1_600_000_000)

    wall.ms += 60_000

    assert clock.frozen
    assert (clock.now(), clock.now_ms()) == (1_600_000_000, 1_600_000_000_000)


def test_running_clock_advances_and_runs_on(wall):
    clock = SteppedClock(wall)

    assert clock.advance(300) == 1_700_000_300
    wall.ms += 1_000
    assert clock.advance(300) == 1_700_000_601
    assert not clock.frozen


def test_frozen_clock_advances_and_stands_still(wall):
    clock = SteppedClock(wall, at=1_600_000_000)

    assert clock.advance(301) == 1_600_000_301
    wall.ms += 60_000
    assert clock.now() == 1_600_000_301


def test_freezing_stops_at_this_very_moment(wall):
    clock = SteppedClock(wall)

    assert clock.freeze() == 1_700_000_000
    wall.ms += 60_000

    assert clock.now_ms() == 1_700_000_000_250


def test_freezing_a_frozen_clock_changes_nothing(wall):
    clock = SteppedClock(wall, at=1_600_000_000)

    assert clock.freeze() == 1_600_000_000


def test_freezing_at_a_moment_stands_there(wall):
    clock = SteppedClock(wall)

    assert clock.freeze(1_500_000_000) == 1_500_000_000
    assert clock.frozen


def test_time_does_not_jump_when_the_clock_resumes(wall):
    clock = SteppedClock(wall)
    clock.freeze()
    wall.ms += 3_600_000

    assert clock.resume() == 1_700_000_000
    wall.ms += 2_000

    assert clock.now_ms() == 1_700_000_002_250
    assert not clock.frozen


def test_resuming_keeps_what_was_advanced(wall):
    clock = SteppedClock(wall, at=1_600_000_000)
    clock.advance(7_200)

    assert clock.resume() == 1_600_007_200


def test_resuming_a_running_clock_changes_nothing(wall):
    clock = SteppedClock(wall)
    clock.advance(60)

    assert clock.resume() == 1_700_000_060


def test_reset_undoes_everything(wall):
    running, frozen = SteppedClock(wall), SteppedClock(wall, at=1_600_000_000)
    for clock in (running, frozen):
        clock.freeze(1_500_000_000)
        clock.advance(60)
        clock.reset()

    assert (running.now(), running.frozen) == (1_700_000_000, False)
    assert (frozen.now(), frozen.frozen) == (1_600_000_000, True)


@pytest.mark.parametrize("frozen", [True, False], ids=["frozen", "running"])
def test_clock_refuses_to_go_backward(wall, frozen):
    clock = SteppedClock(wall, at=1_600_000_000 if frozen else None)
    before = clock.now()

    with pytest.raises(ValueError, match="only goes forward: -1 is negative"):
        clock.advance(-1)

    assert clock.now() == before


@pytest.mark.parametrize("at", [-1, LATEST + 1, 10**30], ids=["past", "late", "huge"])
def test_clock_refuses_a_time_no_rid_can_express(wall, at):
    clock = SteppedClock(wall)

    with pytest.raises(ValueError, match="use epoch seconds from 0 to"):
        clock.freeze(at)
    with pytest.raises(ValueError, match="use epoch seconds from 0 to"):
        SteppedClock(wall, at=at)

    assert not clock.frozen


@pytest.mark.parametrize("frozen", [True, False], ids=["frozen", "running"])
def test_clock_refuses_to_advance_beyond_its_end(wall, frozen):
    clock = SteppedClock(wall, at=1_700_000_000 if frozen else None)

    with pytest.raises(ValueError, match="use epoch seconds from 0 to"):
        clock.advance(LATEST)

    assert clock.now() == 1_700_000_000
    assert clock.advance(LATEST - 1_700_000_000) == LATEST


def test_no_advance_is_lost_between_threads(wall):
    clock = SteppedClock(wall)

    def tick():
        for _ in range(500):
            clock.advance(1)

    threads = [threading.Thread(target=tick) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert clock.now() == 1_700_000_000 + 8 * 500


def test_monotonic_readings_never_fall():
    readings = [monotonic_ns() for _ in range(1000)]

    assert readings == sorted(readings)
    assert readings[0] < readings[-1]
