"""The verbs of a search space: their bounds, and how a configuration is made of them."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier import Categorical, Float, Int
from luthier.compat import tune
from luthier.compat.tune.domains import Ranged
from luthier.compat.tune.flat import FlatResult, flatten, nest
from luthier.compat.tune.proposals import Variants
from luthier.compat.tune.variants import RecursiveDependency, grids_of, merged, overlay, ranges_of, resolve


def state_of_numpy() -> list[int]:
    """The state of numpy's global generator."""
    state: Any = np.random.get_state()  # noqa: NPY002 - as scripts use it
    words: list[int] = state[1].tolist()
    return words


def drawn(space: dict[str, Any], seed: int = 0, number: int = 0) -> dict[str, Any]:
    """A configuration of a space."""
    rng = np.random.default_rng(seed)

    def choose(_: str, verb: Ranged) -> Any:
        return verb.encode(verb.sample(random_state=rng))

    config: dict[str, Any] = resolve(space, choose, seed=seed, number=number)
    return config


@pytest.mark.parametrize(
    ("verb", "native"),
    [
        (tune.uniform(1, 10), Float(1, 10)),
        (tune.loguniform(1e-4, 1e-1), Float(1e-4, 1e-1, log=True)),
        (tune.quniform(0, 1, 0.25), Float(0, 1, step=0.25)),
        (tune.qloguniform(0.5, 8, 0.5), Float(0.5, 8, log=True, step=0.5)),
        (tune.randint(0, 10), Int(0, 9)),
        (tune.lograndint(1, 100), Int(1, 99, log=True)),
        (tune.qrandint(1, 10), Int(1, 9)),
        (tune.qrandint(0, 10, 5), Int(0, 10, step=5)),
        (tune.qrandint(3, 14, 5), Int(5, 10, step=5)),
        (tune.qlograndint(10, 1000, 10), Int(10, 1000, log=True, step=10)),
        (tune.choice(["a", None, 3]), Categorical(("a", None, 3))),
        (tune.choice(["a", "a", "b", "c"]), Categorical(("a", "b", "c"), (0.5, 0.25, 0.25))),
    ],
)
def test_a_verb_is_a_range_of_luthier(verb: Ranged, native: Any) -> None:
    assert verb.native == native


@pytest.mark.parametrize(
    "make",
    [
        lambda: tune.quniform(0.1, 1, 0.25),
        lambda: tune.loguniform(0, 1),
        lambda: tune.randint(3, 3),
        lambda: tune.qrandint(1, 3, 5),
        lambda: tune.randn(0, 0),
        lambda: tune.choice([]),
        lambda: tune.sample_from(lambda a, b: a + b),
    ],
)
def test_an_impossible_range_is_a_value_error(make: Any) -> None:
    with pytest.raises(ValueError, match="Expected"):
        make()


def test_normal_parameters_have_their_mean_and_spread() -> None:
    values = np.array(tune.randn(3, 2).sample(size=4000, random_state=1))
    assert values.mean() == pytest.approx(3, abs=0.15)
    assert values.std() == pytest.approx(2, abs=0.15)
    steps = tune.qrandn(0, 1, 0.5).sample(size=100, random_state=1)
    assert {step % 0.5 for step in steps} == {0}


def test_repeated_choices_count_as_often_as_they_stand_there() -> None:
    values = tune.choice(["a", "a", "a", "b"]).sample(size=1000, random_state=0)
    assert values.count("a") == pytest.approx(750, abs=50)


def test_choices_without_a_durable_form_reach_the_trainable_themselves() -> None:
    def double(x: int) -> int:
        return 2 * x

    verb: Any = tune.choice([double, np.ones(2), "plain"])
    labels = verb.native.choices
    assert all(isinstance(label, str) for label in labels)
    assert verb.decode(labels[0]) is double
    assert verb.encode(double) == labels[0]
    same: Any = tune.choice([double, np.ones(2), "plain"])
    assert labels == same.native.choices


def test_verbs_stand_anywhere_in_dicts_lists_and_tuples() -> None:
    space = {"net": {"layers": [tune.choice([1]), (2, tune.randint(3, 4))], "act": "relu"}}
    assert drawn(space) == {"net": {"layers": [1, (2, 3)], "act": "relu"}}
    assert set(ranges_of(space)) == {"net/layers/0", "net/layers/1/1"}
    assert isinstance(space["net"]["layers"][0], Ranged)  # the space itself stays as it was


