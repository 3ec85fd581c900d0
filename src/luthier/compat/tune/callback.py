"""The hooks of an experiment: a subclass overrides those that it wants."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Callback"]


class Callback:
    """Base of callbacks. Every hook is called in the driver's thread, with keywords, and does nothing by default.

    `trials` are all trials so far, `trial` the one in question, `iteration` counts the events of the experiment.
    """

    def setup(
        self,
        stop: Any = None,
        num_samples: int | None = None,
        total_num_samples: int | None = None,
        **info: Any,
    ) -> None:
        """Called once, before any trial.

        Args:
            stop: the stopper of the experiment.
            num_samples: as given to `TuneConfig`.
            total_num_samples: trials in all, with those of a grid; None when it is open.
            info: room for more.
        """

    def on_step_begin(self, iteration: int, trials: Sequence[Any], **info: Any) -> None:
        """Called before each event is handled."""

    def on_step_end(self, iteration: int, trials: Sequence[Any], **info: Any) -> None:
        """Called after each event was handled."""

    def on_trial_start(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Called when a trial starts."""

    def on_trial_restore(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Called when a trial goes on from a checkpoint."""

    def on_trial_save(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Called when a trial handed over a checkpoint."""

    def on_trial_result(
        self, iteration: int, trials: Sequence[Any], trial: Any, result: Mapping[str, Any], **info: Any
    ) -> None:
        """Called at each result, once searcher and scheduler know of it."""

    def on_trial_complete(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Called when a trial ended well, stopped early or not."""

    def on_trial_recover(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Called when a trial failed and will be tried again."""

    def on_trial_error(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Called when a trial failed for good."""

    def on_checkpoint(
        self, iteration: int, trials: Sequence[Any], trial: Any, checkpoint: Any, **info: Any
    ) -> None:
        """Called with each checkpoint that a trial handed over."""

    def on_experiment_end(self, trials: Sequence[Any], **info: Any) -> None:
        """Called once, after all trials."""

    def get_state(self) -> dict[str, Any] | None:
        """What the callback wants to get back when the experiment is restored; None for nothing."""
        return None

    def set_state(self, state: dict[str, Any]) -> None:
        """Take back what `get_state` gave."""
