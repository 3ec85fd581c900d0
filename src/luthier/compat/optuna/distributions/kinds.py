"""The three kinds of distributions: real numbers, integers, choices."""

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from luthier.base.errors import InvalidDomain, InvalidInput, explain
from luthier.compat.optuna.distributions.base import BaseDistribution
from luthier.compat.optuna.notices import warn_user
from luthier.space.domains import choice_key

__all__ = [
    "CategoricalChoiceType",
    "CategoricalDistribution",
    "FloatDistribution",
    "IntDistribution",
    "shared",
]

#: What the original stores. luthier stores tuples, functions and classes too.
CategoricalChoiceType: TypeAlias = Any

#: A float is on the grid when it misses it by less than this part of a step.
TOLERANCE = 1e-8


class FloatDistribution(BaseDistribution):
    """The reals in `[low, high]`, on a log scale, or on the grid `low + k * step`.

    Raises:
        ValueError: `low > high`, `log` with `low <= 0`, `step <= 0`, or `log` with a step.
    """

    def __init__(
        self,
        low: float,
        high: float,
        log: bool = False,  # noqa: FBT001, FBT002 - the signature that scripts use
        step: float | None = None,
    ) -> None:
        if log and step is not None:
            raise InvalidDomain(explain("either log=True or a step", "both", "Drop one of the two."))
        check_range(low, high, lowest=0.0 if log else -math.inf, step=step)
        self.step = None if step is None else float(step)
        self.low = float(low)
        self.high = float(high) if step is None else divisible(low, high, step)
        self.log = log

    def single(self) -> bool:
        """Whether there is one value only."""
        if self.low == self.high:
            return True
        return self.step is not None and Decimal(str(self.high)) - Decimal(str(self.low)) < Decimal(
            str(self.step)
        )

    def _contains(self, param_value_in_internal_repr: float) -> bool:
        value = param_value_in_internal_repr
        if self.step is None or not self.low <= value <= self.high:
            return self.low <= value <= self.high
        place = (value - self.low) / self.step
        return abs(place - round(place)) < TOLERANCE

    def to_internal_repr(self, param_value_in_external_repr: float) -> float:
        """The value itself."""
        return as_number(param_value_in_external_repr, log=self.log)


class IntDistribution(BaseDistribution):
    """The integers from `low` to `high`, in steps, or on a log scale.

    Raises:
        ValueError: `low > high`, `log` with `low < 1`, `step < 1`, or `log` with a step.
    """

    def __init__(
        self,
        low: int,
        high: int,
        log: bool = False,  # noqa: FBT001, FBT002 - the signature that scripts use
        step: int = 1,
    ) -> None:
        if log and step != 1:
            raise InvalidDomain(explain("either log=True or a step", "both", "Drop one of the two."))
        check_range(low, high, lowest=0 if log else -math.inf, step=step)
        self.log = log
        self.step = int(step)
        self.low = int(low)
        self.high = int(divisible(self.low, int(high), self.step))

    def to_external_repr(self, param_value_in_internal_repr: float) -> int:
        """The integer."""
        return int(param_value_in_internal_repr)

    def to_internal_repr(self, param_value_in_external_repr: int) -> float:
        """The integer as a float."""
        return as_number(param_value_in_external_repr, log=self.log)

    def single(self) -> bool:
        """Whether there is one value only."""
        return self.low == self.high or (not self.log and self.high - self.low < self.step)

    def _contains(self, param_value_in_internal_repr: float) -> bool:
        value = param_value_in_internal_repr
        return self.low <= value <= self.high and (value - self.low) % self.step == 0


class CategoricalDistribution(BaseDistribution):
    """One of several choices: None, bool, int, float, str, and here also tuples, functions and classes.

    Raises:
        ValueError: no choices.
    """

    def __init__(self, choices: Sequence[CategoricalChoiceType]) -> None:
        if not len(choices):
            raise InvalidDomain(explain("at least one choice", "none", "Pass the values to choose from."))
        self.choices = tuple(choices)

    def to_external_repr(self, param_value_in_internal_repr: float) -> CategoricalChoiceType:
        """The choice at that index."""
        return self.choices[int(param_value_in_internal_repr)]

    def to_internal_repr(self, param_value_in_external_repr: CategoricalChoiceType) -> float:
        """The index of a choice: of the very one where 1, 1.0 and True all are, else of an equal one."""
        wanted = param_value_in_external_repr
        key = choice_key(wanted)
        for index, choice in enumerate(self.choices):
            if choice_key(choice) == key:
                return index
        for index, choice in enumerate(self.choices):
            if choice is wanted or choice == wanted:
                return index
        raise InvalidInput(explain(f"one of {self.choices}", repr(wanted), "Pass one of the choices."))

    def single(self) -> bool:
        """Whether there is one choice only."""
        return len(self.choices) == 1

    def _contains(self, param_value_in_internal_repr: float) -> bool:
        return 0 <= int(param_value_in_internal_repr) < len(self.choices)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CategoricalDistribution):
            return False
        return [choice_key(choice) for choice in self.choices] == [
            choice_key(choice) for choice in other.choices
        ]

    def __hash__(self) -> int:
        return hash((type(self), *(choice_key(choice) for choice in self.choices)))


@lru_cache(maxsize=4096, typed=True)
def shared(
    kind: type[FloatDistribution] | type[IntDistribution],
    low: float,
    high: float,
    log: bool,  # noqa: FBT001 - the cache takes positions faster than names
    *step: float | None,
) -> FloatDistribution | IntDistribution:
    """The numeric distribution of these arguments, one object for equal calls: every trial asks for it."""
    return kind(low, high, log, *step)  # type: ignore[arg-type]  # the constructor sees to it


def check_range(low: float, high: float, *, lowest: float, step: float | None) -> None:
    """Raise InvalidDomain unless this is a range."""
    if low > high:
        raise InvalidDomain(explain("low <= high", f"low={low!r}, high={high!r}", "Swap the bounds."))
    if low <= lowest:
        raise InvalidDomain(explain("low > 0 with log=True", f"low={low!r}", "Raise low or drop log=True."))
    if step is not None and step <= 0:
        raise InvalidDomain(explain("step > 0", f"step={step!r}", "Pass a positive step."))


def divisible(low: float, high: float, step: float) -> float:
    """The highest value of the grid that is not above `high`, with a warning when that is another one."""
    start, width = Decimal(str(low)), Decimal(str(step))
    top = (Decimal(str(high)) - start) // width * width + start
    if top != Decimal(str(high)):
        warn_user(
            f"The range [{low}, {high}] is no multiple of step={step!r}; it ends at {top}.",
        )
    return float(top) if isinstance(step, float) or isinstance(high, float) else int(top)


def as_number(value: Any, *, log: bool) -> float:
    """`value` as a float that a numeric range may have.

    Raises:
        InvalidInput: no number, NaN, or not above 0 on a log scale.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InvalidInput(explain("a number", repr(value), "Pass a float or an int.")) from None
    if math.isnan(number) or (log and number <= 0):
        raise InvalidInput(explain("a number above 0" if log else "a number", repr(value), "Correct it."))
    return number
