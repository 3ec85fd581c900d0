"""Searchers of other libraries, whose part luthier's own samplers take."""

from collections.abc import Callable, Mapping
from typing import Any

from luthier.compat.support import absent, differs
from luthier.compat.tune.contract import SearchAlgorithm, SearchPlan
from luthier.compat.tune.search.searcher import Searcher
from luthier.engine.propose import Search
from luthier.samplers.auto import AutoSampler
from luthier.samplers.compose import StartupThen
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler

__all__ = ["USER", "LuthierSearcher", "stands_in", "tpe", "unused"]

#: Frames from a warning in a helper of a constructor to the line that calls the constructor.
USER = 5


class LuthierSearcher(Searcher):
    """A searcher that is one of luthier's samplers: it is asked for nothing, the study asks the sampler.

    Args:
        metric: the entry of results that counts, or a list of them.
        mode: "min" or "max", or one for each metric.
        plan: what else the runner is to know, by the names of `SearchAlgorithm`.
    """

    def __init__(self, metric: Any, mode: Any, **plan: Any) -> None:
        super().__init__(metric, mode)
        first = list(plan.pop("points_to_evaluate", None) or ())
        self._plan = {**plan, "points_to_evaluate": first}

    def _engine(self, plan: SearchPlan) -> Search:
        """The sampler."""
        return AutoSampler(plan.seed)

    def _define(self) -> Callable[[Any], Mapping[str, Any]] | None:
        """A define-by-run space."""
        return None

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        """Not there: the study asks the sampler."""
        raise absent(
            f"tune.search.{type(self).__name__}.suggest",
            "Use luthier.create_study(...).ask(), or pass the searcher to a Tuner.",
        )

    def set_max_concurrency(self, max_concurrent: int) -> bool:
        """The runner keeps to it."""
        return False

    def search_algorithm(self) -> SearchAlgorithm:
        """The search as the runner knows it."""
        return SearchAlgorithm(
            engine=self._engine,
            metric=self.metric,
            mode=self.mode,
            define=self._define(),
            **self._plan,
        )


def tpe(plan: SearchPlan, *, startup: int) -> Sampler:
    """The tree-structured Parzen estimator after so many quasi-random trials."""
    return StartupThen(startup, first=QuasiSampler(plan.seed), then=TPESampler())


def stands_in(who: str, by: str = "luthier's own sampler") -> None:
    """Warn that another method takes the place of the one that was named."""
    differs(f"tune.search.{who}", f"{by} takes its place", stacklevel=USER)


def unused(who: str, **arguments: Any) -> None:
    """Warn of arguments that the method in its place has no use for; None is no argument."""
    given = sorted(name for name, value in arguments.items() if value is not None)
    if given:
        differs(f"tune.search.{who}", f"there is no use for {', '.join(given)}", stacklevel=USER)
