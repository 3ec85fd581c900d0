"""Exhaustive search of an objective's own tree of finite choices, whatever it asks for along the way.

The tree is known from the trials alone. A new trial gets the values that lead to where nobody was; what the objective
asks for beyond that is answered as it comes. So the values of a trial are in its store from its start, or noted there
as it asks, and drivers of other processes keep away from its path.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, final

from luthier.base.log import logger
from luthier.base.seeding import PROPOSE, purpose_of, rng_for
from luthier.engine.choices import Node, Tree, choose, key_of
from luthier.engine.ending import exhausted
from luthier.engine.propose import Proposal, Proposer
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.records.trial import ENQUEUED, NOTHING, ORIGIN, TrialRecord
from luthier.samplers.origin import origin_tags
from luthier.space.domains import Domain
from luthier.storage.protocol import Draft

__all__ = ["BruteForce", "TreeProposer"]

#: Where a trial comes from.
ORIGIN_TAGS = origin_tags("brute_force: every path through the objective once")


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


class Route(NamedTuple):
    """What one attempt of a running trial asked for, in the order asked."""

    attempt: int
    #: The range and the value of each parameter.
    answers: dict[str, tuple[Domain, Any]]

    def values(self) -> dict[str, Any]:
        """The values alone."""
        return {name: value for name, (_, value) in self.answers.items()}


@final
class TreeProposer:
    """Leads each trial to where nobody was."""

    def __init__(self, view: StudyView, *, patient: bool = False) -> None:
        self.view = view
        self.patient = patient
        self.tree = Tree()
        self.read = 0
        #: What running trials of this process asked for, as far as they said so.
        self.routes: dict[int, Route] = {}
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
        if self.tree.root.open <= busy[self.tree.root]:
            return None
        self.routes.pop(number, None)
        return self.lead(number, NOTHING, busy), ORIGIN_TAGS

    def complete(self, number: int, fixed: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of a waiting trial that has some: those beyond which nobody was yet, if there are any."""
        self.catch_up()
        return {**self.lead(number, fixed, self.under_way(number)), **fixed}

    def lead(self, number: int, fixed: Mapping[str, Any], busy: Mapping[Node, int]) -> dict[str, Any]:
        """Values that lead to where nobody was, as far as the tree is known, by those that are fixed."""
        rng = rng_for(self.view.study.seed, number, PROPOSE)
        given: dict[str, Any] = {}
        node: Node | None = self.tree.root
        while node is not None and (name := node.name) is not None and (domain := node.domain) is not None:
            if name not in fixed:
                given[name] = choose(node, name, domain, rng, busy=busy, fixed=fixed)
            elif domain.contains(fixed[name]):
                given[name] = fixed[name]
            else:  # asked for anew, and what comes next hangs on the answer
                break
            node = node.beyond(name).get(key_of(domain, given[name]))
        return given

    def answer(self, message: Suggest) -> Any:
        """A value beyond which there is an end that no other trial is on its way to; any if there is none."""
        self.catch_up()
        name, domain, number = message.name, message.domain, message.trial
        route = self.route(message)
        node = self.place(number, route)
        if node is None:
            node = self.tree.trace(route.values())[-1]
        else:
            self.tree.learn(node, name, domain)
        rng = rng_for(self.view.study.seed, number, purpose_of(name))
        busy, fixed = self.under_way(number), self.fixed(number)
        value = choose(node, name, domain, rng, busy=busy, fixed=fixed)
        route.answers[name] = domain, value
        return value

    def route(self, message: Suggest) -> Route:
        """What the trial of a message asked for before it, as far as it said so; a new attempt begins at the root."""
        record = self.view.running.get(message.trial)
        attempt = 0 if record is None else record.attempt
        route = self.routes.get(message.trial)
        if route is None or route.attempt != attempt:
            route = self.routes[message.trial] = Route(attempt, {})
        route.answers.update((name, (domain, value)) for name, domain, value in message.since)
        return route

    def place(self, number: int, route: Route) -> Node | None:
        """Where a running trial is; None where somebody else has answered it too: its end will tell."""
        record = self.view.running.get(number)
        if record is not None and record.params:
            return self.tree.enter(record)
        if self.view.answered.get(number, NOTHING).keys() <= route.answers.keys():
            return self.tree.walk((name, *answer) for name, answer in route.answers.items())
        return None

    def fixed(self, number: int) -> Mapping[str, Any]:
        """What the user decided of a running trial, and what was to go with it."""
        record = self.view.running.get(number)
        enqueued = record is not None and record.tags.get(ORIGIN) == ENQUEUED[ORIGIN]
        return (record.given if enqueued and record is not None else None) or NOTHING

    def under_way(self, number: int, starting: Iterable[Mapping[str, Any]] = ()) -> Mapping[Node, int]:
        """How many other trials are on their way through each node, those included that are about to start."""
        busy: Counter[Node] = Counter()
        if self.patient:
            return busy
        others = [record for record in self.view.running_by_number() if record.number != number]
        for record in others:
            if record.number not in self.routes:
                self.tree.enter(record)
        for config in [*map(self.known, others), *starting]:
            busy.update(self.tree.trace(config))
        return busy

    def known(self, record: TrialRecord) -> Mapping[str, Any]:
        """The values of a running trial: from its start, noted since, and answered here."""
        known, route = self.view.known(record), self.routes.get(record.number)
        return known if route is None else {**known, **route.values()}

    def catch_up(self) -> None:
        """Enter the paths of trials that ended since last time."""
        while self.read < len(self.view.told):
            record = self.view.told[self.read]
            self.read += 1
            self.routes.pop(record.number, None)
            self.tree.end(record)

    def say_so(self) -> None:
        """Tell the user once that this is the end."""
        if not self.said:
            self.said = True
            logger.info("%s", exhausted(self.tree.ends, self.view.told))
