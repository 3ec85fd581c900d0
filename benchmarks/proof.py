"""Proof that what was timed was done: a figure of work that did not happen is worse than none."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from benchmarks.libraries.protocol import Library
from benchmarks.problems import RANDOM_MEAN_OF_MIXED

__all__ = ["NotDoneError", "prove_better", "prove_complete", "prove_done", "prove_model", "prove_stops"]

#: A model has learnt something once it is this much better than random search. TPE reaches a tenth and less.
LEARNT = 0.5


class NotDoneError(Exception):
    """A library did not do the work that it was timed for."""


def prove_complete(library: Library, study: Any, n: int) -> None:
    """Raise NotDoneError unless the study has just n trials, each with its value."""
    found = sum(trial.value is not None for trial in library.trials(study))
    if found != n:
        raise NotDoneError(f"{library.name} has {found} trials with values after {n}")


def prove_done(library: Library, study: Any, n: int) -> None:
    """Raise NotDoneError unless the study has just n trials, each with its objectives."""
    found = sum(bool(trial.values) for trial in library.trials(study))
    if found != n:
        raise NotDoneError(f"{library.name} has {found} trials with objectives after {n}")


def prove_better(library: Library, values: Sequence[float], random: Sequence[float]) -> None:
    """Raise NotDoneError unless these values are better, on average, than random ones."""
    if fmean(values) >= fmean(random):
        raise NotDoneError(
            f"{library.name} is no better than random: {fmean(values):.1f} of {fmean(random):.1f}"
        )


def prove_model(library: Library, values: Sequence[float]) -> None:
    """Raise NotDoneError unless these values of `mixed` are better than random search finds."""
    mean = fmean(values)
    if mean > LEARNT * RANDOM_MEAN_OF_MIXED:
        raise NotDoneError(
            f"{library.name} searches at random: mean {mean:.1f} of {RANDOM_MEAN_OF_MIXED:.1f}"
        )


def prove_stops(library: Library, study: Any, *, steps: int) -> None:
    """Raise NotDoneError unless a trial that is the worst at every step is told to stop."""
    told: list[int] = []

    def worst(trial: Any) -> float:
        trial.suggest_float("level", 0.0, 1.0)
        for step in range(1, steps + 1):
            trial.report(1e9, step)
            if trial.should_prune():
                told.append(step)
        return 1e9

    library.optimize(study, worst, 1)
    if not told:
        raise NotDoneError(f"{library.name} lets the worst of all trials go on")
