"""Keeps the leases of a session's running trials alive from a thread of its own."""

import threading
import weakref

from luthier.base.errors import StorageError
from luthier.base.log import logger
from luthier.storage.protocol import LEASE_SECONDS, Storage

__all__ = ["RENEWALS_PER_LEASE", "LeaseKeeper"]

#: Renewing this often leaves room for two that fail or come late before the lease ends.
RENEWALS_PER_LEASE = 4


class LeaseKeeper:
    """Renews the leases of one owner from its first `hold` until it is closed or collected."""

    def __init__(self, storage: Storage, owner: str) -> None:
        self.storage = storage
        self.owner = owner
        self.closed = threading.Event()
        self.started = False

    def hold(self) -> None:
        """Make sure that leases are renewed from now on."""
        if self.started:
            return
        self.started = True
        if self.storage.renew_leases(self.owner):
            weakref.finalize(self, self.closed.set)
            interval = LEASE_SECONDS / RENEWALS_PER_LEASE
            thread = threading.Thread(
                target=renew,
                args=(self.storage, self.owner, self.closed, interval),
                name="luthier-lease",
                daemon=True,
            )
            thread.start()

    def close(self) -> None:
        """Stop renewing; what is still running then goes back to waiting when its lease ends."""
        self.closed.set()
        self.closed = threading.Event()
        self.started = False


def renew(storage: Storage, owner: str, closed: threading.Event, interval: float) -> None:
    """Renew until closed. A failure is told and tried again: the lease outlives several."""
    while not closed.wait(interval):
        try:
            storage.renew_leases(owner)
        except StorageError as error:
            logger.warning("Could not renew the leases of %s: %s", owner, error)
