"""What a user tells of a trial, checked as Optuna documents it."""

import math
from collections.abc import Sequence
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.notices import warn_user
from luthier.compat.optuna.storages.book import Book
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState

__all__ = ["check_running", "told_state", "told_trial"]


def told_trial(book: Book, number: Any) -> FrozenTrial:
    """The trial that a user names.

    Raises:
        TypeError: this is no number.
        InvalidInput: there is no such trial.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(explain("a trial or its number", repr(number), "Pass what ask() returned."))
    try:
        return book.trial(number)
    except KeyError:
        name = book.view.study.name
        raise InvalidInput(
            explain(f"a trial of study {name!r}", f"number {number}", "Ask for one first.")
        ) from None


def check_running(trial: FrozenTrial) -> None:
    """Raise ValueError unless a trial can be told."""
    if trial.state is not TrialState.RUNNING:
        got = f"trial {trial.number}, which is {trial.state.name}"
        raise InvalidInput(explain("a running trial", got, "Tell each trial that ask() returned once."))


def told_state(state: Any, values: Any, *, objectives: int) -> TrialState:
    """The state that a trial ends in.

    Raises:
        InvalidInput: values and state contradict each other, or a complete trial's values are none.
    """
    if state in {TrialState.PRUNED, TrialState.FAIL}:
        if values is not None:
            raise InvalidInput(explain(f"no values with {state!r}", repr(values), "Drop one of the two."))
        return TrialState(state)
    if state not in {None, TrialState.COMPLETE}:
        raise InvalidInput(explain("COMPLETE, PRUNED or FAIL", repr(state), "Tell how the trial ended."))
    fault = fault_in(values, objectives)
    if fault is None:
        return TrialState.COMPLETE
    if state is TrialState.COMPLETE:
        raise InvalidInput(explain(f"{objectives} number(s)", fault, "Tell the values, or another state."))
    warn_user(f"The trial failed: {fault}.")
    return TrialState.FAIL


def fault_in(values: Any, objectives: int) -> str | None:
    """What keeps values from being those of a complete trial."""
    several = isinstance(values, Sequence) and not isinstance(values, str)
    items = list(values) if several else [values]
    for item in items:
        if isinstance(item, str | bytes):
            return f"the value {item!r} is text"
        try:
            if math.isnan(float(item)):
                return "the value nan is not acceptable"
        except (TypeError, ValueError):
            return f"the value {item!r} could not be cast to float"
    return None if len(items) == objectives else f"{len(items)} values for {objectives} objectives"
