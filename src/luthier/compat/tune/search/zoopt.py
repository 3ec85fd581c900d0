"""ZOOptSearch: luthier's own sampler in its place."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.tune.contract import restorable
from luthier.compat.tune.search.own import LuthierSearcher, stands_in, unused
from luthier.compat.tune.search.own_space import nothing_of

__all__ = ["ZOOptSearch"]


@final
@restorable
class ZOOptSearch(LuthierSearcher):
    """Searches with luthier's own sampler, with a warning.

    Args:
        algo: not needed.
        budget: not needed: `num_samples` is the budget.
        dim_dict: not offered in ZOOpt's terms; the space is the `param_space` of the Tuner.
        metric: the entry of results that counts.
        mode: "min" or "max".
        points_to_evaluate: configurations to try first.
        parallel_num: the most trials at once, where it is above 1.
        kwargs: not needed.

    Raises:
        NotImplementedError: there is a `dim_dict`.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        algo: str = "asracos",
        budget: int | None = None,
        dim_dict: Any = None,
        metric: str | None = None,
        mode: str | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        parallel_num: int = 1,
        **kwargs: Any,
    ) -> None:
        nothing_of("ZOOptSearch", dim_dict)
        stands_in("ZOOptSearch")
        unused("ZOOptSearch", **kwargs)
        most = parallel_num if parallel_num > 1 else 0
        super().__init__(metric, mode, points_to_evaluate=points_to_evaluate, max_concurrent=most)
