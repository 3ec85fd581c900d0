"""The end of a trial: what the sampler has to say before it is written."""

from typing import Any

from luthier.compat.optuna.attrs import prefixed
from luthier.compat.optuna.samplers.base import hears_ends
from luthier.compat.optuna.storages.book import Book
from luthier.compat.optuna.trial.base import CONSTRAINT
from luthier.compat.optuna.trial.state import state_of
from luthier.storage.protocol import Update

__all__ = ["with_notes"]


def with_notes(study: Any, book: Book, update: Update) -> Update:
    """The end of a trial with the system attributes that were set meanwhile, by the sampler's `after_trial` too."""
    if not hears_ends(study.sampler):
        book.live.pop(update.number, None)
        return noted(book, update)
    trial = book.ending(update)
    values = None if update.values is None else list(update.values)
    try:
        study.sampler.after_trial(study, trial, state_of(update.state), values)
    except Exception:
        book.notes.pop(update.number, None)
        raise
    return noted(book, update)


def noted(book: Book, update: Update) -> Update:
    """The end of a trial with what was noted of it."""
    notes = book.notes.pop(update.number, {})
    bounds = {
        key.removeprefix(CONSTRAINT): notes.pop(key) for key in list(notes) if key.startswith(CONSTRAINT)
    }
    if not notes and not bounds:
        return update
    return update._replace(
        constraints={**update.constraints, **bounds},
        user_attrs={**update.user_attrs, **prefixed(notes)},
    )
