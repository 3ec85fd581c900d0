"""Values that a user enqueued under names that no trial asks for: a slip of the pen, most likely."""

import warnings
from collections.abc import Mapping
from typing import Any, final

from luthier.base.callsite import outside
from luthier.base.errors import explain
from luthier.base.names import correction
from luthier.executors.trial import TrialWarning
from luthier.records.state import TrialState
from luthier.records.trial import NOTHING, TrialRecord
from luthier.space.space import Space

__all__ = ["Unasked"]


@final
class Unasked:
    """Remembers what was enqueued for running trials, and warns once of each name that came to nothing."""

    __slots__ = ("given", "said")

    def __init__(self) -> None:
        #: What a user enqueued, with what was proposed beside it, by the number of the running trial.
        self.given: dict[int, Mapping[str, Any]] = {}
        self.said: set[str] = set()

    def check(self, record: TrialRecord, space: Space) -> None:
        """Warn of a trial that ended, if it is complete and no trial has asked for some of its names.

        `space` has all names that were asked for: a trial of one branch need not ask for those of another.
        """
        given = self.given.pop(record.number, NOTHING)
        if record.state is not TrialState.COMPLETE:
            return
        for name in given:
            if name in space or name in self.said:
                continue
            self.said.add(name)
            fix = correction(name, space, otherwise="Correct the name, unless a branch will ask for it.")
            warnings.warn(
                explain(
                    f"the enqueued {name!r} to be a parameter that a trial asks for",
                    f"an objective that so far asks for {', '.join(map(repr, space)) or 'none'}",
                    f"{fix} Its value had no effect on trial {record.number}.",
                ),
                TrialWarning,
                stacklevel=outside(),
            )
