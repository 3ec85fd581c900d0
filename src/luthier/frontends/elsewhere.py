"""A trial that is told where it was not asked for: what it asked for, as far as that is known here."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from luthier.base.errors import InvalidInput, explain
from luthier.engine.session import Session, says_what_it_asks
from luthier.engine.view import StudyView
from luthier.records.state import TrialState
from luthier.records.trial import NOTHING, TrialRecord
from luthier.space.domains import Domain

__all__ = ["Asked", "asked_elsewhere"]


class Asked(NamedTuple):
    """What a running trial asked for and set so far."""

    params: Mapping[str, Any] = NOTHING
    domains: Mapping[str, Domain] = NOTHING
    constraints: Mapping[str, float] = NOTHING
    user_attrs: Mapping[str, Any] = NOTHING


def asked_elsewhere(record: TrialRecord, session: Session, *, state: TrialState) -> Asked:
    """What a trial asked for that no live object stands for here, and is to end in `state`.

    A failed trial may do without: it then teaches nothing, and a trial that nobody can end is worse.

    Raises:
        InvalidInput: it is not known, and a result without its parameters, or with others, would mislead the search.
    """
    view, given = session.view, record.given or NOTHING
    shared = view.storage.renew_leases(session.asker.owner) < math.inf  # else nobody noted anything
    if shared and says_what_it_asks(record):
        if record.params or not given:
            return Asked(record.params, record.domains, record.constraints, record.user_attrs)
        if is_all(given, view):
            domains = {name: view.space[name] for name in given}
            return Asked(given, domains, record.constraints, record.user_attrs)
    if state is TrialState.FAILED:
        return Asked(constraints=record.constraints, user_attrs=record.user_attrs)
    got = "its number alone, in a store that no other process can reach"
    fix = "Pass the trial that ask() returned, or tell it by the study that asked."
    if shared:
        got = "a trial that ask() did not start, or that was not yet asked for its parameters"
        fix = "Tell it where it runs."
    raise InvalidInput(explain(f"to know what trial {record.number} asked for", got, fix))


def is_all(given: Mapping[str, Any], view: StudyView) -> bool:
    """Whether a trial with these values, as far as anybody has seen, asks for all of them and for nothing else."""
    known = all(name in view.space and view.space[name].contains(value) for name, value in given.items())
    complete = (record for record in view.told if record.state is TrialState.COMPLETE)
    return known and all(record.params.keys() == given.keys() for record in complete)
