"""The space of a search over an estimator's parameters: one dict of knobs, or several to choose among.

With several dicts ("branches") a further parameter of the study says which one a trial is of, and the trial has the
parameters of that branch alone. Branches that give one parameter different ranges keep them under names of their own,
`name@branch`, so that no model mixes them up; a parameter with one value is not searched, and needs none.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from luthier.base.errors import InvalidInput, explain
from luthier.executors.trial import Trial
from luthier.frontends.search_cv.knobs import Knob, knob_of
from luthier.space.codec import decoder
from luthier.space.domains import Categorical, Domain, choice_key
from luthier.space.space import Space

__all__ = ["BRANCH", "SearchSpace", "parse_space"]

#: The study's name of the parameter that says which branch a trial is of.
BRANCH = "space"


class Entry(NamedTuple):
    """A parameter of a branch: its name in the study, and its knob."""

    key: str
    knob: Knob


class SearchSpace:
    """Knows the parameters of the estimator by name, branch by branch, and what they are called in the study.

    Args:
        branches: for each branch its knobs by the name of the estimator's parameter.
    """

    def __init__(self, branches: Sequence[Mapping[str, Knob]]) -> None:
        self.branches: list[dict[str, Entry]] = []
        domains: dict[str, Domain] = {}
        if len(branches) > 1:
            domains[BRANCH] = Categorical(tuple(range(len(branches))))
        for place, knobs in enumerate(branches):
            entries = {}
            for name, knob in knobs.items():
                key = name + knob.suffix
                fixed = knob.domain.levels == 1
                if not fixed and domains.setdefault(key, knob.domain) != knob.domain:
                    key = f"{key}@{place}"
                    domains[key] = knob.domain
                entries[name] = Entry(key, knob)
            self.branches.append(entries)
        #: All parameters of the study that have more than one value in some branch.
        self.joint = Space(domains)
        #: Branch by branch, whether its candidates are countable, so that one may come twice.
        self.discrete = [all(entry.knob.discrete for entry in entries.values()) for entries in self.branches]

    def size(self, branch: int) -> int | None:
        """How many candidates a branch has; None where they cannot be counted."""
        return Space({entry.key: entry.knob.domain for entry in self.branches[branch].values()}).size

    def keys(self, branch: int) -> list[str]:
        """What a trial of a branch asks for."""
        keys = [entry.key for entry in self.branches[branch].values()]
        return [BRANCH, *keys] if len(self.branches) > 1 else keys

    def searched(self, branch: int) -> dict[str, str]:
        """The study's names of a branch's parameters that have several values, by their own names."""
        entries = self.branches[branch].items()
        return {name: key for name, (key, knob) in entries if knob.domain.levels != 1}

    def fixed(self, branch: int) -> dict[str, Any]:
        """The values of a branch's parameters that have but one."""
        entries = self.branches[branch].values()
        return {key: decoder(knob.domain)(0.5) for key, knob in entries if knob.domain.levels == 1}

    def branch_of(self, kept: Mapping[str, Any]) -> int | None:
        """The branch that values of the study belong to; None when they fit none."""
        branch = kept.get(BRANCH) if len(self.branches) > 1 else 0
        if not isinstance(branch, int) or not 0 <= branch < len(self.branches):
            return None
        entries = self.branches[branch].values()
        fits = all(key in kept and knob.domain.contains(kept[key]) for key, knob in entries)
        return branch if fits else None

    def candidate(self, kept: Mapping[str, Any]) -> dict[str, Any] | None:
        """The estimator's parameters that values of the study stand for; None when they fit no branch."""
        branch = self.branch_of(kept)
        if branch is None:
            return None
        entries = self.branches[branch].items()
        return {name: entry.knob.value(chosen(entry.knob, kept[entry.key])) for name, entry in entries}

    def suggest(self, trial: Trial) -> dict[str, Any]:
        """Ask a trial for a candidate: the values of the estimator's parameters.

        Where a value is no value of the study (an object, a quantile), the trial keeps its text beside.
        """
        branch = trial.suggest(BRANCH, self.joint[BRANCH]) if len(self.branches) > 1 else 0
        candidate = {}
        for name, (key, knob) in self.branches[branch].items():
            candidate[name] = knob.value(trial.suggest(key, knob.domain))
            if knob.suffix:
                trial.set_user_attr(name, candidate[name])
        return candidate

    def identity(self, kept: Mapping[str, Any]) -> Any:
        """A hashable that is equal for values of the study that are one candidate; None when they are none."""
        branch = self.branch_of(kept)
        if branch is None:
            return None
        return frozenset(
            (name, choice_key(knob.value(kept[key]) if knob.suffix else kept[key]))
            for name, (key, knob) in self.branches[branch].items()
        )


def chosen(knob: Knob, kept: Any) -> Any:
    """A value as its domain has it: a choice read from a store becomes the program's own object."""
    if isinstance(knob.domain, Categorical):
        return knob.domain.choices[knob.domain.place_of(kept) or 0]
    return kept


def parse_space(space: Any) -> SearchSpace:
    """The search space that a user wrote: a dict of parameters, or a list of such dicts.

    Raises:
        InvalidInput: it is neither, or has something that cannot be searched.
    """
    branches = [space] if isinstance(space, Mapping) else space
    listed = isinstance(branches, Sequence) and not isinstance(branches, str | bytes)
    if not listed or not branches or not all(isinstance(branch, Mapping) for branch in branches):
        fix = "Pass {'parameter': what to try}."
        raise InvalidInput(explain("a dict of parameters, or a list of such dicts", repr(space), fix))
    return SearchSpace([{name: knob_of(name, given) for name, given in each.items()} for each in branches])
