"""All processes of a worker: its process group, its descendants, and those that left both.

Every process inherits its parent's environment, so a mark there finds even a daemon that has a session and a
parent of its own. Only Linux shows other processes' parents and environments (`/proc`); elsewhere the group
is all there is.
"""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["MARK", "group_lives", "kill_trees", "members"]

#: The environment variable that marks a worker's processes.
MARK = "LUTHIER_MARK"

#: Between two looks at the process table new processes may be born; a tree that outgrows this many looks goes
#: on.
LOOKS = 20


def members(roots: Mapping[int, str]) -> set[int]:
    """The living processes that descend from the roots or bear their marks; neither the roots nor this one.

    Args:
        roots: process ids of workers, each with the value of its MARK.
    """
    marks = [f"{MARK}={mark}\0".encode() for mark in roots.values()]
    parents: dict[int, int] = {}
    found: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it is gone, or another user's
            pid = int(entry.name)
            state, parent = (entry / "stat").read_bytes().rpartition(b")")[2].split()[:2]
            if state in {b"Z", b"X"}:
                continue
            parents[pid] = int(parent)
            environment = (entry / "environ").read_bytes() + b"\0"
            if any(mark in environment for mark in marks):
                found.add(pid)
    found |= {pid for pid in parents if descends(pid, parents, roots)}
    return found - roots.keys() - {os.getpid()}


def descends(pid: int, parents: Mapping[int, int], roots: Mapping[int, str]) -> bool:
    """Whether one of the roots is an ancestor of `pid`."""
    for _ in parents:
        pid = parents.get(pid, 0)
        if pid in roots or pid <= 1:
            return pid in roots
    return False


def kill_trees(roots: Mapping[int, str], number: signal.Signals) -> None:
    """Send a signal to the groups of the roots and to their members outside; SIGKILL leaves none.

    A root that was waited for must have been so a moment ago, for its id may become another's.
    """
    for _ in range(LOOKS):
        found = members(roots) if roots else set()
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                if os.getpgid(pid) not in roots:
                    os.kill(pid, number)
        for root in roots:  # last, for this process may be one of them
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(root, number)
        if not found or number is not signal.SIGKILL:
            return


def group_lives(root: int) -> bool:
    """Whether any process is left in the group that `root` leads, itself included."""
    try:
        os.killpg(root, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
