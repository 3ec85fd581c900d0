"""Hyperband: several first rungs at once, without ever pausing a trial."""

from luthier.compat.support import differs
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.schedulers.async_hyperband import RungScheduler, whole_factor
from luthier.schedulers.hyperband import Hyperband

__all__ = ["HyperBandForBOHB", "HyperBandScheduler"]


@restorable
class HyperBandScheduler(RungScheduler):
    """Hyperband (Li et al. 2017, arXiv:1603.06560) with the asynchronous halving of arXiv:1810.05934.

    The peer pauses the trials of a bracket until all of them are at a rung; a trial without a checkpoint then starts
    again from nothing, and one that is lost may hold up the others for ever. Here a trial is judged when it comes to a
    rung: the brackets, their budgets and their rungs are those of the paper, and no trial waits.

    Args:
        time_attr: the entry of results that counts the resource.
        metric: the entry to compare; None takes that of `TuneConfig`.
        mode: "min" or "max".
        max_t: the paper's R, where a trial is complete.
        reduction_factor: the paper's η; a whole number.
        stop_last_trials: False lets trials go on after `max_t`.

    Raises:
        InvalidInput: `max_t` is below 2.
        NotImplementedError: the factor is no whole number of 2 or more.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        time_attr: str = "training_iteration",
        metric: str | None = None,
        mode: str | None = None,
        max_t: int = 81,
        reduction_factor: float = 3,
        stop_last_trials: bool = True,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        kind = type(self).__name__
        factor = whole_factor(reduction_factor, kind)
        differs(
            f"tune.schedulers.{kind}",
            "its brackets are halved asynchronously, so that no trial is ever paused",
            stacklevel=4,
        )
        super().__init__(
            time_attr,
            metric,
            mode,
            max_t=max_t,
            reduction_factor=reduction_factor,
            stop_last_trials=stop_last_trials,
            brackets=Hyperband(max_resource=max_t, reduction_factor=factor).brackets,
        )


@restorable
class HyperBandForBOHB(HyperBandScheduler):
    """Hyperband for a model-based search; the same rule, for no searcher needs to be told of pauses."""
