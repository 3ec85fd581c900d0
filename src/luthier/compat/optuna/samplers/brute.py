"""Exhaustive search of an objective's own tree of finite choices, whatever it asks for along the way."""

from collections.abc import Sequence
from typing import Any, TypeAlias, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.seeding import purpose_of, rng_for
from luthier.compat.optuna.samplers.base import DoorSampler
from luthier.engine.propose import Proposal, Proposer
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING, TrialRecord
from luthier.space.domains import Categorical, Domain, Int, choice_key, on_grid
from luthier.storage.protocol import Draft

__all__ = ["BruteForceSampler"]

#: What a trial was given so far, and the ranges, in the order asked.
Path: TypeAlias = dict[str, tuple[Any, Domain]]

#: Instead of a number of values: the objective asks for nothing more.
END = -1


class BruteForceSampler(DoorSampler):
    """Tries every path through the objective once; then the study stops.

    Args:
        seed: of the order.
        avoid_premature_stop: do not count running trials, which may yet fail, as tried.
    """

    def __init__(
        self,
        seed: int | None = None,
        avoid_premature_stop: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    ) -> None:
        self.seed = seed
        self.avoid_premature_stop = avoid_premature_stop

    def proposer(self, study: Any) -> Proposer:
        """The search in one study."""
        return TreeProposer(study._view, patient=self.avoid_premature_stop)  # noqa: SLF001 - of the door


class Node:
    """A place in the objective: the parameter that it asks for there, and what comes after each of its values."""

    __slots__ = ("children", "count")

    def __init__(self) -> None:
        #: How many values the parameter has; END at the end of the objective, 0 while nobody was here.
        self.count = 0
        self.children: dict[Any, Node] = {}

    def grow(self, record: TrialRecord) -> None:
        """Enter the path of a trial that ended."""
        path = {name: (value, record.domains[name]) for name, value in record.params.items()}
        self.follow(path).count = END

    def follow(self, path: Path) -> "Node":
        """The place where a path leads."""
        node = self
        for name, (value, domain) in path.items():
            node = node.child(name, domain, value)
        return node

    def child(self, name: str, domain: Domain, value: Any) -> "Node":
        """What comes after a value of a parameter."""
        self.count = max(self.count, values_in(name, domain))
        return self.children.setdefault(choice_key(value), Node())

    def open_ends(self) -> int:
        """How many ends of the objective lie beyond here that nobody reached, at the least."""
        if self.count == END:
            return 0
        if not self.count:
            return 1
        untried = max(0, self.count - len(self.children))
        return untried + sum(child.open_ends() for child in self.children.values())


@final
class TreeProposer:
    """Proposes nothing beforehand, and answers each question so that it leads to where nobody was."""

    def __init__(self, view: StudyView, *, patient: bool) -> None:
        self.view = view
        self.patient = patient
        self.root = Node()
        self.read = 0
        #: Trials under way -> what they were given so far.
        self.paths: dict[int, Path] = {}

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """No values yet; None once the tree is exhausted, and while all that is left is under way."""
        self.catch_up()
        if self.root.open_ends() <= self.others({}, number, starting=len(drafts)):
            return None
        self.paths[number] = {}
        return NOTHING, NOTHING

    def answer(self, message: Suggest) -> Any:
        """A value beyond which there is an end that no other trial is on its way to; any if there is none."""
        self.catch_up()
        path = self.paths.setdefault(message.trial, {})
        node = self.root.follow(path)
        free = []
        values = listed(message.name, message.domain)
        for value in values:
            child = node.children.get(choice_key(value))
            further = {**path, message.name: (value, message.domain)}
            if child is None or child.open_ends() > self.others(further, message.trial):
                free.append(value)
        rng = rng_for(self.view.study.seed, message.trial, purpose_of(message.name))
        chosen = free or values
        value = chosen[int(rng.integers(len(chosen)))]
        path[message.name] = value, message.domain
        node.child(message.name, message.domain, value)
        return value

    def others(self, path: Path, number: int, *, starting: int = 0) -> int:
        """How many other trials are under way beyond a place, those included that start together with `number`."""
        if self.patient:
            return 0
        wanted = steps(path)
        under_way = {*self.view.running, *range(number - starting, number)} - {number}
        return sum(
            steps(self.paths[other])[: len(wanted)] == wanted for other in under_way if other in self.paths
        )

    def catch_up(self) -> None:
        """Enter the paths of trials that ended since last time."""
        while self.read < len(self.view.told):
            record = self.view.told[self.read]
            self.read += 1
            self.paths.pop(record.number, None)
            self.root.grow(record)


def steps(path: Path) -> list[tuple[str, Any]]:
    """A path as what can be compared."""
    return [(name, choice_key(value)) for name, (value, _) in path.items()]


def values_in(name: str, domain: Domain) -> int:
    """How many values a range has.

    Raises:
        InvalidInput: it is a continuum.
    """
    if domain.levels is None:
        raise InvalidInput(explain(f"a finite range for {name!r}", str(domain), "Give it a step."))
    return domain.levels


def listed(name: str, domain: Domain) -> list[Any]:
    """All values of a finite range."""
    count = values_in(name, domain)
    if isinstance(domain, Categorical):
        return list(domain.choices)
    if isinstance(domain, Int):
        return list(range(domain.low, domain.high + 1, domain.step))
    return [on_grid(domain.low, domain.step or 0.0, place) for place in range(count)]
