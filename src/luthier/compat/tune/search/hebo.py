"""HEBOSearch: luthier's Gaussian process in its place."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.tune.contract import SearchPlan, restorable
from luthier.compat.tune.search.own import LuthierSearcher, gp, stands_in, unused
from luthier.compat.tune.search.own_space import nothing_of
from luthier.engine.propose import Search
from luthier.samplers.auto import STARTUP

__all__ = ["HEBOSearch"]


@final
@restorable
class HEBOSearch(LuthierSearcher):
    """Searches with luthier's Gaussian process, with a warning.

    Args:
        space: not offered in HEBO's terms; it is the `param_space` of the Tuner.
        metric: the entry of results that counts.
        mode: "min" or "max".
        points_to_evaluate: configurations to try first.
        evaluated_rewards: values of `points_to_evaluate` that are known already.
        random_state_seed: of the study.
        max_concurrent: the most trials at once.
        kwargs: not needed.

    Raises:
        NotImplementedError: there is a `space`.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        space: Any = None,
        metric: str | None = None,
        mode: str | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        evaluated_rewards: Sequence[float] | None = None,
        random_state_seed: int | None = None,
        max_concurrent: int = 8,
        **kwargs: Any,
    ) -> None:
        nothing_of("HEBOSearch", space)
        stands_in("HEBOSearch", by="luthier's Gaussian process")
        unused("HEBOSearch", **kwargs)
        super().__init__(
            metric,
            mode,
            seed=random_state_seed,
            points_to_evaluate=points_to_evaluate,
            evaluated_rewards=evaluated_rewards,
            max_concurrent=max_concurrent,
        )

    def _engine(self, plan: SearchPlan) -> Search:
        """The Gaussian process."""
        return gp(plan, startup=STARTUP, who="HEBOSearch")
