"""What a worker and its children print: kept in a file that survives a crash and cannot fill the disk."""

import codecs
import fcntl
import os
import sys
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import final

from luthier.base.errors import explain
from luthier.base.log import logger
from luthier.executors.run import describe

__all__ = ["Output", "pass_on"]

#: How much of a trial's output is kept with its failure, in bytes.
TAIL = 8_192

#: Between trials a file larger than this is emptied; within a trial, one larger than FLOOD is cut to its
#: tail.
LARGE = 1 << 20
FLOOD = 64 << 20

#: Bytes read at one look for the echo: the driver answers trials between two looks.
LOOK = 1 << 20


@final
class Output:
    """The file behind a worker's standard output and error.

    Every write appends, so it may be cut at any time. It has no name: nothing is left of it when all have
    closed it.
    """

    def __init__(self) -> None:
        self.fd, path = tempfile.mkstemp(prefix="luthier-")
        Path(path).unlink()
        fcntl.fcntl(self.fd, fcntl.F_SETFL, fcntl.fcntl(self.fd, fcntl.F_GETFL) | os.O_APPEND)
        self._start = 0
        self._echoed = 0
        self._left_out = 0
        #: The size when its trial ended: a child of it may go on to print, faster than anyone reads.
        self._end: int | None = None

    def begin(self) -> None:
        """What comes from here on belongs to a new trial."""
        self._start = os.fstat(self.fd).st_size
        if self._start > LARGE:
            os.ftruncate(self.fd, 0)
            self._start = 0
        self._echoed, self._left_out, self._end = self._start, 0, None

    def tail(self) -> str:
        """The end of the trial's output."""
        return self._tail(os.fstat(self.fd).st_size).decode(errors="replace")

    def trim(self) -> None:
        """Cut a flood to its tail."""
        size = os.fstat(self.fd).st_size
        if size > FLOOD:
            tail = self._tail(size)
            os.ftruncate(self.fd, 0)
            os.write(self.fd, tail)
            cut = size - len(tail)
            self._left_out += max(0, cut - self._echoed)
            self._start, self._echoed = 0, max(0, self._echoed - cut)

    def lines(self, *, ended: bool = False) -> list[str]:
        """The lines printed since the last call, some LOOK bytes of them: the rest is for the next calls.

        One without its newline comes only when the trial has ended; one longer than LOOK comes in pieces.
        """
        if ended and self._end is None:
            self._end = os.fstat(self.fd).st_size
        size = LOOK if self._end is None else min(LOOK, self._end - self._echoed)
        text = os.pread(self.fd, size, self._echoed)
        full = len(text) == LOOK
        if full or not ended:
            text = text[: text.rfind(b"\n") + 1 or (LOOK if full else 0)]
        shown, used = codecs.utf_8_decode(text, "replace", not full)
        self._echoed += used
        return self._gap() + shown.splitlines()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self.fd)

    def _gap(self) -> list[str]:
        """A line that stands for what was cut before it was read."""
        count, self._left_out = self._left_out, 0
        return [f"({count:,} bytes left out: the trial prints faster than it is read)"] if count else []

    def _tail(self, size: int) -> bytes:
        start = max(self._start, size - TAIL)
        return os.pread(self.fd, size - start, start) if size > start else b""


def pass_on(lines: Iterable[str], trial: int) -> None:
    """Write lines of a trial to standard output, under its number.

    A trial's result is worth more than its echo: what standard output cannot encode is escaped, one that fails
    is told of once, and where there is none, as under pythonw, nothing is written.
    """
    stream = sys.stdout
    if stream is None:
        return
    try:
        for line in lines:
            text = f"[trial {trial}] {line}\n"
            try:
                stream.write(text)
            except UnicodeEncodeError:
                stream.write(text.encode("ascii", "backslashreplace").decode("ascii"))
    except Exception as error:  # noqa: BLE001 - it may be any object of the user
        warn_once(describe(error).rstrip("."))


@lru_cache(maxsize=16)
def warn_once(failure: str) -> None:
    """Tell of a standard output that fails, at its first failure of a kind."""
    logger.warning(
        explain(
            "a standard output that takes what trials print",
            failure,
            "Results are recorded all the same; redirect it to a file to see what trials print.",
        )
    )
