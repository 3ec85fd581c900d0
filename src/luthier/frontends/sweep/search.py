"""What a sweep tries next: a grid in order, random draws, or the default search; up to a cap, and until its target."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.engine.propose import Proposal, Proposer, SamplerProposer
from luthier.engine.view import StudyView
from luthier.frontends.sweep.plan import Plan
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING
from luthier.samplers.auto import AutoSampler
from luthier.samplers.origin import Named, origin_tags
from luthier.samplers.uniform import UniformSampler
from luthier.space.domains import Categorical, Domain, choice_key
from luthier.storage.protocol import Draft

__all__ = ["SweepSearch"]


#: The tags of a run of a grid.
LISTED = origin_tags("grid: the method of the sweep")


@final
class SweepSearch:
    """The search of one sweep, for any study."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def proposer(self, view: StudyView) -> Proposer:
        """The proposer of one study, which knows all ranges from the start."""
        view.declare({each.name: each.domain for each in self.plan.parameters})
        if self.plan.method == "grid":
            return Capped(view, self.plan, Grid(view, self.plan))
        if self.plan.method == "random":
            chance = Named(UniformSampler(), name="random", reason="the method of the sweep")
            return Capped(view, self.plan, SamplerProposer(view, chance))
        return Capped(view, self.plan, SamplerProposer(view, AutoSampler(view.study.seed)))


@final
class Capped:
    """A proposer that ends when a sweep has all its runs, or one that reached the target.

    Numbers of trials have no gaps, whoever makes them: the cap holds over all agents of a sweep.
    """

    def __init__(self, view: StudyView, plan: Plan, inner: Proposer) -> None:
        self.view = view
        self.plan = plan
        self.inner = inner

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """What the search within proposes, unless the sweep is over."""
        cap, metric, best = self.plan.run_cap, self.plan.metric, self.view.best
        if cap is not None and number >= cap:
            return None
        if metric is not None and best is not None and metric.reached(best.value):
            return None
        return self.inner.propose(number, drafts)

    def answer(self, message: Suggest) -> Any:
        """A value from the search within."""
        return self.inner.answer(message)


@final
class Grid:
    """Every combination once: parameters by name, the last one fastest, values in the order of the file."""

    def __init__(self, view: StudyView, plan: Plan) -> None:
        self.view = view
        parameters = sorted(plan.parameters)
        self.names = [parameter.name for parameter in parameters]
        self.levels = [levels_of(parameter.domain) for parameter in parameters]
        self.size = math.prod(map(len, self.levels))
        #: Everything before this place was tried.
        self.cursor = 0
        self.tried: set[tuple[Any, ...]] = set()
        self.known = self.told = 0

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """The first combination that no trial has."""
        records, told = self.view.records, self.view.told
        self.tried |= {self.key(record.given or record.params) for record in records[self.known :]}
        self.tried |= {self.key(record.params) for record in told[self.told :]}
        self.known, self.told = len(records), len(told)
        taken = {self.key(draft.given or NOTHING) for draft in drafts}
        for place in range(self.cursor, self.size):
            values = self.values(place)
            key = self.key(values)
            if key not in self.tried and key not in taken:
                return values, LISTED
            if place == self.cursor and key in self.tried:
                self.cursor += 1
        return None

    def answer(self, message: Suggest) -> Any:
        """A value of a parameter that the grid does not have: someone else's trial asked for it."""
        return SamplerProposer(self.view, UniformSampler()).answer(message)

    def values(self, place: int) -> dict[str, Any]:
        """One combination by its number."""
        values: dict[str, Any] = {}
        for name, levels in zip(reversed(self.names), reversed(self.levels), strict=True):
            place, level = divmod(place, len(levels))
            values[name] = levels[level]
        return values

    def key(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """What tells combinations apart."""
        return tuple(choice_key(values.get(name)) for name in self.names)


def levels_of(domain: Domain) -> list[Any]:
    """All values of a finite range, in order."""
    if isinstance(domain, Categorical):
        return list(domain.choices)
    step = domain.step or 1
    steps = range(domain.levels or 1)
    if isinstance(domain.low, int):
        return [domain.low + place * int(step) for place in steps]
    return [float(f"{domain.low + place * step:.15g}") for place in steps]
