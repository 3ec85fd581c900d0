"""The analysis of an experiment: its best trial, configuration and checkpoint, and tables of its results."""

import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.support import absent
from luthier.compat.tune.checkpoint import Checkpoint, best_checkpoint
from luthier.compat.tune.flat import CONFIG, FlatResult, flatten
from luthier.compat.tune.members import Members
from luthier.compat.tune.result import Result
from luthier.compat.tune.storable import number_of
from luthier.compat.tune.stored import history_of, members_at, pandas, study_at, table
from luthier.compat.tune.trial import TuneTrial
from luthier.frontends.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ExperimentAnalysis"]

#: How the results of a trial are made one number.
SCOPES = ("last", "avg", "min", "max", "all", "last-5-avg", "last-10-avg")

#: The metric that every result has.
ITERATION = "training_iteration"


class ExperimentAnalysis:
    """The trials of an experiment, and questions about them.

    Args:
        experiment_checkpoint_path: the experiment's directory: `<storage_path>/<name>`.
        storage_filesystem: there for the peer's signature; must be left out.
        trials: its trials, where they are known; read from the store otherwise.
        default_metric: what questions are about that name no metric.
        default_mode: "min" or "max".

    Raises:
        InvalidInput: there is no such experiment, or no such mode.
    """

    def __init__(
        self,
        experiment_checkpoint_path: Any,
        *,
        storage_filesystem: Any = None,
        trials: Sequence[TuneTrial] | None = None,
        default_metric: str | None = None,
        default_mode: str | None = None,
    ) -> None:
        if storage_filesystem is not None:
            raise absent("tune.ExperimentAnalysis(storage_filesystem=...)", "Use a mounted directory.")
        if default_mode not in {None, "min", "max"}:
            raise InvalidInput(explain('default_mode "min" or "max"', repr(default_mode), "Correct it."))
        self._path = Path(experiment_checkpoint_path).expanduser().resolve()
        self.default_mode = default_mode
        self.default_metric = default_metric or ("_metric" if default_mode else None)
        self.trials = list(trials) if trials is not None else list(self._members)

    @cached_property
    def _members(self) -> Members:
        """The trials, as the store has them."""
        members = members_at(self._path)
        members.load_results()
        return members

    @property
    def study(self) -> Study:
        """The luthier study behind the experiment."""
        return study_at(self._path)

    @property
    def experiment_path(self) -> str:
        """The experiment's directory."""
        return str(self._path)

    @property
    def best_trial(self) -> TuneTrial | None:
        """The trial whose last result is best."""
        self._defaults("best_trial")
        return self.get_best_trial()

    @property
    def best_config(self) -> dict[str, Any] | None:
        """The configuration of the best trial."""
        self._defaults("best_config")
        return self.get_best_config()

    @property
    def best_result(self) -> FlatResult:
        """The last result of the best trial."""
        return self._best("best_result").last_result

    @property
    def best_checkpoint(self) -> Checkpoint | None:
        """The best checkpoint of the best trial."""
        return self.get_best_checkpoint(self._best("best_checkpoint"))

    @property
    def best_logdir(self) -> str:
        """The directory of the best trial."""
        return self._best("best_logdir").path

    @property
    def best_dataframe(self) -> "pd.DataFrame":
        """All results of the best trial."""
        return self.trial_dataframes[self._best("best_dataframe").trial_id]

    @property
    def best_result_df(self) -> "pd.DataFrame":
        """The best result as a table of one row."""
        frame: pd.DataFrame = pandas().DataFrame([flatten(self.best_result)])
        return frame.set_index("trial_id")

    @property
    def results(self) -> dict[str, FlatResult]:
        """The last result of each trial, by its id."""
        return {trial.trial_id: trial.last_result for trial in self.trials}

    @property
    def results_df(self) -> "pd.DataFrame":
        """The last results as a table, one row for each trial that has one."""
        rows = [flatten(trial.last_result) for trial in self.trials if trial.last_result]
        frame: pd.DataFrame = pandas().DataFrame(rows, columns=None if rows else ["trial_id"])
        return frame.set_index("trial_id")

    @cached_property
    def _results(self) -> dict[str, list[FlatResult]]:
        """All results of each trial, by its id."""
        found = history_of(study_at(self._path).view, {trial.member: trial for trial in self.trials})
        return {trial.trial_id: found[trial.member] for trial in self.trials}

    @cached_property
    def trial_dataframes(self) -> "dict[str, pd.DataFrame]":
        """All results of each trial as a table, by its id."""
        return {name: table(found) for name, found in self._results.items()}

    def dataframe(self, metric: str | None = None, mode: str | None = None) -> "pd.DataFrame":
        """One row for each trial with results: its last one, or with a metric its best one.

        Raises:
            InvalidInput: a mode that does not exist, or one without a metric.
        """
        if mode not in {None, "min", "max"} or (mode and not metric):
            raise InvalidInput(explain('a mode "min" or "max" with a metric', repr(mode), "Correct it."))
        rows = []
        for trial in self.trials:
            found = self._results[trial.trial_id] or [trial.last_result] * bool(trial.last_result)
            if not found:
                continue
            row = {key: value for key, value in picked(found, metric, mode).items() if key != CONFIG}
            rows.append({**flatten(row), **flatten({CONFIG: trial.config}), "logdir": trial.path})
        table: pd.DataFrame = pandas().DataFrame(rows)
        return table

    def get_all_configs(self, prefix: bool = False) -> dict[str, dict[str, Any]]:  # noqa: FBT001, FBT002 - the peer's
        """The configuration of each trial, by its id; flat and under "config/" with `prefix`."""
        return {
            trial.trial_id: flatten({CONFIG: trial.config}) if prefix else trial.config
            for trial in self.trials
        }

    def get_best_trial(
        self,
        metric: str | None = None,
        mode: str | None = None,
        scope: str = "last",
        filter_nan_and_inf: bool = True,  # noqa: FBT001, FBT002 - the peer's signature
    ) -> TuneTrial | None:
        """The trial with the best value of a metric, None when no trial has one.

        Args:
            metric: flat name.
            mode: "min" or "max".
            scope: "last" value of a trial, its "avg", "min" or "max", its best one ("all"), or the average of the last
                five or ten ("last-5-avg", "last-10-avg").
            filter_nan_and_inf: False lets infinities win; NaN never does while there is a number.

        Raises:
            InvalidInput: no metric or mode is known, or no such scope.
        """
        metric, mode = self._settled(metric, mode)
        if scope not in SCOPES:
            raise InvalidInput(explain(f"a scope of {SCOPES}", repr(scope), "Correct it."))
        sign = 1.0 if mode == "min" else -1.0
        scored = []
        for trial in self.trials:
            score = trial.metric_analysis.get(metric, {}).get(mode if scope == "all" else scope, math.nan)
            if math.isnan(score) or (filter_nan_and_inf and math.isinf(score)):
                continue
            scored.append((sign * score, trial.member, trial))
        if not scored:
            logger.warning("No trial has a number as %r: there is no best one.", metric)
            return None
        return min(scored, key=lambda entry: entry[:2])[2]

    def get_best_config(
        self, metric: str | None = None, mode: str | None = None, scope: str = "last"
    ) -> dict[str, Any] | None:
        """The configuration of the best trial."""
        best = self.get_best_trial(metric, mode, scope)
        return None if best is None else best.config

    def get_best_logdir(
        self, metric: str | None = None, mode: str | None = None, scope: str = "last"
    ) -> str | None:
        """The directory of the best trial."""
        best = self.get_best_trial(metric, mode, scope)
        return None if best is None else best.path

    def get_best_checkpoint(
        self, trial: TuneTrial, metric: str | None = None, mode: str | None = None
    ) -> Checkpoint | None:
        """The kept checkpoint of a trial whose result has the best value, None without one.

        Raises:
            InvalidInput: no mode is known.
        """
        metric = metric or self.default_metric or ITERATION
        mode = self._settled(metric, mode)[1]
        found = best_checkpoint(trial.checkpoints, metric, mode)
        if found is None:
            logger.warning("%s has no checkpoint with a number as %r.", trial, metric)
        return found

    def get_last_checkpoint(
        self, trial: TuneTrial | None = None, metric: str = ITERATION, mode: str = "max"
    ) -> Checkpoint | None:
        """The newest checkpoint of a trial; of the best one by metric and mode when none is named."""
        trial = trial or self.get_best_trial(metric, mode)
        return None if trial is None else trial.checkpoint

    def get_trial_checkpoints_paths(
        self, trial: TuneTrial, metric: str | None = None
    ) -> list[tuple[str, Any]]:
        """The paths of a trial's checkpoints, with a metric of their results."""
        metric = metric or self.default_metric or ITERATION
        return [(checkpoint.path, FlatResult(result).get(metric)) for checkpoint, result in trial.checkpoints]

    def result_of(self, trial: TuneTrial) -> Result:
        """What came of one trial."""
        return Result.of(trial, lambda: self._results[trial.trial_id])

    def _best(self, name: str) -> TuneTrial:
        """The best trial, which there must be."""
        self._defaults(name)
        best = self.get_best_trial()
        if best is None:
            raise InvalidInput(
                explain(f"a trial that reported {self.default_metric!r}", "none", "See .trials.")
            )
        return best

    def _defaults(self, name: str) -> None:
        """Raise InvalidInput where metric or mode are not known."""
        if not self.default_metric or not self.default_mode:
            raise InvalidInput(
                explain(
                    f"metric and mode for {name}", "neither", "Pass them to the run, or use get_best_trial."
                )
            )

    def _settled(self, metric: str | None, mode: str | None) -> tuple[str, str]:
        """Metric and mode, given or by default."""
        metric, mode = metric or self.default_metric, mode or self.default_mode
        if not metric or mode not in {"min", "max"}:
            raise InvalidInput(
                explain('a metric, and a mode "min" or "max"', f"{metric!r} and {mode!r}", "Pass both.")
            )
        return metric, mode


def picked(found: Sequence[FlatResult], metric: str | None, mode: str | None) -> FlatResult:
    """The last result, or the one with the best number as its metric."""
    if metric is None or mode is None:
        return found[-1]
    sign = 1.0 if mode == "max" else -1.0
    numbered = [(sign * number_of(one.get(metric)), -place) for place, one in enumerate(found)]
    numbered = [entry for entry in numbered if not math.isnan(entry[0])]
    return found[-max(numbered)[1]] if numbered else found[-1]
