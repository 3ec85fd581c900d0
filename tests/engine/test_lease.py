"""The thread that renews leases, and forks beside it."""

import math
import os
import signal
import threading

import pytest

from luthier.engine.lease import RENEWALS_PER_LEASE, LeaseKeeper
from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import LEASE_SECONDS

#: Seconds after which a child that hangs is ended.
PATIENCE = 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("close", [True, False])
def test_a_child_forked_while_the_thread_held_its_lock_can_let_go(*, close: bool) -> None:
    keeper = LeaseKeeper(MemoryStorage(lease_seconds=60), "me")
    keeper.hold()
    held = keeper.closed._cond  # type: ignore[attr-defined]  # the lock that a waiting thread takes for a moment
    with held:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(PATIENCE)
            if close:
                keeper.close()
            del keeper
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    keeper.close()


class Counting(MemoryStorage):
    """Says when leases were renewed a few times."""

    renewals = 0

    def __init__(self, *, lease_seconds: float) -> None:
        super().__init__(lease_seconds=lease_seconds)
        self.often = threading.Event()

    def renew_leases(self, owner: str) -> float:
        self.renewals += 1
        if self.renewals > RENEWALS_PER_LEASE:
            self.often.set()
        return super().renew_leases(owner)


@pytest.mark.parametrize("seconds", [0.0, 0.4])
def test_short_leases_are_renewed_before_they_end(seconds: float) -> None:
    storage = Counting(lease_seconds=seconds)
    keeper = LeaseKeeper(storage, "me")
    keeper.hold()
    assert storage.often.wait(PATIENCE)
    keeper.close()


@pytest.mark.parametrize(
    ("seconds", "interval"), [(0.0, 0.05), (2.0, 0.5), (LEASE_SECONDS, 15.0), (1e30, 15.0), (math.inf, 15.0)]
)
def test_a_lease_is_renewed_four_times_before_it_ends_and_a_long_one_as_often_as_the_usual_one(
    seconds: float, interval: float
) -> None:
    keeper = LeaseKeeper(MemoryStorage(lease_seconds=seconds), "me")
    keeper.hold()
    assert keeper.interval == interval
    assert keeper.shared == (seconds < math.inf)
    keeper.close()
