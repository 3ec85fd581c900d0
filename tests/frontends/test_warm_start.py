"""Warm starts: earlier studies show the space and the good places, whatever their ranges, names and directions."""

import logging
import warnings
from pathlib import Path

import pytest

import luthier
from luthier.executors.trial import Trial
from luthier.samplers import PartialFixed, TPESampler, Transfer


def bowl(trial: Trial) -> float:
    x, y = trial.suggest_float("x", -5, 5), trial.suggest_float("y", 1e-3, 10, log=True)
    return (x - 1.5) ** 2 + (y - 1.0) ** 2


def negative(trial: Trial) -> float:
    return -1000.0 * bowl(trial) + 7.0


@pytest.fixture(scope="module")
def earlier() -> luthier.Study:
    study = luthier.create_study("earlier", sampler="tpe", seed=1)
    study.optimize(bowl, n_trials=30)
    return study


def test_the_first_trial_is_the_best_of_the_earlier_study(earlier: luthier.Study) -> None:
    study = luthier.create_study(sampler="tpe", seed=2, warm_start=[earlier])
    study.optimize(bowl, n_trials=3)
    best = sorted(record.value or 0.0 for record in earlier.trials)
    assert (study.trials[0].value or 0.0) <= best[5]
    assert study.trials[0].origin is not None
    assert study.trials[0].origin.sampler == "transfer"


def test_the_direction_and_the_scale_of_the_earlier_study_may_differ() -> None:
    earlier = luthier.create_study(direction="maximize", sampler="tpe", seed=3)
    earlier.optimize(negative, n_trials=30)
    study = luthier.create_study(seed=4, warm_start=[earlier])
    study.optimize(bowl, n_trials=1)
    assert study.best_value < 3.0


def test_a_study_warmed_is_the_same_every_time(earlier: luthier.Study) -> None:
    runs = []
    for _ in range(2):
        study = luthier.create_study(sampler="tpe", seed=5, warm_start=[earlier])
        study.optimize(bowl, n_trials=8)
        runs.append([record.params for record in study.trials])
    assert runs[0] == runs[1]


def test_what_the_earlier_study_does_later_is_not_seen() -> None:
    earlier = luthier.create_study(sampler="random", seed=6)
    earlier.optimize(bowl, n_trials=5)
    study = luthier.create_study(sampler="tpe", seed=7, warm_start=[earlier])
    before = study.view.history(study.view.space).earlier[0].X.copy()
    earlier.optimize(bowl, n_trials=5)
    study.optimize(bowl, n_trials=2)
    (after,) = study.view.history(study.view.space).earlier
    assert after.X.tolist() == before.tolist()


def test_parameters_that_one_of_the_studies_lacks_are_proposed(earlier: luthier.Study) -> None:
    def larger(trial: Trial) -> float:
        return (trial.suggest_float("x", -5, 5) - 1.5) ** 2 + trial.suggest_int("depth", 1, 9)

    study = luthier.create_study(sampler="tpe", seed=8, warm_start=[earlier])
    study.optimize(larger, n_trials=6)
    assert list(study.trials[0].params) == ["x", "depth"]
    assert abs(study.trials[0].params["x"] - 1.5) < 1.5
    assert len({record.params["depth"] for record in study.trials}) > 1


def test_what_is_repeated_was_tried_as_a_whole() -> None:
    """The earlier best lies outside of the narrower range; the best within is repeated, and no half of another."""

    def valleys(trial: luthier.Trial) -> float:
        x, y = trial.suggest_float("x", 0, 10), trial.suggest_float("y", 0, 1)
        return (x - 9) ** 2 + 100 * (y - 0.1) ** 2 if x > 5 else (x - 5) ** 2 + 3000 * (y - 0.9) ** 2

    for seed in range(4):
        old = luthier.create_study(sampler="tpe", seed=seed)
        old.optimize(valleys, n_trials=60)
        study = luthier.create_study(sampler="tpe", seed=seed, warm_start=[old])
        study.declare({"x": luthier.Float(0, 5), "y": luthier.Float(0, 1)})
        study.optimize(
            lambda trial: trial.suggest_float("x", 0, 5) + trial.suggest_float("y", 0, 1), n_trials=1
        )
        within = {(r.params["x"], r.params["y"]) for r in old.trials if r.params["x"] <= 5}
        assert (study.trials[0].params["x"], study.trials[0].params["y"]) in within


