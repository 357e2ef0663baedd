"""The sender: one job after another, and a rest."""

import threading

from mockwx.sender import Sender


def test_jobs_are_done_in_order():
    sender, done = Sender(), []
    for number in range(100):
        sender.submit(lambda number=number: done.append(number))

    assert sender.wait(10)
    assert done == list(range(100))


def test_job_that_fails_stops_nobody(caplog):
    sender, done = Sender(), []

    def fail():
        raise RuntimeError("oops")

    sender.submit(fail)
    sender.submit(lambda: done.append(1))

    assert sender.wait(10)
    assert done == [1]
    assert "A bug in mockwx" in caplog.text


def test_thread_ends_with_the_last_job():
    sender = Sender()
    threads = []
    for _ in range(3):
        sender.submit(lambda: threads.append(threading.current_thread()))
        assert sender.wait(10)

    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert all(thread.daemon for thread in threads)


def test_what_has_not_begun_can_be_forgotten():
    sender, begun, go, done = Sender(), threading.Event(), threading.Event(), []

    def first():
        begun.set()
        go.wait(10)
        done.append(1)

    sender.submit(first)
    sender.submit(lambda: done.append(2))
    begun.wait(10)
    assert not sender.wait(0)
    sender.forget()
    go.set()

    assert sender.wait(10)
    assert done == [1]


def test_what_follows_a_job_comes_before_the_others():
    sender, done = Sender(), []

    def first():
        done.append(1)
        return lambda: done.append(2)

    sender.submit(first)
    sender.submit(lambda: done.append(3))

    assert sender.wait(10)
    assert done == [1, 2, 3]


def test_what_would_follow_the_running_job_can_be_forgotten():
    sender, begun, go, done = Sender(), threading.Event(), threading.Event(), []

    def first():
        begun.set()
        go.wait(10)
        done.append(1)
        return lambda: done.append(2)

    sender.submit(first)
    begun.wait(10)
    sender.forget()
    go.set()

    assert sender.wait(10)
    assert done == [1]


def test_oldest_goes_when_too_many_wait(monkeypatch):
    monkeypatch.setattr("mockwx.sender.MOST_WAITING", 2)
    sender, begun, go, done = Sender(), threading.Event(), threading.Event(), []

    def first():
        begun.set()
        go.wait(10)

    sender.submit(first)
    begun.wait(10)
    for number in range(4):
        sender.submit(lambda number=number: done.append(number))
    go.set()

    assert sender.wait(10)
    assert done == [2, 3]
