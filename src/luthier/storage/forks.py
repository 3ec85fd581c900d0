"""Keeps forks and work apart: a process that is forked while another thread is inside SQLite inherits its locks.

Nobody in the child would ever let go of them, and the child's first use of SQLite would hang.
"""

import os
import sys
import threading
from typing import final

__all__ = ["WORK", "Work"]

#: Seconds that a fork waits at most for the work of other threads: longer than a slow disk needs for one commit.
PATIENCE_SECONDS = 5.0


@final
class Work:
    """A context manager: a fork waits while other threads are in it, and they wait at its door while one forks.

    A thread may enter it again, also from a finalizer that the garbage collector runs.
    """

    def __init__(self) -> None:
        self._start({})

    def _start(self, inside: dict[int, int]) -> None:
        #: How deep each thread is in the work, by its identity.
        self._inside = inside
        #: The thread that forks or is about to.
        self._forking: int | None = None
        self._change = threading.Condition()  # on a lock that its holder may take again

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._change:
            self._change.wait_for(lambda: self._forking in {None, me} or me in self._inside)
            self._inside[me] = self._inside.get(me, 0) + 1

    def __exit__(self, *error: object) -> None:
        me = threading.get_ident()
        with self._change:
            depth = self._inside.pop(me) - 1
            if depth:
                self._inside[me] = depth
            self._change.notify_all()

    def before_fork(self) -> None:
        """Shut the door, and wait for the others to leave."""
        me = threading.get_ident()
        self._change.acquire()
        self._change.wait_for(lambda: self._forking is None)
        self._forking = me
        self._change.wait_for(lambda: not self._inside.keys() - {me}, PATIENCE_SECONDS)

    def after_in_parent(self) -> None:
        """Open the door."""
        self._forking = None
        self._change.notify_all()
        self._change.release()

    def after_in_child(self) -> None:
        """Start with the only thread that there is here."""
        me = threading.get_ident()
        self._start({me: self._inside[me]} if me in self._inside else {})


#: The work inside SQLite of all threads of this process.
WORK = Work()

if sys.platform != "win32":
    os.register_at_fork(
        before=WORK.before_fork, after_in_parent=WORK.after_in_parent, after_in_child=WORK.after_in_child
    )
