"""Trials that were decided beforehand: to call an objective with parameters of one's own."""

from datetime import datetime
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.distributions import BaseDistribution, check_distribution_compatibility
from luthier.compat.optuna.notices import warn_user
from luthier.compat.optuna.trial.base import CONSTRAINT, BaseTrial

__all__ = ["FixedTrial", "Unmoved", "given_value"]


class Unmoved(BaseTrial):
    """A trial that nobody stops and nobody listens to."""

    def report(self, value: float, step: int) -> None:
        """Do nothing: nobody compares."""

    def should_prune(self) -> bool:
        """Never."""
        return False

    def set_user_attr(self, key: str, value: Any) -> None:
        """Keep a value with the trial."""
        self.user_attrs[key] = value

    def _constrain(self, key: str, value: float) -> None:
        self.system_attrs[f"{CONSTRAINT}{key}"] = value


class FixedTrial(Unmoved):
    """A trial with the parameters given here, for calling an objective without a study.

    Args:
        params: a value for each parameter that the objective asks for.
        number: the number that the objective sees.
    """

    def __init__(self, params: dict[str, Any], number: int = 0) -> None:
        self._given = params
        self._params: dict[str, Any] = {}
        self._distributions: dict[str, BaseDistribution] = {}
        self._user_attrs: dict[str, Any] = {}
        self._system_attrs: dict[str, Any] = {}
        self._datetime_start = datetime.now()  # noqa: DTZ005 - Optuna's times are local and naive
        self._number = number

    @property
    def number(self) -> int:
        """The number given."""
        return self._number

    @property
    def params(self) -> dict[str, Any]:
        """The values asked for so far."""
        return self._params

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """The ranges asked for so far."""
        return self._distributions

    @property
    def user_attrs(self) -> dict[str, Any]:
        """The attributes set so far."""
        return self._user_attrs

    @property
    def system_attrs(self) -> dict[str, Any]:
        """The constraints set so far."""
        return self._system_attrs

    @property
    def datetime_start(self) -> datetime:
        """When the trial was made."""
        return self._datetime_start

    def _suggest(self, name: str, distribution: BaseDistribution) -> Any:
        value = given_value(self._given, self._distributions, name, distribution)
        self._params[name] = value
        return value


def given_value(
    values: dict[str, Any],
    asked: dict[str, BaseDistribution],
    name: str,
    distribution: BaseDistribution,
) -> Any:
    """The value of a parameter that was decided beforehand; notes its range in `asked`.

    Raises:
        InvalidInput: there is none, or the name had another kind of range before.
    """
    if name not in values:
        raise InvalidInput(
            explain(f"a value for {name!r}", "none", "Give it when the trial is made."),
        )
    value = values[name]
    if not distribution._contains(distribution.to_internal_repr(value)):  # noqa: SLF001 - of the same door
        warn_user(f"The value {value!r} of {name!r} is not in {distribution}.")
    if name in asked:
        check_distribution_compatibility(asked[name], distribution)
    asked[name] = distribution
    return value
