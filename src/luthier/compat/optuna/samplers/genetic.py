"""The base of genetic samplers of your own: which generation a trial belongs to, and who its parents may be."""

from abc import abstractmethod
from typing import Any, ClassVar

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.samplers.base import BaseSampler
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState

__all__ = ["BaseGASampler"]


class BaseGASampler(BaseSampler):
    """Keeps a trial's generation, and the parents of each generation, as system attributes.

    Args:
        population_size: how many complete trials make a generation.
    """

    _generation_key: ClassVar[str]
    _parents_key: ClassVar[str]

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls._generation_key = f"{cls.__name__}:generation"
        cls._parents_key = f"{cls.__name__}:parent:"

    def __init__(self, population_size: int | None) -> None:
        self.population_size = population_size

    @abstractmethod
    def select_parent(self, study: Any, generation: int) -> list[FrozenTrial]:
        """The trials that may be parents of a generation."""

    def get_trial_generation(self, study: Any, trial: FrozenTrial) -> int:
        """The generation of a trial, settled at the first call.

        Raises:
            ValueError: `population_size` is not set.
        """
        known: int | None = trial.system_attrs.get(self._generation_key)
        if known is not None:
            return known
        if self.population_size is None:
            raise InvalidInput(explain("a population_size", "None", "Set it before the first trial."))
        seen = [
            each.system_attrs.get(self._generation_key, -1)
            for each in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        ]
        newest = max(0, *seen) if seen else 0
        generation = newest + (seen.count(newest) >= self.population_size)
        study._storage.set_trial_system_attr(trial._trial_id, self._generation_key, generation)  # noqa: SLF001 - of the door
        return generation

    def get_population(self, study: Any, generation: int) -> list[FrozenTrial]:
        """The complete trials of a generation."""
        trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        return [each for each in trials if each.system_attrs.get(self._generation_key) == generation]

    def get_parent_population(self, study: Any, generation: int) -> list[FrozenTrial]:
        """The parents of a generation, selected once."""
        if generation == 0:
            return []
        key = f"{self._parents_key}{generation}"
        storage = study._storage  # noqa: SLF001 - of the door
        numbers = storage.get_study_system_attrs(study._study_id).get(key)  # noqa: SLF001 - as above
        trials = study.get_trials(deepcopy=False)
        if numbers is not None:
            return [trials[number] for number in numbers]
        parents = self.select_parent(study, generation)
        storage.set_study_system_attr(study._study_id, key, [parent.number for parent in parents])  # noqa: SLF001 - as above
        return parents
