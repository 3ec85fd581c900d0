"""Points to look at."""

import numpy as np
import pytest

from luthier.base.seeding import rng_for
from luthier.samplers.gp.moves import GRAIN, Moves
from luthier.space.codec import Codec
from luthier.space.space import Space
from luthier.testing.samplers import SPACES

VARYING = {name: space for name, space in SPACES.items() if Moves(space).varying.size}


@pytest.fixture(params=sorted(VARYING))
def space(request: pytest.FixtureRequest) -> Space:
    return VARYING[request.param]


def test_all_moves_stay_in_the_cube(space: Space) -> None:
    moves, rng = Moves(space), rng_for(1, 0)
    good = moves.anywhere(rng, 3)
    drawn = [good, moves.around(rng, good, 50), moves.along(rng, good[0], 20), moves.next_to(rng, good[0])]
    X = np.concatenate(drawn)
    assert X.shape[1] == len(space)
    assert ((X >= 0.0) & (X <= 1.0)).all()


def test_snapping_changes_no_value(space: Space) -> None:
    """Grids and choices keep theirs; a continuum moves by less than anyone sees; a second time moves nothing."""
    moves, codec = Moves(space), Codec(space)
    X = moves.anywhere(rng_for(2, 0), 40)
    snapped = moves.snapped(X)
    np.testing.assert_array_equal(moves.snapped(snapped), snapped)
    for before, after in zip(X.tolist(), snapped.tolist(), strict=True):
        old, new = codec.decode(before), codec.decode(after)
        for column, (name, domain) in enumerate(space.items()):
            if column in moves.edges or column in moves.fine or column in moves.choices:
                assert old[name] == new[name] or domain.levels == 1
            else:
                assert abs(before[column] - after[column]) <= GRAIN / 2


def test_single_steps_change_one_value_each() -> None:
    space = SPACES["mixed"]
    moves, codec = Moves(space), Codec(space)
    centre = moves.snapped(np.array([[0.3, 0.5, 0.5, 0.5]]))[0]
    here = codec.decode(centre.tolist())
    seen = set()
    for row in moves.next_to(rng_for(3, 0), centre).tolist():
        there = codec.decode(row)
        changed = [name for name in space if there[name] != here[name]]
        assert len(changed) == 1
        seen.add((changed[0], str(there[changed[0]])))
    assert {("c", "a"), ("c", "3"), ("k", "4"), ("k", "6")} <= seen


def test_moves_along_one_column_change_just_that_one() -> None:
    moves = Moves(SPACES["floats"])
    centre = np.array([0.2, 0.7])
    changed = (moves.along(rng_for(4, 0), centre, 30) != centre).sum(axis=1)
    assert (changed == 1).all()
