"""Forks beside threads that are at work in a store."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from luthier.storage import connect
from luthier.storage.forks import Work

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

#: Seconds after which a child that hangs is ended.
PATIENCE = 20

#: Without a wait before each fork, one child in a few hangs here.
FORKS = 40


@contextmanager
def repeated(task: Callable[[], object]) -> Iterator[None]:
    """A thread that does something again and again."""
    ended = threading.Event()

    def loop() -> None:
        while not ended.is_set():
            task()

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_child_forked_while_a_thread_is_at_work_can_open_stores(tmp_path: Path) -> None:
    def work() -> None:
        store = connect(str(tmp_path / "s.db"))
        store.list_studies()
        store.close()

    work()
    with repeated(work):
        for _ in range(FORKS):
            child = os.fork()
            if not child:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(PATIENCE)
                work()
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0


def test_a_fork_waits_for_the_work_of_other_threads_and_theirs_for_it() -> None:
    work, begun, log = Work(), threading.Event(), []

    def other() -> None:
        with work, work:
            begun.set()
            time.sleep(0.2)
            log.append("left")
        with work:
            log.append("entered")

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait()
    with work:  # what the forking thread does itself is no reason to wait
        work.before_fork()
        log.append("forked")
        time.sleep(0.2)
        work.after_in_parent()
    thread.join()

    assert log == ["left", "forked", "entered"]


def test_a_fork_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luthier.storage.forks.PATIENCE_SECONDS", 0.01)
    work, begun, ended = Work(), threading.Event(), threading.Event()

    def other() -> None:
        with work:
            begun.set()
            ended.wait()

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait()
    work.before_fork()
    child = os.fork()
    if not child:
        work.after_in_child()
        with work:
            os._exit(0)
    work.after_in_parent()
    ended.set()
    thread.join()

    assert os.waitpid(child, 0)[1] == 0
