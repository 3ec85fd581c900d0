"""A store as Optuna's users and samplers know it, on top of one of luthier's."""

from collections.abc import Container
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.attrs import prefixed, system_part, user_part
from luthier.compat.optuna.direction import StudyDirection, directions_of
from luthier.compat.optuna.exceptions import UpdateFinishedTrialError
from luthier.compat.optuna.storages.book import TRIALS_PER_STUDY, Book
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState
from luthier.compat.support import absent
from luthier.engine.view import StudyView
from luthier.records.study import StudyRecord
from luthier.storage.protocol import Storage

__all__ = ["BaseStorage"]


class BaseStorage:
    """What `study._storage` answers: enough for samplers and pruners written for Optuna.

    Args:
        native: luthier's own store, for everything else.
    """

    def __init__(self, native: Storage) -> None:
        self.native = native
        self._books: dict[int, Book] = {}

    def register(self, view: StudyView) -> Book:
        """The book of a study that is open in this process; what its other books noted is known to it."""
        study = view.study.study_id
        book = self._books[study] = Book(view, self._books.get(study))
        return book

    def book(self, study_id: int) -> Book:
        """The book of a study, opened if need be.

        Raises:
            KeyError: there is no such study.
        """
        if study_id not in self._books:
            self.register(StudyView(self.native, self._record(study_id)))
        return self._books[study_id]

    def _record(self, study_id: int) -> StudyRecord:
        for summary in self.native.list_studies():
            if summary.study.study_id == study_id:
                return summary.study
        raise KeyError(f"No study of id {study_id}.")

    def _study(self, study_id: int) -> StudyRecord:
        """A study as it is now."""
        view = self.book(study_id).view
        view.sync()
        return view.study

    def get_all_studies(self) -> list[StudyRecord]:
        """All studies, by creation."""
        return [summary.study for summary in self.native.list_studies()]

    def get_study_id_from_name(self, study_name: str) -> int:
        """The id of a study.

        Raises:
            KeyError: there is none of that name.
        """
        return self.native.get_study(study_name).study_id

    def get_study_name_from_id(self, study_id: int) -> str:
        """The name of a study."""
        return self._study(study_id).name

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        """One direction per objective."""
        return directions_of(self._study(study_id).directions)

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        """The study's attributes."""
        return user_part(self._study(study_id).user_attrs)

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        """What samplers keep with the study."""
        return system_part(self._study(study_id).user_attrs)

    def set_study_user_attr(self, study_id: int, key: str, value: Any) -> None:
        """Set an attribute of the study."""
        self.native.update_study(study_id, user_attrs={key: value})

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        """Keep a value with the study that is not the user's."""
        self.native.update_study(study_id, user_attrs=prefixed({key: value}))

    def delete_study(self, study_id: int) -> None:
        """Delete a study with all its trials."""
        self.native.delete_study(study_id)
        self._books.pop(study_id, None)

    def get_all_trials(
        self,
        study_id: int,
        deepcopy: bool = True,  # noqa: FBT001, FBT002 - the original's signature
        states: Container[TrialState] | None = None,
    ) -> list[FrozenTrial]:
        """All trials by number."""
        book = self.book(study_id)
        return book.copies(states) if deepcopy else book.trials(states)

    def get_n_trials(self, study_id: int, state: tuple[TrialState, ...] | TrialState | None = None) -> int:
        """How many trials there are, in certain states where given."""
        return len(self.book(study_id).trials((state,) if isinstance(state, TrialState) else state))

    def get_best_trial(self, study_id: int) -> FrozenTrial:
        """The best complete feasible trial of one objective.

        Raises:
            ValueError: there is none.
        """
        book = self.book(study_id)
        book.view.sync()
        if book.view.best is None:
            raise InvalidInput(explain("a complete, feasible trial", "none", "Run study.optimize first."))
        return book.trial(book.view.best.number)

    def get_trial(self, trial_id: int) -> FrozenTrial:
        """One trial by its id."""
        study_id, number = divmod(trial_id, TRIALS_PER_STUDY)
        return self.book(study_id).trial(number)

    def get_trial_id_from_study_id_trial_number(self, study_id: int, trial_number: int) -> int:
        """The id of a trial."""
        return self.book(study_id).trial(trial_number)._trial_id  # noqa: SLF001 - of the same door

    def get_trial_number_from_id(self, trial_id: int) -> int:
        """The number of a trial."""
        return trial_id % TRIALS_PER_STUDY

    def get_trial_params(self, trial_id: int) -> dict[str, Any]:
        """The parameters of a trial."""
        return self.get_trial(trial_id).params

    def get_trial_param(self, trial_id: int, param_name: str) -> float:
        """One parameter of a trial in the internal representation."""
        trial = self.get_trial(trial_id)
        return trial.distributions[param_name].to_internal_repr(trial.params[param_name])

    def get_trial_user_attrs(self, trial_id: int) -> dict[str, Any]:
        """The attributes of a trial."""
        return self.get_trial(trial_id).user_attrs

    def get_trial_system_attrs(self, trial_id: int) -> dict[str, Any]:
        """What samplers keep with a trial, and its constraints."""
        return self.get_trial(trial_id).system_attrs

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        """Set an attribute of a trial that runs in this process."""
        study_id, number = divmod(trial_id, TRIALS_PER_STUDY)
        live = self.book(study_id).live.get(number)
        if live is None:
            raise absent("optuna.storages: attributes of another process's trial", "Use trial.set_user_attr.")
        live.set_user_attr(key, value)

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        """Keep a value with a trial that did not end yet; it is written with the trial's end.

        Raises:
            UpdateFinishedTrialError: the trial is finished.
        """
        study_id, number = divmod(trial_id, TRIALS_PER_STUDY)
        book = self.book(study_id)
        if number not in book.coming and book.trial(number).state.is_finished():
            raise UpdateFinishedTrialError(
                explain("a trial that did not end", f"trial {number}, which did", "Set it before the end.")
            )
        book.note(number, key, value)

    def remove_session(self) -> None:
        """Release the connections of this thread."""
        self.native.close()
