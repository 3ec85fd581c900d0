"""Grid search visits everything once."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.records.history import History
from luthier.samplers import GridSampler
from luthier.space import Categorical, Codec, Domain, Float, Int, Normal, Space
from luthier.testing.loop import search
from luthier.testing.problems import Problem
from luthier.testing.samplers import SPACES, crowd

CUBE = Space({"a": Int(0, 99), "b": Int(0, 99), "c": Int(0, 99)})
NAN = float("nan")


def grid(space: Space, history: History, n: int = 1) -> list[dict]:
    X = GridSampler().propose(space, history, rng_for(0, 0), n).X
    return [Codec(space).decode(row) for row in X.tolist()]


@given(st.lists(st.integers(1, 5), max_size=4), st.integers(1, 9))
def test_each_configuration_comes_once_in_any_portions(levels: list[int], n: int) -> None:
    space = Space({f"x{column}": Int(1, count) for column, count in enumerate(levels)})
    history = History.empty(len(space))
    seen: list[tuple] = []
    while len(seen) < (space.size or 0):
        X = GridSampler().propose(space, history, rng_for(0, 0), n).X
        seen += [tuple(row) for row in X.tolist()]
        history = replace(history, pending=np.concatenate([history.pending, X]))
    assert len(seen) == len(set(seen)) == space.size
    assert not grid(space, history)


def test_grids_with_uneven_cells_are_visited_like_any_other() -> None:
    domains: dict[str, Domain] = {
        "a": Int(1, 8, log=True),
        "b": Float(0.5, 2.0, log=True, step=0.5),
        "c": Int(-2, 2, prior=Normal(0, 1)),
    }
    seen = grid(Space(domains), History.empty(3), 1000)
    assert len(seen) == len({tuple(config.values()) for config in seen}) == 8 * 4 * 5


def test_it_goes_on_where_others_were_so_far() -> None:
    """Trials that were enqueued or imported count, wherever they lie."""
    known = crowd(SPACES["finite"], 40, seed=4)
    told = {str(Codec(SPACES["finite"]).decode(row)) for row in known.X.tolist()}
    rest = grid(SPACES["finite"], known, 100)
    assert len(rest) == (SPACES["finite"].size or 0) - len(told)
    assert not told & {str(config) for config in rest}


def test_a_part_of_the_grid_has_looked_everywhere() -> None:
    X = GridSampler().propose(CUBE, History.empty(3), rng_for(0, 0), 100).X
    for column in X.T:
        assert len(np.unique(np.floor(column * 10))) == 10


def test_a_million_configurations_take_no_time_worth_mentioning() -> None:
    known = crowd(CUBE, 5000)
    assert len(grid(CUBE, known, 3)) == 3


def test_parameters_that_a_trial_did_not_ask_for_do_not_matter() -> None:
    """A branch without parameters of its own is one configuration, not one for each value of the others."""
    space = Space({"branch": Categorical(("none", "some")), "k": Int(1, 3)})

    def evaluate(get: object) -> tuple[float, ...]:
        if get("branch") == "some":  # type: ignore[operator]  # typed as an object
            get("k")  # type: ignore[operator]  # typed as an object
        return (0.0,)

    records = search(
        GridSampler(), Problem(name="b", space=space, evaluate=evaluate, optimum=(0.0,)), seed=0, n_trials=20
    )
    assert sorted(str(dict(record.params)) for record in records) == sorted(
        ["{'branch': 'none'}", *(f"{{'branch': 'some', 'k': {k}}}" for k in (1, 2, 3))]
    )


def test_trials_of_other_parameters_say_nothing() -> None:
    """A parameter that turns up late still gets its whole range."""
    others = replace(crowd(SPACES["choices"], 5), X=np.full((5, 1), NAN))
    assert len(grid(SPACES["choices"], others, 9)) == 2


def test_what_cannot_be_enumerated_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match='"lr"'):
        grid(Space({"k": Int(0, 1), "lr": Float(0.0, 1.0)}), History.empty(2))
    with pytest.raises(InvalidInput, match=r"2\*\*24"):
        grid(Space({f"x{column}": Int(0, 99) for column in range(6)}), History.empty(6))
