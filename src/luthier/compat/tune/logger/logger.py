"""The base of callbacks that write down what trials report, and how a result becomes text."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from luthier.base.jsonvalue import native
from luthier.compat.tune.callback import Callback

__all__ = ["LoggerCallback", "folder_of", "plain", "pretty_print"]

#: Types that JSON and YAML have themselves.
PLAIN = bool | int | str | None


class LoggerCallback(Callback):
    """Base of loggers: four events of a trial are all that a subclass needs to know of."""

    def log_trial_start(self, trial: Any) -> None:
        """A trial starts."""

    def log_trial_restore(self, trial: Any) -> None:
        """A trial goes on from a checkpoint."""

    def log_trial_save(self, trial: Any) -> None:
        """A trial handed over a checkpoint."""

    def log_trial_result(self, iteration: int, trial: Any, result: Mapping[str, Any]) -> None:
        """A trial reported a result."""

    def log_trial_end(self, trial: Any, failed: bool = False) -> None:  # noqa: FBT001, FBT002 - of the original
        """A trial ended, well or failed."""

    def on_trial_start(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Call `log_trial_start`."""
        self.log_trial_start(trial)

    def on_trial_restore(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Call `log_trial_restore`."""
        self.log_trial_restore(trial)

    def on_trial_save(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Call `log_trial_save`."""
        self.log_trial_save(trial)

    def on_trial_result(
        self, iteration: int, trials: Sequence[Any], trial: Any, result: Mapping[str, Any], **info: Any
    ) -> None:
        """Call `log_trial_result`."""
        self.log_trial_result(iteration, trial, result)

    def on_trial_complete(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Call `log_trial_end`."""
        self.log_trial_end(trial, failed=False)

    def on_trial_error(self, iteration: int, trials: Sequence[Any], trial: Any, **info: Any) -> None:
        """Call `log_trial_end`."""
        self.log_trial_end(trial, failed=True)


def folder_of(trial: Any) -> Path:
    """The folder of a trial, made if need be."""
    folder = Path(trial.local_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def plain(value: Any) -> Any:
    """A value as JSON can say it: arrays as lists, anything unknown by its text."""
    value = native(value)
    if isinstance(value, PLAIN | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    tolist = getattr(value, "tolist", None)
    if callable(tolist):
        return plain(tolist())
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    return str(value)


def pretty_print(result: Mapping[str, Any], exclude: Iterable[str] | None = None) -> str:
    """A result as YAML, less its configuration and what is None."""
    import yaml

    left_out = {"config", "hist_stats", *(exclude or ())}
    shown = {name: value for name, value in result.items() if value is not None and name not in left_out}
    text: str = yaml.safe_dump(plain(shown), default_flow_style=False)
    return text
