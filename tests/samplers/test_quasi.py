"""One sequence for the whole study."""

from dataclasses import replace

import numpy as np

from luthier.base.arrays import Array
from luthier.base.seeding import rng_for
from luthier.records.history import History
from luthier.samplers import QuasiSampler
from luthier.space import Float, Space
from luthier.testing.loop import search
from luthier.testing.problems import PROBLEMS

PLANE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})


def first(n: int, seed: int = 0, space: Space = PLANE, trial: int = 0) -> Array:
    return QuasiSampler(seed).propose(space, History.empty(len(space)), rng_for(seed, trial), n).X


def test_trial_by_trial_and_all_at_once_are_the_same_points() -> None:
    records = search(QuasiSampler(5), PROBLEMS["sphere2"], seed=1, n_trials=16, workers=3)
    X = np.array([[record.params[name] for name in ("x0", "x1")] for record in records]) / 10 + 0.5
    np.testing.assert_allclose(X, first(16, 5, PROBLEMS["sphere2"].space), atol=1e-12)


def test_sixteen_points_are_spread_over_sixteen_cells() -> None:
    cells = np.floor(first(16) * 4)
    assert len(np.unique(cells, axis=0)) == 16


def test_the_next_place_is_after_all_that_were_given_out() -> None:
    told = [{}, {"quasi": 7}, {"quasi": 2}]
    known = History(
        X=np.full((3, 2), np.nan),
        Y=np.zeros((3, 1)),
        violation=np.zeros(3),
        fidelity=np.full(3, np.inf),
        number=np.arange(3),
        pending=np.full((1, 2), 0.5),
        pending_tags=[{"quasi": 9}],
        all_tags=told,
    )
    sampler = QuasiSampler()
    assert sampler.propose(PLANE, known, rng_for(0, 0), 2).tags == [{"quasi": 10}, {"quasi": 11}]
    later = replace(known, pending=np.empty((0, 2)), pending_tags=())
    assert sampler.propose(PLANE, later, rng_for(0, 0), 1).tags == [{"quasi": 8}]


def test_a_trial_without_a_place_takes_one() -> None:
    known = replace(History.empty(2), pending=np.full((2, 2), 0.5))
    assert QuasiSampler().propose(PLANE, known, rng_for(0, 0), 1).tags == [{"quasi": 2}]


def test_the_seed_and_not_the_trial_decides() -> None:
    np.testing.assert_array_equal(first(4, trial=0), first(4, trial=9))
    assert not np.array_equal(first(4, seed=0), first(4, seed=1))


def test_parameters_proposed_one_by_one_do_not_move_together() -> None:
    one, other = first(1, space=Space({"x": PLANE["x"]})), first(1, space=Space({"y": PLANE["y"]}))
    assert one[0, 0] != other[0, 0]


def test_beyond_the_table_values_are_uniform_and_not_an_error() -> None:
    wide = Space({f"x{column}": Float(0.0, 1.0) for column in range(1030)})
    X = first(3, space=wide)
    assert X.shape == (3, 1030)
    assert len(np.unique(X[:, 1024:])) == 18


def test_what_is_asked_for_by_itself_repeats_no_value_of_whole_points() -> None:
    """The first places of all dimensions have few values; a parameter may be a first column here and a third there."""
    space = Space({name: Float(0.0, 1.0) for name in "abc"})
    for seed in range(20):
        whole = first(8, seed, space)[:, 2]
        alone = [
            QuasiSampler(seed)
            .propose(
                Space({"c": Float(0.0, 1.0)}),
                replace(History.empty(1), part=True, turn=turn),
                rng_for(0, 0),
                1,
            )
            .X.item()
            for turn in range(8)
        ]
        assert not set(whole.tolist()) & set(alone)
