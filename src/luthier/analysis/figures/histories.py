"""Objective values over the course of a study, and their distribution."""

import math
from collections.abc import Sequence

import numpy as np

from luthier.analysis.figures.chart import Axis, Chart, Kind, Panel, Series
from luthier.analysis.figures.scales import enlarged, reduced
from luthier.analysis.figures.subject import Subject, measured
from luthier.base.arrays import Array

__all__ = ["edf", "optimization_history"]

INFEASIBLE = "#cccccc"


def optimization_history(subjects: Sequence[Subject] | Subject, *, error_bar: bool = False) -> Chart:
    """Values by trial number, and the best one so far.

    Args:
        subjects: one study, or several to compare.
        error_bar: the mean over studies with its standard deviation, instead of each study.

    Raises:
        InvalidInput: several objectives and no target.
    """
    several = [subjects] if isinstance(subjects, Subject) else list(subjects)
    series: list[Series] = []
    if error_bar:
        series = averaged(several)
    else:
        for subject in several:
            of = f" of {subject.name}" if len(several) > 1 else ""
            series += history_of(subject, of)
    label = several[0].label if several else ""
    return Chart(
        title="Optimization History Plot",
        rows=[[Panel(series=series, x=Axis(label="Trial"), y=Axis(label=label))]],
    )


def history_of(subject: Subject, of: str) -> list[Series]:
    """Feasible values, the best so far, and infeasible values of one study."""
    found = measured(subject)
    good = [(record.number, value) for record, value in found if record.feasible]
    bad = [(record.number, value) for record, value in found if not record.feasible]
    series = [points(good, f"{subject.label}{of}", None)]
    if subject.target is None and good:
        best = improvements(good, subject.sign)
        last = max(record.number for record in subject.records)
        if best[-1][0] < last:
            best.append((last, best[-1][1]))
        x, y = zip(*best, strict=True)
        series.append(Series(kind=Kind.STEPS, x=x, y=y, label=f"Best Value{of}"))
    if bad:
        series.append(points(bad, f"Infeasible Trial{of}", INFEASIBLE))
    return series


def points(pairs: Sequence[tuple[int, float]], label: str, colour: str | None) -> Series:
    """Pairs as points."""
    return Series(
        kind=Kind.POINTS, x=[x for x, _ in pairs], y=[y for _, y in pairs], label=label, colour=colour
    )


def improvements(pairs: Sequence[tuple[int, float]], sign: float) -> list[tuple[int, float]]:
    """The pairs that were better than all before: however long a study, they are few."""
    best: list[tuple[int, float]] = []
    for x, y in pairs:
        if not best or sign * y < sign * best[-1][1]:
            best.append((x, y))
    return best


def averaged(subjects: Sequence[Subject]) -> list[Series]:
    """The mean and deviation over studies of the value, and of the best so far, at each trial number."""
    values: dict[int, list[float]] = {}
    bests: dict[int, list[float]] = {}
    for subject in subjects:
        best = math.inf
        for record, value in measured(subject):
            if not record.feasible:
                continue
            values.setdefault(record.number, []).append(value)
            best = min(best, subject.sign * value)
            bests.setdefault(record.number, []).append(subject.sign * best)
    series = [with_error(values, Kind.POINTS, subjects[0].label if subjects else "")]
    if all(subject.target is None for subject in subjects):
        series.append(with_error(bests, Kind.LINE, "Best Value"))
    return series


def with_error(groups: dict[int, list[float]], kind: Kind, label: str) -> Series:
    """The mean of each group, with its standard deviation as an error bar."""
    numbers = sorted(groups)
    y, error = [], []
    for number in numbers:
        values, unit = reduced(np.array(groups[number]))
        # Neither is beyond the values, but for rounding, which makes the largest float infinite.
        mean = np.clip(values.mean(), values.min(), values.max())
        deviation = np.minimum(values.std(), np.abs(values).max())
        y.append(float(enlarged(mean, unit)))
        error.append(float(enlarged(deviation, unit)))
    return Series(kind=kind, x=numbers, y=y, error=error, label=label)


def edf(subjects: Sequence[Subject] | Subject) -> Chart:
    """The empirical distribution function: the share of trials that are at most so large.

    Raises:
        InvalidInput: several objectives and no target.
    """
    several = [subjects] if isinstance(subjects, Subject) else list(subjects)
    series = []
    for subject in several:
        x, y = distribution([value for _, value in measured(subject)])
        series.append(Series(kind=Kind.STEPS, x=x.tolist(), y=y.tolist(), label=subject.name))
    label = several[0].label if several else ""
    axes = {"x": Axis(label=label), "y": Axis(label="Cumulative Probability")}
    return Chart(title="Empirical Distribution Function Plot", rows=[[Panel(series=series, **axes)]])


def distribution(values: Sequence[float]) -> tuple[Array, Array]:
    """`x: (k,)` the different values, ascending; `y: (k,)` the share of values that are no larger."""
    x, counts = np.unique(np.array(values, dtype=np.float64), return_counts=True)
    return x, np.cumsum(counts) / max(len(values), 1)
