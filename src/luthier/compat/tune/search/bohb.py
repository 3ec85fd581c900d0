"""TuneBOHB: luthier's TPE over trials of every fidelity, which is BOHB's model but for the details."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.tune.contract import SearchPlan, restorable
from luthier.compat.tune.search.own import LuthierSearcher, stands_in, tpe, unused
from luthier.compat.tune.search.own_space import nothing_of
from luthier.engine.propose import Search
from luthier.samplers.auto import STARTUP

__all__ = ["TuneBOHB"]


@final
@restorable
class TuneBOHB(LuthierSearcher):
    """Searches with luthier's TPE, with a warning: it ranks trials by how far they came, and then by their values.

    Args:
        space: not offered in the terms of ConfigSpace; it is the `param_space` of the Tuner.
        bohb_config: not needed.
        metric: the entry of results that counts.
        mode: "min" or "max".
        points_to_evaluate: configurations to try first.
        seed: of the study.
        max_concurrent: the most trials at once, 0 for no limit.

    Raises:
        NotImplementedError: there is a `space`.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        space: Any = None,
        bohb_config: Mapping[str, Any] | None = None,
        metric: str | None = None,
        mode: str | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        seed: int | None = None,
        max_concurrent: int = 0,
    ) -> None:
        nothing_of("TuneBOHB", space)
        stands_in("TuneBOHB", by="luthier's TPE")
        unused("TuneBOHB", bohb_config=bohb_config)
        super().__init__(
            metric,
            mode,
            seed=seed,
            points_to_evaluate=points_to_evaluate,
            max_concurrent=max_concurrent,
        )

    def _engine(self, plan: SearchPlan) -> Search:
        """TPE."""
        return tpe(plan, startup=STARTUP, who="TuneBOHB")
