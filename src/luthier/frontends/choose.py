"""Names and defaults become parts: sampler, scheduler, executor, progress display."""

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Any, TypeAlias

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger, show_by_default
from luthier.base.names import correction, making
from luthier.base.numbers import as_int
from luthier.engine.brute import BruteForce
from luthier.engine.budget import Budget
from luthier.engine.callbacks import LogLines, Watcher
from luthier.engine.propose import ProposerSource, Search
from luthier.engine.view import StudyView
from luthier.executors.arguments import checked_domain, named
from luthier.executors.registry import EXECUTORS, SHARE_PROCESS, Factory
from luthier.samplers.compose import PartialFixed
from luthier.samplers.configured import Configured
from luthier.samplers.protocol import Sampler
from luthier.samplers.registry import ELSEWHERE, SAMPLERS
from luthier.schedulers.protocol import Scheduler
from luthier.schedulers.registry import resolve
from luthier.space.domains import Domain

__all__ = [
    "SamplerLike",
    "checked_callbacks",
    "checked_catch",
    "checked_objective",
    "checked_space",
    "checked_workers",
    "choose_executor",
    "choose_sampler",
    "choose_scheduler",
    "choose_watchers",
    "transferring",
]

#: What users pass as a sampler: a name, one with arguments, or an object.
SamplerLike: TypeAlias = str | Configured | Search

#: Searches with a proposer of their own that a name stands for, beside the samplers.
SEARCHES: Mapping[str, Callable[[], ProposerSource]] = MappingProxyType({"brute_force": BruteForce})

#: What other libraries call the executors.
SLOTS_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "fork": "process",
        "loky": "process",
        "multiprocessing": "process",
        "sequential": "inline",
        "serial": "inline",
    }
)


def choose_sampler(sampler: SamplerLike, *, seed: int) -> Search:
    """The sampler of that name, in any case, seeded for its study; an instance is itself."""
    if isinstance(sampler, Configured):
        return sampler.made(seed)
    if isinstance(sampler, Sampler | ProposerSource) and not isinstance(sampler, type):
        return sampler
    if isinstance(sampler, type):
        call = 'Configured("tpe")' if sampler is Configured else making(sampler)
        got = f"the class {sampler.__name__}"
        raise InvalidInput(explain("a sampler", got, f"Make one: sampler={call}."))
    name = sampler.lower() if isinstance(sampler, str) else ""
    if name in SAMPLERS:
        return SAMPLERS[name](seed)
    if name in SEARCHES:
        return SEARCHES[name]()
    raise unknown("a sampler", sampler, {*SAMPLERS, *SEARCHES}, ELSEWHERE)


def transferring(search: Search, sampler: SamplerLike) -> Search | None:
    """The sampler made to learn from earlier studies; None, with a warning, where it makes nothing of them.

    Args:
        search: the sampler.
        sampler: how the user named it.
    """
    if not isinstance(search, Sampler) or not (
        search.capabilities.uses_history and search.capabilities.continuous
    ):
        called = repr(sampler) if isinstance(sampler, str | Configured) else type(sampler).__name__
        logger.warning("sampler=%s does not learn from earlier trials: warm_start has no effect.", called)
        return None
    from luthier.samplers.transfer import Transfer

    if isinstance(search, PartialFixed):  # what is fixed stays so, whatever was found before
        return PartialFixed(Transfer(search.sampler), fixed=search.fixed)
    return Transfer(search)


def choose_scheduler(scheduler: str | Scheduler | None, *, objectives: int) -> Scheduler | None:
    """The scheduler of that name, or itself.

    Raises:
        InvalidInput: there is no such scheduler, or the study has several objectives.
    """
    chosen = resolve(scheduler)
    if chosen is not None and objectives > 1:
        raise InvalidInput(
            explain("one objective for a scheduler, which compares reports", f"{objectives}", "Leave it out.")
        )
    return chosen


def choose_executor(executor: str | Factory | None, *, workers: int, trial_timeout: float | None) -> Factory:
    """The executor asked for; by default the objective runs in this process unless that cannot do what is asked."""
    if executor is None:
        executor = "inline" if workers == 1 and trial_timeout is None else "process"
    if callable(executor):
        return executor
    name = executor.lower() if isinstance(executor, str) else ""
    if name not in EXECUTORS:
        raise unknown("an executor", executor, EXECUTORS, SLOTS_ELSEWHERE)
    crowded = name == "inline" and workers > 1
    if crowded or (name in SHARE_PROCESS and trial_timeout is not None):
        raise InvalidInput(
            explain(
                'executor="process" for several workers or a trial_timeout',
                f'executor="{name}" with workers={workers}, trial_timeout={trial_timeout}',
                "Leave executor out.",
            ),
        )
    return EXECUTORS[name]


def choose_watchers(
    view: StudyView,
    budget: Budget,
    *,
    progress: bool | None,
) -> tuple[list[Watcher], AbstractContextManager[Any]]:
    """Who is told of trials, and the screen that is open meanwhile: a live table on a terminal, else log lines."""
    if progress is None:
        progress = sys.stderr.isatty()
    if not progress:
        show_by_default()
        return [LogLines(view.study)], nullcontext()
    from luthier.frontends.table import LiveTable

    table = LiveTable(view, budget)
    return [table], table


def checked_workers(workers: Any) -> int:
    """How many trials run at once."""
    count = as_int(workers)
    if count is None or count < 1:
        raise InvalidInput(
            explain("workers to be an int >= 1", repr(workers), "Pass how many trials run at once.")
        )
    return count


def checked_objective(objective: Any) -> None:
    """Raise InvalidInput before any trial exists that could only fail."""
    if not callable(objective):
        raise InvalidInput(
            explain(
                "a function of a trial", repr(objective), "Pass the objective itself, not what it returns."
            ),
        )


def checked_callbacks(callbacks: Any) -> list[Callable[..., None]]:
    """The callbacks, once they are known to be some."""
    found = list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    if isinstance(callbacks, Iterable) and all(map(callable, found)):
        return found
    raise InvalidInput(
        explain("a list of callbacks", repr(callbacks), "Pass functions of a study and a trial record."),
    )


def checked_catch(catch: Any) -> tuple[type[BaseException], ...]:
    """The exceptions after which a study goes on."""
    found = tuple(catch) if isinstance(catch, Iterable) and not isinstance(catch, type) else (catch,)
    if all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in found):
        return found
    raise InvalidInput(
        explain("exception types in catch", repr(catch), "Pass types such as (RuntimeError, OSError)."),
    )


def checked_space(space: Any) -> dict[str, Domain]:
    """A copy of the ranges that a user declares.

    Raises:
        NotStorable: a choice has no durable form.
        InvalidInput: that is no mapping of names to domains.
        InvalidDomain: one of them is no domain.
    """
    if not isinstance(space, Mapping):
        raise InvalidInput(explain("a dict of ranges", repr(space), "Pass {'x': luthier.Float(0, 1)}."))
    for name, domain in space.items():
        checked_domain(named(name, "a parameter"), domain)
    return dict(space)


def unknown(part: str, got: Any, known: Iterable[str], elsewhere: Mapping[str, str]) -> InvalidInput:
    """The error for a name that no registry has, with the one that may have been meant."""
    names = ", ".join(f'"{name}"' for name in sorted(known))
    fix = correction(got, known, elsewhere)
    return InvalidInput(explain(f"one of {names}, or {part} of your own", repr(got), fix))
