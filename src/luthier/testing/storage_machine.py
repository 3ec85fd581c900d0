"""Random histories of a store, compared step by step with the store in memory.

The machine plays several claimants that do everything in any order: they claim, renew, report, finish late, twice or
under tokens of others, release, import, and lose their leases. Both stores must answer alike at every step, and folding
the changes in whatever portions must give what one full read gives.
"""

import math
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from luthier.base.errors import LuthierError
from luthier.base.jsonvalue import dumps
from luthier.records.state import FINISHED, TrialState
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import Report, TrialRecord
from luthier.space.domains import Float
from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import Draft, Storage, Update
from luthier.testing.storage_steps import Subject, fold, form

__all__ = ["StorageMachine", "storable_values", "storage_machine"]

#: Leases of the machine are over at once or never.
SHORT, LONG = 0.0, 1e6

TOKENS = st.sampled_from(["a", "b", "c", "d"])
OWNERS = st.sampled_from(["laptop", "server"])
NUMBERS = st.integers(0, 6)
LEASES = st.sampled_from([SHORT, LONG])


def storable_values() -> st.SearchStrategy[Any]:
    """Any value that has a durable form, without functions."""
    scalars = (
        st.none()
        | st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats()
        | st.text(st.characters(exclude_categories=()))
    )
    keys = scalars.filter(lambda key: key == key)  # noqa: PLR0124 - NaN, which no dict can find again
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(keys, inner, max_size=3)
        ),
        max_leaves=6,
    )


MAPPINGS = st.dictionaries(st.text(max_size=3), storable_values(), max_size=2)


