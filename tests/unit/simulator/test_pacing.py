"""How fast a backend is called."""

from dataclasses import dataclass
from dataclasses import field

from simulator.pacing import Pace
from simulator.pacing import Pacing


@dataclass
class Hours:
    """A clock that only waiting moves."""

    now: float = 0.0
    waited: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def pacing_by(hours: Hours) -> Pacing:
    return Pacing(timer=lambda: hours.now, pause=hours.pause)


def test_eleventh_login_of_a_minute_waits_for_the_next() -> None:
    hours = Hours()
    pacing = pacing_by(hours)

    for _ in range(21):
        pacing.wait("login", Pace(10, 60.0))

    assert hours.waited == [60.0, 60.0]


def test_who_is_slow_anyway_never_waits() -> None:
    hours = Hours()
    pacing = pacing_by(hours)

    for _ in range(30):
        pacing.wait("login", Pace(10, 60.0))
        hours.now += 6.0

    assert hours.waited == []


def test_each_call_has_a_pace_of_its_own() -> None:
    hours = Hours()
    pacing = pacing_by(hours)

    pacing.wait("login", Pace(1, 60.0))
    pacing.wait("phone", Pace(1, 60.0))

    assert hours.waited == []
