"""A store that gives somebody the last word on a trial before its end is written."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from luthier.records.trial import Report, TrialRecord
from luthier.storage.protocol import Storage, Update

__all__ = ["FinishingStorage", "finishing"]


class FinishingStorage:
    """The store within, but for the ends of trials: those pass through `last_word` first.

    An error of `last_word` keeps no result from being written: it is raised afterwards.
    """

    def __init__(self, inner: Storage, last_word: Callable[[Update], Update]) -> None:
        self.inner = inner
        self.last_word = last_word

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def update_trials(
        self, study: int, updates: Sequence[Update], reports: Sequence[Report] = ()
    ) -> list[TrialRecord | None]:
        """Write reports and changes of claimed trials in one transaction."""
        errors: list[Exception] = []
        final: list[Update] = []
        for update in updates:
            try:
                final.append(self.last_word(update) if update.state.finished else update)
            except Exception as error:  # noqa: BLE001 - foreign code may fail in any way
                errors.append(error)
                final.append(update)
        written = self.inner.update_trials(study, final, reports)
        if errors:
            raise errors[0]
        return written


def finishing(inner: Storage, last_word: Callable[[Update], Update]) -> Storage:
    """The same as a Storage: every other method is that of the store within."""
    return cast("Storage", FinishingStorage(inner, last_word))
