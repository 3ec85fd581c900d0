"""A policy of population based training, replayed by one trial."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.tune.contract import Population, Saves, restorable
from luthier.compat.tune.flat import flatten
from luthier.compat.tune.schedulers.pbt_policy import read_policy
from luthier.compat.tune.schedulers.timeline import iteration_of, saved_at
from luthier.compat.tune.schedulers.trial_scheduler import FIFOScheduler
from luthier.compat.tune.trial import TuneTrial

__all__ = ["PopulationBasedTrainingReplay"]


@restorable
class PopulationBasedTrainingReplay(FIFOScheduler):
    """Trains one trial along the schedule of configurations that a population came upon.

    Args:
        policy_file: a `pbt_policy_<trial id>.txt`, of luthier or of the peer.

    Raises:
        InvalidInput: there is no such file, or it is no policy.
    """

    whole_population = True

    def __init__(self, policy_file: str | Path) -> None:
        self.config, self._changes = read_policy(policy_file)
        self.wants = self.config or {}
        self.saves = Saves("training_iteration", at=tuple(float(at) for at, _ in self._changes))
        self._done = 0

    def bind(self, population: Population) -> None:
        """Begin a run.

        Raises:
            InvalidInput: there is more than one trial, or `param_space` contradicts the policy.
        """
        if len(population.trials) > 1:
            got = f"{len(population.trials)} trials"
            raise InvalidInput(explain("one trial to replay a policy", got, "Leave num_samples out."))
        given, policy = flatten(population.param_space), flatten(self.config or {})
        other = [name for name, value in given.items() if name in policy and policy[name] != value]
        if other:
            fix = "Leave them out of param_space: the policy has them."
            raise InvalidInput(explain(f"parameters as in the policy ({policy})", f"others for {other}", fix))
        super().bind(population)

    def _replay(self, trial: TuneTrial, result: Mapping[str, Any]) -> None:
        """Changes up to here were made by the earlier run."""
        self._done = sum(at < iteration_of(result) for at, _ in self._changes)

    def on_trial_result(self, tune_controller: Any, trial: TuneTrial, result: Mapping[str, Any]) -> str:
        """Change the configuration when it is time.

        Raises:
            InvalidInput: there is no checkpoint of this iteration to go on from.
        """
        here = iteration_of(result)
        if (
            self._population is None
            or self._done >= len(self._changes)
            or here < self._changes[self._done][0]
        ):
            return self.CONTINUE
        if trial.checkpoint is None or saved_at(trial) != here:
            fix = "Report a checkpoint with the result of that iteration."
            raise InvalidInput(
                explain(f"a checkpoint of iteration {here}, where the policy changes", "none", fix)
            )
        config = self._changes[self._done][1]
        self._done += 1
        logger.info("The policy goes on at iteration %d with %s", here, config)
        self._population.continue_from(trial, source=trial, config=config)
        return self.STOP

    def debug_string(self) -> str:
        """A line for logs."""
        return f"PopulationBasedTraining replay: {self._done} of {len(self._changes)} changes."
