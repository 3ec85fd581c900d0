"""AxSearch: luthier's Gaussian process in its place."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.support import absent
from luthier.compat.tune.contract import SearchPlan, restorable
from luthier.compat.tune.search.own import LuthierSearcher, gp, stands_in, unused
from luthier.compat.tune.search.own_space import from_ax
from luthier.engine.propose import Search
from luthier.samplers.auto import STARTUP

__all__ = ["AxSearch"]


@final
@restorable
class AxSearch(LuthierSearcher):
    """Searches with luthier's Gaussian process, with a warning.

    Args:
        space: Ax's list of parameters, or None for the `param_space` of the Tuner.
        metric: the entry of results that counts.
        mode: "min" or "max".
        points_to_evaluate: configurations to try first.
        parameter_constraints: not offered.
        outcome_constraints: not offered.
        ax_client: not offered.
        ax_kwargs: not needed.

    Raises:
        NotImplementedError: there are constraints, or a client.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        space: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None,
        metric: str | None = None,
        mode: str | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        parameter_constraints: Sequence[str] | None = None,
        outcome_constraints: Sequence[str] | None = None,
        ax_client: Any = None,
        **ax_kwargs: Any,
    ) -> None:
        if parameter_constraints or outcome_constraints:
            fix = "Use luthier.create_study and trial.set_constraint."
            raise absent("tune.search.ax.AxSearch(parameter_constraints, outcome_constraints)", fix)
        if ax_client is not None:
            raise absent(
                "tune.search.ax.AxSearch(ax_client=...)", "Leave it out: luthier's Gaussian process searches."
            )
        stands_in("AxSearch", by="luthier's Gaussian process")
        unused("AxSearch", **ax_kwargs)
        super().__init__(metric, mode, points_to_evaluate=points_to_evaluate, wants=from_ax(space or {}))

    def _engine(self, plan: SearchPlan) -> Search:
        """The Gaussian process."""
        return gp(plan, startup=STARTUP, who="AxSearch")
