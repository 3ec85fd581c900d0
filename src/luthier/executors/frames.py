"""Messages between a driver and its own workers: pickles with their length in front, over a socket pair.

Unpickling runs code. That is sound here and nowhere else: a socket pair has no name or address, so the only
two processes that can write to it are the driver and the child that inherited its other end.

    driver -> worker    Setup, then Assignments, each followed by a value for each Suggest and a Decision for
    each
                        ASK_VERDICT; None at the end
    worker -> driver    Suggest, Reported, Logged, ASK_VERDICT and Warned, then a Finish, for each Assignment
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

import cloudpickle

from luthier.records.messages import Ended, Job
from luthier.space.domains import Domain

__all__ = [
    "ASK_VERDICT",
    "Assignment",
    "Finish",
    "Husk",
    "Setup",
    "Shown",
    "Splitter",
    "Warned",
    "decode",
    "encode",
]

#: Length of what follows, in bytes.
HEADER = Struct("!Q")

#: Ends the names of a script's own module, `__main__` and `__mp_main__`.
MAIN = b"main__"

#: Asks for the decision on the newest report. Reports themselves are not answered, so no answers pile up
#: unread.
ASK_VERDICT = "verdict?"


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message: what a worker must know before any job."""

    argv: list[str]
    #: The driver's `sys.path`.
    path: list[str]
    #: The driver's PYTHONPATH; the worker was started with another one, to find luthier.
    python_path: str | None
    #: The pickled objective: bytes, so that the worker can say why it could not be loaded.
    objective: bytes


@dataclass(frozen=True, slots=True)
class Assignment:
    """A job without its domains; `domains` has them unless the worker got the same ones last time."""

    job: Job
    domains: Mapping[str, Domain] | None


@dataclass(frozen=True, slots=True)
class Finish:
    """How a job ended: `ended.domains` lacks what equals the job's.

    `error` is an exception that travels; `kinds` are those types of any exception that every process has.
    """

    ended: Ended
    error: bytes | None = None
    kinds: tuple[type[BaseException], ...] = ()


def encode(message: object) -> bytes:
    """The frame of a message. Functions and classes of a script's `__main__` travel by value.

    Nearly no message has any, and the plain pickle, which names what it refers to, takes a third of the time.
    """
    try:
        payload = pickle.dumps(message)
    except Exception:  # noqa: BLE001 - a lambda, a local class: what is wrong with it, if anything, is told below
        payload = MAIN
    if MAIN in payload:
        payload = bytes(cloudpickle.dumps(message))
    return HEADER.pack(len(payload)) + payload


def decode(payload: bytes) -> Any:
    """The message of one frame, its header taken off."""
    return pickle.loads(payload)  # noqa: S301 - see the module's docstring


@dataclass(frozen=True, slots=True)
class Husk:
    """An exception that does not survive pickling, mostly for an `__init__` of its own: its type and arguments do.

    So do those of its attributes that can travel.
    """

    kind: type[BaseException]
    args: tuple[Any, ...]
    attributes: Mapping[str, Any]

    def revive(self) -> BaseException:
        """The exception, its `__init__` not run again."""
        error = self.kind.__new__(self.kind, *self.args)
        vars(error).update(self.attributes)
        return error


@dataclass(frozen=True, slots=True)
class Shown:
    """Stands for a result that cannot travel: no number, so all that matters is how it reads."""

    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Warned:
    """The trial was warned about how it is used; the user reads the driver's terminal, not the worker's."""

    text: str


class Splitter:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are whole now, without their headers."""
        buffer = self._buffer
        buffer += data
        frames: list[bytes] = []
        start = 0
        while len(buffer) - start >= HEADER.size:
            (length,) = HEADER.unpack_from(buffer, start)
            end = start + HEADER.size + length
            if len(buffer) < end:
                break
            frames.append(bytes(buffer[start + HEADER.size : end]))
            start = end
        del buffer[:start]
        return frames
