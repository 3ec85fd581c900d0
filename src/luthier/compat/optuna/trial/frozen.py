"""A trial as a value: what the study knows of it."""

import copy
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.distributions import BaseDistribution
from luthier.compat.optuna.distributions.old import modern
from luthier.compat.optuna.trial.fixed import Unmoved, given_value
from luthier.compat.optuna.trial.state import TrialState

__all__ = ["FrozenTrial", "check_trial", "copied", "create_trial"]

#: Values that cannot change and need no copy.
PLAIN = (bool, float, int, str, type(None))


class FrozenTrial(Unmoved):
    """The number, state, values, parameters and attributes of a trial. Changing it changes no study."""

    def __init__(  # noqa: PLR0917 - the original's signature
        self,
        number: int,
        state: TrialState,
        value: float | None,
        datetime_start: datetime | None,
        datetime_complete: datetime | None,
        params: dict[str, Any],
        distributions: dict[str, BaseDistribution],
        user_attrs: dict[str, Any],
        system_attrs: dict[str, Any],
        intermediate_values: dict[int, float],
        trial_id: int,
        *,
        values: Sequence[float] | None = None,
    ) -> None:
        if value is not None and values is not None:
            raise InvalidInput(explain("either `value` or `values`", "both", "Drop one of the two."))
        self._number = number
        self.state = state
        self.values = [value] if value is not None else values
        self._datetime_start = datetime_start
        self.datetime_complete = datetime_complete
        self._params = params
        self._user_attrs = user_attrs
        self._system_attrs = system_attrs
        self.intermediate_values = intermediate_values
        self._distributions = distributions
        self._trial_id = trial_id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FrozenTrial) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((self._trial_id, self._number))

    def __lt__(self, other: object) -> bool:
        return self.number < other.number if isinstance(other, FrozenTrial) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.number <= other.number if isinstance(other, FrozenTrial) else NotImplemented

    def __repr__(self) -> str:
        inside = ", ".join(f"{name.removeprefix('_')}={value!r}" for name, value in self.__dict__.items())
        return f"FrozenTrial({inside}, value=None)"

    @property
    def number(self) -> int:
        """The trial's position in the study."""
        return self._number

    @number.setter
    def number(self, value: int) -> None:
        self._number = value

    @property
    def values(self) -> list[float] | None:
        """One number per objective; None while there is none."""
        return self._values

    @values.setter
    def values(self, values: Sequence[float] | None) -> None:
        self._values = None if values is None else list(values)

    @property
    def value(self) -> float | None:
        """The only objective value.

        Raises:
            RuntimeError: there are several objectives.
        """
        if self._values is None:
            return None
        if len(self._values) > 1:
            raise RuntimeError(explain("one objective", f"{len(self._values)}", "Use `values`."))
        return self._values[0]

    @value.setter
    def value(self, value: float | None) -> None:
        self._values = None if value is None else [value]

    @property
    def datetime_start(self) -> datetime | None:
        """When the trial started, in local time."""
        return self._datetime_start

    @datetime_start.setter
    def datetime_start(self, value: datetime | None) -> None:
        self._datetime_start = value

    @property
    def params(self) -> dict[str, Any]:
        """The values of the parameters."""
        return self._params

    @params.setter
    def params(self, params: dict[str, Any]) -> None:
        self._params = params

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """The ranges of the parameters."""
        return self._distributions

    @distributions.setter
    def distributions(self, distributions: dict[str, BaseDistribution]) -> None:
        self._distributions = distributions

    @property
    def user_attrs(self) -> dict[str, Any]:
        """The attributes that the user set."""
        return self._user_attrs

    @user_attrs.setter
    def user_attrs(self, user_attrs: dict[str, Any]) -> None:
        self._user_attrs = user_attrs

    @property
    def system_attrs(self) -> dict[str, Any]:
        """What samplers keep with the trial, and its constraints."""
        return self._system_attrs

    @system_attrs.setter
    def system_attrs(self, system_attrs: Mapping[str, Any]) -> None:
        self._system_attrs = dict(system_attrs)

    @property
    def last_step(self) -> int | None:
        """The largest step that was reported."""
        return max(self.intermediate_values, default=None)

    @property
    def duration(self) -> timedelta | None:
        """From start to end; None while unfinished."""
        if self._datetime_start is None or self.datetime_complete is None:
            return None
        return self.datetime_complete - self._datetime_start

    def _suggest(self, name: str, distribution: BaseDistribution) -> Any:
        return given_value(self._params, self._distributions, name, distribution)

    def _validate(self) -> None:
        check_trial(self)


