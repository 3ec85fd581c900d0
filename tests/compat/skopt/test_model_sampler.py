"""The model-based search obeys the laws of all samplers, and finds minima."""

from typing import Any

import numpy as np
import pytest

from luthier.base.seeding import rng_for
from luthier.compat.skopt.estimators import cook_estimator
from luthier.compat.skopt.search.sampler import HEDGED, TAG, ModelSampler, Settings
from luthier.compat.skopt.search.surrogate import fit, lied_to, targets
from luthier.compat.skopt.space import Space
from luthier.records.history import History
from luthier.samplers.protocol import Sampler
from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space as Domains
from luthier.testing.samplers import SamplerLaws, crowd


def searcher(name: str, **settings: Any) -> ModelSampler:
    """A small search over any space."""
    estimator = cook_estimator(name, Space([(0.0, 1.0)]), random_state=0)
    if name != "GP":
        estimator.set_params(n_estimators=4)
    chosen: dict[str, Any] = {"n_points": 40, "acq_func": "EI", "descend": name == "GP"} | settings
    made = Settings(**chosen)
    return ModelSampler(Space([]), domains={}, estimator=estimator, n_initial=4, settings=made)


class TestForest(SamplerLaws):
    @pytest.fixture(scope="class")
    @classmethod
    def sampler(cls) -> Sampler:
        return searcher("ET")


@pytest.mark.slow
class TestProcess(SamplerLaws):
    @pytest.fixture(scope="class")
    @classmethod
    def sampler(cls) -> Sampler:
        return searcher("GP", acq_func="gp_hedge", n_restarts=2)


def history(X: Any, Y: Any, pending: Any = (), tags: Any = None) -> History:
    """Told and running trials of one objective."""
    X = np.asarray(X, dtype=float)
    return History(
        X=X,
        Y=np.asarray(Y, dtype=float).reshape(len(X), 1),
        violation=np.zeros(len(X)),
        fidelity=np.full(len(X), np.inf),
        number=np.arange(len(X)),
        pending=np.asarray(pending, dtype=float).reshape(-1, X.shape[1]),
        all_tags=tags or [{} for _ in range(len(X))],
    )


LINE = Domains({"x": Float(0.0, 1.0)})


def parabola(n: int = 9) -> History:
    X = np.linspace(0.0, 1.0, n).reshape(-1, 1)
    return history(X, (X - 0.6) ** 2)


@pytest.mark.parametrize("acq_func", ["EI", "PI", "LCB", "MES", "gp_hedge"])
def test_a_process_proposes_near_the_minimum_of_what_it_saw(acq_func: str) -> None:
    sampler = searcher("GP", acq_func=acq_func, n_points=200, descend=acq_func != "MES")
    proposals = sampler.propose(LINE, parabola(), rng_for(0, 0), 1)
    assert abs(proposals.X[0, 0] - 0.6) < 0.1


def test_a_descent_ends_below_the_best_candidate() -> None:
    found = {}
    for descend in (False, True):
        sampler = searcher("GP", acq_func="LCB", n_points=5, descend=descend, options={"kappa": 0.0})
        found[descend] = abs(sampler.propose(LINE, parabola(), rng_for(1, 0), 1).X[0, 0] - 0.6)
    assert found[True] < 0.01 < found[False]


def test_running_trials_push_proposals_away() -> None:
    sampler = searcher("GP", acq_func="EI", n_points=300)
    told = parabola()
    first = sampler.propose(LINE, told, rng_for(0, 0), 1).X
    later = sampler.propose(LINE, history(told.X, told.Y, pending=first), rng_for(0, 0), 1).X
    assert abs(later - first)[0, 0] > 1e-3


@pytest.mark.parametrize(("lie", "value"), [("cl_min", 1.0), ("cl_mean", 2.0), ("cl_max", 3.0)])
def test_a_liar_tells_what_it_is_told_to(lie: str, value: Any) -> None:
    from sklearn.neighbors import KNeighborsRegressor

    estimator = KNeighborsRegressor(n_neighbors=1)
    X, y = np.array([[0.0], [0.1], [0.2]]), np.array([[1.0], [2.0], [3.0]])
    model = lied_to(fit(estimator, X, y), estimator, (X, y), np.array([[0.9]]), lie=lie)
    assert model.predict([[0.9]]) == [value]


def test_failed_and_infinite_values_count_as_the_worst_seen() -> None:
    Y = np.array([[3.0], [np.inf], [1.0], [-np.inf], [2.0]])
    violation = np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    assert targets(Y, violation).ravel().tolist() == [3.0, 3.0, 1.0, 1.0, 3.0]
    assert targets(np.full((2, 1), np.inf), np.zeros(2)).ravel().tolist() == [0.0, 0.0]
    timed = targets(np.array([[1.0, np.e], [np.inf, np.inf]]), np.zeros(2), timed=True)
    assert timed.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_categories_have_no_order() -> None:
    """The features of three categories are equally far apart."""
    space = Domains({"c": Categorical(("a", "b", "c"))})
    sampler = searcher("ET")
    frame = sampler.framed(space)
    X = frame.features(frame.codes(np.array([[1 / 6], [3 / 6], [5 / 6]])))
    gaps = [np.linalg.norm(X[i] - X[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert gaps == pytest.approx([np.sqrt(2)] * 3)


@pytest.mark.parametrize("name", ["GP", "ET"])
def test_nothing_of_a_finite_space_comes_twice(name: str) -> None:
    space = Domains({"k": Int(0, 3), "c": Categorical(("a", "b", "c"))})
    sampler = searcher(name)
    told = crowd(space, 0)
    for trial in range(12):
        row = sampler.propose(space, told, rng_for(0, trial), 1).X
        X = np.concatenate([told.X, row])
        told = history(X, X.sum(axis=1))
    configs = [str(config) for config in map(Codec(space).decode, told.X.tolist())]
    assert len(set(configs)) == 12
    assert sampler.propose(space, told, rng_for(0, 99), 1).X.shape == (1, 2)


def test_the_hedge_prefers_the_function_whose_nominees_were_good() -> None:
    """One function named the minimum time and again, the others the far end."""
    sampler = searcher("GP", acq_func="gp_hedge", n_points=50, options={"eta": 50.0})
    told = parabola()
    good = HEDGED.index("LCB")
    nominees = [[0.61 if place == good else 0.0] for place in range(3)]
    tagged = history(told.X, told.Y, tags=[{TAG: nominees}] * len(told))
    chosen = []
    for trial in range(6):
        proposals = sampler.propose(LINE, tagged, rng_for(0, trial), 1)
        named = proposals.tag(0).get(TAG)
        if named is not None:
            chosen.append(proposals.X[0].tolist() == named[good])
    assert chosen
    assert all(chosen)


def test_several_objectives_count_alike() -> None:
    Y = np.array([[0.0, 100.0], [1.0, 0.0], [0.5, 50.0]])
    assert np.ptp(targets(Y, np.zeros(3))) < 1e-9