def test_the_ranges_of_the_new_study_count_once_they_are_known(earlier: luthier.Study) -> None:
    """The earlier ones stand in for them until then, and nobody is warned of values that nobody enqueued."""

    def narrow(trial: Trial) -> float:
        return trial.suggest_float("x", 3, 4) + trial.suggest_float("y", 0.1, 0.2, log=True)

    study = luthier.create_study(sampler="tpe", seed=9, warm_start=[earlier])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study.optimize(narrow, n_trials=4)
    assert all(3 <= record.params["x"] <= 4 for record in study.trials)
    assert study.view.space["x"].high == 4  # type: ignore[union-attr]  # a range of floats
    assert study.view.space["x"].low == 3  # type: ignore[union-attr]  # likewise


def test_earlier_studies_are_given_by_name_and_by_url_too(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("a.db", "b.db")]
    for url in urls:
        luthier.create_study("old", storage=url, sampler="random", seed=10).optimize(bowl, n_trials=4)
    study = luthier.create_study("new", storage=urls[0], warm_start=[("old", urls[0]), urls[1]])
    assert [len(earlier) for earlier in study.view.history(study.view.space).earlier] == [4, 4]
    loaded = luthier.load_study("new", storage=urls[0], warm_start=[("old", urls[0])])
    assert len(loaded.view.history(loaded.view.space).earlier) == 1


def test_a_study_with_other_objectives_is_refused_by_name() -> None:
    two = luthier.create_study("pair", directions=["minimize", "minimize"])
    with pytest.raises(luthier.InvalidInput, match=r"1 objective.*'pair' with 2"):
        luthier.create_study(warm_start=[two])


@pytest.mark.parametrize("wrong", ["sqlite:///old.db", [3], [("a", "b", "c")], 7])
def test_what_is_no_list_of_studies_is_refused(wrong: object) -> None:
    with pytest.raises(luthier.InvalidInput, match=r"warm_start|\[study"):
        luthier.create_study(warm_start=wrong)  # type: ignore[arg-type]  # on purpose


def test_a_sampler_that_does_not_learn_says_so(
    earlier: luthier.Study, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="luthier"):
        luthier.create_study(sampler="random", warm_start=[earlier])
    assert "warm_start has no effect" in caplog.text


def test_an_empty_earlier_study_changes_nothing() -> None:
    runs = []
    for warm_start in ([], [luthier.create_study()]):
        study = luthier.create_study(sampler="tpe", seed=11, warm_start=warm_start)
        study.optimize(bowl, n_trials=8)
        runs.append([record.params for record in study.trials])
    assert runs[0] == runs[1]


def test_fixed_parameters_and_warm_starts_go_together(earlier: luthier.Study) -> None:
    sampler = PartialFixed(TPESampler(), fixed={"x": 2.0})
    study = luthier.create_study(sampler=sampler, seed=12, warm_start=[earlier])
    study.optimize(bowl, n_trials=8)
    assert {record.params["x"] for record in study.trials} == {2.0}


def test_workers_share_what_is_known(earlier: luthier.Study) -> None:
    study = luthier.create_study(warm_start=[earlier])
    trials = study.ask(3)
    assert all(set(trial.given) == {"x", "y"} for trial in trials)


def small(trial: Trial) -> float:
    return trial.suggest_int("a", 0, 2) + 2.0 * trial.suggest_int("b", 0, 1)


@pytest.mark.parametrize("sampler", ["auto", "tpe", "forest", Transfer(TPESampler())])
def test_only_one_trial_repeats_an_earlier_one_at_once(earlier: luthier.Study, sampler: str) -> None:
    """One that is no better than the others is the last."""
    study = luthier.create_study(sampler=sampler, seed=13, warm_start=[earlier])
    study.optimize(lambda trial: -bowl(trial), n_trials=8)
    assert [record.origin.sampler for record in study.trials if record.origin].count("transfer") == 1
    assert len({tuple(record.params.values()) for record in study.trials}) == 8


