"""Several objectives: the front of what no other trial dominates, and how it grew."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from luthier.analysis.figures.chart import Axis, Chart, Kind, Panel, Series
from luthier.analysis.figures.subject import Subject, notes_of
from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.base.numbers import as_float
from luthier.numerics.hypervolume import exclusive
from luthier.numerics.pareto import nondominated
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["hypervolume_history", "pareto_front"]

#: More objectives than axes that can be drawn.
AXES = (2, 3)

INFEASIBLE = "#cccccc"


def pareto_front(
    subject: Subject,
    *,
    labels: Sequence[str] | None = None,
    dominated: bool = True,
    targets: Callable[[TrialRecord], Sequence[float]] | None = None,
    feasible: Callable[[TrialRecord], bool] = lambda record: record.feasible,
) -> Chart:
    """Trials in the plane or in the space of their objectives, the best ones apart.

    Args:
        subject: a study with two or three objectives, or with as many `targets`.
        labels: one name per axis.
        dominated: show the other trials too.
        targets: what the axes are, instead of the objectives; the front is that of the objectives nevertheless.
        feasible: which trials can be on the front.

    Raises:
        InvalidInput: there are not two or three axes, or not as many labels.
    """
    complete = [
        record
        for record in subject.records
        if record.state is TrialState.COMPLETE and all(map(math.isfinite, record.values or (math.nan,)))
    ]
    shown = {record.number: tuple(map(float, (targets or values_of)(record))) for record in complete}
    width = len(next(iter(shown.values()))) if shown and targets else len(subject.signs)
    if width not in AXES or any(len(place) != width for place in shown.values()):
        raise InvalidInput(
            explain("two or three objectives, or targets", f"{width}", "Pass targets=lambda trial: …")
        )
    names = list(labels) if labels is not None else subject.labels
    if len(names) != width:
        raise InvalidInput(explain(f"{width} names", f"{names}", "Name each axis."))
    good = [record for record in complete if feasible(record)]
    best = {record.number for record in front_of(good, subject.signs)}
    groups = [
        ("Infeasible Trial", INFEASIBLE, [record for record in complete if not feasible(record)]),
        ("Feasible Trial" if len(good) < len(complete) else "Trial", "steelblue", others(good, best)),
        ("Best Trial", "crimson", [record for record in good if record.number in best]),
    ]
    series = [
        scattered(records, shown, label, colour)
        for label, colour, records in groups
        if records and (dominated or label == "Best Trial")
    ]
    axes = [Axis(label=name) for name in names]
    panel = Panel(series=series, x=axes[0], y=axes[1], z=axes[2] if width > 2 else None)
    return Chart(title="Pareto-front Plot", rows=[[panel]])


def values_of(record: TrialRecord) -> Sequence[float]:
    """The objectives themselves."""
    return record.values or ()


def others(records: Sequence[TrialRecord], best: set[int]) -> list[TrialRecord]:
    """Those that are not among the best."""
    return [record for record in records if record.number not in best]


def front_of(records: Sequence[TrialRecord], signs: Sequence[float]) -> list[TrialRecord]:
    """Those that no other one dominates."""
    if not records:
        return []
    Y = np.array([record.values for record in records]) * np.array(signs)
    return [record for record, kept in zip(records, nondominated(Y), strict=True) if kept]


def scattered(
    records: Sequence[TrialRecord], shown: dict[int, tuple[float, ...]], label: str, colour: str
) -> Series:
    """Trials as points at their places."""
    columns = list(zip(*(shown[record.number] for record in records), strict=True))
    return Series(
        kind=Kind.POINTS,
        x=columns[0],
        y=columns[1],
        z=columns[2] if len(columns) > 2 else None,
        label=label,
        colour=colour,
        notes=notes_of(records),
    )


def hypervolume_history(subject: Subject, reference: Sequence[float]) -> Chart:
    """The hypervolume of the trials so far, below a reference point, by trial number.

    Args:
        subject: a study with two objectives or more.
        reference: one value per objective, in its own direction; what is worse adds nothing.

    Raises:
        InvalidInput: there is one objective, or the reference is not one finite number for each.
    """
    signs = np.array(subject.signs)
    numbers, volumes = growth(subject.records, signs, signs * checked_reference(reference, len(signs)))
    series = Series(kind=Kind.MARKED, x=numbers, y=volumes, label="Hypervolume")
    panel = Panel(series=[series], x=Axis(label="Trial"), y=Axis(label="Hypervolume"))
    return Chart(title="Hypervolume History Plot", rows=[[panel]])


def checked_reference(reference: Any, m: int) -> Array:
    """The reference point as numbers: volumes below one that is not finite are no numbers, or all alike."""
    items = reference.tolist() if callable(getattr(reference, "tolist", None)) else reference
    several = isinstance(items, Sequence) and not isinstance(items, str | bytes)
    values = [as_float(item) for item in items] if several else []
    if m < 2 or len(values) != m:
        expected = "several objectives and one reference value for each"
        raise InvalidInput(explain(expected, f"{m} and {reference!r}", "Correct the point."))
    known = [value for value in values if value is not None and math.isfinite(value)]
    if len(known) < m:
        fix = "Pass, for each objective, a value that is just worse than any worth having."
        raise InvalidInput(explain("finite numbers as reference", repr(reference), fix))
    return np.array(known)


def growth(records: Sequence[TrialRecord], signs: Array, reference: Array) -> tuple[list[int], list[float]]:
    """Numbers of complete trials, and the volume that they and those before them dominate."""
    front: Array = np.empty((0, len(signs)))
    volume = 0.0
    numbers, volumes = [], []
    for record in records:
        if record.state is not TrialState.COMPLETE or record.values is None:
            continue
        point = signs * np.array(record.values)
        if record.feasible and np.isfinite(point).all() and not (front <= point).all(axis=1).any():
            volume += exclusive(point, front, reference)
            front = np.vstack([front[~(point <= front).all(axis=1)], point])
        numbers.append(record.number)
        volumes.append(volume)
    return numbers, volumes