@pytest.mark.parametrize(
    "function",
    [
        lambda config: config["a"] * 2,
        lambda config: config.a * 2,
        lambda spec: spec.config.a * 2,
        lambda spec: spec["config"]["a"] * 2,
    ],
)
def test_a_function_reads_the_rest_of_the_configuration(function: Any) -> None:
    assert drawn({"b": tune.sample_from(function), "a": tune.randint(4, 5)}) == {"b": 8, "a": 4}


def test_functions_may_depend_on_each_other_but_not_in_a_circle() -> None:
    chain = {
        "c": tune.sample_from(lambda config: config.b + 1),
        "b": tune.sample_from(lambda config: config.a + 1),
        "a": tune.sample_from(lambda: 1),
    }
    assert drawn(chain) == {"a": 1, "b": 2, "c": 3}
    circle = {"a": tune.sample_from(lambda c: c.b), "b": tune.sample_from(lambda c: c.a)}
    with pytest.raises(RecursiveDependency, match="a, b"):
        drawn(circle)


@given(seed=st.integers(0, 2**32), number=st.integers(0, 10_000))
def test_functions_draw_the_same_for_a_trial_and_leave_the_global_generators_alone(
    seed: int, number: int
) -> None:
    space = {"x": tune.sample_from(lambda _: (random.random(), np.random.random()))}  # noqa: NPY002 - as scripts do
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 - as scripts do
    before = random.getstate(), state_of_numpy()
    first = drawn(space, seed, number)
    assert (random.getstate(), state_of_numpy()) == before
    assert drawn(space, seed, number) == first
    assert drawn(space, seed, number + 1) != first


def test_a_choice_may_bring_parameters_of_its_own() -> None:
    space = {
        "opt": tune.choice([{"name": "sgd", "momentum": tune.uniform(0.5, 0.9)}]),
        "x": tune.choice([tune.randint(7, 8)]),
    }
    config = drawn(space)
    assert config["opt"]["name"] == "sgd"
    assert 0.5 <= config["opt"]["momentum"] <= 0.9
    assert config["x"] == 7


def test_grids_are_combined_with_the_first_by_name_fastest() -> None:
    space = {"b": {"y": tune.grid_search(["u", "v"])}, "a": tune.grid_search([1, 2]), "c": tune.uniform(0, 1)}
    assert grids_of(space) == [
        {"a": 1, "b/y": "u"},
        {"a": 2, "b/y": "u"},
        {"a": 1, "b/y": "v"},
        {"a": 2, "b/y": "v"},
    ]


def test_a_grid_within_a_grid_counts_for_its_own_value_only() -> None:
    space = {"a": tune.grid_search([0, {"deep": tune.grid_search([1, 2])}])}
    assert len(grids_of(space)) == 3


def test_num_samples_repeats_grids_and_presets_come_first() -> None:
    space = {"g": tune.grid_search([1, 2]), "x": tune.uniform(0, 1), "fixed": 5}
    assert Variants(space, 3).total == 6
    variants = Variants(space, 3, [{"x": 0.5, "fixed": 5}, {"x": 0.25, "g": 2}])
    assert variants.total == 5
    assert [dict(variants.fixed(place)) for place in range(5)] == [
        {"x": 0.5, "g": 1},
        {"x": 0.5, "g": 2},
        {"x": 0.25, "g": 2},
        {"g": 1},
        {"g": 2},
    ]


@pytest.mark.parametrize("preset", [{"x": 2.0}, {"fixed": 6}, {"other": 1}])
def test_a_preset_outside_of_the_space_is_refused(preset: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="points_to_evaluate"):
        Variants({"x": tune.uniform(0, 1), "fixed": 5}, 1, [preset])


def test_spaces_and_configurations_are_laid_over_each_other() -> None:
    assert merged({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"y": 4}}) == {"a": {"x": 1, "y": 4}, "b": 3}
    config: dict[str, Any] = {"a": {"x": [1, 2]}, "b": 0}
    overlay(config, {"a/x/1": 5, "b": 1, "new/name": 2})
    assert config == {"a": {"x": [1, 5]}, "b": 1, "new/name": 2}


names = st.text("abc", min_size=1)


@given(st.dictionaries(names, st.dictionaries(names, st.integers(), min_size=1)))
def test_flat_names_lead_back_to_nested_ones(nested: dict[str, dict[str, int]]) -> None:
    assert nest(flatten(nested)) == nested
    result = FlatResult(nested)
    assert all(result[name] == value and name in result for name, value in flatten(nested).items())
    assert result.get("no/such/name") is None
