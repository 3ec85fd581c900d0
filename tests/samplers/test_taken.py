"""Which configurations of a finite space count as tried."""

from dataclasses import replace

import numpy as np

from luthier.samplers.taken import Cells, Taken, proposed_tags
from luthier.space import Int, Space
from luthier.testing.samplers import crowd

SPACE = Space({"a": Int(0, 2), "b": Int(0, 2)})


def test_what_was_proposed_counts_in_the_space_of_its_names_alone() -> None:
    """A trial took (0, 0) twice, was proposed (0, 2), and ran (2, 2) in its place."""
    history = replace(crowd(SPACE, 2), X=np.full((2, 2), 1 / 6))
    cells = Cells(SPACE)
    (tags,) = proposed_tags(cells, history, cells.middles(np.array([[0, 2]])))
    told = replace(crowd(SPACE, 1), X=np.full((1, 2), 5 / 6), all_tags=[tags])
    other = Space({"a": Int(0, 2), "c": Int(0, 2)})
    at = np.array([[0, 2]])
    assert Taken.of(SPACE, told).contains(at).all()
    assert not Taken.of(other, told).contains(at).any()


def test_what_was_proposed_counts_however_the_columns_are_ordered() -> None:
    history = replace(crowd(SPACE, 2), X=np.full((2, 2), 1 / 6))
    cells = Cells(SPACE)
    (tags,) = proposed_tags(cells, history, cells.middles(np.array([[0, 2]])))
    turned = Space({"b": Int(0, 2), "a": Int(0, 2)})
    told = replace(crowd(turned, 1), X=np.full((1, 2), 5 / 6), all_tags=[tags])
    assert Taken.of(turned, told).contains(np.array([[2, 0]])).all()
