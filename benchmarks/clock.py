"""Time and memory of this process."""

import os
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time
from types import TracebackType
from typing import Self

__all__ = ["Stopwatch", "resident_bytes"]


class Stopwatch:
    """Seconds of CPU and of wall that a `with` block took.

    CPU counts all threads of this process, and those child processes that ended within the block.
    """

    cpu = 0.0
    wall = 0.0

    def __enter__(self) -> Self:
        self.cpu, self.wall = -cpu_seconds(), -perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cpu, self.wall = self.cpu + cpu_seconds(), self.wall + perf_counter()


def cpu_seconds() -> float:
    """CPU seconds of this process and of its ended children."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def resident_bytes() -> int:
    """Memory that this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
