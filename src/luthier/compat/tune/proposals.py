"""What a study of an experiment tries next: grids and presets in their order, the rest as its search proposes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.domains import Categorical, Ranged, contains_verbs
from luthier.compat.tune.flat import flatten
from luthier.compat.tune.variants import grids_of, open_verb, ranges_of, resolve, values_at
from luthier.engine.propose import Proposal, Proposer, Search, proposer_of
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING
from luthier.samplers.origin import origin_tags
from luthier.storage.protocol import Draft

__all__ = ["EVALUATED", "SpaceSearch", "Variants"]

#: Marks a trial of the study that is no trial of the experiment: its value was known beforehand.
EVALUATED = "evaluated"

#: Stands for "nothing there" where None is a value.
MISSING: Any = object()


@final
class Variants:
    """Which values are decided by a trial's place among the trials of an experiment: presets first, then grids.

    Args:
        space: as the user wrote it.
        num_samples: how often the space is sampled; -1 for no end.
        presets: configurations to try first, flat or nested.
    """

    def __init__(
        self, space: Mapping[str, Any], num_samples: int, presets: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self.space = space
        self.grids = grids_of(space)
        self.presets = [
            {**grid, **fixed}
            for fixed in (preset_of(space, preset) for preset in presets)
            for grid in without(self.grids, fixed)
        ]
        rest = max(0, num_samples - len(presets)) * len(self.grids)
        #: How many trials there are, infinite for no end.
        self.total = math.inf if num_samples < 0 else len(self.presets) + rest

    def fixed(self, place: int) -> Mapping[str, Any]:
        """The values of the trial at a place: flat names."""
        if place < len(self.presets):
            return self.presets[place]
        return self.grids[(place - len(self.presets)) % len(self.grids)]

    def origin(self, place: int) -> Mapping[str, Any]:
        """The tag of a trial whose place decides all of its values."""
        preset = place < len(self.presets)
        return origin_tags("enqueued: points_to_evaluate" if preset else "grid: grid_search")


@final
class SpaceSearch:
    """A search over one space, as luthier's engine takes it.

    Args:
        variants: of the space.
        inner: proposes what variants leave open.
        seed: of the study.
    """

    def __init__(self, variants: Variants, inner: Search, *, seed: int) -> None:
        self.variants = variants
        self.inner = inner
        self.seed = seed

    def proposer(self, view: StudyView) -> "SpaceProposer":
        """The proposer of one study."""
        return SpaceProposer(self, view)


class SpaceProposer:
    """Proposes the trials of one experiment."""

    def __init__(self, search: SpaceSearch, view: StudyView) -> None:
        self.search = search
        self.view = view
        view.declare(ranges_of(search.variants.space))
        self.inner: Proposer = proposer_of(search.inner, view)
        self.answer = self.inner.answer
        self.names = ranges_of(search.variants.space).keys()
        self.branches = has_branches(search.variants.space)
        #: Numbers of trials that are no members of their own, because they continue others or were not run; ascending.
        #: They are among the first `seen` ones.
        self.links: list[int] = []
        self.seen = 0

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """Values for a trial: those of its variant, and proposals for the rest; None when all were started."""
        records, variants = self.view.records, self.search.variants
        self.look()
        fixed: Mapping[str, Any] = NOTHING
        if number < len(records):
            record = records[number]
            fixed = record.given or NOTHING
            if record.user_attrs.get("continues"):
                return fixed, NOTHING
        place = number - sum(link < number for link in self.links)
        if number >= len(records) and place >= variants.total:
            return None
        proposal = self.inner.propose(number, drafts)
        if proposal is None:
            if number >= len(records):
                return None
            proposal = NOTHING, NOTHING
        given, tags = proposal
        if place < variants.total:
            decided = variants.fixed(place)
            if decided and self.names <= decided.keys():
                tags = {**tags, **variants.origin(place)}
            given = {**given, **decided}
        given = {**given, **fixed}
        if self.branches:
            given |= self.branch(number, given)
        return given, tags

    def branch(self, number: int, given: Mapping[str, Any]) -> dict[str, Any]:
        """Values for parameters that the values so far bring with them."""
        more: dict[str, Any] = {}

        def choose(name: str, verb: Ranged) -> Any:
            if name in given and verb.native.contains(given[name]):
                return given[name]
            more[name] = self.answer(Suggest(number, name, verb.native))
            return more[name]

        resolve(self.search.variants.space, choose, seed=self.search.seed, number=number, functions=False)
        return more

    def look(self) -> None:
        """Find the trials that continue others, among those that came since the last look."""
        records = self.view.records
        for record in records[self.seen :]:
            if record.user_attrs.get("continues") or record.user_attrs.get(EVALUATED):
                self.links.append(record.number)
        self.seen = len(records)


def without(grids: Sequence[Mapping[str, Any]], fixed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The combinations of those grids that a preset does not decide."""
    left: list[dict[str, Any]] = []
    for grid in grids:
        rest = {name: label for name, label in grid.items() if name not in fixed}
        if rest not in left:
            left.append(rest)
    return left


def preset_of(space: Mapping[str, Any], preset: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration to try first, as flat values of the space's ranges; what it repeats of the space is left out.

    Raises:
        InvalidInput: a value is out of its range, or what it names is fixed to another value, or unknown.
    """
    fixed: dict[str, Any] = {}
    for name, value in flatten(preset).items():
        found = values_at(space, [name]).get(name, MISSING)
        verb = open_verb(found)
        if isinstance(verb, Ranged):
            fixed[name] = verb.encode(value)
            if verb.native.contains(fixed[name]):
                continue
        elif found is not MISSING and type(found) is type(value) and found == value:
            continue
        expected = "a name of the space" if found is MISSING else f"{name!r} to be in {found!r}"
        raise InvalidInput(
            explain(expected, f"{name}={value!r}", "Correct points_to_evaluate, or the space.")
        )
    return fixed


def has_branches(space: Mapping[str, Any]) -> bool:
    """Whether values of the space may bring parameters with them."""
    seen: list[bool] = []

    def choose(_: str, verb: Ranged) -> Any:
        if isinstance(verb, Categorical):
            seen.append(any(map(contains_verbs, verb.categories)))
            return verb.native.choices[0]  # type: ignore[union-attr]  # of a Categorical
        return None

    resolve(space, choose, seed=0, number=0, functions=False)
    return any(seen)
