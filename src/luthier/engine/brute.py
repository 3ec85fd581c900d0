"""Exhaustive search of an objective's own tree of finite choices, whatever it asks for along the way.

    node   a place in the objective: the parameter that it asks for there, or its end
    path   the values of one trial, in the order asked: a way from the root to an end
    open   how many ends lie beyond a node that nobody has reached, as far as is known: 1 where nobody was yet

The tree is known from the trials alone. A new trial gets the values that lead to where nobody was; what the objective
asks for beyond that is answered as it comes. So the values of a trial are in its store from its start, or noted there
as it asks, and drivers of other processes keep away from its path.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, final

from numpy.random import Generator

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.base.seeding import PROPOSE, purpose_of, rng_for
from luthier.engine.ending import exhausted
from luthier.engine.propose import Proposal, Proposer
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.records.state import TrialState
from luthier.records.trial import NOTHING, TrialRecord
from luthier.samplers.origin import origin_tags
from luthier.samplers.taken import FAILURES
from luthier.space.domains import Categorical, Domain, Float, Int, choice_key, on_grid
from luthier.storage.protocol import Draft

__all__ = ["BruteForce", "TreeProposer"]

#: Where a trial comes from.
ORIGIN_TAGS = origin_tags("brute_force: every path through the objective once")

#: All values of a range are listed at each trial: of so many in a tenth of a second.
MOST_VALUES = 1 << 17


@final
class BruteForce:
    """Tries every path through a define-by-run objective exactly once; then the study ends.

    All ranges have to be finite: choices, integers, floats with a step, of 131,072 values at most. A failed trial
    counts as tried; where others asked for more than one that failed, it is given a second chance in the end.

    Args:
        patient: do not count running trials as tried, for they may yet be lost. Workers may then repeat each other.
    """

    __slots__ = ("patient",)

    def __init__(self, *, patient: bool = False) -> None:
        self.patient = patient

    def proposer(self, view: StudyView) -> Proposer:
        """The search in one study."""
        return TreeProposer(view, patient=self.patient)


class Node:
    """A place in the objective, and what comes after each of the values that it may get there."""

    __slots__ = ("children", "domain", "failures", "name", "open")

    def __init__(self) -> None:
        #: The parameter asked for; None at an end, and while nobody was here.
        self.name: str | None = None
        self.domain: Domain | None = None
        self.children: dict[Any, Node] = {}
        self.open = 1
        #: How many trials failed here while nobody had come further.
        self.failures = 0

    def ends_beyond(self, values: Iterable[Any]) -> int:
        """How many open ends are known beyond these values; one beyond a value that nobody got."""
        children = (self.children.get(choice_key(value)) for value in values)
        return sum(1 if child is None else child.open for child in children)


class Tree:
    """What is known of an objective. Counts of open ends follow each path that is entered, so asking costs nothing."""

    __slots__ = ("cut", "ends", "root", "sound")

    def __init__(self) -> None:
        self.root = Node()
        #: The ways of trials that failed where nobody had come further.
        self.cut: list[Sequence[Node]] = []
        #: Whether any trial came to its end.
        self.sound = False
        #: How many different ends were reached.
        self.ends = 0

    def end(self, record: TrialRecord) -> None:
        """Enter the path of a trial that ended; one that failed half-way takes the first open end beyond."""
        if record.state is TrialState.FAILED and not record.params:
            return
        way = self.enter(record)
        if way is None:
            return
        while (node := way[-1]).name is not None and node.domain is not None and node.open:
            values = listed(node.name, node.domain)
            free = (value for value in values if is_free(node.children.get(choice_key(value)), {}))
            way.append(self.step(way, node.name, node.domain, next(free, values[0])))
        if record.state is not TrialState.FAILED:
            self.sound = True
        elif way[-1].name is None:
            way[-1].failures += 1
            self.cut.append(way)
        if way[-1].open:
            self.ends += 1
            add(way, -1)

    def enter(self, record: TrialRecord) -> list[Node] | None:
        """The way of a trial as far as it noted what it asked for, learnt where it is new.

        None for a result of elsewhere, added without its ranges: it has no place in the tree.
        """
        if not record.params.keys() <= record.domains.keys():
            return None
        way = [self.root]
        for name, value in record.params.items():
            way.append(self.step(way, name, record.domains[name], value))
        return way

    def reopen(self) -> None:
        """Open the ends once more where one trial failed that may not have asked for all: others beside it did more."""
        cut, self.cut = self.cut, []
        little = not self.sound and self.ends < FAILURES
        for way in cut:
            place, before = way[-1], way[-2]
            longer = any(beside.name is not None for beside in before.children.values())
            if place.name is None and place.failures == 1 and not place.open and (longer or little):
                self.ends -= 1
                add(way, 1)

    def step(self, way: Sequence[Node], name: str, domain: Domain, value: Any) -> Node:
        """What comes after a value at the end of a way from the root."""
        self.learn(way, name, domain)
        return way[-1].children.setdefault(key_of(domain, value), Node())

    def learn(self, way: Sequence[Node], name: str, domain: Domain) -> None:
        """Enter that the objective asks for a parameter at the end of a way; where it asks anew, more may be open.

        Raises:
            InvalidInput: the range is a continuum.
        """
        node = way[-1]
        if node.domain is domain or node.domain == domain:
            return
        values, before = listed(name, domain), node.open
        if node.domain is not None:
            old = listed(node.name or "", node.domain)
            if {choice_key(value) for value in values}.issubset(map(choice_key, old)):
                return
            before = node.ends_beyond(old)
        # Nobody was here: one end was thought to be open. All values are now, one of them being tried.
        add(way, node.ends_beyond(values) - before)
        node.name, node.domain = name, domain

    def trace(self, config: Mapping[str, Any]) -> list[Node]:
        """The way of a trial with these values, as far as the tree is known, and a step beyond."""
        way = [self.root]
        while (name := way[-1].name) is not None and name in config:
            domain = way[-1].domain
            if domain is None or not domain.contains(config[name]):
                break
            way.append(way[-1].children.setdefault(key_of(domain, config[name]), Node()))
        return way


@final
class TreeProposer:
    """Leads each trial to where nobody was."""

    def __init__(self, view: StudyView, *, patient: bool = False) -> None:
        self.view = view
        self.patient = patient
        self.tree = Tree()
        self.read = 0
        #: What this process answered to running trials, in the order asked.
        self.answers: dict[int, dict[str, Any]] = {}
        self.said = False

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """The values that lead to where nobody was, as far as the tree is known.

        None once the tree is exhausted, and while all that is known to be left is under way.
        """
        self.catch_up()
        if not self.tree.root.open:
            self.tree.reopen()
        if not self.tree.root.open:
            self.say_so()
            return None
        busy = self.under_way(number, (draft.given or NOTHING for draft in drafts))
        rng = rng_for(self.view.study.seed, number, PROPOSE)
        given: dict[str, Any] = {}
        node = self.tree.root
        if node.open <= busy[node]:
            return None
        while node.name is not None and node.domain is not None:
            given[node.name] = self.choose(node, node.name, node.domain, busy, rng)
            child = node.children.get(choice_key(given[node.name]))
            if child is None:
                break
            node = child
        self.answers.pop(number, None)
        return given, ORIGIN_TAGS

    def answer(self, message: Suggest) -> Any:
        """A value beyond which there is an end that no other trial is on its way to; any if there is none."""
        self.catch_up()
        name, domain, number = message.name, message.domain, message.trial
        mine = self.answers.setdefault(number, {})
        record = self.view.running.get(number)
        config = dict(mine if record is None else self.known(record))
        config.pop(name, None)  # a value out of its range is asked for anew
        way = self.tree.trace(config)
        self.tree.learn(way, name, domain)
        rng = rng_for(self.view.study.seed, number, purpose_of(name))
        mine[name] = self.choose(way[-1], name, domain, self.under_way(number), rng)
        self.tree.step(way, name, domain, mine[name])
        return mine[name]

    def choose(self, node: Node, name: str, domain: Domain, busy: Mapping[Node, int], rng: Generator) -> Any:
        """A value whose open ends are more than the trials on their way there; any if there is none."""
        values = listed(name, domain)
        free = [value for value in values if is_free(node.children.get(choice_key(value)), busy)]
        chosen = free or values
        return chosen[int(rng.integers(len(chosen)))]

    def under_way(self, number: int, starting: Iterable[Mapping[str, Any]] = ()) -> Mapping[Node, int]:
        """How many other trials are on their way through each node, those included that are about to start."""
        busy: Counter[Node] = Counter()
        if self.patient:
            return busy
        others = [record for other, record in self.view.running.items() if other != number]
        for record in others:
            if record.number not in self.answers:
                self.tree.enter(record)
        for config in [*map(self.known, others), *starting]:
            busy.update(self.tree.trace(config))
        return busy

    def known(self, record: TrialRecord) -> Mapping[str, Any]:
        """The values of a running trial: from its start, noted since, and answered here."""
        return {**self.view.known(record), **self.answers.get(record.number, NOTHING)}

    def catch_up(self) -> None:
        """Enter the paths of trials that ended since last time."""
        while self.read < len(self.view.told):
            record = self.view.told[self.read]
            self.read += 1
            self.answers.pop(record.number, None)
            self.tree.end(record)

    def say_so(self) -> None:
        """Tell the user once that this is the end."""
        if not self.said:
            self.said = True
            logger.info("%s", exhausted(self.tree.ends, self.view.told))


def add(way: Iterable[Node], ends: int) -> None:
    """Count so many more open ends beyond each node of a way."""
    for node in way:
        node.open += ends


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
