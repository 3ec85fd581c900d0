"""Ax, by its `Client`, over the joint space. It knows of running trials.

A failed training is marked as abandoned: one marked as failed may be proposed again, as Ax documents, and fails again.
"""

import logging
import math
from typing import Any, final

import torch
from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

from benchmarks.quality.tuners.axes import Axis, axes, completed
from benchmarks.quality.tuners.protocol import Fixed, Search, Setup

__all__ = ["open_search"]

logging.disable(logging.ERROR)
torch.set_num_threads(1)


def parameter(name: str, axis: Axis) -> Any:
    """A parameter in its terms."""
    if axis.kind == "choice":
        values = [str(place) for place in range(int(axis.high) + 1)]
        return ChoiceParameterConfig(name=name, values=values, parameter_type="str", is_ordered=False)
    return RangeParameterConfig(
        name=name,
        bounds=(axis.low, axis.high),
        parameter_type=axis.kind,
        scaling="log" if axis.log else "linear",
    )


@final
class AxSearch:
    """A client with the generation strategy that it chooses for the experiment."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.client = Client(random_seed=setup.seed)
        self.client.configure_experiment(
            [parameter(name, axis) for name, axis in axes(setup.problem.space).items()]
        )
        self.client.configure_optimization("-loss")

    def ask(self) -> Fixed | None:
        """The next configuration; None when it has nothing new."""
        found = self.client.get_next_trials(max_trials=1)
        if not found:
            return None
        ((index, raw),) = found.items()
        return Fixed(completed(self.setup.problem.space, raw), index)

    def tell(self, asked: Fixed, value: float) -> None:
        """The value of a configuration."""
        if math.isfinite(value):
            self.client.complete_trial(asked.token, {"loss": value})
        else:
            self.client.mark_trial_abandoned(asked.token)


def open_search(_variant: str, setup: Setup) -> Search:
    """A search with its defaults."""
    return AxSearch(setup)
