"""A search that one of luthier's own samplers does."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.contract import SearchPlan
from luthier.compat.tune.trial import TuneTrial
from luthier.engine.propose import Search
from luthier.samplers.auto import AutoSampler
from luthier.samplers.compose import StartupThen
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler

__all__ = ["NativeSearch", "auto", "checked_modes", "tpe"]


@final
@dataclass(kw_only=True)
class NativeSearch:
    """A search as the runner knows it; see `luthier.compat.tune.contract.SearchAlgorithm`."""

    make: Callable[[SearchPlan], Search]
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

    def engine(self, plan: SearchPlan) -> Search:
        """The sampler, for the seed of its study."""
        return self.make(plan)

    def on_result(self, trial: TuneTrial, result: Mapping[str, Any]) -> None:
        """Nothing: the sampler reads the study."""

    def on_end(self, trial: TuneTrial) -> None:
        """Nothing: the sampler reads the study."""


def auto(plan: SearchPlan) -> Sampler:
    """What luthier takes by default."""
    return AutoSampler(plan.seed)


def tpe(plan: SearchPlan, *, startup: int) -> Sampler:
    """The tree-structured Parzen estimator after so many quasi-random trials."""
    return StartupThen(startup, first=QuasiSampler(plan.seed), then=TPESampler())


def checked_modes(metric: Any, mode: Any) -> None:
    """Raise InvalidInput unless metric and mode fit each other."""
    if metric is None or mode is None:
        legal = mode in {None, "min", "max"} if not isinstance(mode, list | tuple) else True
    elif isinstance(metric, list | tuple):
        legal = isinstance(mode, list | tuple) and len(mode) == len(metric)
        legal = legal and set(mode) <= {"min", "max", "obs"}
    else:
        legal = mode in {"min", "max"}
    if not legal:
        got = f"metric={metric!r}, mode={mode!r}"
        raise InvalidInput(explain('mode "min" or "max", or one for each metric', got, "Correct the mode."))
