"""A run as schedulers see it, without a run."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from luthier.compat.tune.checkpoint import Checkpoint
from luthier.compat.tune.flat import FlatResult
from luthier.compat.tune.trial import RUNNING, TuneTrial
from luthier.records.curves import Curves


class FakePopulation:
    """Members that report what a test says; exploits are noted, and carried out at once."""

    def __init__(self, folder: Path, count: int, *, metric: str | None, mode: str, seed: int = 0) -> None:
        self.metric = metric
        self.mode = mode
        self.seed = seed
        self.trials = [self.member(folder, number) for number in range(count)]
        self.space: Mapping[str, Any] = {}
        self.param_space: Mapping[str, Any] = {}
        self.curves = Curves()
        self.waiting = 0
        self.slots = count
        #: (member, source, configuration) of each continuation.
        self.continued: list[tuple[int, int, dict[str, Any]]] = []
        self.before: Sequence[tuple[TuneTrial, Mapping[str, Any]]] = ()

    def member(self, folder: Path, number: int) -> TuneTrial:
        """A running member."""
        name = f"abc_{number:05d}"
        trial = TuneTrial(number, trial_id=name, trainable_name="f", path=folder / name, resources={})
        trial.status = RUNNING
        return trial

    def past(self) -> Sequence[tuple[TuneTrial, Mapping[str, Any]]]:
        """What earlier runs reported."""
        return self.before

    def continue_from(self, member: TuneTrial, *, source: TuneTrial, config: Mapping[str, Any]) -> None:
        """Note it, and give the member its new configuration."""
        self.continued.append((member.number, source.number, dict(config)))
        member.config = dict(config)
        if source is not member:
            member.checkpoints.append(source.checkpoints[-1])

    def result(
        self, number: int, step: int, *, saved: bool = False, **metrics: Any
    ) -> tuple[TuneTrial, FlatResult]:
        """A member and its next result, which comes with a checkpoint if it is `saved`."""
        trial = self.trials[number]
        result = FlatResult({"training_iteration": step, "time_total_s": float(step), **metrics})
        trial.take(result)
        if saved:
            trial.checkpoints.append((Checkpoint(f"{trial.path}/{step}"), dict(result)))
        return trial, result


@pytest.fixture
def population(tmp_path: Path) -> Callable[..., FakePopulation]:
    """Makes a population of so many members."""

    def make(
        count: int = 4, *, metric: str | None = "loss", mode: str = "min", **rest: Any
    ) -> FakePopulation:
        return FakePopulation(tmp_path, count, metric=metric, mode=mode, **rest)

    return make
