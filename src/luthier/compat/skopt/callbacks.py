"""Callbacks: each is called with the result after an evaluation, and stops the search by returning True."""

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, final

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.files import dump, load

__all__ = [
    "CheckpointSaver",
    "DeadlineStopper",
    "DeltaXStopper",
    "DeltaYStopper",
    "EarlyStopper",
    "HollowIterationsStopper",
    "StdStopper",
    "ThresholdStopper",
    "TimerCallback",
    "VerboseCallback",
    "check_callback",
]


def check_callback(callback: Any) -> list[Callable[[Any], Any]]:
    """The callbacks as a list.

    Raises:
        InvalidInput: this is neither a function nor a list of functions.
    """
    if callback is None:
        return []
    if callable(callback):
        return [callback]
    if isinstance(callback, list) and all(map(callable, callback)):
        return callback
    raise InvalidInput(explain("a callable or a list of callables", repr(callback), "Pass functions."))


@final
class VerboseCallback:
    """Prints what each evaluation came to.

    Args:
        n_total: how many evaluations there are.
        n_init: given points that are evaluated first.
        n_random: initial points that come next.
    """

    def __init__(self, n_total: int, n_init: int = 0, n_random: int = 0) -> None:
        self.n_total = n_total
        self.n_init = n_init
        self.n_random = n_random
        self.iter_no = 1
        self.started = monotonic()
        self.announce("started. Evaluating function", "started. Searching for the next optimal point.")

    def __call__(self, res: Any) -> None:
        """Print the newest evaluation."""
        taken = monotonic() - self.started
        self.announce("ended. Evaluation done", "ended. Search finished for the next optimal point.")
        say(f"Time taken: {taken:.4f}")
        say(f"Function value obtained: {res.func_vals[-1]:.4f}")
        say(f"Current minimum: {res.fun:.4f}")
        self.iter_no += 1
        if self.iter_no <= self.n_total:
            self.announce("started. Evaluating function", "started. Searching for the next optimal point.")
            self.started = monotonic()

    def announce(self, evaluating: str, searching: str) -> None:
        """Print where the search is."""
        if self.iter_no <= self.n_init:
            say(f"Iteration No: {self.iter_no} {evaluating} at provided point.")
        elif self.iter_no <= self.n_init + self.n_random:
            say(f"Iteration No: {self.iter_no} {evaluating} at random point.")
        else:
            say(f"Iteration No: {self.iter_no} {searching}")


@final
class TimerCallback:
    """Keeps the seconds of each iteration in `iter_time`."""

    def __init__(self) -> None:
        self.iter_time: list[float] = []
        self.last = monotonic()

    def __call__(self, res: Any) -> None:
        """Take the time."""
        now = monotonic()
        self.iter_time.append(now - self.last)
        self.last = now


class EarlyStopper:
    """Base class of stoppers: one of your own overrides `_criterion`."""

    def __call__(self, result: Any) -> Any:
        """Whether to stop."""
        return self._criterion(result)

    def _criterion(self, result: Any) -> Any:
        """Whether to stop; None as long as nothing can be said."""
        raise NotImplementedError("A subclass of EarlyStopper says in `_criterion` when to stop.")


@final
class DeltaXStopper(EarlyStopper):
    """Stops when the last two points are closer than delta."""

    def __init__(self, delta: float) -> None:
        self.delta = delta

    def _criterion(self, result: Any) -> bool | None:
        if len(result.x_iters) < 2:
            return None
        return bool(result.space.distance(*result.x_iters[-2:]) < self.delta)


@final
class DeltaYStopper(EarlyStopper):
    """Stops when the best `n_best` values are within delta; failed evaluations are not among them."""

    def __init__(self, delta: float, n_best: int = 5) -> None:
        self.delta = delta
        self.n_best = n_best

    def _criterion(self, result: Any) -> bool | None:
        values = np.sort(result.func_vals[np.isfinite(result.func_vals)])
        if len(values) < self.n_best:
            return None
        return bool(values[self.n_best - 1] - values[0] < self.delta)


@final
class HollowIterationsStopper(EarlyStopper):
    """Stops when the last n iterations improved the minimum by no more than a threshold."""

    def __init__(self, n_iterations: int, threshold: float = 0) -> None:
        self.n_iterations = n_iterations
        self.threshold = abs(threshold)

    def _criterion(self, result: Any) -> bool:
        if len(result.func_vals) <= self.n_iterations:
            return False
        lowest = np.fmin.accumulate(result.func_vals)
        return bool(lowest[-self.n_iterations - 1] - lowest[-1] <= self.threshold)


@final
class DeadlineStopper(EarlyStopper):
    """Stops when another iteration as long as the longest would end after `total_time` seconds."""

    def __init__(self, total_time: float) -> None:
        self.total_time = total_time
        self.timer = TimerCallback()

    @property
    def iter_time(self) -> list[float]:
        """Seconds of each iteration."""
        return self.timer.iter_time

    def _criterion(self, result: Any) -> bool | None:
        self.timer(result)
        if not result.x_iters:
            return None
        return self.total_time - sum(self.iter_time) <= max(self.iter_time)


@final
class StdStopper(EarlyStopper):
    """Stops when the targets of a Gaussian process vary no more than a threshold.

    Args:
        threshold: of the standard deviation.
        log_interval: after so many models, the smallest and largest deviation are printed.
    """

    def __init__(self, threshold: float, log_interval: int = 10) -> None:
        self.threshold = threshold
        self.log_interval = log_interval

    def _criterion(self, result: Any) -> bool:
        deviations = [float(model.y_train_std_) for model in result.models]
        if not deviations:
            return False
        if len(deviations) % self.log_interval == 0:
            say(f"num_models: {len(deviations)} min_std: {min(deviations)} max_std: {max(deviations)}")
        return min(deviations) <= self.threshold


@final
class ThresholdStopper(EarlyStopper):
    """Stops when a value is at or below a threshold."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def _criterion(self, result: Any) -> bool:
        return bool(np.any(np.asarray(result.func_vals) <= self.threshold))


@final
class CheckpointSaver:
    """Writes the result to a file after each evaluation.

    A study in a store needs no checkpoints: it is durable, and goes on by its name.

    Args:
        checkpoint_path: the file; ".gz" at its end compresses it.
        dump_options: of `skopt.dump`.
    """

    def __init__(self, checkpoint_path: str | Path, **dump_options: Any) -> None:
        self.checkpoint_path = checkpoint_path
        self.dump_options = dump_options

    def __call__(self, res: Any) -> None:
        """Write the result."""
        dump(res, self.checkpoint_path, **self.dump_options)

    def load(self) -> dict[str, Any]:
        """What to pass to a search so that it goes on: `x0` and `y0`; nothing while there is no file."""
        if not Path(self.checkpoint_path).exists():
            return {}
        result = load(self.checkpoint_path)
        return {"x0": result.x_iters, "y0": result.func_vals}


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
