"""Samplers made of samplers, and the default that is made of them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.random import Generator

import luthier
from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.records.history import History
from luthier.samplers import (
    AutoSampler,
    CentreSampler,
    CmaSampler,
    Distinct,
    Fallback,
    GridSampler,
    Named,
    PartialFixed,
    Proposals,
    QuasiSampler,
    Sampler,
    StartupThen,
    TPESampler,
    UniformSampler,
)
from luthier.space import Categorical, Codec, Float, Int, Space
from luthier.testing.loop import search
from luthier.testing.problems import PROBLEMS, Problem
from luthier.testing.samplers import SPACES, crowd, flat

PLANE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
START = StartupThen(3, first=CentreSampler(), then=QuasiSampler())


@pytest.mark.parametrize(
    ("told", "pending", "centres"), [(0, 0, 3), (1, 0, 2), (1, 1, 1), (0, 3, 0), (9, 0, 0)]
)
def test_the_start_counts_told_and_running_trials(told: int, pending: int, centres: int) -> None:
    known = crowd(PLANE, told, pending=pending)
    proposals = START.propose(PLANE, known, rng_for(0, 0), 5)
    assert [bool((row == 0.5).all()) for row in proposals.X] == [True] * centres + [False] * (5 - centres)
    places = [told + pending + row for row in range(centres, 5)]
    assert [proposals.tag(row).get("quasi") for row in range(5)] == [None] * centres + places


def test_fixed_parameters_keep_their_value_and_the_others_vary() -> None:
    space = SPACES["mixed"]
    sampler = PartialFixed(TPESampler(), fixed={"c": None, "k": 4, "not yet": 1})
    X = sampler.propose(space, crowd(space, 20, pending=1), rng_for(0, 0), 5).X
    configs = [Codec(space).decode(row) for row in X.tolist()]
    assert {(config["c"], config["k"]) for config in configs} == {(None, 4)}
    assert len({config["x"] for config in configs}) == 5


def test_a_value_fixed_out_of_range_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match='"k"'):
        PartialFixed(UniformSampler(), fixed={"k": 77}).propose(
            SPACES["mixed"], History.empty(4), rng_for(0, 0), 1
        )


@pytest.mark.parametrize(
    "model",
    [AutoSampler(), AutoSampler(ends=False), GridSampler()],
    ids=["auto", "auto that goes on", "grid"],
)
def test_what_was_tried_under_another_value_counts_as_untried(model: Sampler) -> None:
    """One value after the other is held fixed in one study, as far as a finite space goes."""
    study = luthier.create_study(sampler=UniformSampler())
    study.declare({"a": luthier.Int(0, 3), "b": luthier.Int(0, 2)})
    running = study.ask()
    held = running.suggest_int("b", 0, 2)
    for b in range(3):
        study.sampler = PartialFixed(model, fixed={"b": b})
        study.optimize(
            lambda trial: trial.suggest_int("a", 0, 3) + trial.suggest_int("b", 0, 2), 3 + (b != held)
        )
    study.tell(running, held + running.suggest_int("a", 0, 3))
    pairs = [(trial.params["a"], trial.params["b"]) for trial in study.trials]
    assert sorted(pairs) == [(a, b) for a in range(4) for b in range(3)]


def test_a_name_that_is_asked_for_alone_keeps_its_fixed_value() -> None:
    study = luthier.create_study(sampler=PartialFixed(GridSampler(), fixed={"b": 7}))
    trials = [study.ask() for _ in range(3)]
    assert [trial.suggest_int("b", 0, 9) for trial in trials] == [7, 7, 7]


def test_chance_would_not_keep_what_is_fixed() -> None:
    with pytest.raises(InvalidInput, match=r"PartialFixed\(Distinct\(sampler\), fixed=...\)"):
        Distinct(PartialFixed(TPESampler(), fixed={"b": 1}))
    for inner in (
        lambda held: Named(held, name="mine", reason="for a test"),
        lambda held: StartupThen(3, first=UniformSampler(), then=held),
        lambda held: Fallback(held, other=UniformSampler()),
    ):
        with pytest.raises(InvalidInput, match="PartialFixed"):
            Distinct(inner(PartialFixed(TPESampler(), fixed={"b": 1})))


@pytest.mark.parametrize("seed", range(3))
def test_ranges_that_hang_on_others_do_not_end_a_search_early(seed: int) -> None:
    """The known range of "b" grows downwards after a first repeat; every legal pair is run all the same."""

    def objective(trial: luthier.Trial) -> float:
        a = trial.suggest_int("a", 0, 5)
        return a + trial.suggest_int("b", 0 if a == 5 else 3, 4 if a % 2 and a != 5 else 5)

    for sampler in ("grid", "tpe", "auto"):
        study = luthier.create_study(sampler=sampler, seed=seed)
        study.optimize(objective, 80)
        pairs = {(trial.params["a"], trial.params["b"]) for trial in study.trials}
        assert len(pairs) == 3 + 2 + 3 + 2 + 3 + 6


def test_with_everything_fixed_there_is_one_proposal() -> None:
    sampler = PartialFixed(GridSampler(), fixed={"x": 0.25, "y": 0.75})
    assert sampler.propose(PLANE, crowd(PLANE, 0), rng_for(0, 0), 1).X.tolist() == [[0.25, 0.75]]


def test_the_other_sampler_steps_in_where_the_first_cannot() -> None:
    sampler = Fallback(GridSampler(), other=CentreSampler())
    assert sampler.propose(PLANE, History.empty(2), rng_for(0, 0), 2).X.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert len(search(sampler, flat(SPACES["choices"]), seed=0, n_trials=9)) == 2


def test_the_other_sampler_steps_in_where_there_are_too_many_objectives() -> None:
    sampler = Fallback(CmaSampler(), other=CentreSampler())
    assert sampler.propose(PLANE, History.empty(2, 2), rng_for(0, 0), 1).X.tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("workers", [1, 4])
def test_small_spaces_are_tried_out_before_anything_is_repeated(workers: int) -> None:
    space = SPACES["finite"]
    size = space.size or 0
    for sampler, repeats in (
        (AutoSampler(3), 0),
        (AutoSampler(3, ends=False), 9),
        (Distinct(UniformSampler()), 9),
    ):
        records = search(sampler, flat(space), seed=2, n_trials=size + 9, workers=workers)
        configs = [str(record.params) for record in records]
        assert len(set(configs[:size])) == size
        assert len(configs) == size + repeats


def test_rows_of_one_call_are_distinct_too() -> None:
    space = Space({"k": Int(1, 8)})
    X = AutoSampler().propose(space, crowd(space, 3), rng_for(0, 0), 4).X
    assert len(np.unique(X)) == 4


def test_what_chance_draws_keeps_to_the_weights_of_choices() -> None:
    """Of 2^17 configurations two were tried, and the sampler insists on these."""
    space = Space({"c": Categorical(("often", "seldom"), weights=(99, 1)), "n": Int(1, 2**16)})
    history = replace(crowd(space, 2), X=np.array([[0.25, 0.5], [0.75, 0.5]]))
    sampler = Distinct(CentreSampler())
    drawn = [sampler.propose(space, history, rng_for(seed, 0), 1) for seed in range(60)]
    assert all(one.tag(0)["origin"].startswith("chance") for one in drawn)
    assert np.mean([one.X[0, 0] < 0.5 for one in drawn]) > 0.9


def test_a_sampler_that_insists_is_led_elsewhere() -> None:
    space = Space({"k": Int(1, 3)})
    history = replace(History.empty(1), pending=np.array([[0.5]]))
    X = Distinct(CentreSampler()).propose(space, history, rng_for(0, 0), 1).X
    assert X[0, 0] in {0.5 / 3, 2.5 / 3}


def test_the_default_starts_in_the_middle_and_then_spreads() -> None:
    records = search(AutoSampler(1), PROBLEMS["sphere2"], seed=1, n_trials=5)
    points = np.array([list(record.params.values()) for record in records])
    assert points[0].tolist() == [0.0, 0.0]
    assert len({(x > 0, y > 0) for x, y in points[1:]}) == 4


def test_the_middle_of_choices_is_any_of_them() -> None:
    space = Space({"c": Categorical(tuple("abc"))})
    drawn = {
        CentreSampler().propose(space, History.empty(1), rng_for(0, trial), 1).X[0, 0] // (1 / 3)
        for trial in range(30)
    }
    assert drawn == {0.0, 1.0, 2.0}


@pytest.mark.parametrize("sampler", [UniformSampler(), QuasiSampler(), CentreSampler()])
def test_weighted_choices_come_as_often_as_their_weights_say(sampler: Sampler) -> None:
    space = Space({"c": Categorical(("a", "b", "c"), (6, 3, 1))})
    X = sampler.propose(space, History.empty(1), rng_for(0, 0), 2000).X
    drawn = [Codec(space).decode(row)["c"] for row in X.tolist()]
    assert [drawn.count(choice) / 2000 for choice in "abc"] == pytest.approx([0.6, 0.3, 0.1], abs=0.03)


def test_no_value_of_a_log_scaled_grid_comes_twice_before_all_came_once() -> None:
    space = Space({"n": Int(1, 12, log=True)})
    problem = Problem(name="n", space=space, evaluate=lambda get: (float(get("n")),), optimum=(1.0,))
    seen = search(AutoSampler(1), problem, seed=1, n_trials=12)
    assert sorted(record.params["n"] for record in seen) == list(range(1, 13))


def test_an_untried_configuration_drawn_by_chance_says_so() -> None:
    """It does not carry what the sampler wants to read back from its own."""

    class Marked(CentreSampler):
        def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
            return super().propose(space, history, rng, n)._replace(tags=[{"mine": 1}] * n)

    space = Space({"k": Int(1, 3)})
    first, second = Distinct(Marked()).propose(space, History.empty(1), rng_for(0, 0), 2).tags
    assert first == {"mine": 1}
    assert second == {"origin": "chance: an untried configuration"}
