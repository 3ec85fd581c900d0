"""Importances: what matters comes first, and no history of trials is too poor to be asked."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luthier
from luthier.analysis.importance import METHODS, importances
from luthier.analysis.importance.ped_anova import mass
from luthier.base.errors import InvalidInput
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.space.domains import Categorical, Domain, Float, Int


def records_of(objective: Callable[[luthier.Trial], object], n: int = 120, m: int = 1) -> list[TrialRecord]:
    study = luthier.create_study(sampler="uniform", seed=0, directions=["minimize"] * m)
    study.optimize(objective, n_trials=n, progress=False)
    return study.trials


def bowl(trial: luthier.Trial) -> float:
    x = trial.suggest_float("x", -5, 5)
    trial.suggest_float("noise", 1e-5, 1, log=True)
    extra = 10.0 * (trial.suggest_categorical("kind", ["a", "b"]) == "a")
    return x * x + extra + 0.1 * trial.suggest_int("small", 0, 9)


@pytest.fixture(scope="module")
def records() -> list[TrialRecord]:
    return records_of(bowl)


@pytest.mark.parametrize("method", METHODS)
def test_what_moves_the_objective_comes_first_and_what_does_not_comes_last(
    records: list[TrialRecord], method: str
) -> None:
    shares = importances(records, [1.0], method=method)
    names = list(shares)
    assert names[:2] == ["x", "kind"]
    assert shares["noise"] < 0.05 < shares["kind"]
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert sum(shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("method", METHODS)
def test_a_maximised_objective_is_the_mirror_image(records: list[TrialRecord], method: str) -> None:
    mirrored = [record._replace(values=(-record.values[0],)) for record in records if record.values]
    assert importances(mirrored, [-1.0], method=method) == importances(records, [1.0], method=method)


def test_a_conditional_parameter_is_weighed_in_the_trials_that_have_it() -> None:
    def branch(trial: luthier.Trial) -> float:
        if trial.suggest_categorical("kind", ["a", "b"]) == "a":
            return trial.suggest_float("inner", 0, 1)
        return 5.0 + trial.suggest_float("other", 0, 1)

    shares = importances(records_of(branch), [1.0])
    # Of the variance 25/4 is the branch's, and 1/24 in each branch its parameter's, twice as a total effect.
    assert shares["kind"] > 0.95
    assert shares["inner"] == pytest.approx(1 / 150, rel=0.5)
    assert shares["other"] == pytest.approx(1 / 150, rel=0.5)
    shares = importances(records_of(branch), [1.0], method="ped-anova")
    assert shares["inner"] > 0.2
    assert shares["kind"] > 0.05
    assert shares["other"] == 0.0
    forest = importances(records_of(branch), [1.0], method="impurity")
    assert forest == {"kind": 1.0}


def test_ranges_that_move_with_every_trial_count_as_one() -> None:
    def moving(trial: luthier.Trial) -> float:
        width = 1.0 + trial.number / 100
        return trial.suggest_float("x", 0, width) + 0.01 * trial.suggest_float("y", 0, 1)

    shares = importances(records_of(moving), [1.0])
    assert shares["x"] > 0.8


def test_several_objectives_are_about_reaching_the_front() -> None:
    def two(trial: luthier.Trial) -> tuple[float, float]:
        a, b = trial.suggest_float("a", 0, 1), trial.suggest_float("b", 0, 5)
        trial.suggest_float("noise", 0, 1)
        return a + b, 1 - a + b

    records = records_of(two, m=2)
    assert next(iter(importances(records, [1.0, 1.0]))) == "b"
    with pytest.raises(InvalidInput, match="one objective for 'fanova'"):
        importances(records, [1.0, 1.0], method="fanova")
    first = importances(
        records, [1.0, 1.0], method="impurity", target=lambda record: (record.values or (None,))[0]
    )
    assert first["a"] > first["noise"]


def test_a_target_is_explained_instead_of_the_objective(records: list[TrialRecord]) -> None:
    shares = importances(records, [1.0], target=lambda record: float(record.params["small"]))
    assert next(iter(shares)) == "small"


def test_parameters_can_be_chosen(records: list[TrialRecord]) -> None:
    assert set(importances(records, [1.0], params=["x", "noise"])) == {"x", "noise"}
    assert importances(records, [1.0], params=[]) == {}
    with pytest.raises(InvalidInput, match="nope"):
        importances(records, [1.0], params=["nope"])


def test_an_unknown_method_is_named_with_those_that_exist(records: list[TrialRecord]) -> None:
    with pytest.raises(InvalidInput, match="ped-anova"):
        importances(records, [1.0], method="anova")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "values", [[], [1.0], [1.0, 1.0], [2.0, 2.0, 2.0], [1.0, 2.0], [math.inf, 1.0, math.nan]]
)
def test_no_history_is_too_poor(method: str, values: list[float]) -> None:
    records = [
        TrialRecord(
            number=number,
            state=TrialState.COMPLETE,
            params={"x": 0.5, "one": 1, "c": None},
            domains={"x": Float(0, 1), "one": Int(1, 1), "c": Categorical((None,))},
            values=(value,),
        )
        for number, value in enumerate(values)
    ]
    records.append(TrialRecord(number=len(records), state=TrialState.FAILED))
    shares = importances(records, [1.0], method=method)
    assert not shares or sum(shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25)
@given(
    values=st.lists(st.floats(allow_nan=False), min_size=2, max_size=20),
    outlier=st.sampled_from([1.0, 1e200]),
)
def test_shares_sum_to_one_whatever_the_values(method: str, values: list[float], outlier: float) -> None:
    """Nobody is warned either: squares of the largest floats are never taken."""
    domains = {"x": Float(0, 1), "y": Float(0, 1)}
    records = [
        TrialRecord(
            number=number,
            state=TrialState.COMPLETE,
            params=dict(zip("xy", np.random.default_rng(number).random(2).tolist(), strict=True)),
            domains=domains,
            values=(outlier if number == 1 else value,),
        )
        for number, value in enumerate(values)
    ]
    shares = importances(records, [1.0], method=method)
    assert not shares or sum(shares.values()) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in shares.values())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("unit", [1e-300, 1e-9, 1e200, 1e306])
def test_the_unit_of_the_objective_does_not_matter(
    records: list[TrialRecord], method: str, unit: float
) -> None:
    """But for rounding, which decides between equal splits of a tree."""
    scaled = [record._replace(values=(unit * record.values[0],)) for record in records if record.values]
    shares = importances(scaled, [1.0], method=method)
    assert shares == pytest.approx(importances(records, [1.0], method=method), abs=0.01)


@pytest.mark.parametrize("method", ["fanova", "impurity"])
def test_values_that_differ_by_rounding_alone_tell_nothing(records: list[TrialRecord], method: str) -> None:
    same = [0.3, 0.1 + 0.2, 0.3 - 2**-54]
    records = [record._replace(values=(same[record.number % 3],)) for record in records]
    assert set(importances(records, [1.0], method=method).values()) == {0.25}


DOMAINS = st.sampled_from(
    [
        Float(0, 1),
        Float(1e-6, 1, log=True),
        Float(0, 1, step=0.25),
        Int(0, 200),
        Int(1, 64, log=True),
        Int(3, 3),
        Categorical(("a", "b", None)),
    ],
)


@given(DOMAINS, st.lists(st.floats(0, 1), max_size=20))
def test_a_density_is_positive_and_sums_to_one(domain: Domain, places: list[float]) -> None:
    from luthier.space.codec import decoder

    values = [decoder(domain)(place) for place in places]
    density = mass(domain, values)
    assert (density > 0).all()
    assert density.sum() == pytest.approx(1.0)


def test_fanova_matches_the_variances_of_a_function_that_is_known() -> None:
    """Of y = 2a + b on the unit square, a explains 4/5 and b 1/5 of the variance."""
    rng = np.random.default_rng(0)
    domains = {"a": Float(0, 1), "b": Float(0, 1)}
    points = rng.random((400, 2)).tolist()
    records = [
        TrialRecord(
            number=n, state=TrialState.COMPLETE, params={"a": a, "b": b}, domains=domains, values=(2 * a + b,)
        )
        for n, (a, b) in enumerate(points)
    ]
    shares = importances(records, [1.0], method="fanova")
    assert shares["a"] == pytest.approx(0.8, abs=0.05)


def test_a_search_that_has_settled_does_not_hide_what_matters() -> None:
    """Once only good values of x are tried, y is all that differs among most trials."""
    study = luthier.create_study(sampler="gp", seed=2)
    objective = lambda t: (t.suggest_float("x", 0, 1) - 0.3) ** 2 + 0.001 * t.suggest_float("y", 0, 1)  # noqa: E731 - one line says it
    study.optimize(objective, n_trials=30, progress=False)
    assert study.importances()["x"] > 0.99


def test_total_effects_are_those_of_ishigami() -> None:
    """A function whose indices are known in closed form (Ishigami and Homma 1990): 0.558, 0.442, 0.244."""

    def ishigami(trial: luthier.Trial) -> float:
        a, b, c = (trial.suggest_float(name, -np.pi, np.pi) for name in "abc")
        return float(np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a))

    study = luthier.create_study(sampler="quasi", seed=1)
    study.optimize(ishigami, n_trials=200, progress=False)
    shares = study.importances(method="sobol")
    total = 0.558 + 0.442 + 0.244
    expected = {"a": 0.558 / total, "b": 0.442 / total, "c": 0.244 / total}
    assert {name: round(share, 2) for name, share in shares.items()} == pytest.approx(expected, abs=0.06)


def test_the_best_trials_tell_what_matters_when_the_search_covers_the_range() -> None:
    study = luthier.create_study(sampler="quasi", seed=1)
    objective = lambda t: (t.suggest_float("x", 0, 1) - 0.3) ** 2 + 0.001 * t.suggest_float("y", 0, 1)  # noqa: E731 - one line says it
    study.optimize(objective, n_trials=40, progress=False)
    shares = study.importances(method="ped-anova")
    assert list(shares) == ["x", "y"]
    assert shares["x"] > 0.5


def test_a_trial_that_outweighs_all_others_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """One diverged training would decide what seems to matter."""
    found = records_of(bowl, n=40)
    importances(found, [1.0])
    assert "holds" not in caplog.text
    diverged = [record._replace(values=(1e9,)) if record.number == 7 else record for record in found]
    importances(diverged, [1.0], method="ped-anova")
    assert "holds" not in caplog.text
    importances(diverged, [1.0])
    assert "Trial 7 holds 97 % of the variance" in caplog.text
    caplog.clear()
    kept = importances(diverged, [1.0], target=lambda record: None if record.number == 7 else record.value)
    assert "holds" not in caplog.text
    assert kept == importances([record for record in found if record.number != 7], [1.0])


def test_names_are_a_list_and_count_once(records: list[TrialRecord]) -> None:
    with pytest.raises(InvalidInput, match="a list of names"):
        importances(records, [1.0], params="x")
    name = next(iter(records[0].params))
    assert importances(records, [1.0], params=[name, name], method="fanova") == {name: 1.0}
