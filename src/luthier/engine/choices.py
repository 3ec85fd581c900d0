"""What is known of an objective that asks for finite ranges: a tree of its choices, and how much of it is untried.

node   a place in the objective: the parameter that it asks for there, or its end
path   the values of one trial, in the order asked: a way from the root to an end
open   how many ends lie beyond a node that nobody has reached, as far as is known: 1 where nobody was yet
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from numpy.random import Generator

from luthier.base.errors import InvalidInput, explain
from luthier.records.messages import Asked
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.samplers.taken import FAILURES
from luthier.space.domains import Categorical, Domain, Float, Int, choice_key, on_grid

__all__ = ["Node", "Tree", "choose", "key_of", "listed"]

#: All values of a range are listed at each trial: of so many in a tenth of a second.
MOST_VALUES = 1 << 17


class Node:
    """A place in the objective, and what comes after each of the values that it may get there."""

    __slots__ = ("above", "after", "children", "domain", "failures", "name", "open", "value")

    def __init__(self, above: "Node | None" = None, after: str | None = None, value: Any = None) -> None:
        #: The place before, and the parameter and its value that lead from there to here; None at the root.
        self.above = above
        self.after = after
        self.value = value
        #: The parameter asked for; None at an end, and while nobody was here.
        self.name: str | None = None
        self.domain: Domain | None = None
        #: What follows by parameter and value; those of other parameters count again should they be asked for again.
        self.children: dict[str, dict[Any, Node]] = {}
        self.open = 1
        #: How many trials failed here while nobody had come further.
        self.failures = 0

    def beyond(self, name: str) -> dict[Any, "Node"]:
        """What is known to come after each value of a parameter, by the key of the value."""
        return self.children.setdefault(name, {})

    def ends_beyond(self, name: str, values: Iterable[Any]) -> int:
        """How many open ends are known beyond these values; one beyond a value that nobody got."""
        known = self.beyond(name)
        children = (known.get(choice_key(value)) for value in values)
        return sum(1 if child is None else child.open for child in children)

    def child(self, name: str, domain: Domain, value: Any) -> "Node":
        """What comes after a value."""
        known, key = self.beyond(name), key_of(domain, value)
        found = known.get(key)
        if found is None:
            found = known[key] = Node(self, name, value)
        return found

    def counts(self, child: "Node") -> bool:
        """Whether the open ends beyond a child are among those of this node: not once it asks anew."""
        name, domain = self.name, self.domain
        if name is None or domain is None or name != child.after or not domain.contains(child.value):
            return False
        return self.beyond(name).get(key_of(domain, child.value)) is child

    def add(self, ends: int) -> None:
        """Count so many more open ends beyond this node, and beyond those before it."""
        node: Node | None = self
        while node is not None and ends:
            node.open += ends
            above = node.above
            node = above if above is not None and above.counts(node) else None


class Tree:
    """What is known of an objective. Counts of open ends follow each path that is entered, so asking costs nothing."""

    __slots__ = ("cut", "ends", "root", "sound")

    def __init__(self) -> None:
        self.root = Node()
        #: Where trials failed beyond which nobody had come.
        self.cut: list[Node] = []
        #: Whether any trial came to its end.
        self.sound = False
        #: How many different ends were reached.
        self.ends = 0

    def end(self, record: TrialRecord) -> None:
        """Enter the path of a trial that ended; one that failed half-way takes the first open end beyond."""
        if record.state is TrialState.FAILED and not record.params:
            return
        node = self.enter(record)
        if node is None:
            return
        while node.name is not None and node.domain is not None and node.open:
            values, known = listed(node.name, node.domain), node.beyond(node.name)
            free = (value for value in values if is_free(known.get(choice_key(value)), {}))
            node = node.child(node.name, node.domain, next(free, values[0]))
        if record.state is not TrialState.FAILED:
            self.sound = True
        elif node.name is None:
            node.failures += 1
            self.cut.append(node)
        if node.open:
            self.ends += 1
            node.add(-1)

    def enter(self, record: TrialRecord) -> Node | None:
        """Where a trial is as far as it noted what it asked for, learnt where it is new.

        None for a result of elsewhere, added without its ranges: it has no place in the tree.
        """
        if not record.params.keys() <= record.domains.keys():
            return None
        return self.walk((name, record.domains[name], value) for name, value in record.params.items())

    def walk(self, asked: Iterable[Asked]) -> Node:
        """Where a trial is that asked for this, from the first on, learnt where it is new."""
        node = self.root
        for name, domain, value in asked:
            self.learn(node, name, domain)
            node = node.child(name, domain, value)
        return node

    def reopen(self) -> None:
        """Open the ends once more where one trial failed that may not have asked for all: others beside it did more."""
        cut, self.cut = self.cut, []
        little = not self.sound and self.ends < FAILURES
        for place in cut:
            before = place.above
            beside = () if before is None else before.beyond(place.after or "").values()
            longer = any(other.name is not None for other in beside)
            if place.name is None and place.failures == 1 and not place.open and (longer or little):
                self.ends -= 1
                place.add(1)

    def learn(self, node: Node, name: str, domain: Domain) -> None:
        """Enter that the objective asks for a parameter at a node; where it asks anew, more or less may be open.

        Raises:
            InvalidInput: the range is a continuum.
        """
        old = node.domain if node.name == name else None
        if old is domain or old == domain:
            return
        values = listed(name, domain)
        if old is not None and {choice_key(value) for value in values}.issubset(
            map(choice_key, listed(name, old))
        ):
            return
        # Where nobody was one end was thought to be open. All values are now, one of them being tried.
        node.add(node.ends_beyond(name, values) - node.open)
        node.name, node.domain = name, domain

    def trace(self, config: Mapping[str, Any]) -> list[Node]:
        """The way of a trial with these values, as far as the tree is known, and a step beyond."""
        way = [self.root]
        while (name := way[-1].name) is not None and name in config:
            domain = way[-1].domain
            if domain is None or not domain.contains(config[name]):
                break
            way.append(way[-1].child(name, domain, config[name]))
        return way


def choose(
    node: Node,
    name: str,
    domain: Domain,
    rng: Generator,
    *,
    busy: Mapping[Node, int],
    fixed: Mapping[str, Any],
) -> Any:
    """A value whose open ends are more than the trials on their way there; any if there is none.

    Where it can be, there is one among those ends that has the fixed values.
    """
    values, known = listed(name, domain), node.beyond(name)
    free = [value for value in values if is_free(known.get(choice_key(value)), busy)]
    if fixed:
        free = [value for value in free if goes_on(known.get(choice_key(value)), busy, fixed)] or free
    chosen = free or values
    return chosen[int(rng.integers(len(chosen)))]


def goes_on(start: Node | None, busy: Mapping[Node, int], fixed: Mapping[str, Any]) -> bool:
    """Whether beyond a place there is an open end with the fixed values, as far as is known."""
    places = [start]
    while places:
        place = places.pop()
        if place is None:
            return True
        name, domain = place.name, place.domain
        if place.open <= busy.get(place, 0):
            continue
        if name is None or domain is None:
            return True
        known, held = place.beyond(name), name in fixed and domain.contains(fixed[name])
        keys = [key_of(domain, fixed[name])] if held else map(choice_key, listed(name, domain))
        places += map(known.get, keys)
    return False


def is_free(child: Node | None, busy: Mapping[Node, int]) -> bool:
    """Whether more ends are open beyond a value than trials are on their way there; nobody knows of None."""
    return child is None or child.open > busy.get(child, 0)


def key_of(domain: Domain, value: Any) -> Any:
    """What a value counts as: on a float grid its place, for 0.1 * 3 is 0.3."""
    if isinstance(domain, Float) and domain.step is not None:
        value = on_grid(domain.low, domain.step, round((value - domain.low) / domain.step))
    return choice_key(value)


def levels_of(name: str, domain: Domain) -> int:
    """How many values a range has.

    Raises:
        InvalidInput: it is a continuum, or has more values than can be listed at each trial.
    """
    if domain.levels is None:
        raise InvalidInput(explain(f"a finite range for {name!r}", str(domain), "Give it a step."))
    if domain.levels > MOST_VALUES:
        fix = 'Give it a coarser step, or use sampler="quasi".'
        raise InvalidInput(explain(f"at most {MOST_VALUES} values for {name!r}", str(domain.levels), fix))
    return domain.levels


def listed(name: str, domain: Domain) -> Sequence[Any]:
    """All values of a finite range."""
    count = levels_of(name, domain)
    if isinstance(domain, Categorical):
        return domain.choices
    if isinstance(domain, Int):
        return range(domain.low, domain.high + 1, domain.step)
    return [on_grid(domain.low, domain.step or 0.0, place) for place in range(count)]
