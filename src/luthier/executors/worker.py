"""What a worker process runs: jobs from its driver, one after the other, until either is gone."""

import builtins
import faulthandler
import io
import os
import pickle
import select
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn, final

import cloudpickle

from luthier.base.errors import InvalidInput, NotStorable, explain
from luthier.executors.frames import (
    ASK_VERDICT,
    Assignment,
    Finish,
    Husk,
    Setup,
    Shown,
    Splitter,
    Warned,
    decode,
    encode,
)
from luthier.executors.protocol import Objective
from luthier.executors.run import describe, run_job
from luthier.executors.tree import MARK, kill_trees
from luthier.executors.trial import TrialWarning
from luthier.records.messages import Decision, Logged, Reported, Suggest
from luthier.records.trial import NOTHING
from luthier.space.domains import Domain

__all__ = ["main"]

#: Bytes read at once.
CHUNK = 1 << 16


def main(fd: int) -> None:
    """Serve the driver at the other end of an inherited socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to handle
    faulthandler.enable()
    streams = Streams()
    link = Link(fd)
    threading.Thread(target=die_with_driver, args=(fd,), daemon=True).start()
    os.register_at_fork(after_in_child=link.forget)
    warnings.showwarning = partial(show_warning, link, warnings.showwarning)
    setup: Setup = link.receive()
    settle(setup)
    objective = load(setup.objective)
    domains: Mapping[str, Domain] = NOTHING
    while (assignment := link.receive()) is not None:
        domains = domains if assignment.domains is None else assignment.domains
        streams.renew()
        message = work(objective, assignment, domains, link)
        streams.flush()
        link.send_last(message)


def settle(setup: Setup) -> None:
    """Make this process like its driver: arguments, module search path, and the environment that children get."""
    sys.argv = setup.argv
    sys.path[:] = setup.path
    if setup.python_path is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = setup.python_path


def show_warning(
    link: "Link",
    show: Callable[..., None],
    message: Warning | str,
    category: type[Warning],
    *place: Any,
) -> None:
    """Pass what concerns the user of a trial on to the driver, and print other warnings here."""
    if issubclass(category, TrialWarning):
        link.send(encode(Warned(str(message))))
    else:
        show(message, category, *place)


def work(objective: Objective, assignment: Assignment, domains: Mapping[str, Domain], link: "Link") -> Finish:
    """Run one job, and make its end fit to travel."""
    ended = run_job(objective, assignment.job._replace(domains=domains), link)
    # What is no Exception, such as SystemExit, ends the trial: raised in the driver it would end the user's program.
    error = freeze(ended.error) if isinstance(ended.error, Exception) else None
    fresh = {name: domain for name, domain in ended.domains.items() if domains.get(name) != domain}
    kinds = () if ended.error is None else builtin_kinds(ended.error)
    return Finish(ended._replace(domains=fresh, error=None), error, kinds)


def builtin_kinds(error: BaseException) -> tuple[type[BaseException], ...]:
    """The types of an exception that are Python's own: no other process has to import anything for them."""
    return tuple(kind for kind in type(error).__mro__[:-1] if getattr(builtins, kind.__name__, None) is kind)


def load(payload: bytes) -> Objective:
    """The objective; where it cannot be loaded, one that says why each time it is called."""
    try:
        objective: Objective = decode(payload)
    except BaseException as error:  # noqa: BLE001 - it imports modules, and those run any code
        cause = error

        def unloadable(_: Any) -> NoReturn:
            raise NotStorable(
                explain(
                    "an objective that a worker process can load",
                    describe(cause),
                    "Define it in the script or in a module that can be imported from the working directory.",
                ),
            ) from cause

        return unloadable
    return objective


def freeze(error: BaseException) -> bytes | None:
    """The pickled exception, or its husk; None when neither survives the way there and back."""
    for form in forms(error):
        try:
            payload = bytes(cloudpickle.dumps(form))
            back = pickle.loads(payload)  # noqa: S301 - made in the line above
            if isinstance(back, Husk):
                back.revive()
        except Exception:  # noqa: BLE001, S112 - pickling runs the code of any class
            continue
        return payload
    return None


def forms(error: BaseException) -> Iterator[BaseException | Husk]:
    """The exception; and, made when that does not survive, its husk."""
    yield error
    yield Husk(type(error), error.args, travelling(vars(error)))


