"""How far told trials are from feasible, whatever the units of their constraints."""

import math
import sys
from collections.abc import Mapping
from itertools import islice
from statistics import median_low
from typing import TypeAlias, final

__all__ = ["Units", "Violations", "total_violation"]

#: However small a part of its unit, what breaks a constraint is no zero.
LEAST = sys.float_info.min

#: By name of constraint, its unit and of how many values that is the median.
Units: TypeAlias = dict[str, tuple[float, int]]

#: The unit of a constraint that was never broken by a finite amount.
ONE = (1.0, 0)

#: A single constraint needs no unit.
SEVERAL = 2


@final
class Violations:
    """What trials broke constraints by, and for each constraint a unit of its own to add that up in.

    Were memory counted in bytes and a loss in hundredths, their sum would be the memory alone. The unit is the median
    of what trials broke a constraint by; odd values do not move it. It is found anew when twice as many are known, so
    that sums change seldom. While a single constraint is ever broken its unit would change no order, and is 1.

    Every call may be repeated, for an interrupt may have come before its end was noted.
    """

    __slots__ = ("broken", "units")

    def __init__(self) -> None:
        #: By name and row, by how much trials broke a constraint where that is finite, in the order told.
        self.broken: dict[str, dict[int, float]] = {}
        #: As of the last totals.
        self.units: Units = {}

    def tell(self, row: int, constraints: Mapping[str, float]) -> None:
        """Take in the constraints of a told trial."""
        for name, value in constraints.items():
            if 0.0 < value < math.inf:
                self.broken.setdefault(name, {})[row] = value

    def renewed(self) -> Units | None:
        """The units after all that was told; None where they have not changed."""
        counts = {name: largest_power(len(values)) for name, values in self.broken.items()}
        if all(name in self.units and self.units[name][1] == count for name, count in counts.items()):
            return None
        return {
            name: (median_low(list(islice(self.broken[name].values(), count))), count)
            for name, count in counts.items()
        }


def total_violation(constraints: Mapping[str, float], units: Units) -> float:
    """By how much a trial breaks its constraints, summed; NaN breaks its constraint infinitely."""
    if len(units) < SEVERAL:
        units = {}
    return sum(in_units(value, units.get(name, ONE)[0]) for name, value in constraints.items())


def in_units(value: float, unit: float) -> float:
    """By how many units a constraint is broken."""
    if math.isnan(value):
        return math.inf
    return max(value / unit, LEAST) if value > 0.0 else 0.0


def largest_power(n: int) -> int:
    """The largest power of two up to `n`, 1 or more."""
    return 1 << (n.bit_length() - 1)
