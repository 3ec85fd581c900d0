"""What a worker and its children print: kept in a file that survives a crash and cannot fill the disk."""

import fcntl
import os
import tempfile
from pathlib import Path
from typing import final

__all__ = ["Output"]

#: How much of a trial's output is kept with its failure, in bytes.
TAIL = 8_192

#: Between trials a file larger than this is emptied; within a trial, one larger than FLOOD is cut to its
#: tail.
LARGE = 1 << 20
FLOOD = 64 << 20

#: Bytes read at once for the echo.
CHUNK = 1 << 16


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

    def begin(self) -> None:
        """What comes from here on belongs to a new trial."""
        self._start = os.fstat(self.fd).st_size
        if self._start > LARGE:
            os.ftruncate(self.fd, 0)
            self._start = 0
        self._echoed = self._start

    def tail(self) -> str:
        """The end of the trial's output."""
        return self._tail().decode(errors="replace")

    def trim(self) -> None:
        """Cut a flood to its tail."""
        if os.fstat(self.fd).st_size > FLOOD:
            tail = self._tail()
            os.ftruncate(self.fd, 0)
            os.write(self.fd, tail)
            self._start, self._echoed = 0, len(tail)

    def lines(self, *, ended: bool = False) -> list[str]:
        """The lines printed since the last call; one without its newline only when the trial has ended."""
        text = b""
        while chunk := os.pread(self.fd, CHUNK, self._echoed + len(text)):
            text += chunk
        if not ended:
            text = text[: text.rfind(b"\n") + 1]
        self._echoed += len(text)
        return text.decode(errors="replace").splitlines()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self.fd)

    def _tail(self) -> bytes:
        size = os.fstat(self.fd).st_size
        start = max(self._start, size - TAIL)
        return os.pread(self.fd, size - start, start) if size > start else b""