def filled(kind: Callable[..., Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Named tuples with these fields drawn; the others keep their defaults."""
    return st.fixed_dictionaries(fields).map(lambda drawn: kind(**drawn))


REPORTS = st.builds(
    Report, NUMBERS, st.integers(1, 2), st.integers(0, 2), st.sampled_from(["", "lr"]), st.floats()
)
UPDATES = filled(
    Update,
    number=NUMBERS,
    token=TOKENS,
    state=st.sampled_from([*sorted(FINISHED), TrialState.WAITING, TrialState.RUNNING, TrialState.COMPLETE]),
    params=MAPPINGS,
    domains=st.sampled_from([{}, {"x": Float(0, 1)}]),
    constraints=st.sampled_from([{}, {"c": math.nan}, {"c": -1.0}]),
    user_attrs=MAPPINGS,
    values=st.none() | st.tuples(st.floats()),
    reason=st.none() | st.text(st.characters(exclude_categories=()), max_size=3),
)
DRAFTS = (
    filled(Draft, given=st.none() | MAPPINGS, tags=MAPPINGS)
    | filled(Draft, given=MAPPINGS, token=TOKENS, owner=OWNERS)
    | filled(Draft, state=st.sampled_from(sorted(FINISHED)), params=MAPPINGS, values=st.tuples(st.floats()))
)


def written(store: Storage, study: int, updates: list[Update], reports: list[Report]) -> list[str | None]:
    """Update trials; what comes back is what can be read."""
    records = store.update_trials(study, updates, reports)
    forms = {record.number: form(record) for record in store.changes(study, 0).trials}
    for record in records:
        assert record is None or form(record) == forms[record.number]
    return [record and form(record) for record in records]


class StorageMachine(RuleBasedStateMachine):
    """One study in the store under test and in memory. Subclasses say how to make the store: `storage_machine`."""

    def make(self) -> Subject:
        """An empty store to test."""
        raise NotImplementedError

    @initialize()
    def open(self) -> None:
        """Create the study in both stores."""
        self.stores: tuple[Subject, Subject] = (self.make(), MemoryStorage(lease_seconds=LONG))
        record = StudyRecord(name="s", directions=(Direction.MINIMIZE,), seed=1)
        self.studies = [store.create_study(record).study_id for store in self.stores]
        self.since = [0, 0]
        self.trials: list[dict[int, TrialRecord]] = [{}, {}]
        self.reports: list[list[Report]] = [[], []]

    def both(self, act: Callable[[Storage, int], Any]) -> Any:
        """Do the same to both stores; their answers, or the kinds of their errors, must be equal."""
        answers = []
        for store, study in zip(self.stores, self.studies, strict=True):
            try:
                answers.append(act(store, study))
            except LuthierError as error:
                answers.append(type(error))
        assert answers[0] == answers[1]
        return answers[0]

    def lease(self, seconds: float) -> None:
        """Set the length of new leases."""
        for store in self.stores:
            store.lease_seconds = seconds

    @rule(
        drafts=st.lists(DRAFTS, max_size=2),
        expected=st.none() | NUMBERS,
        seconds=LEASES,
    )
    def create(self, drafts: list[Draft], expected: int | None, seconds: float) -> None:
        """Append trials, with a right or a wrong expectation."""
        self.lease(seconds)

        def act(store: Storage, study: int) -> Any:
            records = store.create_trials(study, drafts, expected=expected)
            return None if records is None else [form(record) for record in records]

        self.both(act)

    @rule(token=TOKENS, owner=OWNERS, seconds=LEASES)
    def start(self, token: str, owner: str, seconds: float) -> None:
        """Start a trial: the way most trials go, so that the machine has trials to play with."""
        self.lease(seconds)
        self.both(
            lambda store, study: len(store.create_trials(study, [Draft(token=token, owner=owner)]) or ())
        )

    @rule(number=NUMBERS, token=TOKENS, owner=OWNERS, given=MAPPINGS, seconds=LEASES)
    def claim(self, number: int, token: str, owner: str, given: dict[str, Any], seconds: float) -> None:
        """Claim a trial that waits, or does not."""
        self.lease(seconds)

        def act(store: Storage, study: int) -> Any:
            record = store.claim_trial(study, number, token=token, owner=owner, given=given)
            return record and form(record)

        self.both(act)

    @rule(updates=st.lists(UPDATES, max_size=2), reports=st.lists(REPORTS, max_size=2))
    def update(self, updates: list[Update], reports: list[Report]) -> None:
        """Finish, release, note and report, under whatever token."""
        self.both(lambda store, study: written(store, study, updates, reports))

    @rule(
        number=NUMBERS,
        state=st.sampled_from([*sorted(FINISHED), TrialState.WAITING, TrialState.RUNNING]),
        value=st.floats(),
        attrs=MAPPINGS,
        steps=st.lists(st.integers(0, 2), max_size=2),
    )
    def end(
        self, number: int, state: TrialState, value: float, attrs: dict[str, Any], steps: list[int]
    ) -> None:
        """End, release or annotate a trial under its own token, and report in the same call."""

        def act(store: Storage, study: int) -> Any:
            found = store.changes(study, 0, trial=number).trials
            if not found or found[0].token is None:
                return None
            end = Update(
                number, found[0].token, state, values=(value,), constraints={"c": value}, user_attrs=attrs
            )
            reports = [Report(number, found[0].attempt, step, "", value) for step in steps]
            return written(store, study, [end], reports)

        self.both(act)

    @rule(owner=OWNERS, seconds=LEASES)
    def renew(self, owner: str, seconds: float) -> None:
        """Renew all leases of an owner."""
        self.lease(seconds)
        assert self.both(lambda store, _: store.renew_leases(owner)) == seconds

    @rule()
    def expire(self) -> None:
        """Send back what has no lease."""
        self.both(lambda store, study: store.expire_leases(study))

    @rule(attrs=MAPPINGS)
    def annotate(self, attrs: dict[str, Any]) -> None:
        """Set attributes of the study."""
        self.both(lambda store, study: dumps(store.update_study(study, user_attrs=attrs).user_attrs))

    @rule()
    def follow(self) -> None:
        """Read what is new, as a driver does between its writes."""
        for place, (store, study) in enumerate(zip(self.stores, self.studies, strict=True)):
            self.since[place] = fold(store, study, self.since[place], self.trials[place], self.reports[place])

    @rule(number=NUMBERS, back=st.integers(0, 3), reports=st.booleans())
    def read_one(self, number: int, back: int, reports: bool) -> None:  # noqa: FBT001 - hypothesis names it
        """What changed of one trial is that part of what changed of all."""
        for store, study in zip(self.stores, self.studies, strict=True):
            since = max(0, store.changes(study, 0).revision - back)
            whole = store.changes(study, since, reports=reports)
            part = store.changes(study, since, reports=reports, trial=number)
            mine = [record for record in whole.trials if record.number == number]
            said = [report for report in whole.reports if report.trial == number]
            assert repr(part._replace(trials=list(part.trials), reports=list(part.reports))) == repr(
                whole._replace(trials=mine, reports=said)
            )

    @invariant()
    def full_reads_are_equal(self) -> None:
        """Both stores hold the same, in the same order."""

        def act(store: Storage, study: int) -> Any:
            changes = store.changes(study, 0)
            numbers = sorted(record.number for record in changes.trials)
            assert numbers == list(range(len(numbers)))
            return [form(record) for record in changes.trials], repr(list(changes.reports))

        self.both(act)

    def teardown(self) -> None:
        """Folding in the portions that `follow` took gives the full read."""
        self.follow()
        for place, (store, study) in enumerate(zip(self.stores, self.studies, strict=True)):
            full = store.changes(study, 0)
            folded = sorted(self.trials[place].values(), key=lambda record: (record.revision, record.number))
            assert repr(folded) == repr(list(full.trials))
            assert repr(self.reports[place]) == repr(list(full.reports))
        self.stores[0].close()


def storage_machine(make: Callable[[], Subject]) -> type[StorageMachine]:
    """The machine that tests the stores made by `make`; its `TestCase` is what pytest collects."""
    return type("Machine", (StorageMachine,), {"make": lambda _: make()})
