"""What a listing of studies shows of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.direction import StudyDirection
from luthier.compat.optuna.trial.frozen import FrozenTrial

__all__ = ["StudySummary"]


class StudySummary:
    """Name, directions, attributes, best trial and number of trials of a study. Ordered by creation."""

    def __init__(  # noqa: PLR0917 - the original's signature
        self,
        study_name: str,
        direction: StudyDirection | None,
        best_trial: FrozenTrial | None,
        user_attrs: dict[str, Any],
        n_trials: int,
        datetime_start: datetime | None,
        study_id: int,
        *,
        directions: Sequence[StudyDirection] | None = None,
    ) -> None:
        if direction is None and directions is None:
            raise InvalidInput(explain("direction or directions", "neither", "Pass one of them."))
        self.study_name = study_name
        self.directions = list(directions) if directions is not None else [direction]
        self.best_trial = best_trial
        self.user_attrs = user_attrs
        self.n_trials = n_trials
        self.datetime_start = datetime_start
        self._study_id = study_id

    def __repr__(self) -> str:
        return f"StudySummary(study_name={self.study_name!r}, n_trials={self.n_trials})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StudySummary) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(self._study_id)

    def __lt__(self, other: object) -> bool:
        return self._study_id < other._study_id if isinstance(other, StudySummary) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self._study_id <= other._study_id if isinstance(other, StudySummary) else NotImplemented

    @property
    def direction(self) -> StudyDirection | None:
        """The only direction.

        Raises:
            RuntimeError: there are several objectives.
        """
        if len(self.directions) > 1:
            raise RuntimeError(explain("one objective", f"{len(self.directions)}", "Use `directions`."))
        return self.directions[0]
