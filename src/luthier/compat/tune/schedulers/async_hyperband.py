"""ASHA: luthier's rule at the rungs, under the peer's name and arguments."""

from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.contract import Population, restorable
from luthier.compat.tune.schedulers.timeline import PARTS, Timeline, number_in
from luthier.compat.tune.schedulers.trial_scheduler import TrialScheduler
from luthier.compat.tune.trial import TuneTrial
from luthier.records.messages import Decision
from luthier.schedulers.hyperband import Bracket
from luthier.schedulers.rungs import judge

__all__ = ["ASHAScheduler", "AsyncHyperBandScheduler", "RungScheduler"]


class RungScheduler(TrialScheduler):
    """Stops a trial at a rung where it is not among the best 1/η of its bracket; at `max_t` it is complete.

    The decision is luthier's own (`luthier.schedulers.ASHA`): a trial is ranked with its own value among the records of
    the rung, NaN never goes on, and every resume finds the same rungs, for they are read from the results.
    """

    _compares = True

    def __init__(
        self,
        time_attr: str,
        metric: str | None,
        mode: str | None,
        *,
        max_t: int,
        reduction_factor: float,
        stop_last_trials: bool,
        brackets: tuple[Bracket, ...],
    ) -> None:
        self._metric, self._mode = checked_mode(metric, mode)
        self._time_attr = time_attr
        self._max_t = max_t
        self._factor = whole_factor(reduction_factor, type(self).__name__)
        self._stop_last_trials = stop_last_trials
        self._brackets = brackets
        self._timeline: Timeline | None = None

    def bind(self, population: Population) -> None:
        """Begin a run with empty curves: earlier results come by replay."""
        metric, mode = self._metric or population.metric or "", self._mode or population.mode
        self._timeline = Timeline(self._time_attr, metric, mode)
        super().bind(population)

    def _is_over(self, result: Mapping[str, Any]) -> bool:
        """Whether `max_t` is reached."""
        return number_in(result, self._time_attr) >= self._max_t

    def on_trial_result(self, tune_controller: Any, trial: TuneTrial, result: Mapping[str, Any]) -> str:
        """Decide at a rung; go on before, end at `max_t`."""
        time = number_in(result, self._time_attr)
        new = self._timeline is not None and self._timeline.add(trial, result)
        if time >= self._max_t:
            return self.STOP if self._stop_last_trials else self.CONTINUE
        if self._timeline is None or not new:
            return self.CONTINUE
        bracket = next(bracket for bracket in self._brackets if trial.member in bracket)
        decision = judge(
            self._timeline.curves,
            trial.member,
            min_resource=bracket.min_resource * PARTS,
            max_resource=self._max_t * PARTS,
            reduction_factor=self._factor,
            members=bracket,
        )
        return self.STOP if decision is Decision.STOP else self.CONTINUE


@restorable
class AsyncHyperBandScheduler(RungScheduler):
    """Asynchronous successive halving (Li et al. 2018, arXiv:1810.05934) in its stopping form.

    Args:
        time_attr: the entry of results that counts the resource.
        metric: the entry to compare; None takes that of `TuneConfig`.
        mode: "min" or "max".
        max_t: where a trial is complete.
        grace_period: the first rung.
        reduction_factor: about one trial in so many goes on; a whole number.
        brackets: so many first rungs, at `grace_period` times powers of the factor, share the trials such that each
            gets about the same budget. One is most often best.
        stop_last_trials: False lets trials go on after `max_t`.

    Raises:
        InvalidInput: an argument is out of range.
        NotImplementedError: the factor is no whole number of 2 or more.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        time_attr: str = "training_iteration",
        metric: str | None = None,
        mode: str | None = None,
        max_t: int = 100,
        grace_period: int = 1,
        reduction_factor: float = 4,
        brackets: int = 1,
        stop_last_trials: bool = True,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        if not 0 < grace_period <= max_t or brackets < 1:
            got = f"grace_period={grace_period}, max_t={max_t}, brackets={brackets}"
            raise InvalidInput(
                explain("0 < grace_period <= max_t and brackets >= 1", got, "Correct the numbers.")
            )
        super().__init__(
            time_attr,
            metric,
            mode,
            max_t=max_t,
            reduction_factor=reduction_factor,
            stop_last_trials=stop_last_trials,
            brackets=shared_brackets(grace_period, int(reduction_factor), brackets, max_t),
        )


ASHAScheduler = AsyncHyperBandScheduler


def shared_brackets(first: int, factor: int, count: int, max_t: int) -> tuple[Bracket, ...]:
    """Up to `count` brackets whose first rungs lie below `max_t`; bracket s has a share η^s / (s + 1) of the trials."""
    firsts = [first * factor**place for place in range(count) if first * factor**place < max_t] or [first]
    weights = [factor**s / (s + 1) for s in reversed(range(len(firsts)))]
    edges = [edge / sum(weights) for edge in accumulate(weights, initial=0.0)]
    edges[-1] = 1.0
    return tuple(Bracket(rung, low, high) for rung, (low, high) in zip(firsts, pairwise(edges), strict=True))


def whole_factor(factor: float, who: str) -> int:
    """A reduction factor that luthier's rungs have."""
    if factor >= 2 and factor == int(factor):
        return int(factor)
    raise absent(f"tune.schedulers.{who}(reduction_factor={factor})", "Use a whole factor of 2 or more.")


def checked_mode(metric: str | None, mode: str | None) -> tuple[str | None, str | None]:
    """Metric and mode, once the mode is known to be one."""
    if mode not in {None, "min", "max"}:
        raise InvalidInput(
            explain('mode "min" or "max"', repr(mode), "Say whether the metric is to be small or large.")
        )
    return metric, mode
