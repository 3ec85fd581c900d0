"""What the parts of this door agree on: verdicts, and the seams between the run and what is plugged into it.

Schedulers, searchers, stoppers, reporters and callbacks all run in the driver's thread, and need no lock.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from luthier.records.curves import Curves
from luthier.space.domains import Domain

if TYPE_CHECKING:
    from luthier.compat.tune.trial import TuneTrial
    from luthier.engine.propose import Search

__all__ = [
    "RESTORABLE",
    "Population",
    "Saves",
    "SearchAlgorithm",
    "SearchPlan",
    "SearchSource",
    "Verdict",
    "restorable",
]

Made = TypeVar("Made")

#: Name -> class that `Tuner.restore` may build again from its arguments, which are JSON. Filled by `restorable`.
RESTORABLE: dict[str, type] = {}


class Verdict(Enum):
    """What becomes of a trial after a result."""

    #: It goes on.
    CONTINUE = "CONTINUE"
    #: It lost against others: recorded PRUNED.
    STOP = "STOP"
    #: It had all that it may have, such as `max_t` iterations: recorded COMPLETE.
    DONE = "DONE"
    #: It waits for others (synchronous PBT): recorded PRUNED as with STOP, but the member is PAUSED, has not ended (no
    #: `on_end`), and lives on once the scheduler calls `Population.continue_from` for it, from `on_result` or `on_end`
    #: of another member. What is PAUSED when nothing else is left to run goes on by itself, from its own checkpoint.
    PAUSE = "PAUSE"


class Population(Protocol):
    """The run as a scheduler sees it; the Hub implements it, and passes it to `TrialScheduler.bind`.

    A member is one TuneTrial, whichever trials of the study stand behind it: exploit ends one and queues the next, and
    the TuneTrial (same `trial_id`, same directory) lives on with the new config.

    Attributes:
        metric: the objective, None when nobody named one (a scheduler then takes its own argument).
        mode: "min" or "max".
        seed: the study's seed; draw with `luthier.base.seeding.rng_for(seed, trial.number, purpose_of("..."))`.
        trials: every member so far, by number.
        space: flat parameter name ("optimizer/lr") -> range, for parameters that have one.
        param_space: as the user wrote it, nested.
        curves: learning curves of the objective, minimised, by `trial.number` (the newest link of a member) and
            training_iteration. For another `time_attr` keep a `Curves` of your own and fill it from `past()` in `bind`.
        waiting: how many members are queued and have not run yet, or wait to go on.
        slots: how many trials run at once.
    """

    metric: str | None
    mode: str
    seed: int
    space: Mapping[str, Domain]
    param_space: Mapping[str, Any]
    slots: int

    @property
    def trials(self) -> Sequence["TuneTrial"]:
        """See above."""

    @property
    def curves(self) -> Curves:
        """See above."""

    @property
    def waiting(self) -> int:
        """See above."""

    def past(self) -> Iterable[tuple["TuneTrial", Mapping[str, Any]]]:
        """Results of earlier runs of this experiment: only numbers, with `training_iteration` and `time_total_s`.

        Trial by trial in the order of their iterations: after a restore a scheduler replays them and is where it was.
        """

    def continue_from(
        self,
        member: "TuneTrial",
        *,
        source: "TuneTrial",
        config: Mapping[str, Any],
    ) -> None:
        """Let `member` go on from the newest checkpoint of `source` (perhaps itself) with `config` (nested, whole).

        Call it from `on_result` and return STOP, or for a member that is PAUSED: the running trial ends PRUNED, and the
        next trial of the study, queued durably with a copy of the checkpoint, takes its place and counts iterations
        from the checkpoint's. Without any checkpoint of `source` it starts from nothing, with a warning.
        """


@dataclass(frozen=True, slots=True)
class Saves:
    """When a class trainable saves a checkpoint with its result, for a scheduler that will want one. Pure, and pickles.

    The worker asks `due` after every step, with the `time_attr` of the result before (0 at a start from nothing, that
    of the checkpoint after a restore) and of this one. Function trainables decide themselves.
    """

    time_attr: str
    #: Save whenever another multiple of this is reached; infinite for never.
    interval: float = float("inf")
    #: Save also when one of these is reached.
    at: tuple[float, ...] = ()

    def due(self, before: float, now: float) -> bool:
        """Whether a multiple of the interval, or one of `at`, lies in (before, now]."""
        return now // self.interval > before // self.interval or any(before < time <= now for time in self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan:
    """What a search is told before the first trial."""

    metric: str | None
    mode: str
    #: Flat name -> range. Parameters under `sample_from`, constants and grids are not in it.
    space: Mapping[str, Domain]
    #: As the user wrote it, nested.
    param_space: Mapping[str, Any]
    num_samples: int
    #: The seed of the study, which is the search's own where it has one.
    seed: int
    directory: Path
    #: The start of every `trial_id`: the trial of number 4 is `f"{prefix}_{4:05d}"`.
    prefix: str = "trial"


def nothing(*_: Any) -> None:
    """Hear of something, and do nothing."""


@dataclass(kw_only=True)
class SearchAlgorithm:
    """A search as the runner knows it: what a Searcher's `search_algorithm` returns.

    Attributes:
        engine: makes the luthier sampler, or a ProposerSource whose values are flat: `{"optimizer/lr": 0.1}`. The
            source may return None when it has nothing left; the runner counts `num_samples` itself.
        metric: as for a scheduler, with
        mode: likewise; a list of both makes a study of several objectives.
        seed: the seed of the study, None to leave it to the run.
        max_concurrent: the most trials at once, 0 for no limit.
        points_to_evaluate: configurations to try first, flat or nested dicts.
        evaluated_rewards: their values when they are known already (they are then added and not run), or None.
        grid: whether grid_search may stand in the space (True for random search only).
        define: None, or a function of the live `luthier.Trial`, called in the worker, whose dict is added to the
            config: for define-by-run spaces. It must pickle.
        wants: parameters that the search brings along, nested, in the door's own verbs; `param_space` is laid over it.
        brings: names of values that are put into the configuration although the space does not name them; None for all.
        native: whether one of luthier's own samplers searches, which reads results from the study. Otherwise
        on_result: hears of a result, before the scheduler decides, and
        on_end: that a trial is TERMINATED or ERROR; `last_result` is its newest one.
    """

    engine: "Callable[[SearchPlan], Search]"
    metric: str | Sequence[str] | None = None
    mode: str | Sequence[str] | None = None
    seed: int | None = None
    max_concurrent: int = 0
    points_to_evaluate: Sequence[Mapping[str, Any]] = ()
    evaluated_rewards: Sequence[float] | None = None
    grid: bool = False
    define: Callable[[Any], Mapping[str, Any]] | None = None
    wants: Mapping[str, Any] = field(default_factory=dict)
    brings: Collection[str] | None = ()
    native: bool = True
    on_result: "Callable[[TuneTrial, Mapping[str, Any]], None]" = nothing
    on_end: "Callable[[TuneTrial], None]" = nothing


@runtime_checkable
class SearchSource(Protocol):
    """What `search_alg=` takes as well: the peer's Searcher, whose subclasses have attributes of their own.

    The runner calls `search_algorithm()` once, and goes on with what it returns.
    """

    def search_algorithm(self) -> SearchAlgorithm:
        """The search as the runner knows it."""


@dataclass(slots=True)
class Arguments:
    """The class and the constructor's arguments of an object that `Tuner.restore` builds again."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


