"""Where configurations come from: the seam between the engine, which numbers and claims trials, and a search.

A `Sampler` speaks of arrays in the unit cube. `SamplerProposer` turns its points into configurations; it is what
nearly every study uses. A search that speaks of values instead, such as one written for another library, brings a
`Proposer` of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.base.seeding import PROPOSE, purpose_of, rng_for
from luthier.engine.ending import exhausted
from luthier.engine.view import StudyView
from luthier.executors.arguments import ABSENT, fitted
from luthier.records.history import History
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING, ORIGIN
from luthier.samplers.compose import PartialFixed
from luthier.samplers.origin import Named, origin_tags
from luthier.samplers.protocol import Sampler
from luthier.samplers.uniform import UniformSampler
from luthier.space.codec import Codec
from luthier.space.space import Space
from luthier.storage.protocol import Draft

__all__ = [
    "Completing",
    "Proposal",
    "Proposer",
    "ProposerSource",
    "SamplerProposer",
    "Search",
    "completed",
    "proposer_of",
]

#: So many proposals are made at a time where nothing speaks against it: their code is in the cache then.
AHEAD = 16

#: The values of a new trial, and what the search wants to read back from it.
Proposal: TypeAlias = tuple[Mapping[str, Any], Mapping[str, Any]]

#: What a sampler that does not read the history is shown.
NO_HISTORY = History.empty(0)


class Proposer(Protocol):
    """Proposes the trials of one study. Called in the driver's thread only."""

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """Values and tags for the trial that is to get this number; None when nothing is left to try.

        Values may be missing: `answer` is asked for them. The trial may get another number in the end, and is then
        proposed anew. `drafts` are trials that will start together with this one.
        """

    def answer(self, message: Suggest) -> Any:
        """A value of `message.domain` for a parameter that a running trial was not given."""


