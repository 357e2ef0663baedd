"""The threads that answer in a test process."""

import threading

from mockwx.listeners.waitress_server import GrowingDispatcher


class Call:
    """What a connection hands to a thread."""

    def service(self) -> None:
        """Answer at once."""

    def cancel(self) -> None:
        """Never mind."""


def test_call_that_comes_while_threads_end_begins_no_other() -> None:
    dispatcher = GrowingDispatcher()
    dispatcher.add_task(Call())
    dispatcher.shutdown()

    dispatcher.add_task(Call())

    assert (len(dispatcher.started), len(dispatcher.threads)) == (1, 0)
    dispatcher.join()


class Hurried(GrowingDispatcher):
    """One that is told to end just when it is about to begin a thread."""

    def __init__(self) -> None:
        super().__init__()
        self.ending = threading.Thread(target=self.shutdown)

    def set_thread_count(self, count: int) -> None:
        if count:
            self.ending.start()
            # It ends first where nothing keeps it from that.
            self.ending.join(0.2)
        super().set_thread_count(count)


def test_thread_that_is_about_to_begin_when_all_end_ends_too() -> None:
    dispatcher = Hurried()

    dispatcher.add_task(Call())
    dispatcher.ending.join()
    for thread in dispatcher.started:
        thread.join(1)

    assert dispatcher.threads == set()
    assert not any(thread.is_alive() for thread in dispatcher.started)
