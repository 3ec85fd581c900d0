"""The small steps that tests of storages are made of, and values that stores get wrong."""

# ruff: noqa: S107 - a token is a fence, not a password

import math
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any, Protocol

from luthier.base.jsonvalue import dumps
from luthier.records.state import TrialState
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import Report, TrialRecord
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.parse import domains_to_json
from luthier.storage.protocol import MAX_LOST, Draft, Storage, Update

__all__ = [
    "AWKWARD",
    "DOMAINS",
    "Subject",
    "deep",
    "expired",
    "finish",
    "fold",
    "form",
    "given_up",
    "in_threads",
    "new_study",
    "read",
    "start",
]

#: Values that stores get wrong: what a float column cannot hold, what a text column cannot hold, look-alikes.
AWKWARD: Mapping[str, Any] = {
    "nan": math.nan,
    "inf": math.inf,
    "minus_zero": -0.0,
    "tiny": 5e-324,
    "wide": 2**63,
    "true": True,
    "one": 1,
    "whole": 1.0,
    "none": None,
    "tuple": (1, (2.5, None), ["a", ()]),
    "keys": {1: "int", "1": "str", "$tuple": [3]},
    "unicode": "é\u202e𝄞\0\ud800",
    "function": math.sqrt,
    "$dollar": "$name",
    "": {},
}

DOMAINS: Mapping[str, Domain] = {
    "x": Float(0.0, 1.0),
    "n": Int(1, 8, log=True),
    "act": Categorical(("relu", math.tanh, None, (1, 2))),
}


#: Fields of a record that `form` treats by themselves.
SPECIAL = frozenset({"state", "domains", "created", "started", "finished", "revision"})


class Subject(Storage, Protocol):
    """A store under test. The length of the leases that it gives from now on can be set."""

    lease_seconds: float


def form(record: TrialRecord) -> str:
    """What must be equal in two stores: everything but clock and counter, with functions by name and NaN as itself."""
    times = [record.created is not None, record.started is not None, record.finished is not None]
    parts = [getattr(record, name) for name in TrialRecord._fields if name not in SPECIAL]
    return dumps([str(record.state), domains_to_json(record.domains), times, *parts])


def fold(
    storage: Storage, study: int, since: int, trials: dict[int, TrialRecord], reports: list[Report]
) -> int:
    """Read what happened after `since` into `trials` and `reports`; returns the revision reached."""
    changes = storage.changes(study, since)
    trials.update((record.number, record) for record in changes.trials)
    reports.extend(changes.reports)
    return changes.revision


def new_study(storage: Storage, name: str = "s", direction: Direction = Direction.MINIMIZE) -> int:
    """Create a study; returns its id."""
    return storage.create_study(StudyRecord(name=name, directions=(direction,), seed=7)).study_id


def start(storage: Storage, study: int, token: str = "t", owner: str = "w", **fields: Any) -> int:
    """Create one running trial; returns its number."""
    records = storage.create_trials(study, [Draft(token=token, owner=owner, **fields)])
    assert records is not None
    return records[0].number


def finish(number: int, token: str = "t", state: TrialState = TrialState.COMPLETE, **fields: Any) -> Update:
    """The update that ends a trial."""
    return Update(number=number, token=token, state=state, **fields)


def read(storage: Storage, study: int, number: int) -> TrialRecord:
    """One trial as a full read has it."""
    return next(record for record in storage.changes(study, 0).trials if record.number == number)


def expired(storage: Subject, study: int, token: str = "t") -> int:
    """Create a trial whose lease ends at once, and send it back; returns its number."""
    storage.lease_seconds = 0.0
    number = start(storage, study, token)
    assert storage.expire_leases(study) == [number]
    storage.lease_seconds = 1000.0
    return number


def given_up(storage: Subject, study: int) -> int:
    """Create a trial that is lost by one worker after the other, until it is FAILED; returns its number."""
    number = expired(storage, study)
    storage.lease_seconds = 0.0
    for turn in range(MAX_LOST):
        storage.claim_trial(study, number, token=f"{turn}", owner="w", given={})
        assert storage.expire_leases(study) == [number]
    return number


def deep(levels: int) -> Any:
    """A list in a list in a list."""
    value: Any = None
    for _ in range(levels):
        value = [value]
    return value


def in_threads(work: Callable[[str], None], names: list[str]) -> None:
    """Run `work` for each name in a thread of its own; what one raises fails the test."""
    failures: list[BaseException] = []

    def guarded(name: str) -> None:
        try:
            work(name)
        except BaseException as error:  # noqa: BLE001 - it is raised again in the test's thread
            failures.append(error)

    threads = [Thread(target=guarded, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure
