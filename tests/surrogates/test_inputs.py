"""Points as features: distances say what the groups promise, whatever the space."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.surrogates.inputs import Inputs, Kind
from luthier.surrogates.kernels import matern, squared_distances
from luthier.testing.strategies import spaces

MIXED = Space(
    {
        "rate": Float(1e-5, 1.0, log=True),
        "constant": Int(3, 3),
        "depth": Int(1, 4),
        "width": Int(1, 64, log=True),
        "kind": Categorical(("a", "b", "c")),
        "only": Categorical(("x",)),
    }
)


def encode(**config: object) -> np.ndarray:
    return Codec(MIXED).encode_many([config])


def by_group(inputs: Inputs, X: np.ndarray, other: np.ndarray) -> np.ndarray:
    squares = (inputs.features(X) - inputs.features(other))[0] ** 2
    return np.bincount(inputs.group, squares, minlength=len(inputs.kind))


def test_constants_are_no_features() -> None:
    inputs = Inputs.of(MIXED)
    assert inputs.column.tolist() == [0, 2, 3, 4, 4, 4]
    assert inputs.group.tolist() == [0, 1, 2, 3, 3, 3]
    assert inputs.smooth.tolist() == [True, True, True, False, False, False]
    assert inputs.kind.tolist() == [Kind.NUMBER] * 3 + [Kind.CHOICE]


def test_equal_choices_are_at_distance_0_and_different_ones_at_1() -> None:
    inputs = Inputs.of(MIXED)
    rest = {"rate": 0.1, "constant": 3, "depth": 2, "width": 5, "only": "x"}
    a, b, c = (encode(kind=kind, **rest) for kind in "abc")
    np.testing.assert_allclose([by_group(inputs, a, x)[3] for x in (a, b, c)], [0.0, 1.0, 1.0])


def test_every_number_of_a_cell_is_the_value_of_the_grid() -> None:
    inputs = Inputs.of(MIXED)
    codec = Codec(MIXED)
    X = np.random.default_rng(0).random((500, len(MIXED)))
    proposed = codec.encode_many([codec.decode(row) for row in X.tolist()])
    Z = inputs.features(X)
    np.testing.assert_allclose(Z[:, 1:], inputs.features(proposed)[:, 1:])
    np.testing.assert_allclose(Z[:, 2], proposed[:, 3])


def test_without_rounding_a_grid_counts_as_a_continuum() -> None:
    X = np.random.default_rng(1).random((5, len(MIXED)))
    np.testing.assert_array_equal(Inputs.of(MIXED).features(X, rounded=False)[:, :3], X[:, [0, 2, 3]])


def test_an_inactive_number_differs_from_the_middle_by_its_activity_alone() -> None:
    inputs = Inputs.of(MIXED, conditional=(0,))
    X = np.full((2, len(MIXED)), 0.5)
    X[1, 0] = np.nan
    assert inputs.kind[-1] == Kind.ACTIVITY
    np.testing.assert_array_equal(by_group(inputs, X[:1], X[1:]), [0.0, 0.0, 0.0, 0.0, 1.0])


def test_an_unknown_choice_is_at_equal_distance_from_all() -> None:
    inputs = Inputs.of(MIXED)
    X = np.full((3, len(MIXED)), 0.5)
    X[:, 4] = [1 / 6, 3 / 6, 5 / 6]
    unknown = np.full((1, len(MIXED)), 0.5)
    unknown[:, 4] = np.nan
    distances = [by_group(inputs, X[k : k + 1], unknown)[3] for k in range(3)]
    assert distances == pytest.approx([distances[0]] * 3)
    assert 0.0 < distances[0] < 1.0


def test_a_space_of_constants_has_points_without_features() -> None:
    inputs = Inputs.of(Space({"a": Int(1, 1), "b": Categorical((None,))}))
    assert inputs.features(np.full((4, 2), 0.5)).shape == (4, 0)
    assert Inputs.of(Space({})).features(np.empty((3, 0))).shape == (3, 0)


@given(spaces(), st.data())
def test_kernels_of_all_spaces_are_positive_semidefinite(space: Space, data: st.DataObject) -> None:
    d = len(space)
    conditional = tuple(data.draw(st.sets(st.integers(0, d - 1)))) if d else ()
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    X = rng.random((12, d))
    X[:, conditional] = np.where(rng.random((12, len(conditional))) < 0.5, np.nan, X[:, conditional])
    with np.errstate(all="raise", under="ignore"):
        inputs = Inputs.of(space, conditional)
        Z = inputs.features(X)
        lengthscale = np.exp(rng.normal(size=len(inputs.kind)))
        S = Z / lengthscale[inputs.group]
        K = matern(squared_distances(S, S))
    assert np.isfinite(Z).all()
    assert Z.shape == (12, len(inputs.group))
    assert np.linalg.eigvalsh(K).min() > -1e-9
    np.testing.assert_allclose(np.diagonal(K), 1.0, atol=1e-9)