#: Under which name the arguments of `*args` are kept.
POSITIONAL = "*"

#: Where `restorable` keeps the arguments of an instance.
KEPT = "_restorable_arguments"


def restorable(kind: type[Made]) -> type[Made]:
    """A class decorator: instances remember how they were made, so that an experiment can be restored without pickle.

    Use it on every scheduler, searcher, stopper, reporter and callback of this door. Arguments may be JSON, space
    verbs, and other restorable objects; where one is not (a lambda), `Tuner.restore` asks for it again, by name.
    """
    make = kind.__init__
    shape = signature(make)

    @wraps(make)
    def remember(self: Any, *args: Any, **kwargs: Any) -> None:
        if type(self) is kind:
            bound = shape.bind(self, *args, **kwargs)
            values = dict(list(bound.arguments.items())[1:])
            for name, parameter in shape.parameters.items():
                if parameter.kind is parameter.VAR_KEYWORD:
                    values |= values.pop(name, {})
                elif parameter.kind is parameter.VAR_POSITIONAL:
                    values[POSITIONAL] = list(values.pop(name, ()))
            object.__setattr__(self, KEPT, Arguments(kind.__name__, values))
        make(self, *args, **kwargs)

    kind.__init__ = remember  # type: ignore[method-assign]  # the same signature, by wraps
    RESTORABLE[kind.__name__] = kind
    return kind
