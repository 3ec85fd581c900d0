"""Population based training: the worst members go on from the checkpoints of the best, with perturbed configurations.

    t  the time of a result      I  the perturbation interval      q  the quantile fraction

Source: Jaderberg et al. 2017, "Population Based Training of Neural Networks" (arXiv:1711.09846), Algorithm 1, with
truncation selection as exploit. A member is considered at its first result at or after each multiple of I. All chance
is a function of the study's seed, the trial and its iteration.
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from numpy.random import Generator

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.base.seeding import purpose_of, rng_for
from luthier.compat.tune.contract import Population, Saves, Verdict, restorable
from luthier.compat.tune.error import WrongUseError
from luthier.compat.tune.schedulers.async_hyperband import checked_mode
from luthier.compat.tune.schedulers.explore import as_mutations, as_space, explore, summary
from luthier.compat.tune.schedulers.pbt_policy import Exploit, write_policy
from luthier.compat.tune.schedulers.pbt_replay import PopulationBasedTrainingReplay
from luthier.compat.tune.schedulers.timeline import iteration_of, number_in, saved_at
from luthier.compat.tune.schedulers.trial_scheduler import FIFOScheduler
from luthier.compat.tune.trial import TuneTrial

__all__ = ["PopulationBasedTraining", "PopulationBasedTrainingReplay", "Standing", "quantiles"]


Member = TypeVar("Member", bound=Hashable)


class MissingAttributeError(InvalidInput, RuntimeError):
    """A result lacks the time or the metric that a scheduler was told to go by."""


@dataclass(slots=True)
class Standing:
    """Where a member was when it was last considered."""

    trial: TuneTrial
    #: Minimised; NaN is worse than anything.
    score: float
    time: float
    iteration: int
    #: Whether it waits for the others, in synchronous mode.
    parked: bool = False


@restorable
class PopulationBasedTraining(FIFOScheduler):
    """Trains all trials as one population.

    A trial that loses ends PRUNED; the trial of the study that takes its place goes on from a copy of the winner's
    checkpoint and is the same member: same `trial_id`, same folder. Where more members than slots want to run they take
    turns, one interval each, provided that they have a checkpoint to go on from.

    Args:
        time_attr: the entry of results that is t.
        metric: the entry to compare; None takes that of `TuneConfig`.
        mode: "min" or "max".
        perturbation_interval: I.
        burn_in_period: nothing happens at smaller t.
        hyperparam_mutations: parameter -> a verb of the space, a list of neighbours, a function without arguments that
            draws a value, or a dict of nested parameters. What `param_space` does not name is drawn from here at first.
        quantile_fraction: q, at most one half. NaN is always among the worst.
        resample_probability: how often a value is drawn anew instead of perturbed.
        perturbation_factors: one of them multiplies a number, which then stays within its range.
        custom_explore_fn: gets the new configuration last, and returns it.
        log_config: whether to write `pbt_policy_<trial id>.txt` and `pbt_global.txt` into the experiment's folder.
        require_attrs: whether a result without time or metric is an error, or passed over.
        synch: whether all members meet at every interval; each needs a checkpoint there.

    Raises:
        InvalidInput: an argument is out of range, or there is nothing to mutate.
    """

    whole_population = True
    _compares = True

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        time_attr: str = "time_total_s",
        metric: str | None = None,
        mode: str | None = None,
        perturbation_interval: float = 60.0,
        burn_in_period: float = 0.0,
        hyperparam_mutations: Mapping[str, Any] | None = None,
        quantile_fraction: float = 0.25,
        resample_probability: float = 0.25,
        perturbation_factors: Sequence[float] = (1.2, 0.8),
        custom_explore_fn: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
        log_config: bool = True,  # noqa: FBT001, FBT002 - as above
        require_attrs: bool = True,  # noqa: FBT001, FBT002 - as above
        synch: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        if not hyperparam_mutations and custom_explore_fn is None:
            fix = 'Pass such as hyperparam_mutations={"lr": tune.loguniform(1e-5, 1e-1)}.'
            raise WrongUseError(explain("hyperparam_mutations or custom_explore_fn", "neither", fix))
        if not 0 <= quantile_fraction <= 1 / 2 or not perturbation_interval > 0:
            got = f"quantile_fraction={quantile_fraction}, perturbation_interval={perturbation_interval}"
            raise InvalidInput(
                explain(
                    "0 <= quantile_fraction <= 0.5 and perturbation_interval > 0", got, "Correct the numbers."
                )
            )
        self._metric, self._mode = checked_mode(metric, mode)
        self._time_attr = time_attr
        self._burn_in = burn_in_period
        self._interval = perturbation_interval
        self._fraction = quantile_fraction
        self._resample = resample_probability
        self._factors = tuple(perturbation_factors)
        self._custom = custom_explore_fn
        self._log_config = log_config
        self._require = require_attrs
        self._synch = synch
        self._mutations = as_mutations(hyperparam_mutations or {})
        self._standings: dict[str, Standing] = {}
        self._next_meeting = max(perturbation_interval, burn_in_period)
        self._warned = False
        self.wants = as_space(hyperparam_mutations or {})
        self.saves = Saves(time_attr, perturbation_interval, (burn_in_period,) if burn_in_period else ())

    def bind(self, population: Population) -> None:
        """Begin a run; members that were seen before meet at the next interval."""
        super().bind(population)
        times = [standing.time for standing in self._standings.values()]
        if times:
            self._next_meeting = (min(times) // self._interval + 1) * self._interval

    def _replay(self, trial: TuneTrial, result: Mapping[str, Any]) -> None:
        """Remember where a member was."""
        self.consider(trial, result)

    def on_trial_result(self, tune_controller: Any, trial: TuneTrial, result: Mapping[str, Any]) -> str:
        """Exploit, give way to others, or go on.

        Raises:
            MissingAttributeError: the result has no time or no metric, and `require_attrs` is set.
        """
        missing = [name for name in (self._time_attr, self.metric or "") if name not in result]
        if missing and self._require:
            fix = "Report it every time, or pass require_attrs=False."
            raise MissingAttributeError(explain(f"{missing[0]!r} in each result", str(sorted(result)), fix))
        if missing or not self.consider(trial, result):
            return self.CONTINUE
        if self._synch:
            return self.meet(trial)
        bottom, top = self.ends()
        if trial in bottom and self.exploit(trial, top):
            return self.STOP
        return self.give_way(trial, result)

    def consider(self, trial: TuneTrial, result: Mapping[str, Any]) -> bool:
        """Note where a member is, if its interval is over; whether it is."""
        time = number_in(result, self._time_attr)
        standing = self._standings.get(trial.trial_id)
        before = 0.0 if standing is None else standing.time
        due = (
            time >= self._next_meeting
            if self._synch
            else time >= self._burn_in and self.interval_over(before, time)
        )
        if due:
            sign = -1.0 if self.mode == "max" else 1.0
            score = sign * number_in(result, self.metric or "")
            self._standings[trial.trial_id] = Standing(trial, score, time, iteration_of(result))
        return due

    def interval_over(self, before: float, now: float) -> bool:
        """Whether a multiple of the interval lies between two times."""
        return now // self._interval > before // self._interval

    def ends(self) -> tuple[list[TuneTrial], list[TuneTrial]]:
        """The worst and the best members that are still trained."""
        alive = {standing.trial: standing.score for standing in self._standings.values()}
        return quantiles(
            {trial: score for trial, score in alive.items() if not trial.is_finished()}, self._fraction
        )

    def exploit(self, trial: TuneTrial, top: Sequence[TuneTrial]) -> bool:
        """Let a member go on from the checkpoint of one of the best; whether there was one to go on from."""
        sources = [source for source in top if source.checkpoint is not None]
        if self._population is None or not sources:
            self.warn_once()
            return False
        iteration = self._standings[trial.trial_id].iteration
        rng = rng_for(self._population.seed, trial.number, purpose_of(f"pbt/{iteration}"))
        source = sources[int(rng.integers(len(sources)))]
        config, operations = self.new_config(trial, source, rng)
        told = summary(source.config, config, operations)
        logger.info("%s takes over from %s: %s", trial, source, told or "no parameter was mutated")
        if self._log_config:
            write_policy(Exploit(trial, source, iteration, saved_at(source), config))
        self._population.continue_from(trial, source=source, config=config)
        self.take_over(trial, source)
        return True

    def take_over(self, trial: TuneTrial, source: TuneTrial) -> None:
        """A member is where its source is; what it is worth there is not known before its next interval is over."""
        where = self._standings[source.trial_id]
        before = self._standings[trial.trial_id]
        self._standings[trial.trial_id] = Standing(trial, before.score, where.time, where.iteration)

    def new_config(
        self, trial: TuneTrial, source: TuneTrial, rng: Generator
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The configuration that a member goes on with, and what was done to get it."""
        return explore(
            source.config,
            self._mutations,
            rng,
            resample_probability=self._resample,
            factors=self._factors,
            custom=self._custom,
        )

    def give_way(self, trial: TuneTrial, result: Mapping[str, Any]) -> str:
        """Let a member that waits have its turn, if this one can go on later from right here."""
        here = iteration_of(result)
        if self._population is None or not self._population.waiting:
            return self.CONTINUE
        if trial.checkpoint is None or saved_at(trial) != here:
            self.warn_once()
            return self.CONTINUE
        self._population.continue_from(trial, source=trial, config=trial.config)
        return self.STOP

    def meet(self, trial: TuneTrial) -> str:
        """Wait for the others; the last one to come lets all go on.

        Raises:
            InvalidInput: the member has no checkpoint to go on from.
        """
        if trial.checkpoint is None:
            fix = "Report a checkpoint at each perturbation_interval, or leave synch out."
            raise InvalidInput(explain("a checkpoint of each member where all meet", f"none of {trial}", fix))
        self._standings[trial.trial_id].parked = True
        return self.STOP if self.go_on_if_all_are_here() else self.PAUSE

    def go_on_if_all_are_here(self) -> bool:
        """Perturb the worst and let all members go on, once every live one waits."""
        population = self._population
        if population is None:
            return False
        alive = [trial for trial in population.trials if not trial.is_finished()]
        here = [trial for trial in alive if self.is_parked(trial)]
        if not here or len(here) < len(alive):
            return False
        bottom, top = self.ends()
        latest = max(self._standings[trial.trial_id].time for trial in here)
        self._next_meeting = max(self._next_meeting + self._interval, latest)
        for trial in here:
            self._standings[trial.trial_id].parked = False
            if trial not in bottom or not self.exploit(trial, top):
                population.continue_from(trial, source=trial, config=trial.config)
        return True

    def is_parked(self, trial: TuneTrial) -> bool:
        """Whether a member waits for the others."""
        standing = self._standings.get(trial.trial_id)
        return standing is not None and standing.parked

    def _pause(self, trial: TuneTrial) -> Verdict:
        """Let a member wait for the others."""
        return Verdict.PAUSE

    def on_end(self, trial: TuneTrial) -> None:
        """Those who waited for this member wait no more."""
        super().on_end(trial)
        if self._synch:
            self.go_on_if_all_are_here()

    def warn_once(self) -> None:
        """Say that there is nothing to go on from."""
        if not self._warned:
            self._warned = True
            logger.warning(
                "A member of the population cannot go on from a checkpoint, for there is none with its newest result: "
                "nothing is exploited, and no turn is given away. Report one at each perturbation_interval: "
                "tune.report(metrics, checkpoint=tune.Checkpoint.from_directory(folder))."
            )

    def debug_string(self) -> str:
        """A line for logs."""
        return f"PopulationBasedTraining: {len(self._standings)} members considered."


def quantiles(scores: Mapping[Member, float], fraction: float) -> tuple[list[Member], list[Member]]:
    """The worst and the best members, the best of each first.

    Args:
        scores: member -> what is minimised; NaN is worse than anything.
        fraction: how much of the population either end is, rounded up, at most one half.

    Returns:
        Two lists without a common member; both are empty for fewer than two members. A member with NaN is never among
        the best, and a member that is as good as the worst of the best is never among the worst.
    """
    ranked = sorted(scores, key=lambda member: badness(scores[member]))
    size = min(math.ceil(len(ranked) * fraction), len(ranked) // 2)
    top = [member for member in ranked[:size] if not math.isnan(scores[member])]
    if not top:
        return [], []
    limit = badness(scores[top[-1]])
    bottom = [member for member in ranked[len(ranked) - size :] if badness(scores[member]) > limit]
    return bottom, top


def badness(score: float) -> tuple[bool, float]:
    """A key to sort by, NaN last."""
    return math.isnan(score), 0.0 if math.isnan(score) else score
