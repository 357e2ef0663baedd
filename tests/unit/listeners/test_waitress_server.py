"""The threads that answer in a test process."""

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
