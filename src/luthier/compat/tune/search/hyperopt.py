"""HyperOptSearch: the tree-structured Parzen estimator of luthier."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.tune.contract import SearchPlan, restorable
from luthier.compat.tune.search.own import LuthierSearcher, tpe, unused
from luthier.compat.tune.search.own_space import nothing_of
from luthier.engine.propose import Search

__all__ = ["HyperOptSearch"]

#: The share of good trials that hyperopt starts from.
GAMMA = 0.25


@final
@restorable
class HyperOptSearch(LuthierSearcher):
    """The method of hyperopt, by luthier's own implementation.

    Args:
        space: not offered in hyperopt's terms; it is the `param_space` of the Tuner.
        metric: the entry of results that counts.
        mode: "min" or "max".
        points_to_evaluate: configurations to try first.
        n_initial_points: quasi-random trials before the model is asked.
        random_state_seed: of the study.
        gamma: not needed: luthier's estimator chooses the good trials by its own rule.

    Raises:
        NotImplementedError: there is a `space`.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        space: Any = None,
        metric: str | None = None,
        mode: str | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        n_initial_points: int = 20,
        random_state_seed: int | None = None,
        gamma: float = GAMMA,
    ) -> None:
        nothing_of("HyperOptSearch", space)
        unused("HyperOptSearch", gamma=None if gamma == GAMMA else gamma)
        self._startup = n_initial_points
        super().__init__(metric, mode, seed=random_state_seed, points_to_evaluate=points_to_evaluate)

    def _engine(self, plan: SearchPlan) -> Search:
        """TPE."""
        return tpe(plan, startup=self._startup, who="HyperOptSearch")
