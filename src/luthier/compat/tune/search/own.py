"""Searchers of other libraries, whose part luthier's own samplers take."""

from collections.abc import Callable, Mapping
from typing import Any

from luthier.compat.support import absent, differs
from luthier.compat.tune.contract import SearchAlgorithm, SearchPlan
from luthier.compat.tune.search.searcher import Searcher
from luthier.engine.propose import Search
from luthier.samplers.auto import AutoSampler
from luthier.samplers.compose import Distinct, StartupThen
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler

__all__ = ["USER", "LuthierSearcher", "gp", "stands_in", "tpe", "unused"]

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


def begun(model: Sampler, name: str, plan: SearchPlan, *, startup: int, who: str) -> Sampler:
    """A sampler with a model after so many quasi-random trials.

    It learns from trials that a scheduler stopped by how far they came, and repeats nothing as long as a finite space
    has anything left.

    Args:
        model: the sampler.
        name: as in `sampler="tpe"`.
        plan: of the run.
        startup: how many trials come before the model.
        who: the searcher that stands for it, which its trials name as the reason.
    """
    from luthier.samplers.fidelity.sampler import AnyFidelity

    first = Named(QuasiSampler(plan.seed), name="quasi", reason=f"one of the first {startup} trials of {who}")
    then = AnyFidelity(Named(model, name=name, reason=f"search_alg={who}"))
    return Distinct(StartupThen(startup, first=first, then=then))


def gp(plan: SearchPlan, *, startup: int, who: str) -> Sampler:
    """Gaussian processes after so many quasi-random trials."""
    from luthier.samplers.gp.sampler import GPSampler

    return begun(GPSampler(), "gp", plan, startup=startup, who=who)


def tpe(plan: SearchPlan, *, startup: int, who: str) -> Sampler:
    """The tree-structured Parzen estimator after so many quasi-random trials."""
    return begun(TPESampler(), "tpe", plan, startup=startup, who=who)


def stands_in(who: str, by: str = "luthier's own sampler") -> None:
    """Warn that another method takes the place of the one that was named."""
    differs(f"tune.search.{who}", f"{by} takes its place", stacklevel=USER)


def unused(who: str, **arguments: Any) -> None:
    """Warn of arguments that the method in its place has no use for; None is no argument."""
    given = sorted(name for name, value in arguments.items() if value is not None)
    if given:
        differs(f"tune.search.{who}", f"there is no use for {', '.join(given)}", stacklevel=USER)
