"""What the benchmark asks of a tuner: a configuration, and to hear its value."""

from dataclasses import dataclass
from typing import Any, Protocol

from luthier.space.space import Space
from luthier.testing.problems import Problem, suggest

__all__ = ["Asked", "Fixed", "FrontSearch", "Running", "Search", "Setup", "StoppingSearch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """One search: what is minimised, and what a tuner may know of it before it begins."""

    problem: Problem
    seed: int
    #: How many trials there will be, and how many of them run at once.
    trials: int
    workers: int
    #: Whether values come with noise: a few tuners want to be told.
    noisy: bool = False
    #: How many epochs a whole training has, where trials report each of them; 0 where they do not.
    epochs: int = 0

    @property
    def objectives(self) -> int:
        """How many numbers a trial has; all are minimised."""
        return len(self.problem.optimum)


class Asked(Protocol):
    """A configuration under way. A tuner that runs define-by-run decides each value when it is asked for."""

    def __call__(self, name: str, /) -> Any:
        """The value of one parameter."""


class Search(Protocol):
    """One search by one tuner."""

    def ask(self) -> Asked | None:
        """The next configuration, while others may still be running; None when nothing is left to try."""

    def tell(self, asked: Any, value: float) -> None:
        """The value of a configuration, which is minimised; +inf when its training failed."""


class FrontSearch(Protocol):
    """One search by one tuner for the best compromises of two objectives."""

    def ask(self) -> Asked | None:
        """The next configuration, while others may still be running; None when nothing is left to try."""

    def tell(self, asked: Any, values: tuple[float, ...]) -> None:
        """The values of a configuration, which are minimised."""


class StoppingSearch(Search, Protocol):
    """One search by one tuner that stops trainings early."""

    def report(self, asked: Any, step: int, value: float) -> bool:
        """The value of a configuration after so many epochs; whether its training is to end here.

        If so, it is told with this value.
        """


@dataclass(frozen=True, slots=True)
class Fixed:
    """A configuration that a tuner decided as a whole, and what the tuner calls it."""

    config: dict[str, Any]
    token: Any

    def __call__(self, name: str, /) -> Any:
        """The value of one parameter."""
        return self.config[name]


@dataclass(frozen=True, slots=True)
class Running:
    """A trial of a tuner that runs define-by-run, with the field's `suggest_*` methods."""

    trial: Any
    space: Space

    def __call__(self, name: str, /) -> Any:
        """The value of one parameter."""
        return suggest(self.trial, name, self.space[name])
