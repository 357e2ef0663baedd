"""Worlds in a depot that two processes have open: here two objects on one file."""

import subprocess
import sys
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from mockwx import Settings
from mockwx import pulse
from mockwx.config import DEFAULT_APPID
from mockwx.config import StartingWorld
from mockwx.domain.control import ControlError
from mockwx.domain.exchange import Exchange
from mockwx.domain.quota import DAY
from mockwx.marks import world_number
from mockwx.shared_worlds import STORED
from mockwx.shared_worlds import Birth
from mockwx.shared_worlds import SharedWorlds
from mockwx.store.base import AloneError
from mockwx.store.base import Depot
from mockwx.store.base import StoreError
from mockwx.store.redis import RedisDepot
from mockwx.store.sqlite import SqliteDepot
from mockwx.store.tables import Table
from mockwx.wechat import WeChat
from tests.redis_server import NEEDS_REDIS
from tests.redis_server import running_redis


NOON = 1_700_000_000

Two = tuple[SharedWorlds, SharedWorlds]


def opened(path: Path, **settings: object) -> SharedWorlds:
    return on_depot(SqliteDepot(path / "state.db", STORED), **settings)


def on_depot(depot: Depot, **settings: object) -> SharedWorlds:
    return SharedWorlds(Settings(freeze=NOON, **settings), depot)  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=NEEDS_REDIS)])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    with ExitStack() as stack:
        if request.param == "redis":
            server = stack.enter_context(running_redis(tmp_path))
            depots: list[Depot] = [RedisDepot(server.url, STORED) for _ in range(2)]
        else:
            depots = [SqliteDepot(tmp_path / "state.db", STORED) for _ in range(2)]
        for depot in depots:
            stack.callback(depot.close)
        yield on_depot(depots[0], seed=1), on_depot(depots[1], seed=1)


def births_of(worlds: SharedWorlds, name: str) -> Table[Birth]:
    number = 0 if name == "default" else world_number(name)
    return Table(worlds._depot.store(f"{number}/birth"), "births")


def login(world: WeChat, user: str = "alice") -> str:
    return str(world.device.answer("login", {"user": user})["code"])


def exchange(world: WeChat, code: str) -> str:
    app = world.directory.app(DEFAULT_APPID)
    answer = world.user_login.exchange(
        app, js_code=code, grant_type="authorization_code"
    )
    return answer.session_key


def test_what_one_begins_the_other_finds(two: Two) -> None:
    one, other = two
    code = login(one.named("red"))

    found = other.of((code,))

    assert found is other.named("red")
    assert exchange(found, code)


def test_nobody_names_a_world_until_somebody_does(two: Two) -> None:
    one, other = two
    before = other.any_named()

    one.named("red")

    assert before is False
    assert other.any_named() is True
    assert len(other.all()) == 2


def test_clock_that_one_moves_the_other_reads(two: Two) -> None:
    one, other = two

    one.default.clock.advance(60)

    assert other.default.clock.now() == NOON + 60
    assert other.named("red").clock.now() == NOON


