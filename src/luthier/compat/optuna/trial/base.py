"""What live, fixed and frozen trials have in common."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from luthier.compat.optuna.distributions.kinds import shared
from luthier.compat.optuna.notices import deprecated, warn_user
from luthier.space.arguments import declared

__all__ = ["CONSTRAINT", "CONSTRAINTS", "BaseTrial", "as_constraint", "constraints_in", "numbered"]

#: A constraint is the system attribute of this prefix and its name.
CONSTRAINT = "constraints:"

#: Those that a `constraints_func` returned are also one tuple, the system attribute of this name.
CONSTRAINTS = "constraints"


class BaseTrial(ABC):
    """A trial as an objective sees it."""

    def suggest_float(
        self,
        name: str,
        low: float,
        high: float,
        *,
        step: float | None = None,
        log: bool = False,
    ) -> float:
        """A real number in `[low, high]`, both ends included.

        Args:
            name: names the parameter throughout the study.
            low: the smallest value.
            high: the largest value.
            step: only `low`, `low + step`, … are given.
            log: every order of magnitude counts alike.

        Raises:
            ValueError: a range that cannot exist.
        """
        distribution = (
            declared(name, plainly, FloatDistribution, low, high, log=log)
            if step is None
            else declared(name, FloatDistribution, low, high, log, step)
        )
        value: float = self._suggest(name, distribution)
        return value

    def suggest_int(self, name: str, low: int, high: int, *, step: int = 1, log: bool = False) -> int:
        """An integer in `[low, high]`, both ends included; the arguments are those of `suggest_float`."""
        distribution = (
            declared(name, plainly, IntDistribution, low, high, log=log)
            if step == 1
            else declared(name, IntDistribution, low, high, log, step)
        )
        return int(self._suggest(name, distribution))

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        """One of `choices`, which may differ from trial to trial."""
        return self._suggest(name, declared(name, CategoricalDistribution, choices))

    def suggest_uniform(self, name: str, low: float, high: float) -> float:
        """`suggest_float(name, low, high)`."""
        deprecated("suggest_uniform", "suggest_float")
        return self.suggest_float(name, low, high)

    def suggest_loguniform(self, name: str, low: float, high: float) -> float:
        """`suggest_float(name, low, high, log=True)`."""
        deprecated("suggest_loguniform", "suggest_float(..., log=True)")
        return self.suggest_float(name, low, high, log=True)

    def suggest_discrete_uniform(self, name: str, low: float, high: float, q: float) -> float:
        """`suggest_float(name, low, high, step=q)`."""
        deprecated("suggest_discrete_uniform", "suggest_float(..., step=...)")
        return self.suggest_float(name, low, high, step=q)

    def set_constraint(self, key: str, value: float) -> None:
        """Set a constraint: it holds when `value <= 0`. Of two values under one key the first stands.

        Raises:
            TypeError: no number.
            ValueError: NaN.
        """
        number = as_constraint(key, value)
        if key in self.constraints:
            warn_user(f"Constraint {key!r} is set already; the first value stands.")
        else:
            self._constrain(key, number)

    @abstractmethod
    def report(self, value: float, step: int) -> None:
        """Report the objective's value at a step."""

    @abstractmethod
    def should_prune(self) -> bool:
        """Whether to raise `TrialPruned`."""

    @abstractmethod
    def set_user_attr(self, key: str, value: Any) -> None:
        """Keep a value with the trial."""

    @property
    @abstractmethod
    def number(self) -> int:
        """The trial's position in the study."""

    @property
    @abstractmethod
    def params(self) -> dict[str, Any]:
        """The values of the parameters."""

    @property
    @abstractmethod
    def distributions(self) -> dict[str, BaseDistribution]:
        """The ranges of the parameters."""

    @property
    @abstractmethod
    def user_attrs(self) -> dict[str, Any]:
        """The trial's attributes."""

    @property
    @abstractmethod
    def system_attrs(self) -> dict[str, Any]:
        """What samplers and pruners keep with the trial."""

    @property
    @abstractmethod
    def datetime_start(self) -> datetime | None:
        """When the trial started, in local time."""

    @property
    def constraints(self) -> dict[str, float]:
        """The constraints set so far."""
        return constraints_in(self.system_attrs)

    @abstractmethod
    def _suggest(self, name: str, distribution: BaseDistribution) -> Any:
        """A value of a distribution."""

    @abstractmethod
    def _constrain(self, key: str, value: float) -> None:
        """Keep a constraint."""


def plainly(
    kind: type[FloatDistribution] | type[IntDistribution], low: float, high: float, *, log: bool
) -> BaseDistribution:
    """The distribution without a step that an objective asks for. One with a step may warn, each time anew."""
    try:
        return shared(kind, low, high, log)
    except TypeError:  # an argument that cannot be hashed: the distribution itself says what is wrong with it
        return kind(low, high, log)  # type: ignore[arg-type]  # the constructor sees to it


def numbered(constraints: Mapping[str, float]) -> bool:
    """Whether these are constraints by place, as a `constraints_func` returns them; false of none."""
    return bool(constraints) and list(constraints) == [str(place) for place in range(len(constraints))]


def constraints_in(system_attrs: dict[str, Any]) -> dict[str, float]:
    """The constraints among system attributes."""
    return {
        key.removeprefix(CONSTRAINT): value
        for key, value in system_attrs.items()
        if key.startswith(CONSTRAINT)
    }


def as_constraint(key: str, value: Any) -> float:
    """`value` as a number that a constraint may have.

    Raises:
        TypeError: no number.
        InvalidInput: NaN.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(explain(f"constraint {key!r} to be a float", repr(value), "Pass a float.")) from None
    if math.isnan(number):
        raise InvalidInput(explain(f"a number for constraint {key!r}", "nan", "Pass inf for a violation."))
    return number
