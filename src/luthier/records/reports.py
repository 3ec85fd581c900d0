"""Learning curves as columns, for models that learn from them: those of told trials are gathered once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from luthier.base.arrays import frozen
from luthier.records.curves import Curve
from luthier.records.history import Reports

__all__ = ["ReportLedger"]

#: Room for this many reports is made at first; it doubles when full.
FIRST_ROOM = 256


class ReportLedger:
    """Grows `Reports` trial by trial: a told trial's curve is copied once, when it is told."""

    def __init__(self) -> None:
        #: How many rows of told trials were gathered.
        self.heard = 0
        self.filled = 0
        self.row = np.empty(FIRST_ROOM, dtype=np.int64)
        self.step = np.empty(FIRST_ROOM)
        self.value = np.empty(FIRST_ROOM)

    def tell(self, curve: Curve) -> None:
        """Gather the curve of the next told trial, with values that are minimised."""
        n = len(curve.steps)
        if self.filled + n > len(self.row):
            room = 2 * (self.filled + n)
            self.row, self.step, self.value = (
                np.concatenate([array[: self.filled], np.empty(room - self.filled, dtype=array.dtype)])
                for array in (self.row, self.step, self.value)
            )
        new = slice(self.filled, self.filled + n)
        self.row[new], self.step[new], self.value[new] = self.heard, curve.steps, ranked(curve)
        self.filled += n
        self.heard += 1

    def reports(self, pending: Sequence[Curve] = ()) -> Reports:
        """The curves of the told trials, and behind them those of the pending ones."""
        told = (
            frozen(self.row[: self.filled]),
            frozen(self.step[: self.filled]),
            frozen(self.value[: self.filled]),
        )
        if not any(curve.steps for curve in pending):
            return Reports(row=told[0], step=told[1], value=told[2])
        counts = [len(curve.steps) for curve in pending]
        rows: NDArray[np.int64] = np.repeat(np.arange(self.heard, self.heard + len(pending)), counts)
        steps = np.array([step for curve in pending for step in curve.steps], dtype=np.float64)
        values = np.concatenate([ranked(curve) for curve in pending])
        return Reports(
            row=frozen(np.concatenate([told[0], rows])),
            step=frozen(np.concatenate([told[1], steps])),
            value=frozen(np.concatenate([told[2], values])),
        )


def ranked(curve: Curve) -> NDArray[np.float64]:
    """The values of a curve; NaN has become +inf."""
    values = np.array(curve.values, dtype=np.float64)
    values[np.isnan(values)] = np.inf
    return values
