"""Grid search over values that the user lists, for any ranges that the objective asks for."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import native, to_json
from luthier.base.seeding import rng_for
from luthier.compat.optuna.attrs import TAG
from luthier.compat.optuna.samplers.base import DoorSampler
from luthier.engine.propose import Proposal, Proposer
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.samplers.origin import origin_tags
from luthier.storage.protocol import Draft

__all__ = ["GridSampler"]

#: The tag, within the door's own, that holds a trial's place in the grid.
PLACE = "grid_id"

#: What the trials of a grid say of themselves.
SAID = origin_tags("grid: sampler=GridSampler")

#: The stream that orders the grid is of no trial.
ORDER = 0x6772_6964


class GridSampler(DoorSampler):
    """Tries every combination of the listed values once, in an order of chance; then the study stops.

    Args:
        search_space: name -> values, each within the range that the objective will ask for.
        seed: of the order.

    Raises:
        ValueError: there are no values to combine, or one that cannot be stored.
    """

    def __init__(self, search_space: Mapping[str, Sequence[Any]], seed: int | None = None) -> None:
        for name, values in search_space.items():
            if not len(values):
                raise InvalidInput(explain(f"values for {name!r}", "none", "List at least one."))
            to_json(list(values))
        self.search_space = {
            name: [native(value) for value in values] for name, values in sorted(search_space.items())
        }
        self.seed = seed
        #: Every combination of the values, in the order of their names.
        self.combinations = list(itertools.product(*self.search_space.values()))

    def proposer(self, study: Any) -> Proposer:
        """The grid in one study."""
        return GridProposer(study._view, self)  # noqa: SLF001 - of the door

    def is_exhausted(self, study: Any) -> bool:
        """Whether every combination was tried or is under way."""
        study._view.sync()  # noqa: SLF001 - of the door
        return GridProposer(study._view, self).left() == 0  # noqa: SLF001 - as above


@final
class GridProposer:
    """Takes the next combination that no trial has. A trial carries its place as a tag, so nothing is kept here."""

    def __init__(self, view: StudyView, grid: GridSampler) -> None:
        self.view = view
        self.grid = grid
        rng = rng_for(view.study.seed, 0, ORDER)
        self.order: list[int] = rng.permutation(len(grid.combinations)).tolist()
        #: How many records were read, and the places that they have taken.
        self.read = 0
        self.taken: set[int] = set()

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """The next combination; None when all are tried or under way."""
        self.catch_up()
        taken = self.taken | {place for draft in drafts if (place := place_in(draft.tags)) is not None}
        for place in self.order:
            if place not in taken:
                values = self.grid.combinations[place]
                return dict(zip(self.grid.search_space, values, strict=True)), {
                    **SAID,
                    TAG: {PLACE: place},
                }
        return None

    def answer(self, message: Suggest) -> Any:
        """Nothing: a grid has listed all of its values.

        Raises:
            InvalidInput: the objective asked for a parameter that is not in the grid, or whose value is out of range.
        """
        raise InvalidInput(
            explain(
                f"values for {message.name!r} within {message.domain} in the grid",
                repr(self.grid.search_space.get(message.name, "none")),
                "List values of that range in search_space.",
            ),
        )

    def left(self) -> int:
        """How many combinations nobody has taken."""
        self.catch_up()
        return len(self.grid.combinations) - len(self.taken)

    def catch_up(self) -> None:
        """Read the places of new trials: a record never loses its tag."""
        records = self.view.records
        for record in itertools.islice(records, self.read, None):
            place = place_in(record.tags)
            if place is not None:
                self.taken.add(place)
        self.read = len(records)


def place_in(tags: Mapping[str, Any]) -> int | None:
    """The place that a trial's tags name."""
    place: int | None = tags.get(TAG, {}).get(PLACE)
    return place
