"""Some parameters held fixed, the others chosen by another sampler."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.optuna.distributions import BaseDistribution
from luthier.compat.optuna.samplers.base import BaseSampler, DoorSampler
from luthier.compat.optuna.samplers.search import proposer_for
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState
from luthier.engine.propose import Proposal, Proposer, completed
from luthier.records.messages import Suggest
from luthier.storage.protocol import Draft

__all__ = ["PartialFixedSampler"]


class PartialFixedSampler(DoorSampler):
    """Another sampler with some parameters held at fixed values.

    Args:
        fixed_params: values by name. One that is out of the range that the objective asks for is not used.
        base_sampler: chooses the others.
    """

    def __init__(self, fixed_params: dict[str, Any], base_sampler: BaseSampler) -> None:
        self._fixed_params = fixed_params
        self._base_sampler = base_sampler
        self.seed = getattr(base_sampler, "seed", None)

    def proposer(self, study: Any) -> Proposer:
        """The base sampler's search, with the fixed values laid over it."""
        return FixedProposer(proposer_for(study, self._base_sampler), self._fixed_params)

    def infer_relative_search_space(self, study: Any, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """What the base sampler chooses together, less the fixed names."""
        space = self._base_sampler.infer_relative_search_space(study, trial)
        return {name: each for name, each in space.items() if name not in self._fixed_params}

    def after_trial(
        self,
        study: Any,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Hand the trial's end to the base sampler."""
        self._base_sampler.after_trial(study, trial, state, values)

    def reseed_rng(self) -> None:
        """Reseed the base sampler."""
        self._base_sampler.reseed_rng()


@final
class FixedProposer:
    """A proposer with fixed values laid over its proposals."""

    def __init__(self, inner: Proposer, fixed: dict[str, Any]) -> None:
        self.inner = inner
        self.fixed = fixed

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """What the proposer within proposes, but for the fixed names."""
        proposal = self.inner.propose(number, drafts)
        return None if proposal is None else ({**proposal[0], **self.fixed}, proposal[1])

    def complete(self, number: int, fixed: Mapping[str, Any]) -> Mapping[str, Any]:
        """What was enqueued, which counts most, the fixed names, and what the proposer within has beside them."""
        return completed(self.inner, number, {**self.fixed, **fixed})

    def answer(self, message: Suggest) -> Any:
        """The fixed value where it is in range, else what the proposer within answers."""
        value = self.fixed.get(message.name)
        if message.name in self.fixed and message.domain.contains(value):
            return value
        return self.inner.answer(message)
