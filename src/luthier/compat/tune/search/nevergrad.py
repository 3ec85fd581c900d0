"""NevergradSearch: luthier's own sampler in its place."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.tune.contract import restorable
from luthier.compat.tune.search.own import LuthierSearcher, stands_in
from luthier.compat.tune.search.own_space import nothing_of

__all__ = ["NevergradSearch"]


@final
@restorable
class NevergradSearch(LuthierSearcher):
    """Searches with luthier's own sampler, with a warning.

    Args:
        optimizer: not needed.
        optimizer_kwargs: not needed.
        space: not offered in Nevergrad's terms; it is the `param_space` of the Tuner.
        metric: the entry of results that counts.
        mode: "min" or "max".
        points_to_evaluate: configurations to try first.

    Raises:
        NotImplementedError: there is a `space`.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        optimizer: Any = None,
        optimizer_kwargs: Mapping[str, Any] | None = None,
        space: Any = None,
        metric: str | None = None,
        mode: str | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        nothing_of("NevergradSearch", space)
        stands_in("NevergradSearch")
        super().__init__(metric, mode, points_to_evaluate=points_to_evaluate)
