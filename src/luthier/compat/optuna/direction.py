"""Whether an objective is to be small or large, with the numbers that Optuna gave it."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.records.study import Direction

__all__ = ["StudyDirection", "chosen_directions", "directions_of"]


class StudyDirection(IntEnum):
    """The direction of an objective."""

    NOT_SET = 0
    MINIMIZE = 1
    MAXIMIZE = 2

    @property
    def native(self) -> Direction:
        """The native direction."""
        return Direction.MAXIMIZE if self is StudyDirection.MAXIMIZE else Direction.MINIMIZE


def directions_of(directions: Sequence[Direction]) -> list[StudyDirection]:
    """The door's directions for luthier's."""
    return [StudyDirection[direction.name] for direction in directions]


def chosen_directions(direction: Any, directions: Any) -> list[Direction] | None:
    """What a user said of directions, None when nothing.

    Raises:
        InvalidInput: both arguments were given, there is no direction, or one that does not exist.
    """
    if direction is None and directions is None:
        return None
    if direction is not None and directions is not None:
        raise InvalidInput(explain("either `direction` or `directions`", "both", "Drop one of the two."))
    if direction is not None and not isinstance(direction, str | StudyDirection):
        raise InvalidInput(
            explain("one direction", repr(direction), "Use `directions` for several objectives.")
        )
    wanted = [direction] if directions is None else list(directions)
    if not wanted:
        raise InvalidInput(explain("at least one direction", "none", 'Pass directions=["minimize", …].'))
    return [native_direction(each) for each in wanted]


def native_direction(name: Any) -> Direction:
    """The native direction for what a user wrote."""
    if isinstance(name, StudyDirection) and name is not StudyDirection.NOT_SET:
        return name.native
    if isinstance(name, str) and name in {"minimize", "maximize"}:
        return Direction(name)
    raise InvalidInput(explain('"minimize" or "maximize"', repr(name), "Correct the direction."))