def copied(trial: FrozenTrial) -> FrozenTrial:
    """A copy that shares nothing that can change."""
    twin = copy.copy(trial)
    twin.values = trial.values
    for name in ("_params", "_user_attrs", "_system_attrs"):
        setattr(twin, name, {key: own(value) for key, value in getattr(trial, name).items()})
    twin.distributions = dict(trial.distributions)
    twin.intermediate_values = dict(trial.intermediate_values)
    return twin


def own(value: Any) -> Any:
    """The value itself where it cannot change, else a copy."""
    return value if isinstance(value, PLAIN) else copy.deepcopy(value)


def check_trial(trial: FrozenTrial) -> None:
    """Raise ValueError unless a trial is what a study can take."""
    state, values = trial.state, trial.values
    waiting = state is TrialState.WAITING
    require(waiting or trial.datetime_start is not None, "datetime_start of a trial that started", "None")
    require(
        state.is_finished() == (trial.datetime_complete is not None),
        "datetime_complete of a finished trial and of no other",
        f"{trial.datetime_complete} of a {state.name} trial",
    )
    require(state is not TrialState.FAIL or values is None, "no values of a failed trial", repr(values))
    if state is TrialState.COMPLETE:
        usable = values is not None and not any(math.isnan(value) for value in values)
        require(usable, "numbers as values of a complete trial", repr(values))
    require(
        trial.params.keys() == trial.distributions.keys(),
        "a distribution for each parameter",
        f"parameters {list(trial.params)}, distributions {list(trial.distributions)}",
    )
    for name, distribution in trial.distributions.items():
        value = trial.params[name]
        inside = distribution._contains(distribution.to_internal_repr(value))  # noqa: SLF001 - of the same door
        require(inside, f"{name!r} within {distribution}", repr(value))


def require(met: bool, expected: str, got: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Raise InvalidInput unless a condition is met."""
    if not met:
        raise InvalidInput(explain(expected, got, "Correct the trial."))


def create_trial(
    *,
    state: TrialState = TrialState.COMPLETE,
    value: float | None = None,
    values: Sequence[float] | None = None,
    params: dict[str, Any] | None = None,
    distributions: dict[str, BaseDistribution] | None = None,
    user_attrs: dict[str, Any] | None = None,
    system_attrs: dict[str, Any] | None = None,
    intermediate_values: dict[int, float] | None = None,
    constraints: dict[str, float] | None = None,
) -> FrozenTrial:
    """A trial to be added to a study.

    Raises:
        ValueError: the arguments contradict each other.
    """
    now = datetime.now()  # noqa: DTZ005 - Optuna's times are local and naive
    trial = FrozenTrial(
        number=-1,
        state=state,
        value=value,
        values=values,
        datetime_start=None if state is TrialState.WAITING else now,
        datetime_complete=now if state.is_finished() else None,
        params=params or {},
        distributions={name: modern(each) for name, each in (distributions or {}).items()},
        user_attrs=user_attrs or {},
        system_attrs=system_attrs or {},
        intermediate_values=intermediate_values or {},
        trial_id=-1,
    )
    for key, bound in (constraints or {}).items():
        trial.set_constraint(key, bound)
    check_trial(trial)
    return trial
