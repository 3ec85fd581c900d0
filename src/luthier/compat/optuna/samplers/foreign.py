"""Samplers written for Optuna, on luthier's engine.

What a sampler chooses together becomes the values that a trial starts with, and what it chooses one by one is its
answer to a question of the running trial. System attributes that it sets while it chooses are tags of the trial.
"""

from collections.abc import Sequence
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.attrs import TAG
from luthier.compat.optuna.distributions.native import distribution_of, native_value
from luthier.compat.optuna.samplers.base import BaseSampler
from luthier.engine.propose import Proposal
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING
from luthier.storage.protocol import Draft

__all__ = ["ForeignProposer"]


@final
class ForeignProposer:
    """Asks a `BaseSampler` in the name of the engine."""

    def __init__(self, study: Any, sampler: BaseSampler) -> None:
        self.study = study
        self.book = study._book  # noqa: SLF001 - of the door
        self.sampler = sampler

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal:
        """What the sampler chooses together for the trial that is to get this number."""
        book, sampler, study = self.book, self.sampler, self.study
        trial = book.provisional(number)
        first = number - len(drafts)
        book.notes.pop(number, None)
        book.coming = {
            first + place: book.provisional(first + place, draft) for place, draft in enumerate(drafts)
        }
        book.coming[number] = trial
        try:
            sampler.before_trial(study, trial)
            space = sampler.infer_relative_search_space(study, trial)
            chosen = sampler.sample_relative(study, trial, space)
        finally:
            book.coming = {}
        unknown = chosen.keys() - space.keys()
        if unknown:
            raise InvalidInput(
                explain(
                    f"{sampler}.sample_relative to choose within its search space {sorted(space)}",
                    f"values for {sorted(unknown)}",
                    "Return values for those names only.",
                ),
            )
        # A trial that waited exists already: what is noted of it is written with its end.
        notes = None if number < len(book.view.records) else book.notes.pop(number, None)
        values = {name: native_value(space[name], value) for name, value in chosen.items()}
        return values, {TAG: notes} if notes else NOTHING

    def answer(self, message: Suggest) -> Any:
        """What the sampler chooses for one parameter.

        Raises:
            InvalidInput: it is no value of the range.
        """
        distribution = distribution_of(message.domain)
        if distribution.single():
            return native_value(distribution, distribution.to_external_repr(lowest(distribution)))
        trial = self.book.trial(message.trial)
        chosen = self.sampler.sample_independent(self.study, trial, message.name, distribution)
        value = native_value(distribution, chosen)
        if not message.domain.contains(value):
            raise InvalidInput(
                explain(
                    f"{self.sampler}.sample_independent to give {message.name!r} within {message.domain}",
                    repr(chosen),
                    "Return a value of the range.",
                ),
            )
        return value


def lowest(distribution: Any) -> float:
    """The first value of a range in its internal representation."""
    return float(getattr(distribution, "low", 0.0))
