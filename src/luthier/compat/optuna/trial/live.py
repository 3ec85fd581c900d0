"""The live trial: what an objective receives."""

import copy
from datetime import datetime
from typing import Any, Protocol

from luthier.base.errors import explain
from luthier.compat.optuna.attrs import user_part
from luthier.compat.optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    check_distribution_compatibility,
)
from luthier.compat.optuna.distributions.native import distribution_of, domain_of
from luthier.compat.optuna.exceptions import UpdateFinishedTrialError
from luthier.compat.optuna.trial.base import BaseTrial
from luthier.executors.trial import Trial as NativeTrial

__all__ = ["Reach", "Trial"]


class Reach(Protocol):
    """How a trial finds its study, whichever process it runs in."""

    #: How many values the study wants.
    objectives: int

    def study(self) -> Any:
        """The study."""

    def trial_id(self, number: int) -> int:
        """The id of a trial by its number."""

    def over(self, live: NativeTrial) -> bool:
        """Whether a trial is known to have ended."""


class Trial(BaseTrial):
    """One attempt of one trial, as an objective gets it. Made by `Study.optimize` and `Study.ask`."""

    def __init__(self, reach: Reach, live: NativeTrial) -> None:
        self._reach = reach
        self._live = live
        self._started = datetime.now()  # noqa: DTZ005 - Optuna's times are local and naive

    def __repr__(self) -> str:
        return f"Trial(number={self.number}, params={self.params})"

    @property
    def study(self) -> Any:
        """The study. In a worker process it is opened anew, from its URL."""
        return self._reach.study()

    @property
    def _trial_id(self) -> int:
        return self._reach.trial_id(self.number)

    @property
    def number(self) -> int:
        """The trial's position in the study."""
        return self._live.number

    @property
    def params(self) -> dict[str, Any]:
        """The values asked for so far."""
        return dict(self._live.params)

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """The ranges asked for so far."""
        return {name: distribution_of(domain) for name, domain in self._live.domains.items()}

    @property
    def user_attrs(self) -> dict[str, Any]:
        """The attributes set so far."""
        return copy.deepcopy(user_part(self._live.user_attrs))

    @property
    def system_attrs(self) -> dict[str, Any]:
        """What samplers keep with the trial, and its constraints."""
        attrs: dict[str, Any] = self.study._storage.get_trial_system_attrs(self._trial_id)  # noqa: SLF001 - of the door
        return attrs

    @property
    def constraints(self) -> dict[str, float]:
        """The constraints set so far."""
        return dict(self._live.constraints)

    @property
    def datetime_start(self) -> datetime:
        """When the trial started, in local time."""
        return self._started

    @property
    def relative_params(self) -> dict[str, Any]:
        """What was proposed before the objective started."""
        found: dict[str, Any] = self.study._proposed(self.number)  # noqa: SLF001 - of the door
        return found

    def report(self, value: float, step: int) -> None:
        """Report the objective's value at a step. Of two reports at one step the first stands.

        Raises:
            TypeError: no number, or a step that is none.
            ValueError: a negative step.
            NotImplementedError: the study has several objectives.
        """
        self._one_objective("report")
        self._check_running()
        try:
            number, place = float(value), int(step)
        except (TypeError, ValueError):
            got = f"value={value!r}, step={step!r}"
            raise TypeError(explain("a float and an int", got, "Pass trial.report(loss, epoch).")) from None
        self._live.report(number, place)

    def should_prune(self) -> bool:
        """Whether to raise `TrialPruned`: the verdict on the newest report, False before any.

        Raises:
            NotImplementedError: the study has several objectives.
        """
        self._one_objective("should_prune")
        return self._live.should_prune()

    def set_user_attr(self, key: str, value: Any) -> None:
        """Keep a value with the trial.

        Raises:
            ValueError: it has no durable form.
            UpdateFinishedTrialError: the trial was told.
        """
        self._check_running()
        self._live.set_user_attr(key, value)

    def set_system_attr(self, key: str, value: Any) -> None:
        """Keep a value with the trial that is not the user's."""
        self.study._storage.set_trial_system_attr(self._trial_id, key, value)  # noqa: SLF001 - of the door

    def _constrain(self, key: str, value: float) -> None:
        self._check_running()
        self._live.set_constraint(key, value)

    def _suggest(self, name: str, distribution: BaseDistribution) -> Any:
        self._check_running()
        before = self._live.domains.get(name)
        if before is not None and before != domain_of(distribution):
            check_distribution_compatibility(distribution_of(before), distribution)
        if isinstance(distribution, CategoricalDistribution):
            return self._live.suggest_categorical(name, distribution.choices)
        return self._live.suggest(name, domain_of(distribution))

    def _check_running(self) -> None:
        """Raise UpdateFinishedTrialError once the trial was told: nothing more can be said of it."""
        if self._reach.over(self._live):
            raise UpdateFinishedTrialError(
                explain("a running trial", f"trial {self.number}, which ended", "Say it before tell().")
            )

    def _one_objective(self, name: str) -> None:
        if self._reach.objectives > 1:
            raise NotImplementedError(
                explain(
                    f"one objective for trial.{name}()",
                    f"{self._reach.objectives}",
                    "Use luthier's own trial.log({'name': value}, step) to record each.",
                ),
            )
