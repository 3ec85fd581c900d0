"""From points to configurations: what a sampler of one's own may get wrong, and how many configurations were tried."""

import logging
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator

import luthier
from luthier.base.errors import InvalidInput
from luthier.engine.propose import distinct
from luthier.records.history import History
from luthier.samplers import Capabilities, Proposals
from luthier.space.space import Space


class Saying:
    """Proposes what it was made of."""

    capabilities = Capabilities()

    def __init__(self, said: Any) -> None:
        self.said = said

    def propose(self, _space: Space, _history: History, _rng: Generator, _n: int) -> Any:
        """What it was made of."""
        return self.said


WRONG: dict[str, Any] = {
    "nan": Proposals(np.array([[0.5, math.nan]])),
    "beyond": Proposals(np.array([[0.5, 7.0]])),
    "below": Proposals(np.array([[-0.1, 0.5]])),
    "too short": Proposals(np.array([[0.5]])),
    "too long": Proposals(np.array([[0.5, 0.5, 0.5]])),
    "one row": Proposals(np.array([0.5, 0.5])),
    "a list": Proposals([[0.5, 0.5]]),  # type: ignore[arg-type]  # the mistake
    "an array": np.array([[0.5, 0.5]]),
    "nothing": None,
}


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
def test_what_a_sampler_of_ones_own_gets_wrong_is_said_with_its_name(said: Any) -> None:
    study = luthier.create_study(sampler=Saying(said))
    study.declare({"x": luthier.Float(0.0, 1.0), "n": luthier.Int(1, 3)})
    with pytest.raises(
        InvalidInput, match=r"^Expected Saying to propose rows of 2 numbers in \[0, 1\], got "
    ):
        study.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0), 1, progress=False)
    assert not study.trials


def test_it_is_said_of_a_value_that_is_asked_for_later_too() -> None:
    study = luthier.create_study(sampler=Saying(Proposals(np.empty((1, 0)))))
    with pytest.raises(
        InvalidInput, match=r"^Expected Saying to propose rows of 1 numbers in \[0, 1\], got "
    ):
        study.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0), 1, progress=False)
    assert [str(trial.state) for trial in study.trials] == ["WAITING"]  # for a sampler that does better


@given(
    st.integers(1, 4).flatmap(
        lambda d: st.lists(st.lists(st.sampled_from([0.0, -0.0, 0.5, math.nan]), min_size=d, max_size=d))
    )
)
def test_a_row_that_asked_for_less_than_another_is_none_of_its_own(rows: list[list[float]]) -> None:
    X = np.array(rows, dtype=np.float64).reshape(len(rows), len(rows[0]) if rows else 1)
    asked = {tuple((column, x + 0.0) for column, x in enumerate(row) if not math.isnan(x)) for row in rows}
    own = [one for one in asked if not any(set(one) < set(other) for other in asked)]
    assert distinct(X) == len(own)


def test_a_finite_search_of_branches_counts_what_it_tried(caplog: pytest.LogCaptureFixture) -> None:
    def objective(trial: luthier.Trial) -> float:
        kind = trial.suggest_categorical("kind", ["a", "b"])
        return float(trial.suggest_int("n", 0, 2)) if kind == "a" else -1.0

    study = luthier.create_study(seed=0)
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(objective, 30, progress=False)
    assert "all 4 configurations were tried" in caplog.text
