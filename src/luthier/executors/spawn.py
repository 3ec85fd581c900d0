"""One worker as its driver sees it: a process, the socket to it, and the file that it prints to."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, final
from weakref import WeakSet

from luthier.executors.frames import Assignment, Setup, Splitter, decode, encode
from luthier.executors.output import Output
from luthier.executors.tree import MARK, kill_trees
from luthier.records.messages import Decision, Ending, Job
from luthier.records.trial import NOTHING
from luthier.space.domains import Domain

__all__ = ["SLOT", "Worker", "thread_limits"]

#: The environment variable with the worker's slot: an objective may choose its GPU, port or folder by it.
SLOT = "LUTHIER_WORKER"

#: Bytes read at once.
CHUNK = 1 << 18

#: OpenBLAS, MKL, numexpr and torch heed the first; Apple's Accelerate has its own.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

#: Both ends of the sockets to the workers that this process started.
LINKS: WeakSet[socket.socket] = WeakSet()


def close_links() -> None:
    """In a forked child: close the sockets, for a worker lives as long as its driver's end is open anywhere."""
    for link in LINKS:
        link.close()


os.register_at_fork(after_in_child=close_links)


def thread_limits(workers: int, cores: int) -> dict[str, str]:
    """Environment variables that share the cores among workers; one worker keeps every library's default."""
    if workers == 1:
        return {}
    return dict.fromkeys(THREAD_VARIABLES, str(max(1, cores // workers)))


@final
class Worker:
    """A worker process, started at once and in a session of its own; it boots while others do.

    `slot` tells workers that live at the same time apart: 0, 1, 2 and so on.
    """

    def __init__(self, objective: bytes, limits: Mapping[str, str], slot: int) -> None:
        self.slot = slot
        self.output = Output()
        self.mark = secrets.token_hex(8)
        self.link, theirs = socket.socketpair()
        LINKS.update((self.link, theirs))
        options = [f"-W{option}" for option in sys.warnoptions]
        # A worker finds luthier where its driver found it; -P keeps a folder of that name from getting in the way.
        path = os.pathsep.join(str(entry) for entry in sys.path if entry)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [sys.executable, "-P", *options, "-m", "luthier.executors", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self.output.fd,
                stderr=self.output.fd,
                env={**limits, **os.environ, MARK: self.mark, SLOT: str(slot), "PYTHONPATH": path},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except BaseException:
            self.link.close()
            self.output.close()
            raise
        finally:
            theirs.close()
        self.link.settimeout(0)
        self.job: Job | None = None
        self.decision = Decision.CONTINUE
        #: What becomes of its job; None for a worker that lives or died by itself.
        self.doom: Ending | None = None
        #: Why it was killed, in one line, and the time to kill it for good; None while it need not die.
        self.cause: str | None = None
        self.deadline: float | None = None
        #: Whether the other end of the socket is closed.
        self.hung_up = False
        #: Bytes that the socket would not take yet.
        self.unsent = bytearray()
        self._splitter = Splitter()
        self._domains: Mapping[str, Domain] | None = None
        self.send(Setup(list(sys.argv), list(sys.path), os.environ.get("PYTHONPATH"), objective))

    @property
    def idle(self) -> bool:
        """Whether it can take a job."""
        return self.job is None and self.doom is None and not self.hung_up and self.process.poll() is None

    @property
    def roots(self) -> dict[int, str]:
        """The worker as `tree` wants it."""
        return {self.process.pid: self.mark}

    def assign(self, job: Job) -> None:
        """Start a job. Domains cross only when they differ from the last ones: to pickle them costs most."""
        self.output.begin()
        same = self._domains == job.domains
        domains = None if same else dict(job.domains)
        self.send(Assignment(job._replace(domains=NOTHING), domains))
        self._domains = self._domains if same else domains
        self.job, self.decision = job, Decision.CONTINUE

    def send(self, message: Any) -> None:
        """Send a message, without waiting for a worker that is slow to read."""
        self.unsent += encode(message)
        self.flush()

    def flush(self) -> None:
        """Send what the socket takes."""
        try:
            while self.unsent:
                del self.unsent[: self.link.send(self.unsent)]
        except BlockingIOError:
            pass
        except OSError:  # it is dying: what it said before is still to be read
            self.unsent.clear()

    def receive(self) -> list[Any] | None:
        """The messages that are complete now; None when nothing came at all.

        Raises:
            Exception: one of them cannot be read here, such as an object whose module the driver lacks.
        """
        try:
            data = self.link.recv(CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        self.hung_up = not data
        return [decode(frame) for frame in self._splitter.feed(data)]

    def condemn(self, ending: Ending, deadline: float) -> None:
        """Ask the whole tree to end; by `deadline` it will be killed."""
        self.doom, self.deadline, self.cause = ending, deadline, "killed by its driver"
        kill_trees(self.roots, signal.SIGTERM)

    def epitaph(self) -> str:
        """How the process ended, in one line."""
        code = self.process.returncode
        if self.cause is not None:
            return self.cause
        if code >= 0:
            return f"worker died: exit code {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        hint = " (killed, perhaps out of memory)" if -code == signal.SIGKILL else ""
        return f"worker died: {name}{hint}"

    def release(self) -> None:
        """Wait for the dead process and let go of everything."""
        self.process.wait()
        self.link.close()
        self.output.close()
