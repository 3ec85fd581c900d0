"""When a call of `optimize` has done enough."""

import math
from dataclasses import dataclass

from luthier.base.errors import InvalidInput, explain
from luthier.base.numbers import as_int

__all__ = ["Budget"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of one `optimize` call; None is no limit.

    Raises:
        InvalidInput: a limit is negative or no number.
    """

    #: Trials to bring to an end. Retries of one trial count once.
    n_trials: int | None = None
    #: Seconds after which no trial is started; running ones finish.
    timeout: float | None = None
    #: Seconds after which an attempt is killed.
    trial_timeout: float | None = None
    #: Further attempts for a trial that raised, crashed or timed out.
    retries: int = 0

    def __post_init__(self) -> None:
        for name, value in (("n_trials", self.n_trials), ("retries", self.retries)):
            count = as_int(value)
            if value is not None and (count is None or count < 0):
                raise InvalidInput(
                    explain(f"{name} to be an int >= 0", repr(value), "Pass a count or leave it out.")
                )
            object.__setattr__(self, name, count)  # as an int of Python, whatever integer it was
        for name, seconds in (("timeout", self.timeout), ("trial_timeout", self.trial_timeout)):
            number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
            if seconds is not None and (not number or math.isnan(seconds) or seconds < 0):
                raise InvalidInput(
                    explain(f"{name} to be seconds >= 0", repr(seconds), "Pass a number or leave it out.")
                )