@pytest.mark.parametrize("sampler", ["auto", "tpe"])
def test_parameters_that_the_new_study_has_no_more_are_forgotten(
    earlier: luthier.Study, sampler: str
) -> None:
    study = luthier.create_study(sampler=sampler, seed=14, warm_start=[earlier])
    study.optimize(small, n_trials=60)
    assert list(study.view.space) == ["a", "b"]
    assert len({tuple(record.params.values()) for record in study.trials}) == 6
    assert len(study.trials) <= 5 + 6


def test_earlier_ranges_do_not_matter_to_a_sampler_that_does_not_learn(
    earlier: luthier.Study, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="luthier"):
        study = luthier.create_study(sampler="grid", warm_start=[earlier])
    assert "sampler='grid' does not learn" in caplog.text
    study.optimize(small, n_trials=60)
    assert len(study.trials) == 6


@pytest.mark.parametrize(
    "wrong",
    [{"sampler": "nonsense"}, {"scheduler": "nonsense"}, {"warm_start": [3]}, {"warm_start": ["pair"]}],
)
def test_a_wrong_argument_leaves_no_study_behind(wrong: dict[str, object], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    if wrong == {"warm_start": ["pair"]}:
        wrong = {"warm_start": [luthier.create_study("pair", directions=["minimize", "minimize"])]}
    with pytest.raises(luthier.InvalidInput):
        luthier.create_study("s", storage=url, **wrong)  # type: ignore[arg-type]  # on purpose
    assert luthier.create_study("s", storage=url).trials == []


def test_ranges_of_several_earlier_studies_go_when_the_new_one_shows_its_own(earlier: luthier.Study) -> None:
    def far(trial: Trial) -> float:
        return trial.suggest_float("x", -500, -5) + trial.suggest_float("gone", 0, 1)

    other = luthier.create_study("other", sampler="quasi", seed=5)
    other.optimize(far, n_trials=12)
    study = luthier.create_study(sampler="tpe", seed=6, warm_start=[other, earlier])
    study.optimize(bowl, n_trials=8)
    assert dict(study.view.space) == dict(study.trials[0].domains)


def test_a_finite_study_ends_after_several_earlier_ones_too(earlier: luthier.Study) -> None:
    study = luthier.create_study(sampler="tpe", seed=7, warm_start=[earlier, earlier])
    study.optimize(
        lambda trial: float(trial.suggest_int("a", 0, 3) + trial.suggest_int("b", 0, 2)), n_trials=40
    )
    assert len(study.trials) < 16
    assert len({tuple(record.params.values()) for record in study.trials}) == 12


@pytest.mark.parametrize("name", ["auto", "tpe"])
def test_a_range_that_only_the_earlier_study_had_hides_no_repeats(name: str) -> None:
    earlier = luthier.create_study(sampler="random", seed=9)
    earlier.optimize(lambda t: t.suggest_int("a", 0, 3) + t.suggest_float("lr", 0, 1), n_trials=20)
    study = luthier.create_study(sampler=name, seed=0, warm_start=[earlier])
    study.optimize(lambda t: float(t.suggest_int("a", 0, 3)), n_trials=40)
    assert sorted(record.params["a"] for record in study.trials) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["auto", "tpe", "cma"])
def test_it_hides_no_repeats_where_the_first_trials_fail_either(name: str) -> None:
    earlier = luthier.create_study(sampler="random", seed=9)
    earlier.optimize(lambda t: t.suggest_int("a", 0, 3) + t.suggest_float("lr", 0, 1), n_trials=20)
    study = luthier.create_study(sampler=name, seed=0, warm_start=[earlier])

    def objective(trial: luthier.Trial) -> float:
        a = trial.suggest_int("a", 0, 3)
        if trial.number < 3:
            raise RuntimeError
        return float(a)

    study.optimize(objective, n_trials=40, catch=(RuntimeError,))
    assert sorted(record.params["a"] for record in study.trials) == [0, 1, 2, 3]
