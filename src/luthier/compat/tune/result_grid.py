"""What came of all trials of a run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, final

from luthier.base.errors import InvalidInput, NoTrials, explain
from luthier.compat.tune.analysis import ExperimentAnalysis
from luthier.compat.tune.result import Result
from luthier.compat.tune.trial import ERROR, TERMINATED
from luthier.frontends.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ResultGrid"]


class NoBestResultError(NoTrials, RuntimeError):
    """No trial has a number that could be the best."""


@final
class ResultGrid:
    """The outcomes of all trials, in the order of their start."""

    def __init__(self, experiment_analysis: ExperimentAnalysis) -> None:
        self._experiment_analysis = experiment_analysis
        self._results = [experiment_analysis.result_of(trial) for trial in experiment_analysis.trials]

    def __len__(self) -> int:
        return len(self._results)

    def __getitem__(self, place: int) -> Result:
        return self._results[place]

    def __iter__(self) -> Iterator[Result]:
        return iter(self._results)

    def __repr__(self) -> str:
        shown = ",\n".join(map(repr, self._results))
        return f"ResultGrid<[\n{shown}\n]>"

    @property
    def study(self) -> Study:
        """The luthier study behind the run."""
        return self._experiment_analysis.study

    @property
    def experiment_path(self) -> str:
        """The experiment's directory."""
        return self._experiment_analysis.experiment_path

    @property
    def filesystem(self) -> None:
        """None: everything is in local directories."""
        return

    @property
    def errors(self) -> list[BaseException]:
        """What failed trials failed of."""
        return [result.error for result in self._results if result.error is not None]

    @property
    def num_errors(self) -> int:
        """How many trials failed."""
        return sum(trial.status == ERROR for trial in self._experiment_analysis.trials)

    @property
    def num_terminated(self) -> int:
        """How many trials ended well, early or not."""
        return sum(trial.status == TERMINATED for trial in self._experiment_analysis.trials)

    def get_best_result(
        self,
        metric: str | None = None,
        mode: str | None = None,
        scope: str = "last",
        filter_nan_and_inf: bool = True,  # noqa: FBT001, FBT002 - the peer's signature
    ) -> Result:
        """The outcome of the best trial; see `ExperimentAnalysis.get_best_trial`. A single trial is the best one.

        Raises:
            InvalidInput: no metric or mode is known.
            NoBestResultError: no trial has a number as the metric.
        """
        analysis = self._experiment_analysis
        if len(self) == 1:
            return self._results[0]
        if not (metric or analysis.default_metric) or not (mode or analysis.default_mode):
            raise InvalidInput(
                explain("a metric and a mode", f"{metric!r} and {mode!r}", "Pass both here or to TuneConfig.")
            )
        best = analysis.get_best_trial(metric, mode, scope, filter_nan_and_inf)
        if best is None:
            name = metric or analysis.default_metric
            raise NoBestResultError(
                explain(f"a trial with a number as {name!r}", "none", "See .errors and the other metrics.")
            )
        return analysis.result_of(best)

    def get_dataframe(
        self, filter_metric: str | None = None, filter_mode: str | None = None
    ) -> "pd.DataFrame":
        """One row for each trial: its last result, or its best one by a metric.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return self._experiment_analysis.dataframe(filter_metric, filter_mode)
