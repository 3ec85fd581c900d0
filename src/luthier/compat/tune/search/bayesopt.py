"""BayesOptSearch: luthier's Gaussian process in its place."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.support import absent
from luthier.compat.tune.contract import SearchPlan, restorable
from luthier.compat.tune.search.own import LuthierSearcher, gp, stands_in, unused
from luthier.compat.tune.search.own_space import from_bounds
from luthier.engine.propose import Search

__all__ = ["BayesOptSearch"]

#: The seed of those who give none: every run is the same.
SEED = 42


@final
@restorable
class BayesOptSearch(LuthierSearcher):
    """Searches with luthier's Gaussian process, with a warning.

    Args:
        space: parameter -> (low, high), or None for the `param_space` of the Tuner.
        metric: the entry of results that counts.
        mode: "min" or "max".
        points_to_evaluate: configurations to try first.
        utility_kwargs: not needed.
        random_state: of the study.
        random_search_steps: quasi-random trials before the model is asked.
        verbose: not needed.
        patience: not needed: nothing is suggested twice.
        skip_duplicate: not needed.
        analysis: not offered.
        repeat_float_precision: not needed.

    Raises:
        NotImplementedError: there is an `analysis`.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        space: Mapping[str, Any] | None = None,
        metric: str | None = None,
        mode: str | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        utility_kwargs: Mapping[str, Any] | None = None,
        random_state: int = SEED,
        random_search_steps: int = 10,
        verbose: int = 0,
        patience: int = 5,
        skip_duplicate: bool = True,  # noqa: FBT001, FBT002 - as above
        analysis: Any = None,
        repeat_float_precision: int = 5,
    ) -> None:
        if analysis is not None:
            fix = "Give the experiment the name of the old one, and its trials are known."
            raise absent("tune.search.bayesopt.BayesOptSearch(analysis=...)", fix)
        stands_in("BayesOptSearch", by="luthier's Gaussian process")
        unused("BayesOptSearch", utility_kwargs=utility_kwargs, verbose=verbose or None)
        self._startup = random_search_steps
        super().__init__(
            metric,
            mode,
            seed=random_state,
            points_to_evaluate=points_to_evaluate,
            wants=from_bounds(space or {}),
        )

    def _engine(self, plan: SearchPlan) -> Search:
        """The Gaussian process."""
        return gp(plan, startup=self._startup, who="BayesOptSearch")
