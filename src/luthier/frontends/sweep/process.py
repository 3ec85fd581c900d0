"""One run of a script: a process group of its own, what it prints, and its end."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, final

from luthier.executors.tree import MARK, group_lives, kill_trees, members

__all__ = ["GRACE", "ScriptProcess"]

#: Seconds between SIGTERM and SIGKILL for a script that is stopped early.
GRACE = 10.0

#: Seconds that processes which a script left behind may take to end by themselves, and then after SIGTERM.
LEFTOVER_GRACE = 1.0

#: Seconds between looks at a script that prints nothing.
TICK = 0.05

#: Bytes read at once, and bytes kept of standard error.
CHUNK = 1 << 16
KEPT = 1 << 12

#: More than a pipe holds: what a script printed last is in so many pieces, unless what it left behind goes on.
PIECES = 64

#: Only Linux lists other processes.
LINUX = sys.platform == "linux"


@final
class ScriptProcess:
    """A running script, whose output goes through to this process's own.

    Args:
        command: the words of its command line.
        environment: all of its environment variables.
        hear: called with each whole line of its standard output.
    """

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str], hear: Callable[[str], None]
    ) -> None:
        self.hear = hear
        self.popen = subprocess.Popen(  # noqa: S603 - the user's own script
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        self.selector = selectors.DefaultSelector()
        self.unheard = b""
        #: The end of standard error.
        self.errors = b""
        for pipe, target in ((self.popen.stdout, 1), (self.popen.stderr, 2)):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                self.selector.register(pipe, selectors.EVENT_READ, target)

    def turn(self) -> bool:
        """Pass on what was printed, or wait a moment for it; whether the script still runs."""
        if self.selector.get_map():
            for key, _ in self.selector.select(TICK):
                self._pump(key.fileobj, key.data)  # type: ignore[arg-type]  # the pipes that were registered
        else:
            time.sleep(TICK)
        return self.runs

    @property
    def runs(self) -> bool:
        """Whether the script has not ended."""
        return self.popen.poll() is None

    def stop(self, grace: float) -> None:
        """End the script and every process it started: SIGTERM, and SIGKILL after `grace` seconds."""
        kill_trees(self._roots, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while (self.turn() or self._left()) and time.monotonic() < deadline:
            continue
        kill_trees(self._roots, signal.SIGKILL)

    def finish(self) -> int:
        """Wait for a script that has ended or was killed, and end what it left behind; the exit code."""
        code = self.popen.wait()
        for key in list(self.selector.get_map().values()):
            for _ in range(PIECES):
                if not self._pump(key.fileobj, key.data):  # type: ignore[arg-type]  # the pipes that were registered
                    break
        if self.unheard:
            self.hear(self.unheard.decode(errors="replace"))
        if not self._wait_for_leftovers():
            kill_trees(self._roots, signal.SIGTERM)
            if not self._wait_for_leftovers():
                kill_trees(self._roots, signal.SIGKILL)
        self.close()
        return code

    def close(self) -> None:
        """Let go of the pipes."""
        self.selector.close()
        for pipe in (self.popen.stdout, self.popen.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def last_words(self) -> str:
        """The last line of standard error that has text: what a failure is about."""
        return self.errors.decode(errors="replace").rstrip().rpartition("\n")[2].strip()

    @property
    def _roots(self) -> dict[int, str]:
        """The script as `tree` wants it: all marked processes but this one are its own."""
        return {self.popen.pid: os.environ.get(MARK, "")}

    def _left(self) -> bool:
        """Whether any process of the script is alive."""
        return bool(members(self._roots)) if LINUX else group_lives(self.popen.pid)

    def _wait_for_leftovers(self) -> bool:
        """Give what is left a moment to end; whether it did."""
        deadline = time.monotonic() + LEFTOVER_GRACE
        while self._left():
            if time.monotonic() >= deadline:
                return False
            time.sleep(TICK)
        return True

    def _pump(self, pipe: IO[bytes], target: int) -> bool:
        """Pass on a piece of what is there to be read; whether there was any."""
        try:
            data = os.read(pipe.fileno(), CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self.selector.unregister(pipe)
            return False
        write_all(target, data)
        if target == 1:
            *lines, rest = (self.unheard + data).split(b"\n")
            self.unheard = rest[-KEPT:]  # what has no end is no line
            for line in lines:
                self.hear(line.decode(errors="replace"))
        else:
            self.errors = (self.errors + data)[-KEPT:]
        return True


def write_all(target: int, data: bytes) -> None:
    """Write to a descriptor."""
    while data:
        data = data[os.write(target, data) :]
