"""The thread that renews leases, and forks beside it."""

import os
import signal

import pytest

from luthier.engine.lease import LeaseKeeper
from luthier.storage.memory import MemoryStorage

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
