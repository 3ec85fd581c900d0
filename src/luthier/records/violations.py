"""How far told trials are from feasible, whatever the units of their constraints."""

import math
import sys
from collections.abc import Mapping
from statistics import median_low
from typing import final

__all__ = ["Violations"]

#: However small a part of its unit, what breaks a constraint is no zero.
LEAST = sys.float_info.min


@final
class Violations:
    """Adds up by how much a trial breaks each constraint, in a unit of that constraint's own.

    Were memory counted in bytes and a loss in hundredths, their sum would be the memory alone. The unit is the median
    of what trials broke a constraint by; odd values do not move it. It is found anew when twice as many are known, so
    that sums change seldom. While a single constraint is ever broken its unit would change no order, and is 1.
    """

    __slots__ = ("broken", "units")

    def __init__(self) -> None:
        #: By name, by how much trials broke a constraint, in the order told.
        self.broken: dict[str, list[float]] = {}
        #: The units of the constraints that were ever broken by a finite amount.
        self.units: dict[str, float] = {}

    def tell(self, constraints: Mapping[str, float]) -> bool:
        """Take in a told trial; whether units changed, and with them the totals of all trials."""
        changed = False
        for name, value in constraints.items():
            if 0.0 < value < math.inf:
                known = self.broken.setdefault(name, [])
                known.append(value)
                if is_power_of_two(len(known)):
                    self.units[name] = median_low(known)
                    changed = True
        return changed and len(self.units) > 1

    def total(self, constraints: Mapping[str, float]) -> float:
        """By how much a trial breaks its constraints, summed; NaN breaks its constraint infinitely."""
        units = self.units if len(self.units) > 1 else {}
        return sum(in_units(value, units.get(name, 1.0)) for name, value in constraints.items())


def in_units(value: float, unit: float) -> float:
    """By how many units a constraint is broken."""
    if math.isnan(value):
        return math.inf
    return max(value / unit, LEAST) if value > 0.0 else 0.0


def is_power_of_two(n: int) -> bool:
    """Whether `n`, 1 or more, is one."""
    return n & (n - 1) == 0
