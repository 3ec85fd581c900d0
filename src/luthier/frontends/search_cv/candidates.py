"""Where candidates come from: a sampler over the joint space, its points cut down to their branch, and none twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.random import Generator

from luthier.base.seeding import PROPOSE, purpose_of, rng_for
from luthier.engine.propose import Proposal
from luthier.engine.view import StudyView
from luthier.frontends.search_cv.space import BRANCH, SearchSpace
from luthier.records.history import History
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING
from luthier.samplers.grid import free_places
from luthier.samplers.origin import origin_tags, with_origin
from luthier.samplers.protocol import Sampler
from luthier.samplers.taken import Cells, Taken
from luthier.samplers.uniform import UniformSampler
from luthier.space.codec import Codec
from luthier.space.space import Space
from luthier.storage.protocol import Draft

__all__ = ["CandidateSource"]

#: How often the sampler may propose anew what was tried before an untried candidate is looked up.
TRIES = 8

#: Where candidates come from that no sampler proposed.
NO_CHOICE = origin_tags("fixed: nothing to choose")
LISTED = origin_tags("grid: all of a small space is tried")
UNTRIED = origin_tags("random: the sampler repeats itself")

#: What stands for the history where nobody looks at it.
NO_HISTORY = History.empty(0)

#: So many chance candidates are looked at where the untried ones cannot be counted out.
DRAWS = 256


@dataclass(frozen=True)
class CandidateSource:
    """Proposes the candidates of a search, to be given to a study as its sampler.

    Args:
        sampler: proposes points of the space.
        space: what is searched.
        only: the one branch to propose from, learning from its own trials alone; None for all of them together.
        whole: whether everything will be tried: then candidates come in the order of a grid, without the sampler.
    """

    sampler: Sampler
    space: SearchSpace
    only: int | None = None
    whole: bool = False

    def proposer(self, view: StudyView) -> "CandidateProposer":
        """The proposer of one study."""
        return CandidateProposer(self, view)


class CandidateProposer:
    """Proposes the candidates of one study."""

    def __init__(self, source: CandidateSource, view: StudyView) -> None:
        self.source = source
        self.sampler = source.sampler
        self.space = source.space
        self.only = source.only
        self.whole = source.whole
        self.view = view
        names = [name for name in self.space.joint if source.only is None or self.asks(source.only, name)]
        self.part = Space({name: self.space.joint[name] for name in names})
        self.columns = [self.space.joint.names.index(name) for name in names]
        self.codec = Codec(self.part)
        #: Who proposed, where the sampler does not say so itself.
        self.origin = origin_tags(f"{type(self.sampler).__name__}: the sampler of the study")
        #: The candidates of trials below `seen`.
        self.tried: set[Any] = set()
        self.seen = 0

    def asks(self, branch: int, name: str) -> bool:
        """Whether trials of a branch have a parameter other than the branch itself."""
        return name != BRANCH and name in self.space.keys(branch)

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """The values of a candidate that no trial has; None when all were tried."""
        rng = rng_for(self.view.study.seed, number, PROPOSE)
        if not self.part.domains:
            given = self.cut({})
            return None if self.is_tried(given, drafts) else (given, NO_CHOICE)
        history = NO_HISTORY if self.whole else self.history(drafts, turn=number)
        for _ in range(0 if self.whole else TRIES):
            proposals = self.sampler.propose(self.part, history, rng, 1)
            if not len(proposals.X):
                break
            given = self.cut(self.codec.decode(proposals.X[0].tolist()))
            if not self.is_tried(given, drafts):
                return given, with_origin(proposals, self.origin).tag(0)
        return self.untried(number, drafts, rng)

    def answer(self, message: Suggest) -> Any:
        """A value for a parameter that a running trial was not given, such as one that an enqueued trial left open."""
        space = Space({message.name: message.domain})
        rng = rng_for(self.view.study.seed, message.trial, purpose_of(message.name))
        drawn = UniformSampler().propose(space, History.empty(1), rng, 1)
        return Codec(space).decode(drawn.X[0].tolist())[message.name]

    def cut(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values without those that their branch does not have, and with those that are fixed in it."""
        if len(self.space.branches) == 1:
            return {**{name: values[name] for name in self.part}, **self.space.fixed(0)}
        branch = values.get(BRANCH, 0) if self.only is None else self.only
        asked = {name: value for name, value in values.items() if self.asks(branch, name)}
        return {BRANCH: branch, **asked, **self.space.fixed(branch)}

    def history(self, drafts: Sequence[Draft], *, turn: int) -> History:
        """What is known before the trial of the number `turn`, in the space of the sampler."""
        if self.only is None or len(self.space.branches) == 1:
            with_reports = self.sampler.capabilities.uses_reports
            return self.view.history(self.space.joint, drafts, turn=turn, with_reports=with_reports)
        history = self.view.history(self.space.joint, drafts, turn=turn)
        place = self.space.joint.names.index(BRANCH)
        own = (self.only + 0.5) / len(self.space.branches)
        told, pending = (np.flatnonzero(X[:, place] == own).tolist() for X in (history.X, history.pending))
        tags = history.tags
        return replace(
            history,
            X=history.X[told][:, self.columns],
            Y=history.Y[told],
            violation=history.violation[told],
            fidelity=history.fidelity[told],
            number=history.number[told],
            pending=history.pending[pending][:, self.columns],
            pending_tags=[history.pending_tags[row] for row in pending if row < len(history.pending_tags)],
            all_tags=[tags[row] for row in told] if tags else (),
        )

    def is_tried(self, given: Mapping[str, Any], drafts: Sequence[Draft]) -> bool:
        """Whether a trial has this candidate already, or one that is about to start."""
        branch = self.space.branch_of(given)
        if branch is None:
            return False
        records = self.view.records
        while self.seen < len(records):
            record = records[self.seen]
            self.tried.add(self.space.identity(record.params or record.given or NOTHING))
            self.seen += 1
        identity = self.space.identity(given)
        return identity in self.tried or any(
            identity == self.space.identity(draft.given or NOTHING) for draft in drafts
        )

    def untried(self, number: int, drafts: Sequence[Draft], rng: Generator) -> Proposal | None:
        """An untried candidate, whatever its promise among the branches; None when there is none."""
        branches = range(len(self.space.branches)) if self.only is None else [self.only]
        for branch in branches if self.whole else rng.permutation(branches).tolist():
            if self.only is None and not self.space.discrete[branch]:
                alone = CandidateProposer(replace(self.source, only=branch), self.view)
                return alone.propose(number, drafts)
            names = [name for name in self.part if self.asks(branch, name)]
            space = Space({name: self.part[name] for name in names})
            codec = Codec(space)
            for row in grid(space) if self.whole else points(space, rng):
                given = self.cut({BRANCH: branch, **codec.decode(row)})
                if not self.is_tried(given, drafts):
                    return given, LISTED if self.whole else UNTRIED
        return None


def grid(space: Space) -> Iterator[list[float]]:
    """All points of a finite space, in the order of scikit-learn's ParameterGrid: the last name changes fastest."""
    names = sorted(space)
    cells, order = Cells(space), [names.index(name) for name in space]
    for places in product(*(range(space[name].levels or 1) for name in names)):
        yield cells.middles(np.array([[places[column] for column in order]], dtype=np.int64))[0].tolist()


def points(space: Space, rng: Generator) -> Iterator[list[float]]:
    """Points of a space in an order that spreads: all of a finite one, some of another."""
    if space.size is None:
        yield from rng.random((DRAWS, len(space))).tolist()
        return
    if not space.domains:
        yield []
        return
    cells = Cells(space)
    for places in free_places(space, Taken(cells, np.empty((0, len(space))))):
        yield from cells.middles(places).tolist()
