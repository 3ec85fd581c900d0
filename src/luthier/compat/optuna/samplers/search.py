"""The search of a study of this door: whatever sampler the study has at the moment, within its limits."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.compat.optuna.samplers.base import BaseSampler, DoorSampler
from luthier.compat.optuna.samplers.foreign import ForeignProposer
from luthier.engine.propose import Proposal, Proposer, completed
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.storage.protocol import Draft

__all__ = ["StudySearch", "proposer_for"]


@final
class StudySearch:
    """A source of proposers that follow `study.sampler`."""

    def __init__(self, study: Any) -> None:
        self.study = study

    def proposer(self, view: StudyView) -> Proposer:
        """A proposer that asks the study's sampler."""
        return StudyProposer(self.study)


@final
class StudyProposer:
    """Asks the sampler that the study has now. Starts nothing more once a limit of the study is reached."""

    def __init__(self, study: Any) -> None:
        self.study = study
        self.sampler: BaseSampler | None = None
        self.inner: Proposer

    def current(self) -> Proposer:
        """The proposer of the study's sampler, the same for as long as it is the same sampler."""
        sampler = self.study.sampler
        if sampler is not self.sampler:
            self.inner, self.sampler = proposer_for(self.study, sampler), sampler
        return self.inner

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """What the sampler proposes; None when it has nothing left, or enough trials are there or under way."""
        if self.study._has_enough(len(drafts)):  # noqa: SLF001 - of the door
            return None
        return self.current().propose(number, drafts)

    def complete(self, number: int, fixed: Mapping[str, Any]) -> Mapping[str, Any]:
        """What was enqueued, and what the sampler has beside it."""
        return completed(self.current(), number, fixed)

    def answer(self, message: Suggest) -> Any:
        """What the sampler answers."""
        return self.current().answer(message)


def proposer_for(study: Any, sampler: BaseSampler) -> Proposer:
    """The proposer behind a sampler; one of your own, or one that chooses in its own way, is asked itself."""
    if isinstance(sampler, DoorSampler):
        own, doors = type(sampler), DoorSampler
        relative = own.sample_relative is doors.sample_relative
        if relative and own.sample_independent is doors.sample_independent:
            return sampler.proposer(study)
    return ForeignProposer(study, sampler)
