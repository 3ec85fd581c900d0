"""Names and defaults become parts: sampler, scheduler, executor, progress display."""

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Any, TypeAlias

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import to_json
from luthier.base.log import show_by_default
from luthier.engine.brute import BruteForce
from luthier.engine.budget import Budget
from luthier.engine.callbacks import LogLines, Watcher
from luthier.engine.propose import ProposerSource, Search
from luthier.engine.view import StudyView
from luthier.executors.registry import EXECUTORS, SHARE_PROCESS, Factory
from luthier.executors.trial import named
from luthier.samplers.configured import Configured
from luthier.samplers.protocol import Sampler
from luthier.samplers.registry import SAMPLERS
from luthier.space.domains import Categorical, Domain, Float, Int

__all__ = [
    "SamplerLike",
    "checked_callbacks",
    "checked_catch",
    "checked_objective",
    "checked_space",
    "choose_executor",
    "choose_sampler",
    "choose_watchers",
]

#: What users pass as a sampler: a name, one with arguments, or an object.
SamplerLike: TypeAlias = str | Configured | Search

#: Searches with a proposer of their own that a name stands for, beside the samplers.
SEARCHES: Mapping[str, Callable[[], ProposerSource]] = MappingProxyType({"brute_force": BruteForce})


def choose_sampler(sampler: SamplerLike, *, seed: int) -> Search:
    """The sampler of that name, seeded for its study; an instance is itself."""
    if isinstance(sampler, Configured):
        return sampler.made(seed)
    if isinstance(sampler, Sampler | ProposerSource) and not isinstance(sampler, type):
        return sampler
    if isinstance(sampler, str) and sampler in SAMPLERS:
        return SAMPLERS[sampler](seed)
    if isinstance(sampler, str) and sampler in SEARCHES:
        return SEARCHES[sampler]()
    if isinstance(sampler, type):
        got = f"the class {sampler.__name__}"
        raise InvalidInput(explain("a sampler", got, f"Make one: sampler={sampler.__name__}()."))
    raise unknown("sampler", sampler, {*SAMPLERS, *SEARCHES})


def choose_executor(executor: str | Factory | None, *, workers: int, trial_timeout: float | None) -> Factory:
    """The executor asked for; by default the objective runs in this process unless that cannot do what is asked."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise InvalidInput(
            explain("workers to be an int >= 1", repr(workers), "Pass how many trials run at once.")
        )
    if executor is None:
        executor = "inline" if workers == 1 and trial_timeout is None else "process"
    if callable(executor):
        return executor
    if not isinstance(executor, str) or executor not in EXECUTORS:
        raise unknown("executor", executor, EXECUTORS)
    crowded = executor == "inline" and workers > 1
    if crowded or (executor in SHARE_PROCESS and trial_timeout is not None):
        raise InvalidInput(
            explain(
                'executor="process" for several workers or a trial_timeout',
                f'executor="{executor}" with workers={workers}, trial_timeout={trial_timeout}',
                "Leave executor out.",
            ),
        )
    return EXECUTORS[executor]


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
    """
    if not isinstance(space, Mapping):
        raise InvalidInput(explain("a dict of ranges", repr(space), "Pass {'x': luthier.Float(0, 1)}."))
    for name, domain in space.items():
        named(name, "a parameter")
        if not isinstance(domain, Float | Int | Categorical):
            got = f"{domain!r} for {name!r}"
            raise InvalidInput(
                explain("a Float, Int or Categorical", got, "Pass such as luthier.Float(0, 1).")
            )
        if isinstance(domain, Categorical):
            to_json(domain.choices)
    return dict(space)


def unknown(kind: str, got: Any, known: Any) -> InvalidInput:
    """The error for a name that no registry has."""
    names = ", ".join(f'"{name}"' for name in sorted(known))
    return InvalidInput(explain(f"one of {names}, or a {kind} of your own", repr(got), "Correct the name."))