def test_clock_counts_every_step_of_a_race(two: Two) -> None:
    def step(worlds: SharedWorlds) -> None:
        for _ in range(50):
            worlds.default.clock.advance(1)

    threads = [threading.Thread(target=step, args=(each,)) for each in two * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert two[0].default.clock.now() == NOON + 200


def test_no_two_processes_draw_the_same_code(two: Two) -> None:
    drawn = [each.default.entropy.login_code() for each in two * 20]

    assert len(set(drawn)) == 40


def test_reset_by_one_ends_the_world_of_the_other(two: Two) -> None:
    one, other = two
    code = login(one.named("red"))
    other.named("red")

    other.reset("red")

    assert one.any_named() is False
    assert one.of((code,)) is None
    assert one.named("red").user_login.codes.get(code) is None
    assert login(one.named("red"))


def test_reset_of_all_leaves_a_default_world_for_both(two: Two) -> None:
    one, other = two
    first = login(one.default)
    other.named("red")
    other.default.clock.advance(60)

    one.reset()

    assert other.all() == [other.default]
    assert other.default.clock.now() == NOON
    assert login(other.default) == first
    assert other.default.journal.tail() == []


def test_two_who_begin_one_world_at_once_begin_it_once(two: Two) -> None:
    start = threading.Barrier(8)
    codes: list[str] = []

    def begin(worlds: SharedWorlds) -> None:
        start.wait()
        codes.append(login(worlds.named("red")))

    threads = [threading.Thread(target=begin, args=(each,)) for each in two * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(codes)) == 8
    assert all(two[0].named("red").user_login.codes.get(code) for code in codes)


def test_world_goes_on_after_a_restart(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as before:
        code = login(before.named("red"))
        exchange(before.named("red"), code)
        before.named("red").clock.advance(60)
        kept = before.named("red").user_login.codes.get(code)

    with closing(opened(tmp_path)) as after:
        red = after.named("red")
        assert red.user_login.codes.get(code) == kept
        assert red.clock.now() == NOON + 60


def test_beginning_is_not_repeated_by_a_restart(tmp_path: Path) -> None:
    start = StartingWorld(
        users=({"name": "zoe"},),
        faults=({"match": {"path": "wx.login"}, "effect": {"delay_ms": 1}},),
    )
    with closing(opened(tmp_path, world=start)) as before:
        before.default.faults.disarm_all()

    with closing(opened(tmp_path, world=start)) as after:
        assert after.default.faults.list() == []
        assert [user.name for user in after.default.world.users()] == ["zoe"]


@pytest.mark.parametrize("name", ["default", "red"])
def test_beginning_cut_short_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("mockwx.shared_worlds.PATIENCE_SECONDS", 0.02)
    with closing(opened(tmp_path)) as worlds:
        worlds.named(name).store.clear()
        births_of(worlds, name).put(name, Birth(begun=False))

        assert login(worlds.named(name))


DIES_AMID_A_BEGINNING = """
import sys
from pathlib import Path
from mockwx import Settings
from mockwx.shared_worlds import STORED, SharedWorlds, View
from mockwx.store.sqlite import SqliteDepot

worlds = SharedWorlds(Settings(), SqliteDepot(Path(sys.argv[1]), STORED))
View.restart = lambda self: (print("amid it", flush=True), input())
worlds.reset("default") if sys.argv[2] == "default" else worlds.named(sys.argv[2])
"""


@pytest.mark.slow
@pytest.mark.needs("unshare")  # Linux alone tells who lives.
@pytest.mark.parametrize("name", ["default", "red"])
def test_beginning_of_somebody_who_was_killed_is_done_again_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("mockwx.shared_worlds.PATIENCE_SECONDS", 1_000.0)
    file = str(tmp_path / "state.db")
    with subprocess.Popen(
        [sys.executable, "-c", DIES_AMID_A_BEGINNING, file, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"amid it\n"
        program.kill()

    with closing(opened(tmp_path)) as worlds:
        assert login(worlds.named(name))


def test_beginning_of_somebody_who_lives_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.shared_worlds._LOOK_SECONDS", 0.0)
    with closing(opened(tmp_path)) as worlds:
        births = births_of(worlds, "red")
        births.put("red", Birth(begun=False, by=pulse.own()))
        waiting = threading.Thread(target=worlds.named, args=("red",))
        waiting.start()
        waiting.join(0.1)
        waited = waiting.is_alive()

        births.put("red", Birth(begun=True))
        waiting.join()

    assert waited


def test_depot_that_was_emptied_begins_anew(two: Two) -> None:
    one, other = two
    one.named("red")
    for number in (0, world_number("red")):
        for part in ("", "/worlds", "/birth"):
            one._depot.store(f"{number}{part}").clear()

    assert login(other.default)
    assert login(one.named("red"))


def test_depot_of_another_seed_is_refused(tmp_path: Path) -> None:
    opened(tmp_path, seed=1).close()

    with pytest.raises(StoreError, match="begun with --seed 1, not 2") as refusal:
        opened(tmp_path, seed=2)

    assert "--seed 1" in refusal.value.message_zh


def test_too_many_worlds_are_refused_and_leave_nothing(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.worlds.MOST_WORLDS", 1)
    one, other = two
    one.named("red")

    with pytest.raises(ControlError, match="there are 1 worlds"):
        other.named("green")

    one.reset("red")
    assert login(other.named("green"))


def test_what_cannot_name_a_world_is_refused(two: Two) -> None:
    with pytest.raises(ControlError, match="X-Mockwx-World must be"):
        two[0].named("密")


def test_fault_strikes_as_often_as_it_says_whoever_meets_it(two: Two) -> None:
    fault = {
        "match": {"path": "/sns/jscode2session"},
        "effect": {"errcode": -1},
        "times": 10,
    }
    two[0].default.faults.arm(fault)
    struck: list[bool] = []

    def meet(worlds: SharedWorlds) -> None:
        for _ in range(10):
            found = worlds.default.faults.strike(
                path="/sns/jscode2session", appid=DEFAULT_APPID, user="alice"
            )
            struck.append(found is not None)

    threads = [threading.Thread(target=meet, args=(each,)) for each in two * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert struck.count(True) == 10
    assert two[1].default.faults.any_armed() is False


def test_who_does_things_together_waits_for_no_beginning(two: Two) -> None:
    one, other = two
    births_of(one, "red").put("red", Birth(begun=False))

    with pytest.raises(AloneError):
        other.together(partial(other.named, "red"))

    births_of(one, "red").delete("red")
    assert login(other.named("red"))


def test_listener_hears_once_of_a_call_that_is_played_again(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds, heard = two[0], list[object]()
    worlds.listener = heard.append
    together = worlds._depot.together

    def lose_once(work: Callable[[], object]) -> object:
        work()
        return together(work)

    monkeypatch.setattr(worlds._depot, "together", lose_once)
    exchange = cast("Exchange", object())

    worlds.together(partial(worlds.tell, exchange))

    assert heard == [exchange]


def test_each_caller_tells_what_its_call_let_happen(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file's calls are played by whichever thread has the file."""
    worlds, heard = two[0], list[object]()
    worlds.listener = lambda exchange: heard.append(
        (exchange, threading.current_thread() is threading.main_thread())
    )
    together = worlds._depot.together

    def in_a_thread(work: Callable[[], object]) -> object:
        done: list[object] = []
        thread = threading.Thread(target=lambda: done.append(together(work)))
        thread.start()
        thread.join()
        return done[0]

    monkeypatch.setattr(worlds._depot, "together", in_a_thread)
    exchange = cast("Exchange", object())

    worlds.together(partial(worlds.tell, exchange))

    assert heard == [(exchange, True)]


def login_together(worlds: SharedWorlds, user: str) -> None:
    """Log in as the fast lane does: together, or else alone."""
    try:
        worlds.together(lambda: login(worlds.default, user))
    except AloneError:
        login(worlds.default, user)


def test_what_is_too_old_goes_though_calls_are_done_together(two: Two) -> None:
    for number in range(30):
        login_together(two[0], f"person {number}")
    two[0].default.clock.advance(91 * DAY)

    for worlds in two:
        login_together(worlds, "alice")

    assert len(list(two[0].default.store.scan("codes"))) == 2


def test_sweeping_is_not_begun_by_what_may_be_played_again(two: Two) -> None:
    with pytest.raises(AloneError):
        two[0].together(lambda: login(two[0].default))


def test_reset_waits_for_the_one_who_resets_already(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds, happened = two[0], list[str]()
    births = worlds._view_of_default.births
    get = births.get
    # What a rival does to it before each look.
    rival = iter(
        [None, Birth(begun=False, attempt=2), None, Birth(begun=True, attempt=2)]
    )

    def look(table: object, name: str) -> Birth | None:
        act = next(rival, None)
        if act is not None:
            births.put(name, act)
            happened.append("rival has begun it" if act.begun else "rival claims it")
        return get(name)

    monkeypatch.setattr(type(births), "get", look)
    monkeypatch.setattr(
        worlds._view_of_default, "restart", lambda: happened.append("we begin it")
    )

    worlds._restart_default()

    assert happened == ["rival claims it", "rival has begun it", "we begin it"]


def test_world_is_not_declared_begun_for_somebody_who_took_it_over(two: Two) -> None:
    one, other = two
    red = one._view("red")
    taken_over = Birth(begun=False, attempt=3)
    births_of(one, "red").put("red", taken_over)

    assert one._begin_in("red", red, Birth(begun=False, attempt=2)) is False
    assert births_of(other, "red").get("red") == taken_over


def test_views_of_worlds_that_others_end_do_not_pile_up(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.shared_worlds._MOST_VIEWS", 3)
    one, other = two
    for number in range(10):
        other.named(f"world {number}")
        one.reset(f"world {number}")

    assert len(other._views) <= 3
