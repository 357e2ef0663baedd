"""Logins by so many threads of one process; how many a second there are in all."""

import itertools
import threading
import time
from collections.abc import Callable


Login = Callable[[int], None]
"""Plays the login of the person of this number."""


def rate(player: Callable[[], Login], *, flows: int, at_a_time: int) -> float:
    """Play that many logins; each thread plays by a player of its own.

    Raises RuntimeError if one of them failed.
    """
    numbers = itertools.count()
    ready = threading.Barrier(at_a_time + 1)
    failed: list[BaseException] = []

    def play(place: int) -> None:
        try:
            login = player()
            # Connections are opened, and modules loaded, before anything is measured.
            login(-1 - place)
            ready.wait()
            while (number := next(numbers)) < flows:
                login(number)
        except Exception as error:
            failed.append(error)
            ready.abort()

    threads = [
        threading.Thread(target=play, args=(place,), daemon=True)
        for place in range(at_a_time)
    ]
    for thread in threads:
        thread.start()
    try:
        ready.wait()
    except threading.BrokenBarrierError:
        raise RuntimeError(f"a player failed: {failed}") from None
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if failed:
        raise RuntimeError(f"a player failed: {failed}")
    return flows / seconds