def travelling(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Those attributes that survive the way there and back."""
    kept = {}
    for name, value in attributes.items():
        try:
            pickle.loads(bytes(cloudpickle.dumps(value)))  # noqa: S301 - made in this line
        except Exception:  # noqa: BLE001, S112 - pickling runs the code of any class
            continue
        kept[name] = value
    return kept


def die_with_driver(fd: int) -> NoReturn:
    """Wait until the driver is gone, then kill every process of this worker, itself last.

    The kernel's own parent-death signal is no help: it comes when the *thread* that started a worker ends,
    and it would kill the worker before the worker could take its children along.
    """
    poller = select.poll()
    poller.register(fd, 0)  # nothing to read: only the hang-up, which is always reported
    while not any(mask & (select.POLLHUP | select.POLLERR) for _, mask in poller.poll()):
        continue
    perish()


def perish() -> NoReturn:
    """Kill every process of this worker, itself last."""
    while True:
        kill_trees({os.getpid(): os.environ.get(MARK, "")}, signal.SIGKILL)


def cut_off() -> NoReturn:
    """End a worker that can neither read nor write: nobody waits for it, or its trial closed the connection."""
    with suppress(OSError):
        os.write(2, b"luthier: the worker has lost the connection to its driver\n")
    perish()


@final
class Link:
    """The worker's end of the socket, and the channel of its trials."""

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)  # noqa: FBT003 - the standard library's signature
        self._socket = socket.socket(fileno=fd)
        self._splitter = Splitter()
        self._frames: list[bytes] = []
        self._forked = False

    def ask(self, message: Suggest) -> Any:
        """The driver's value."""
        self.send(encode(message))
        return self.receive()

    def tell(self, message: Reported | Logged) -> None:
        """Send and go on."""
        self.send(encode(message))

    def verdict(self) -> Decision:
        """The driver's decision on the newest report."""
        self.send(encode(ASK_VERDICT))
        decision: Decision = self.receive()
        return decision

    def receive(self) -> Any:
        """Wait for one message."""
        while not self._frames:
            try:
                data = self._socket.recv(CHUNK)
            except OSError:
                data = b""
            if not data:
                cut_off()
            self._frames = self._splitter.feed(data)
        return decode(self._frames.pop(0))

    def send_last(self, message: Finish) -> None:
        """Send how a job ended; a result that cannot travel is told in words."""
        try:
            frame = encode(message)
        except Exception:  # noqa: BLE001 - pickling runs the code of any class
            ended = message.ended
            frame = encode(
                Finish(ended._replace(result=in_words(ended.result)), message.error, message.kinds)
            )
        self.send(frame)

    def send(self, frame: bytes) -> None:
        """Send a frame whole."""
        if self._forked:
            raise InvalidInput(
                explain(
                    "the trial to be used in the process that runs the objective",
                    "a child process of it",
                    "Hand the values to the parent, and report there.",
                ),
            )
        try:
            self._socket.sendall(frame)
        except OSError:
            cut_off()

    def forget(self) -> None:
        """Close the socket in a forked child: it must neither speak for the worker nor hide its death."""
        self._forked = True
        self._socket.close()


def in_words(result: Any) -> Shown:
    """What stands for a result that cannot be pickled."""
    try:
        return Shown(repr(result))
    except Exception:  # noqa: BLE001 - the user's own __repr__ may fail in any way
        return Shown(type(result).__qualname__)


@final
class Streams:
    """Standard output and error, for a C library and for Python alike the file that the driver reads."""

    def __init__(self) -> None:
        self._spare = os.dup(1)
        self._wrap()

    def renew(self) -> None:
        """Undo what a trial did to them."""
        os.dup2(self._spare, 1)
        os.dup2(self._spare, 2)
        if sys.stdout is None or sys.stdout.closed or sys.stderr is None or sys.stderr.closed:
            self._wrap()

    def flush(self) -> None:
        """Hand on what is buffered."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # closed, or replaced by the objective
                stream.flush()

    def _wrap(self) -> None:
        """Text streams that hold no line back: a crash loses nothing, and no character is refused."""
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(
                open(fd, "wb", closefd=False),  # noqa: SIM115 - a descriptor, open as long as the process
                encoding="utf-8",
                errors="backslashreplace",
                line_buffering=True,
            )
            for fd in (1, 2)
        )
