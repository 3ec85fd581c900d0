"""Rustuna, define-by-run. It is told +inf for a failed training, as Optuna is."""

from typing import final

import rustuna

from benchmarks.quality.tuners.protocol import Running, Search, Setup

__all__ = ["open_search"]


@final
class RustunaSearch:
    """A study in memory."""

    def __init__(self, setup: Setup) -> None:
        self.space = setup.problem.space
        self.study = rustuna.create_study(sampler=rustuna.samplers.TPESampler(seed=setup.seed))

    def ask(self) -> Running:
        """The next trial."""
        return Running(self.study.ask(), self.space)

    def tell(self, asked: Running, value: float) -> None:
        """The value of a trial."""
        self.study.tell(asked.trial.number, value)


def open_search(_variant: str, setup: Setup) -> Search:
    """A search by TPE with its defaults."""
    return RustunaSearch(setup)
