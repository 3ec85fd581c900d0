"""What a searcher wants: a space, phases to search it in, and the study to keep it with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from luthier.frontends.search_cv.space import SearchSpace
from luthier.frontends.study import Study
from luthier.records.trial import TrialRecord

__all__ = ["SAMPLES", "Phase", "Plan"]

#: The resource that is not a parameter of the estimator.
SAMPLES = "n_samples"


class Phase(NamedTuple):
    """A part of a search."""

    #: How many candidates the phase has, earlier ones of the same study included.
    n_iter: int
    #: The only branch that it searches, with a model of its own; None for the whole space.
    branch: int | None = None
    #: Proposes the candidates of this phase; None for the sampler of the plan.
    sampler: Any = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A search that is about to start."""

    space: SearchSpace
    phases: Sequence[Phase]
    #: A sampler, its name, or a source of proposals of its own.
    sampler: Any = "auto"
    scheduler: Any = None
    #: With a scheduler: what grows from step to step, between which bounds, and how fast.
    resource: str = SAMPLES
    min_resources: int | str = "auto"
    max_resources: int | str = "auto"
    factor: int = 3
    storage: Any = None
    study_name: str | None = None
    timeout: float | None = None
    #: The metric that is maximised; None for the one of `refit`, or the first.
    objective: str | None = None
    #: Candidates that are fitted at once; None to keep all workers busy.
    batch: int | None = None
    #: Called after each candidate; `study.stop()` ends the search.
    callbacks: Sequence[Callable[[Study, TrialRecord], None]] = ()
    #: Asked after each phase: whether the search is to end with it.
    stopped: Callable[[], bool] = bool
