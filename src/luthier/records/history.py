"""What a sampler sees of a study: arrays, encoded in one space.

    n  told trials      d  parameters      m  objectives      p  pending trials

`History` is an immutable view; `Ledger` grows it by the trials told since last time, so that the past is encoded once.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from luthier.base.arrays import Array, BoolArray, IntArray, frozen
from luthier.records.state import TrialState
from luthier.records.study import Direction
from luthier.records.trial import TrialRecord
from luthier.records.violations import Violations, total_violation
from luthier.space.codec import Codec
from luthier.space.space import Space

__all__ = ["NO_REPORTS", "History", "Ledger", "Reports"]

#: Room for this many trials is made at first; it doubles when full.
FIRST_ROOM = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Learning curves as three columns, r reports in the order of rows, each row's by ascending step."""

    #: `row: (r,)` which trial: a row of `History.X`, or n plus a row of `History.pending`.
    row: IntArray
    #: `step: (r,)` as the user counts: epochs, batches. Only the order is sure to mean something.
    step: Array
    #: `value: (r,)`, minimised; NaN has become +inf.
    value: Array

    def __len__(self) -> int:
        return len(self.row)


#: No curves at all.
NO_REPORTS = Reports(row=np.empty(0, dtype=np.int64), step=np.empty(0), value=np.empty(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Told trials as arrays, in the order told, and pending ones.

    A told trial is one that is COMPLETE, or PRUNED or FAILED with parameters. One that was pruned before it had a value
    counts as failed: all that is known is that it was given up.
    """

    #: `X: (n, d)` in the unit cube; NaN where the parameter was inactive or its value is outside the space.
    X: Array
    #: `Y: (n, m)`, minimised; never NaN. A failed trial has +inf throughout: nothing was learnt but that it fails.
    Y: Array
    #: `violation: (n,)`, the sum of positive constraint values, each in a unit of its own where several were broken; 0
    #: when feasible, +inf for a NaN constraint.
    violation: Array
    #: `fidelity: (n,)`, the last reported step of a PRUNED trial (-inf if unknown), +inf for one that ran to its end.
    fidelity: Array
    #: `number: (n,)`, trial numbers.
    number: IntArray
    #: `pending: (p, d)` in the unit cube, of trials that are running.
    pending: Array
    #: Tags of the pending trials, p mappings.
    pending_tags: Sequence[Mapping[str, Any]] = ()
    #: Tags of the told trials, and of later ones.
    all_tags: Sequence[Mapping[str, Any]] = ()
    #: What told and pending trials reported of their first objective; gathered for samplers that claim `uses_reports`.
    reports: Reports = NO_REPORTS
    #: Told trials of earlier studies of the same kind, one history each, encoded in this very space. Their objectives
    #: may be on another scale.
    earlier: Sequence["History"] = ()
    #: The rows of X, ascending, with a value that is outside the space, as the choice of what is a number by now.
    outside: Sequence[int] = ()
    #: The rows of X, and n plus those of `pending`, ascending, of trials that have another value where the space has
    #: but one, such as a parameter that is held fixed. They teach, yet what they tried is nothing of this space.
    elsewhere: Sequence[int] = ()
    #: Whether the space is but a part of what trials ask for: rows that agree in it need not be repeats.
    part: bool = False
    #: The number of the trial that is proposed for; None where a sampler is asked outside of a study.
    turn: int | None = None

    def __len__(self) -> int:
        return len(self.Y)

    @property
    def started(self) -> int:
        """How many trials started before the one that is proposed for.

        One that asks for a single value may ask late, when trials that started after it have ended.
        """
        known = len(self) + len(self.pending)
        return self.turn if self.part and self.turn is not None else known

    @property
    def tags(self) -> Sequence[Mapping[str, Any]]:
        """Tags of the told trials, n mappings."""
        return self.all_tags[: len(self.Y)]

    @property
    def inside(self) -> "History":
        """The history less told trials with a value outside the space, which have no place in it."""
        if not self.outside:
            return self
        left_out = np.zeros(len(self), dtype=np.bool_)
        left_out[list(self.outside)] = True
        return self.without(left_out)

    def without(self, left_out: BoolArray) -> "History":
        """The history less the told trials `left_out: (n,)`, in the order told; pending ones stay."""
        if not left_out.any():
            return self
        keep = np.flatnonzero(~left_out)
        kept = np.concatenate([~left_out, np.ones(len(self.pending), dtype=np.bool_)])
        place = np.cumsum(kept) - 1
        row = self.reports.row
        heard = kept[row]
        return replace(
            self,
            X=self.X[keep],
            Y=self.Y[keep],
            violation=self.violation[keep],
            fidelity=self.fidelity[keep],
            number=self.number[keep],
            all_tags=[self.all_tags[row] for row in keep.tolist()] if self.all_tags else (),
            outside=place[[row for row in self.outside if kept[row]]].tolist(),
            elsewhere=place[[row for row in self.elsewhere if kept[row]]].tolist(),
            reports=Reports(
                row=place[row[heard]], step=self.reports.step[heard], value=self.reports.value[heard]
            ),
        )

    @classmethod
    def empty(cls, d: int, m: int = 1) -> "History":
        """A history without trials."""
        return cls(
            X=np.empty((0, d)),
            Y=np.empty((0, m)),
            violation=np.empty(0),
            fidelity=np.empty(0),
            number=np.empty(0, dtype=np.int64),
            pending=np.empty((0, d)),
        )


class Ledger:
    """Grows a history trial by trial. `history` costs a view, not a copy.

    Told trials are kept as records too, so that a space that widens can be encoded again.
    """

    def __init__(self, directions: Sequence[Direction], space: Space | None = None) -> None:
        self.signs = tuple(direction.sign for direction in directions)
        #: How many trials were told, those included that teach nothing.
        self.heard = 0
        self.records: list[TrialRecord] = []
        self.last_steps: list[float] = []
        self.tags: list[Mapping[str, Any]] = []
        self.space = space or Space({})
        self.codec = Codec(self.space)
        self.encoded = 0
        #: The constraints of the encoded rows.
        self.violations = Violations()
        #: The encoded rows with a value that is outside the space.
        self.outside: list[int] = []
        self.allocate(FIRST_ROOM)

    def allocate(self, room: int) -> None:
        """Make room for `room` rows, empty."""
        self.none = frozen(np.empty((0, len(self.space))))
        self.X = np.empty((room, len(self.space)))
        self.Y = np.empty((room, len(self.signs)))
        self.violation = np.empty(room)
        self.fidelity = np.empty(room)
        self.number = np.empty(room, dtype=np.int64)

    def tell(self, record: TrialRecord, last_step: float | None = None) -> None:
        """Add a finished trial; one that teaches nothing (over before its first parameter) is left out."""
        self.heard += 1
        if record.values is not None or record.params:
            self.records.append(record)
            stopped = record.state is TrialState.PRUNED and record.values is not None
            reached = -math.inf if last_step is None else last_step
            self.last_steps.append(reached if stopped else math.inf)
            self.tags.append(record.tags)

    def fork(self) -> "Ledger":
        """A ledger of the same trials with arrays of its own: for a look at them in another space."""
        other = Ledger(())
        other.signs, other.heard = self.signs, self.heard
        other.records, other.last_steps, other.tags = self.records, self.last_steps, self.tags
        other.allocate(FIRST_ROOM)
        return other

    def history(
        self,
        space: Space,
        pending: Sequence[Mapping[str, Any]],
        pending_tags: Sequence[Mapping[str, Any]] = (),
        *,
        turn: int | None = None,
    ) -> History:
        """The told trials and the configurations of running ones, encoded in `space`."""
        if space is not self.space and space != self.space:
            self.space, self.codec, self.encoded, self.outside = space, Codec(space), 0, []
            self.violations = Violations()
            self.allocate(max(FIRST_ROOM, len(self.Y)))
        self.encode_new()
        n = self.encoded
        return History(
            X=frozen(self.X[:n]),
            Y=frozen(self.Y[:n]),
            violation=frozen(self.violation[:n]),
            fidelity=frozen(self.fidelity[:n]),
            number=frozen(self.number[:n]),
            pending=frozen(self.codec.encode_many(pending)) if pending else self.none,
            pending_tags=pending_tags,
            all_tags=self.tags,
            outside=tuple(self.outside),
            turn=turn,
        )

    def encode_new(self) -> None:
        """Encode the trials told since last time."""
        n = len(self.records)
        if n > len(self.Y):
            self.grow(2 * n)
        for row in range(self.encoded, n):
            record = self.records[row]
            self.X[row] = encoded = self.codec.encode(record.params)
            # One sum tells whether any of them is NaN.
            if math.isnan(sum(encoded)) and any(
                math.isnan(u) and name in record.params for name, u in zip(self.space, encoded, strict=True)
            ):
                self.outside.append(row)
            self.Y[row] = minimised(record.values, self.signs)
            self.violation[row] = 0.0
            if record.constraints:
                self.violations.tell(row, record.constraints)
                self.violation[row] = total_violation(record.constraints, self.violations.units)
            self.fidelity[row] = self.last_steps[row]
            self.number[row] = record.number
        if n > self.encoded and (units := self.violations.renewed()) is not None:
            violation = self.violation.copy()  # histories that were given out keep the one they have
            for row, record in enumerate(self.records[:n]):
                if record.constraints:
                    violation[row] = total_violation(record.constraints, units)
            self.violation, self.violations.units = violation, units
        self.encoded = n

    def grow(self, room: int) -> None:
        """Move to larger arrays."""
        old = self.columns()
        self.allocate(room)
        for new, array in zip(self.columns(), old, strict=True):
            new[: self.encoded] = array[: self.encoded]

    def columns(self) -> tuple[NDArray[Any], ...]:
        """All growing arrays."""
        return self.X, self.Y, self.violation, self.fidelity, self.number


def minimised(values: tuple[float, ...] | None, signs: tuple[float, ...]) -> tuple[float, ...]:
    """Objective values with the signs of their directions; +inf for a trial that has none."""
    if values is None:
        return (math.inf,) * len(signs)
    return tuple(sign * value for sign, value in zip(signs, values, strict=True))
