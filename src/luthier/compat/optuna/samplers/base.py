"""Samplers: `BaseSampler` is for those of your own, `DoorSampler` for luthier's searches behind Optuna's names."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.distributions import BaseDistribution
from luthier.compat.optuna.distributions.native import distribution_of, domain_of
from luthier.compat.optuna.trial.base import CONSTRAINT, as_constraint
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState
from luthier.engine.propose import Proposer
from luthier.records.messages import Suggest

__all__ = ["BaseSampler", "ConstraintsFunc", "DoorSampler", "hears_ends", "keep_constraints"]

#: A trial's constraints, computed once it has ended; each holds when it is <= 0.
ConstraintsFunc = Callable[[FrozenTrial], Sequence[float]]


class BaseSampler(ABC):
    """Chooses parameters: those of the relative search space together, before the objective runs, others one by one."""

    def __str__(self) -> str:
        return type(self).__name__

    @abstractmethod
    def infer_relative_search_space(self, study: Any, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """The parameters to choose together."""

    @abstractmethod
    def sample_relative(
        self, study: Any, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values for the parameters of `search_space`, or for some of them."""

    @abstractmethod
    def sample_independent(
        self,
        study: Any,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """A value for one parameter that was not chosen together with the others."""

    def before_trial(self, study: Any, trial: FrozenTrial) -> None:  # noqa: B027 - optional to override
        """Called before a trial's parameters are chosen."""

    def after_trial(  # noqa: B027 - optional to override
        self,
        study: Any,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Called before a trial's end is written."""

    def _raise_error_if_multi_objective(self, study: Any) -> None:
        if len(study.directions) > 1:
            raise InvalidInput(
                explain(f"one objective for {self}", f"{len(study.directions)}", "Use another sampler.")
            )

    def reseed_rng(self) -> None:  # noqa: B027 - optional to override
        """Called where several workers would draw the same numbers. luthier's own streams are by trial."""


class DoorSampler(BaseSampler):
    """A sampler that is a search of luthier's. Its methods answer other samplers that are built on it."""

    #: Seed of a study that is created with this sampler; None for a fresh one.
    seed: int | None = None
    constraints_func: ConstraintsFunc | None = None
    #: The study that asked last, and its proposer.
    _latest: tuple[Any, Proposer] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_latest"}

    @abstractmethod
    def proposer(self, study: Any) -> Proposer:
        """The search in one study."""

    def _search(self, study: Any) -> Proposer:
        """The same, kept for as long as one study asks."""
        if self._latest is None or self._latest[0] is not study:
            self._latest = study, self.proposer(study)
        return self._latest[1]

    def infer_relative_search_space(self, study: Any, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Every parameter that the study has seen and that has more than one value."""
        space = study._view.space  # noqa: SLF001 - of the door
        return {name: distribution_of(domain) for name, domain in space.items() if domain.levels != 1}

    def sample_relative(
        self, study: Any, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values for all parameters of `search_space`."""
        if not search_space:
            return {}
        proposal = self._search(study).propose(trial.number)
        given = {} if proposal is None else proposal[0]
        found = {}
        for name, distribution in search_space.items():
            known = name in given and domain_of(distribution).contains(given[name])
            found[name] = given[name] if known else self.sample_independent(study, trial, name, distribution)
        return found

    def sample_independent(
        self,
        study: Any,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """A value of one parameter, by what the study knows of it alone."""
        return self._search(study).answer(Suggest(trial.number, param_name, domain_of(param_distribution)))

    def after_trial(
        self,
        study: Any,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Compute the trial's constraints, where the sampler was given a function for it."""
        if self.constraints_func is not None and state in {TrialState.COMPLETE, TrialState.PRUNED}:
            keep_constraints(self.constraints_func, study, trial)


def hears_ends(sampler: BaseSampler) -> bool:
    """Whether a sampler does anything at a trial's end."""
    hook = type(sampler).after_trial
    if hook is DoorSampler.after_trial:
        return getattr(sampler, "constraints_func", None) is not None
    return hook is not BaseSampler.after_trial


def keep_constraints(function: ConstraintsFunc, study: Any, trial: FrozenTrial) -> None:
    """Write a trial's constraints under their places as names.

    Raises:
        TypeError: one is no number.
        ValueError: one is NaN.
    """
    bounds = [as_constraint(str(place), value) for place, value in enumerate(function(trial))]
    for place, value in enumerate(bounds):
        study._storage.set_trial_system_attr(trial._trial_id, f"{CONSTRAINT}{place}", value)  # noqa: SLF001 - of the door
