"""How a trial starts: take a waiting one, or propose a new one. Also the answer to a parameter nobody foresaw.

The driver is optimistic. It proposes for the number that comes next and creates the trial only if it still gets that
number; if another driver was faster, that one's trial is pending by then and the proposal is made anew. So two drivers
never propose from the same stream, and some driver always makes progress.
"""

import secrets
from collections.abc import Container, Mapping, Sequence
from typing import Any

from luthier.base.seeding import PROPOSE, purpose_of, rng_for
from luthier.engine.view import StudyView
from luthier.records.history import History
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING, TrialRecord
from luthier.samplers.protocol import Sampler
from luthier.samplers.uniform import UniformSampler
from luthier.space.codec import Codec
from luthier.space.space import Space
from luthier.storage.protocol import Draft

__all__ = ["Asker"]

#: So many proposals are made at a time where nothing speaks against it: their code is in the cache then.
AHEAD = 16


class Asker:
    """Starts trials of one study for one owner."""

    def __init__(self, view: StudyView, sampler: Sampler, owner: str) -> None:
        self.view = view
        self.sampler = sampler
        self.uses_history = sampler.capabilities.uses_history
        self.owner = owner
        self.prefix = secrets.token_hex(6)
        self.claims = 0
        self.codec = Codec(view.space)
        #: Proposals for the next numbers, of a sampler that does not look at what happens until then.
        self.ahead: dict[int, tuple[Mapping[str, Any], Mapping[str, Any]] | None] = {}

    def ask(
        self,
        count: int = 1,
        *,
        up_to_date: bool = False,
        held: Container[int] = (),
    ) -> list[TrialRecord]:
        """Start up to `count` trials: RUNNING records, each under a fresh token.

        Fewer come when little is left to propose, and none when nothing is.
        New trials are created together, and know of each other; a waiting one comes alone. `up_to_date` says that the
        view was synchronised just now. Should it be stale, the first try fails, and the second one reads. Trials in
        `held` still run here although their leases ended: they are left alone, for their results are still welcome.
        """
        view, storage = self.view, self.view.storage
        while True:
            if not up_to_date:
                view.sync()
            up_to_date = False
            waiting = next((number for number in view.waiting if number not in held), None)
            if waiting is not None:
                claimed = self.claim(view.records[waiting])
                if claimed is not None:
                    return [claimed]
                continue
            first = len(view.records)
            drafts = self.drafts(first, count)
            if not drafts:
                return []
            created = storage.create_trials(view.study.study_id, drafts, expected=first)
            if created is not None:
                return created

    def claim(self, record: TrialRecord) -> TrialRecord | None:
        """Take a waiting trial, with all its values; None when somebody else was faster."""
        given, study = self.complete(record), self.view.study.study_id
        return self.view.storage.claim_trial(
            study, record.number, token=self.new_token(), owner=self.owner, given=given
        )

    def drafts(self, first: int, count: int) -> list[Draft]:
        """Up to `count` new trials numbered from `first`; each is pending to those after it."""
        drafts: list[Draft] = []
        for number in range(first, first + count):
            proposal = self.propose(number, drafts)
            if proposal is None:
                break
            given, tags = proposal
            drafts.append(Draft(given, tags, self.new_token(), self.owner))
        return drafts

    def new_token(self) -> str:
        """A token that no other claim of any process has."""
        self.claims += 1
        return f"{self.prefix}-{self.claims}"

    def complete(self, record: TrialRecord) -> Mapping[str, Any]:
        """The values of a waiting trial, with a proposal for what it leaves open; one that ran before keeps its own."""
        fixed = record.given or NOTHING
        if record.attempt or all(name in fixed for name in self.view.space):
            return fixed
        proposal = self.propose(record.number)
        return fixed if proposal is None else {**proposal[0], **fixed}

    def propose(
        self,
        number: int,
        drafts: Sequence[Draft] = (),
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """A configuration of the joint space and its tags; None when the sampler has nothing left.

        `drafts` are trials that will start together with this one.
        """
        space = self.view.space
        if not space.domains:
            return NOTHING, NOTHING
        if self.codec.space is not space:
            self.codec = Codec(space)
            self.ahead.clear()
        if self.uses_history:
            return self.proposal(number, self.view.history(space, drafts))
        if number not in self.ahead:
            self.ahead = {ahead: self.proposal(ahead, NO_HISTORY) for ahead in range(number, number + AHEAD)}
        return self.ahead.pop(number)

    def proposal(self, number: int, history: History) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """What the sampler proposes for a number."""
        space = self.codec.space
        rng = rng_for(self.view.study.seed, number, PROPOSE)
        proposals = self.sampler.propose(space, history, rng, 1)
        if not len(proposals.X):
            return None
        return self.codec.decode(proposals.X[0].tolist()), proposals.tag(0)

    def answer(self, message: Suggest) -> Any:
        """A value for a parameter that was not proposed with the rest: a new name, or another range.

        It is proposed from the one-dimensional space of its own, so the sampler learns from all past values that fit.
        """
        space = Space({message.name: message.domain})
        rng = rng_for(self.view.study.seed, message.trial, purpose_of(message.name))
        history = self.view.column_history(space, asker=message.trial) if self.uses_history else NO_HISTORY
        proposals = self.sampler.propose(space, history, rng, 1)
        if not len(proposals.X):  # a finite sampler has tried every value of this one parameter: repeat one
            proposals = UniformSampler().propose(space, history, rng, 1)
        return Codec(space).decode(proposals.X[0].tolist())[message.name]


#: What a sampler that does not read the history is shown.
NO_HISTORY = History.empty(0)
