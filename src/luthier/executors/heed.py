"""Whether an objective heeds the scheduler: where none of its trials asks, what the scheduler decides has no effect."""

import warnings
from typing import Any, final

from luthier.base.callsite import outside
from luthier.base.errors import explain
from luthier.executors.protocol import Respond
from luthier.executors.trial import TrialWarning
from luthier.records.messages import Decision, Ended, Ending, Logged, Reported, Suggest

__all__ = ["Heed"]


@final
class Heed:
    """Answers running trials as `respond` does, and warns once if one reports on after it was told to stop.

    It goes by the end of that trial, and by whether any trial of the executor has asked for a verdict until then.
    """

    __slots__ = ("_ignored", "_respond", "asked", "stopped")

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        #: Whether any trial asked for a verdict, or the warning was given: then nothing is left to be said.
        self.asked = False
        #: The steps at which trials were first told to stop, by number.
        self.stopped: dict[int, int] = {}
        #: Those of them that reported a later step.
        self._ignored: set[int] = set()

    def __call__(self, message: Suggest | Reported | Logged) -> Any:
        """The driver's answer."""
        answer = self._respond(message)
        if isinstance(message, Reported) and not self.asked:
            if message.step > self.stopped.get(message.trial, message.step):
                self._ignored.add(message.trial)
            if answer is Decision.STOP:
                self.stopped.setdefault(message.trial, message.step)
        return answer

    def ended(self, ended: Ended) -> None:
        """Hear of the end of a trial; called where some were told to stop."""
        step = self.stopped.pop(ended.trial, None)
        ignored = ended.trial in self._ignored
        self._ignored.discard(ended.trial)
        if self.asked or not ignored or ended.ending is not Ending.RETURNED:
            return
        self.asked = True
        warnings.warn(
            explain(
                "an objective that asks trial.should_prune(), for the study has a scheduler",
                f"trial {ended.trial}, which was to stop at step {step} and never asked",
                "Add `if trial.should_prune(): raise luthier.TrialPruned` after trial.report().",
            ),
            TrialWarning,
            stacklevel=outside(),
        )
