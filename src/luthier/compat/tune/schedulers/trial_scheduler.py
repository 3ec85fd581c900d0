"""The base of schedulers, to be derived from, and the one that never stops anything."""

from collections.abc import Mapping
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.support import absent, differs
from luthier.compat.tune.contract import Population, Saves, Verdict, restorable
from luthier.compat.tune.trial import ERROR, TuneTrial

__all__ = ["Controller", "FIFOScheduler", "TrialScheduler"]


@final
class Controller:
    """The run as hooks of a scheduler see it: the peer's TuneController, to read from."""

    #: Searchers and schedulers do not know of each other here.
    search_alg = None

    def __init__(self, population: Population) -> None:
        self._population = population

    def get_trials(self) -> list[TuneTrial]:
        """All trials so far."""
        return list(self._population.trials)

    def get_live_trials(self) -> set[TuneTrial]:
        """Those that are not finished."""
        return {trial for trial in self._population.trials if not trial.is_finished()}

    def __getattr__(self, name: str) -> Any:
        raise absent(
            f"tune.TuneController.{name}", "Decide by what on_trial_result returns: CONTINUE, PAUSE or STOP."
        )


class TrialScheduler:
    """Base of schedulers. A subclass says in `on_trial_result` what becomes of a trial; the other hooks may stay.

    `PAUSE` sends the trial to the end of the queue, to go on from its newest checkpoint; without one it goes on at
    once, for nothing may start a trial from nothing unasked. Trials start in the order of their numbers.

    Attributes:
        whole_population: whether all trials are queued before the first starts, so that what goes on queues up behind
            those that never ran (PBT's time multiplexing).
        saves: when class trainables save a checkpoint for it; None for never.
        wants: parameters that the run has even if `param_space` does not name them, nested, in the door's own verbs;
            `param_space` is laid over it. PBT's `hyperparam_mutations` are some.
    """

    CONTINUE = "CONTINUE"
    PAUSE = "PAUSE"
    STOP = "STOP"
    NOOP = "NOOP"

    whole_population = False
    saves: Saves | None = None
    wants: Mapping[str, Any] = {}

    #: Whether there must be a metric.
    _compares = False

    _metric: str | None = None
    _mode: str | None = None
    _population: Population | None = None
    _controller: Any = None
    _known: set[str]

    @property
    def metric(self) -> str | None:
        """Which entry of the results is compared."""
        return self._metric

    @property
    def mode(self) -> str | None:
        """Whether it is to be small or large."""
        return self._mode

    @mode.setter
    def mode(self, mode: str | None) -> None:
        self._mode = mode

    def set_search_properties(self, metric: str | None, mode: str | None, **spec: Any) -> bool:
        """Take over metric and mode of the experiment; False where they contradict the scheduler's own."""
        if (self._metric and metric) or (self._mode and mode):
            return False
        self._metric, self._mode = metric or self._metric, mode or self._mode
        return True

    def on_trial_add(self, tune_controller: Any, trial: TuneTrial) -> None:
        """Called before the first result of a trial."""

    def on_trial_error(self, tune_controller: Any, trial: TuneTrial) -> None:
        """Called when a trial failed for good."""

    def on_trial_result(self, tune_controller: Any, trial: TuneTrial, result: Mapping[str, Any]) -> str:
        """Called at each result: CONTINUE, PAUSE or STOP."""
        raise NotImplementedError

    def on_trial_complete(self, tune_controller: Any, trial: TuneTrial, result: Mapping[str, Any]) -> None:
        """Called when a trial ended well, stopped early or not."""

    def on_trial_remove(self, tune_controller: Any, trial: TuneTrial) -> None:
        """Never called: a trial that waits is not taken away."""

    def choose_trial_to_run(self, tune_controller: Any) -> TuneTrial | None:
        """Never called: trials start in the order of their numbers, those that were paused behind them."""
        return None

    def debug_string(self) -> str:
        """A line for logs."""
        return f"Using {type(self).__name__}."

    def save(self, checkpoint_path: str) -> None:
        """Not there: what a scheduler knows is read from the store."""
        raise absent(
            "tune.schedulers.TrialScheduler.save",
            "Nothing is to be saved: the study's store has all results.",
        )

    def restore(self, checkpoint_path: str) -> None:
        """Not there, as `save`."""
        raise absent(
            "tune.schedulers.TrialScheduler.restore", "Use Tuner.restore: results are read from the study."
        )

    def bind(self, population: Population) -> None:
        """Begin a run: settle the metric, then replay results of earlier ones.

        Raises:
            InvalidInput: there is no metric to compare.
        """
        self._population, self._controller, self._known = population, Controller(population), set()
        own = self._metric or None
        self.set_search_properties(
            None if own else population.metric, None if self._mode else population.mode
        )
        if self._compares and not (self._metric and self._mode):
            fix = "Pass metric= and mode= to TuneConfig or to the scheduler."
            raise InvalidInput(explain("a metric to compare", "none", fix))
        if type(self).choose_trial_to_run is not TrialScheduler.choose_trial_to_run:
            differs(
                f"{type(self).__name__}.choose_trial_to_run", "trials start in the order of their numbers"
            )
        for trial, result in population.past():
            self._replay(trial, result)

    def _replay(self, trial: TuneTrial, result: Mapping[str, Any]) -> None:
        """Take in a result of an earlier run: as if it came now, whatever is said to it."""
        self._introduce(trial)
        self.on_trial_result(self._controller, trial, result)

    def _introduce(self, trial: TuneTrial) -> None:
        """Say once that there is a trial."""
        if trial.trial_id not in self._known:
            self._known.add(trial.trial_id)
            self.on_trial_add(self._controller, trial)

    def on_result(self, trial: TuneTrial, result: Mapping[str, Any]) -> Verdict:
        """Decide by `on_trial_result`.

        Raises:
            InvalidInput: it returned something else than CONTINUE, PAUSE, STOP or NOOP.
        """
        self._introduce(trial)
        answer = self.on_trial_result(self._controller, trial, result)
        if answer == self.PAUSE:
            return self._pause(trial)
        if answer in {self.CONTINUE, self.NOOP}:
            return Verdict.CONTINUE
        if answer != self.STOP:
            fix = "Return TrialScheduler.CONTINUE, PAUSE or STOP."
            raise InvalidInput(explain("a decision of on_trial_result", repr(answer), fix))
        return Verdict.DONE if self._is_over(result) else Verdict.STOP

    def _is_over(self, result: Mapping[str, Any]) -> bool:
        """Whether a trial that is stopped at this result had all that it may have: it is complete, it did not lose."""
        return False

    def _pause(self, trial: TuneTrial) -> Verdict:
        """Send a trial to the end of the queue, if it has a checkpoint to go on from."""
        if self._population is None or trial.checkpoint is None:
            logger.warning("%s has no checkpoint to go on from, so it is not paused.", trial)
            return Verdict.CONTINUE
        self._population.continue_from(trial, source=trial, config=trial.config)
        return Verdict.STOP

    def on_end(self, trial: TuneTrial) -> None:
        """Tell how the trial ended."""
        if trial.status == ERROR:
            self.on_trial_error(self._controller, trial)
        else:
            self.on_trial_complete(self._controller, trial, trial.last_result)


@restorable
class FIFOScheduler(TrialScheduler):
    """Lets every trial run to its end. A subclass may stop them in `on_trial_result`."""

    def on_trial_result(self, tune_controller: Any, trial: TuneTrial, result: Mapping[str, Any]) -> str:
        """Go on."""
        return self.CONTINUE
