"""When a running sweep ends early: its target is reached, or nothing that it starts works."""

import os
from collections.abc import Callable
from time import monotonic
from typing import final

from luthier.base.errors import InvalidInput, explain
from luthier.frontends.study import Study
from luthier.frontends.sweep.plan import Metric
from luthier.records.messages import Logged, Reported
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["Flapping", "Target", "number_of"]

#: So many failures before anything has worked end a sweep: within the first seconds, and at any time.
EARLY_FAILURES = 3
EARLY_SECONDS = 60.0
FAILURES = 5

#: Variables that other agents of sweeps heed, too.
DISABLE = "WANDB_AGENT_DISABLE_FLAPPING"
LIMIT = "WANDB_AGENT_MAX_INITIAL_FAILURES"


@final
class Target:
    """A Watcher that starts no further run once one has reported the target."""

    def __init__(self, metric: Metric, stop: Callable[[], None]) -> None:
        self.metric = metric
        self.stop = stop

    def started(self, record: TrialRecord) -> None:
        """Starts say nothing."""

    def heard(self, message: Reported | Logged) -> None:
        """Compare a report with the target."""
        if isinstance(message, Reported) and self.metric.reached(message.value):
            self.stop()

    def ended(self, record: TrialRecord, best: TrialRecord | None) -> None:
        """Ends say nothing that the reports did not."""


@final
class Flapping:
    """A callback that ends a sweep in which every run fails: a typing error is not worth a night.

    Raises:
        InvalidInput: a variable of the environment that has a say in it is no number.
    """

    def __init__(self) -> None:
        self.start = monotonic()
        self.failed = 0
        self.works = os.environ.get(DISABLE) == "true"
        self.limit = number_of(LIMIT, FAILURES)
        #: The last failure, once the sweep was ended for it.
        self.last: TrialRecord | None = None

    def __call__(self, study: Study, record: TrialRecord) -> None:
        """Count the end of a run."""
        self.works = self.works or record.state is not TrialState.FAILED
        self.failed += record.state is TrialState.FAILED
        soon = self.failed >= EARLY_FAILURES and monotonic() - self.start < EARLY_SECONDS
        if self.last is None and not self.works and (soon or self.failed >= self.limit):
            self.last = record
            study.stop()


def number_of(name: str, default: float) -> float:
    """A number >= 0 that the environment may give.

    Raises:
        InvalidInput: it gives something else.
    """
    given = os.environ.get(name)
    if not given:
        return default
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not number >= 0.0:
        raise InvalidInput(explain(f"a number >= 0 in ${name}", repr(given), "Correct or unset it."))
    return number
