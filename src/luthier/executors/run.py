"""One attempt of a trial, from the job to how it ended; the same inline and in a worker."""

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from luthier.base.errors import TrialPruned
from luthier.executors.protocol import Objective
from luthier.executors.trial import Channel, Trial, contents, end
from luthier.records.messages import Ended, Ending, Job

__all__ = ["concluded", "describe", "run_job", "traceback_of"]

#: Frames of files of this package say nothing about the user's error, but for the problems that ship with it.
OURS = f"{Path(__file__).parents[1]}{os.sep}"
SHIPPED = f"{OURS}testing{os.sep}"

#: A reason is one line in a table: longer messages are cut, the traceback has them whole.
REASON_LENGTH = 500

#: A traceback longer than this loses its middle: an error message may print a whole data set.
DETAIL_LENGTH = 32_000

#: What Optuna's signal is answered with, which is an error here.
MEANT = (
    "Optuna's own TrialPruned fails a trial here: raise luthier.TrialPruned, "
    "or write `from luthier.compat import optuna`."
)

#: What arrays are made into; their scalars need nothing.
PLAIN = frozenset({bool, float, int, str, type(None)})


def run_job(objective: Objective, job: Job, channel: Channel) -> Ended:
    """Call the objective. Whatever it does, short of taking the process down, becomes an Ended.

    `Ended.error` holds what it raised. Arrays and their scalars (numpy, torch, …) come back as plain numbers.
    """
    trial = Trial(job, channel)
    ended = concluded(job, trial, objective, trial)
    end(trial)
    return ended


def concluded(job: Job, trial: Trial, call: Callable[..., Any], *arguments: Any) -> Ended:
    """How an attempt ended that does `call(*arguments)` and nothing after it."""
    ending, result, error, reason, detail = Ending.RETURNED, None, None, None, None
    try:
        result = plain(call(*arguments))
    except TrialPruned as signal:
        ending, reason = Ending.PRUNED, message_of(signal) or None
    except BaseException as caught:  # noqa: BLE001 - sys.exit() and its like end the trial, not the worker
        ending, error = Ending.RAISED, caught
        reason = describe(caught)
        if is_of_optuna(caught):
            caught.add_note(MEANT)
            reason = f"{reason}. {MEANT}"
        detail = traceback_of(caught)
    return Ended(job.trial, job.attempt, ending, result, *contents(trial), reason, detail, error)


def plain(result: Any) -> Any:
    """`result` with arrays and their scalars turned into Python's own numbers; anything else as it is."""
    kind = type(result)
    if kind in PLAIN:
        return result
    if kind is tuple or kind is list:
        return kind(plain(item) for item in result)
    tolist = getattr(result, "tolist", None)
    return tolist() if callable(tolist) else result


def message_of(error: BaseException) -> str:
    """The error's message in one line."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - the user's own __str__ may fail in any way
        return "its message could not be printed"
    line = " ".join(text[: 2 * REASON_LENGTH].split())
    return line if len(line) <= REASON_LENGTH else f"{line[: REASON_LENGTH - 1]}…"


def is_of_optuna(error: BaseException) -> bool:
    """Whether this is Optuna's own signal that a trial was pruned, told by name: it is not imported for that."""
    return any(
        kind.__name__ == TrialPruned.__name__ and str(kind.__module__).partition(".")[0] == "optuna"
        for kind in type(error).__mro__
    )


def describe(error: BaseException) -> str:
    """`ValueError: message`, in one line."""
    message = message_of(error)
    return f"{type(error).__qualname__}: {message}" if message else type(error).__qualname__


def traceback_of(error: BaseException) -> str:
    """The traceback as Python prints it, without frames of this package."""
    whole = traceback.TracebackException.from_exception(error)
    link: traceback.TracebackException | None = whole
    while link is not None:
        link.stack = traceback.StackSummary.from_list(
            [frame for frame in link.stack if not is_ours(frame.filename)],
        )
        link = link.__cause__ or link.__context__
    text = "".join(whole.format())
    if len(text) <= DETAIL_LENGTH:
        return text
    half = DETAIL_LENGTH // 2
    return f"{text[:half]}\n… {len(text) - DETAIL_LENGTH} characters left out …\n{text[-half:]}"


def is_ours(filename: str) -> bool:
    """Whether a frame of this file is hidden from tracebacks."""
    return filename.startswith(OURS) and not filename.startswith(SHIPPED)