@runtime_checkable
class Completing(Protocol):
    """A proposer that knows how to complete a trial whose values are in part decided.

    Of any other one the decided values are laid over what it proposes without regard to them.
    """

    def complete(self, number: int, fixed: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of a waiting trial: those that are fixed, and proposals for others that go with them."""


@runtime_checkable
class ProposerSource(Protocol):
    """A search that comes with a proposer of its own."""

    def proposer(self, view: StudyView) -> Proposer:
        """The proposer of one study."""


#: What a study takes as its sampler.
Search: TypeAlias = Sampler | ProposerSource


def proposer_of(search: Search, view: StudyView) -> Proposer:
    """The proposer of a search for one study."""
    return SamplerProposer(view, search) if isinstance(search, Sampler) else search.proposer(view)


def completed(proposer: Proposer, number: int, fixed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a waiting trial that are fixed, and those that a proposer has for what they leave open."""
    if isinstance(proposer, Completing):
        return proposer.complete(number, fixed)
    proposal = proposer.propose(number)
    return fixed if proposal is None else {**proposal[0], **fixed}


class SamplerProposer:
    """Asks a sampler for points, and decodes them."""

    def __init__(self, view: StudyView, sampler: Sampler) -> None:
        self.view = view
        self.sampler = sampler
        self.uses_history = sampler.capabilities.uses_history
        self.uses_reports = sampler.capabilities.uses_reports
        self.codec = Codec(view.space)
        #: Who proposed, where the sampler does not say so itself.
        self.origin = (
            sampler.tags
            if isinstance(sampler, Named)
            else origin_tags(f"{type(sampler).__name__}: the sampler of the study")
        )
        #: Proposals for the next numbers, of a sampler that does not look at what happens until then.
        self.ahead: dict[int, Proposal | None] = {}
        #: Whether anything was proposed yet, and whether the user was told of the end.
        self.began = self.said = False

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """A configuration of the joint space and its tags; None when the sampler has nothing left."""
        space = self.known_space()
        if self.uses_history:
            history = self.view.history(space, drafts, turn=number, with_reports=self.uses_reports)
            return self.proposal(number, history)
        if number not in self.ahead:
            self.ahead = {ahead: self.proposal(ahead, NO_HISTORY) for ahead in range(number, number + AHEAD)}
        return self.ahead.pop(number)

    def complete(self, number: int, fixed: Mapping[str, Any]) -> Mapping[str, Any]:
        """Values for the rest of a trial: those that were not tried beside the fixed ones, as long as there are any.

        A value out of its range stays, but it holds nothing: what takes its place is asked for later.
        """
        space, held = self.known_space(), {}
        for name, domain in space.items():
            value = fitted(domain, fixed.get(name, ABSENT))
            if value is not ABSENT:
                held[name] = value
        if held and self.uses_history:
            history = self.view.history(space, turn=number, with_reports=self.uses_reports)
            rng = rng_for(self.view.study.seed, number, PROPOSE)
            found = PartialFixed(self.sampler, fixed=held).propose(space, history, rng, 1)
            point = first_point(self.sampler, found, len(space))
            if point is not None:
                self.began = True
                return {**self.codec.decode(point), **fixed}
        proposal = self.propose(number)
        return fixed if proposal is None else {**proposal[0], **fixed}

    def known_space(self) -> Space:
        """The joint space as it is now."""
        space = self.view.space
        if self.codec.space is not space:
            self.codec = Codec(space)
            self.ahead.clear()
        return space

    def proposal(self, number: int, history: History) -> Proposal | None:
        """What the sampler proposes for a number."""
        space = self.codec.space
        if not space.domains:
            history = replace(history, part=True)
        rng = rng_for(self.view.study.seed, number, PROPOSE)
        proposals = self.sampler.propose(space, history, rng, 1)
        point = first_point(self.sampler, proposals, len(space))
        if point is None:
            return self.nothing_left(history)
        self.began = True
        tags = proposals.tag(0)
        if ORIGIN not in tags:
            tags = {**tags, **self.origin} if tags else self.origin
        if not space.domains:  # values come one by one, by `answer`: only who gives them is known
            return NOTHING, origin_tags(tags[ORIGIN])
        return self.codec.decode(point), tags

    def nothing_left(self, history: History) -> Proposal | None:
        """The end of a finite search; as long as no parameter is known, there is all to be tried."""
        if not self.codec.space.domains:
            return NOTHING, self.origin
        if not len(history.pending) and not self.said:
            self.said = True
            logger.info("%s", exhausted(distinct(history.X), self.view.told, began=self.began))
        return None

    def answer(self, message: Suggest) -> Any:
        """A value for a parameter that was not proposed with the rest: a new name, or another range.

        It is proposed from the one-dimensional space of its own, so the sampler learns from all past values that fit.
        """
        space = Space({message.name: message.domain})
        rng = rng_for(self.view.study.seed, message.trial, purpose_of(message.name))
        history = NO_HISTORY
        if self.uses_history:
            history = self.view.column_history(space, asker=message.trial, with_reports=self.uses_reports)
        point = first_point(self.sampler, self.sampler.propose(space, history, rng, 1), 1)
        if point is None:  # a finite sampler has tried every value of this one parameter: repeat one
            point = UniformSampler().propose(space, history, rng, 1).X[0].tolist()
        return Codec(space).decode(point)[message.name]


def first_point(sampler: Sampler, proposals: Any, d: int) -> list[float] | None:
    """The first point that a sampler proposes, None when it has nothing left.

    Raises:
        InvalidInput: it proposes something else than points of d numbers in [0, 1].
    """
    try:
        rows = proposals.X.tolist()
        if not rows:
            return None
        point: list[float] = rows[0]
        for t in point:  # every trial comes by here: a loop is faster than `all`
            if not 0.0 <= t <= 1.0:
                break
        else:
            if len(point) == d:
                return point
    except (AttributeError, TypeError):  # no array, or one of other dimensions
        pass
    wanted = f"{type(sampler).__name__} to propose rows of {d} numbers in [0, 1]"
    raise InvalidInput(
        explain(wanted, repr(proposals), "Return luthier.samplers.Proposals(X), X of shape (n, d).")
    )


def distinct(X: Array) -> int:
    """How many configurations the rows of `X: (n, d)` are; one that asked for less than another one is none of its own.

    Such a row is that of a trial that failed half-way.
    """
    # The sum makes 0.0 of -0.0: rows are compared by their bytes.
    rows = np.unique(np.where(np.isnan(X), -1.0, X + 0.0), axis=0)
    known = rows >= 0.0
    asked, count = known.sum(axis=1), len(rows)
    for mine in np.unique(known, axis=0):
        more = known[:, mine].all(axis=1) & (asked > mine.sum())
        if more.any():
            beyond = {row.tobytes() for row in rows[more][:, mine]}
            own = rows[(known == mine).all(axis=1)][:, mine]
            count -= sum(row.tobytes() in beyond for row in own)
    return count
