"""Keeps the leases of a session's running trials alive from a thread of its own."""

import math
import os
import threading
import weakref

from luthier.base.errors import StorageError
from luthier.base.log import logger
from luthier.storage.protocol import LEASE_SECONDS, Storage

__all__ = ["RENEWALS_PER_LEASE", "LeaseKeeper"]

#: Renewing this often leaves room for two that fail or come late before the lease ends.
RENEWALS_PER_LEASE = 4

#: Seconds between renewals at least, for leases that end at once, and between looks at those of others.
SHORTEST_INTERVAL = 0.05


class LeaseKeeper:
    """Renews the leases of one owner from its first `hold` until it is closed or collected."""

    def __init__(self, storage: Storage, owner: str) -> None:
        self.storage = storage
        self.owner = owner
        self.process = os.getpid()
        self.closed = threading.Event()
        self.started = False
        #: For how long a lease holds without renewal; known once something is held.
        self.seconds = math.inf

    @property
    def shared(self) -> bool:
        """Whether other processes can reach the store; known once something is held."""
        return self.seconds < math.inf

    @property
    def interval(self) -> float:
        """Seconds until leases are to be renewed, and those of others to be looked at, again."""
        return interval_of(self.seconds)

    def hold(self) -> None:
        """Make sure that leases are renewed from now on."""
        if self.started:
            return
        self.process = os.getpid()
        self.seconds = self.storage.renew_leases(self.owner)
        if self.shared:
            weakref.finalize(self, end, self.closed, self.process)
            thread = threading.Thread(
                target=renew,
                args=(weakref.ref(self.storage), self.owner, self.closed, self.interval),
                name="luthier-lease",
                daemon=True,
            )
            thread.start()
        self.started = True

    def close(self) -> None:
        """Stop renewing; what is still running then goes back to waiting when its lease ends."""
        end(self.closed, self.process)
        self.closed = threading.Event()
        self.started = False


def end(closed: threading.Event, process: int) -> None:
    """Stop renewing in the process that began to: a fork has no such thread, but may hold a lock as the thread did."""
    if os.getpid() == process:
        closed.set()


def interval_of(seconds: float) -> float:
    """Seconds between renewals of a lease of so many: however long it is, no more than with the usual one."""
    return max(SHORTEST_INTERVAL, min(seconds, LEASE_SECONDS) / RENEWALS_PER_LEASE)


def renew(reference: weakref.ref[Storage], owner: str, closed: threading.Event, interval: float) -> None:
    """Renew until closed. A failure is told and tried again: the lease outlives several.

    Keeps no store alive: the thread that lets go of one closes its connections, wherever it is then.
    """
    while not closed.wait(interval) and (storage := reference()) is not None:
        try:
            interval = interval_of(storage.renew_leases(owner))
        except StorageError as error:
            logger.warning("Could not renew the leases of %s: %s", owner, error)
        del storage
