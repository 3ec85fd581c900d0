"""What went on inside trials: their learning curves, and when they ran."""

import math
from collections.abc import Mapping, Sequence

from luthier.analysis.figures.chart import Axis, Chart, Kind, Panel, Series
from luthier.analysis.figures.subject import Subject, notes_of
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["intermediate_values", "timeline"]

#: More curves than this share one series for each state: the browser would not bear one each.
OWN_SERIES = 100

#: States in the order of the legend, with the colours that they have everywhere.
COLOURS = {
    TrialState.COMPLETE: "blue",
    TrialState.PRUNED: "orange",
    TrialState.FAILED: "red",
    TrialState.RUNNING: "green",
    TrialState.WAITING: "gray",
}
INFEASIBLE = "#cccccc"


def intermediate_values(subject: Subject) -> Chart:
    """One learning curve for each trial that reported."""
    curves = [(record, subject.reports.get(record.number) or {}) for record in subject.records]
    curves = [(record, curve) for record, curve in curves if curve]
    if len(curves) <= OWN_SERIES:
        series = [
            Series(
                kind=Kind.MARKED,
                x=sorted(curve),
                y=[curve[step] for step in sorted(curve)],
                label=f"Trial{record.number}",
            )
            for record, curve in curves
        ]
    else:
        series = [joined(state, curves) for state in COLOURS]
    panel = Panel(
        series=[one for one in series if one.x], x=Axis(label="Step"), y=Axis(label="Intermediate Value")
    )
    return Chart(title="Intermediate Values Plot", rows=[[panel]])


def joined(state: TrialState, curves: Sequence[tuple[TrialRecord, Mapping[int, float]]]) -> Series:
    """The curves of all trials of one state, with a gap after each."""
    x: list[float] = []
    y: list[float] = []
    for record, curve in curves:
        if record.state is state:
            steps = sorted(curve)
            x += [*steps, math.nan]
            y += [*(curve[step] for step in steps), math.nan]
    return Series(kind=Kind.LINE, x=x, y=y, label=state.value, colour=COLOURS[state])


def timeline(subject: Subject, *, n_recent: int | None = None, now: float | None = None) -> Chart:
    """When each trial ran, by how it ended; complete trials that break a constraint are INFEASIBLE.

    Args:
        subject: the study.
        n_recent: only so many trials, those with the highest numbers.
        now: the end of trials that still run, in seconds since the epoch; the last known moment by default.
    """
    records = [record for record in subject.records if record.started is not None]
    if n_recent is not None:
        records = sorted(records, key=lambda record: record.number)[-n_recent:] if n_recent > 0 else []
    moments = [moment for record in records for moment in (record.started, record.finished) if moment]
    end = now if now is not None else max(moments, default=0.0)
    bad = [record for record in records if record.state is TrialState.COMPLETE and not record.feasible]
    kept = [record for record in records if record.state is not TrialState.COMPLETE or record.feasible]
    series = [
        spans([record for record in kept if record.state is state], state.value, colour, end)
        for state, colour in COLOURS.items()
    ]
    series.insert(1, spans(bad, "INFEASIBLE", INFEASIBLE, end))
    panel = Panel(
        series=[one for one in series if one.x], x=Axis(label="Datetime", time=True), y=Axis(label="Trial")
    )
    return Chart(title="Timeline Plot", rows=[[panel]])


def spans(records: Sequence[TrialRecord], label: str, colour: str, end: float) -> Series:
    """Trials as bars from their start to their end."""
    starts = [record.started or 0.0 for record in records]
    ends = [end if record.finished is None else record.finished for record in records]
    return Series(
        kind=Kind.SPANS,
        x=[max(finish - start, 0.0) for start, finish in zip(starts, ends, strict=True)],
        y=[record.number for record in records],
        base=starts,
        label=label,
        colour=colour,
        notes=notes_of(records),
    )
