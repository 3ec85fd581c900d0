"""What a study says of itself: all that a `Study` reads, and never writes."""

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from luthier.analysis.best import best_record, pareto_front
from luthier.analysis.frame import trials_frame
from luthier.base.errors import InvalidInput, explain
from luthier.engine.view import StudyView
from luthier.frontends.told import existing, number_of
from luthier.records.study import Direction
from luthier.records.trial import OBJECTIVE, TrialRecord
from luthier.storage.protocol import Storage

if TYPE_CHECKING:
    import pandas as pd

    from luthier.analysis.importance.evidence import Target
    from luthier.analysis.recommend import Recommendation
    from luthier.frontends.figures import Figures

__all__ = ["Answers"]


class Answers(ABC):  # noqa: B024 - abstract because a study can also write
    """The reading half of a study.

    Args:
        storage: keeps the study.
        view: what this process knows of it.
    """

    def __init__(self, storage: Storage, view: StudyView) -> None:
        self._storage = storage
        self._view = view

    @property
    def storage(self) -> Storage:
        """The store that keeps the study."""
        return self._storage

    @property
    def view(self) -> StudyView:
        """What this process knows of the study, for those who build another front end on it."""
        return self._view

    @property
    def name(self) -> str:
        """The study's name, unique in its store."""
        return self._view.study.name

    @property
    def directions(self) -> tuple[Direction, ...]:
        """One direction per objective."""
        return self._view.study.directions

    @property
    def direction(self) -> Direction:
        """The only direction.

        Raises:
            InvalidInput: the study has several objectives.
        """
        self._one_objective("direction", "directions")
        return self.directions[0]

    @property
    def seed(self) -> int:
        """The seed of every random stream of the study."""
        return self._view.study.seed

    @property
    def metric_names(self) -> tuple[str, ...] | None:
        """Names of the objectives, None when they have none."""
        return self._view.study.metric_names

    @property
    def user_attrs(self) -> Mapping[str, Any]:
        """Attributes of the study as a whole."""
        self._view.sync()
        return self._view.study.user_attrs

    @property
    def trials(self) -> list[TrialRecord]:
        """All trials by number, as they are now. Records and what they hold cannot be changed: nothing is copied."""
        with self._view.lock:  # another thread may be folding changes
            self._view.sync()
            return list(self._view.records)

    @property
    def best_trial(self) -> TrialRecord:
        """The COMPLETE feasible trial with the best value; among equals the earliest.

        Raises:
            InvalidInput: the study has several objectives.
            NoTrials: there is none yet.
        """
        self._one_objective("best_trial", "best_trials")
        self._view.sync()
        return best_record(self._view.best, self._view.records)

    @property
    def best_params(self) -> dict[str, Any]:
        """A copy of the parameters of `best_trial`."""
        return dict(self.best_trial.params)

    @property
    def best_value(self) -> float:
        """The value of `best_trial`."""
        values = self.best_trial.values or ()
        return values[0]

    @property
    def best_trials(self) -> list[TrialRecord]:
        """The Pareto front: COMPLETE feasible trials that no other one dominates, by number."""
        self._view.sync()
        return pareto_front(self._view.records, self._view.signs)

    def recommend(self) -> "Recommendation":
        """The tried configuration that a model believes to be the best, its value without noise, and how sure that is.

        `best_trial` is the best as observed; when trials that repeat would differ, it owes a part of its value to luck.

        Raises:
            InvalidInput: the study has several objectives.
            NoTrials: there is no complete, feasible trial yet.
        """
        from luthier.analysis.recommend import recommendation

        self._one_objective("recommend", "best_trials")
        best = self.best_trial
        kept = [record for record in self._view.records if record.state is best.state and record.feasible]
        return recommendation(kept, self._view.space, sign=self._view.signs[0])

    def reports(self, trial: int, metric: str = OBJECTIVE) -> dict[int, float]:
        """What a trial reported, by step: its objective, or a metric that it logged; of the newest attempt.

        Raises:
            InvalidInput: there is no such trial.
        """
        self._view.sync()
        number = existing(number_of(trial, self._view.study), self._view.records, study=self.name).number
        return self._view.reports(number, metric)

    def trials_frame(self) -> "pd.DataFrame":
        """All trials as a pandas DataFrame, one row each.

        Columns: number, state, value (or values_<name>), started, finished, duration, params_*, constraints_*,
        user_attrs_*, origin, reason.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return trials_frame(self.trials, self.metric_names, len(self.directions))

    def importances(
        self,
        *,
        method: str | None = None,
        params: Sequence[str] | None = None,
        target: "Target | None" = None,
    ) -> dict[str, float]:
        """Parameter -> its share in how good a trial is, largest first; shares sum to 1.

        Args:
            method: "sobol" (by default), "ped-anova" (of several objectives), or by scikit-learn "fanova", "impurity".
            params: only these.
            target: what to explain instead of the objective, lower is better: a function of a trial record.

        Raises:
            InvalidInput: there is no such method or parameter, or it is not for several objectives.
            MissingExtra: the method needs scikit-learn.
        """
        from luthier.analysis.importance import importances

        signs = self._view.signs
        return importances(self.trials, signs, method=method, params=params, target=target)

    @property
    def figures(self) -> "Figures":
        """Figures of the study, such as `study.figures.optimization_history()`. They need plotly."""
        from luthier.frontends.figures import Figures

        return Figures(self._view)

    def _one_objective(self, name: str, plural: str) -> None:
        """Raise InvalidInput in a study of several objectives."""
        if len(self.directions) > 1:
            raise InvalidInput(
                explain(f"one objective for {name}", f"{len(self.directions)}", f"Use {plural} instead."),
            )
