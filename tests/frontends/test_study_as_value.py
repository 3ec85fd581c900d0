"""A study object among other objects: its parts replaced, itself pickled and copied, numbers of numpy as its own."""

import copy
import pickle
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest

import luthier
from luthier import TrialState
from luthier.samplers import TPESampler
from luthier.schedulers import ASHA


def one(trial: luthier.Trial) -> float:
    return trial.suggest_float("x", 0, 1)


def untyped(value: Any) -> Any:
    """A value whose type no checker sees."""
    return value


def reopened(scheduler: str, directions: list[str]) -> luthier.Study:
    """A study that is loaded with a scheduler."""
    store = luthier.create_study("s", directions=directions).storage
    return luthier.load_study("s", storage=store, scheduler=scheduler)


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda study: pickle.loads(pickle.dumps(study))],  # noqa: S301 - made just now
)
def test_a_stored_study_is_opened_again_where_its_pickle_goes(
    again: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    study = luthier.create_study("s ü%?", storage="a b.db", sampler="tpe", scheduler="asha", seed=1)
    study.declare({"x": luthier.Float(0, 1), "y": luthier.Float(0, 1)})
    study.optimize(one, n_trials=2)

    other = again(study)
    monkeypatch.chdir("/")
    other.optimize(one, n_trials=2)

    assert other.trials == study.trials
    assert (len(study.trials), other.name, other.seed) == (4, study.name, 1)
    assert (type(other.sampler), other.scheduler) == (type(study.sampler), study.scheduler)
    assert list(other.view.space) == ["x", "y"]


@pytest.mark.parametrize("act", [pickle.dumps, copy.deepcopy, cloudpickle.dumps])
def test_a_study_in_memory_says_why_it_cannot_travel(act: Any) -> None:
    with pytest.raises(
        luthier.NotStorable, match=r'in the memory of this process\. Pass storage="study\.db"'
    ):
        act(luthier.create_study())


@pytest.mark.parametrize("act", [pickle.dumps, copy.deepcopy])
def test_a_live_trial_says_what_to_send_instead(act: Any) -> None:
    trial = luthier.create_study().ask()
    with pytest.raises(luthier.NotStorable, match=r"Send trial\.number and trial\.params"):
        act(trial)


def test_a_study_that_learns_from_others_says_why_it_cannot_travel(url: str) -> None:
    old = luthier.create_study()
    old.optimize(one, n_trials=2)
    study = luthier.create_study("s", storage=url, warm_start=[old])

    with pytest.raises(luthier.NotStorable, match="warm_start"):
        pickle.dumps(study)


def test_an_objective_may_hold_a_stored_study_in_worker_processes(url: str) -> None:
    study = luthier.create_study("s", storage=url)
    study.set_user_attr("limit", 0.25)

    study.optimize(lambda trial: one(trial) + study.user_attrs["limit"], n_trials=2, executor="process")

    assert all(record.values == (record.params["x"] + 0.25,) for record in study.trials)


def test_parts_are_replaced_by_name_and_wrong_ones_refused() -> None:
    study = luthier.create_study(seed=1, sampler="random")
    study.sampler = "tpe"
    study.scheduler = "asha"
    assert isinstance(study.scheduler, ASHA)

    for _ in range(12):
        study.tell(trial := study.ask(), one(trial))
    assert {record.origin.sampler for record in study.trials if record.origin} >= {"tpe"}

    before = study.sampler, study.scheduler
    for wrong in ("tpee", TPESampler, None, 3):
        with pytest.raises(luthier.InvalidInput, match="Expected"):
            study.sampler = untyped(wrong)
    for unfit in ("asa", ASHA, 3):
        with pytest.raises(luthier.InvalidInput, match="Expected"):
            study.scheduler = untyped(unfit)
    assert (study.sampler, study.scheduler) == before


def test_a_new_sampler_goes_on_learning_from_earlier_studies() -> None:
    old = luthier.create_study(seed=1)
    old.optimize(one, n_trials=5)
    study = luthier.create_study(seed=1, warm_start=[old])

    study.sampler = "tpe"

    assert type(study.sampler).__name__ == "Transfer"


@pytest.mark.parametrize("make", [luthier.create_study, reopened])
def test_a_scheduler_is_for_one_objective(make: Any) -> None:
    two = {"directions": ["minimize", "maximize"]}
    with pytest.raises(luthier.InvalidInput, match="one objective for a scheduler"):
        make(**two, scheduler="asha")
    study = luthier.create_study(directions=["minimize", "maximize"])
    with pytest.raises(luthier.InvalidInput, match="one objective for a scheduler"):
        study.scheduler = "asha"
    study.scheduler = None


def test_integers_of_numpy_are_integers_and_bools_are_not(url: str) -> None:
    three: Any = np.int64(3)
    study = luthier.create_study("s", storage=url, seed=three)
    study.optimize(
        one, n_trials=three, retries=untyped(np.int32(1)), workers=untyped(np.int16(1)), progress=False
    )
    trials = study.ask(three)
    trials[0].report(0.5, three)

    assert (study.seed, type(study.seed), len(study.trials), len(trials)) == (3, int, 6, 3)
    for wrong in (True, np.bool_(1), 1.0, "1"):
        for call in (
            lambda given: luthier.create_study(seed=given),
            lambda given: study.optimize(one, n_trials=given),
            lambda given: study.optimize(one, n_trials=1, retries=given),
            lambda given: study.optimize(one, n_trials=1, workers=given),
            study.ask,
            lambda given: study.tell(given, 1.0),
        ):
            with pytest.raises(luthier.InvalidInput, match="Expected"):
                call(untyped(wrong))
    assert len(study.trials) == 6


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], r"got no trials\. Run study\.optimize first"),
        (["pruned"] * 3, r"got 3 PRUNED\. What was stopped early is never the best"),
        (
            ["pruned", "failed", "failed"],
            r"got 1 PRUNED, 2 FAILED\. .*study\.trials\[1\]\.reason is 'told so'",
        ),
        (["running"], r"got 1 RUNNING\. Run study\.optimize first"),
    ],
)
def test_without_a_best_trial_the_error_counts_states_and_points_on(states: list[str], said: str) -> None:
    study = luthier.create_study()
    for state in states:
        trial = study.ask()
        if state != "running":
            study.tell(trial, state=state)

    for question in (lambda: study.best_trial, lambda: study.best_params, study.recommend):
        with pytest.raises(luthier.NoTrials, match=said):
            question()


@pytest.mark.parametrize(
    ("objectives", "value", "values"),
    [
        (2, np.array([1.0, 2.0]), (1.0, 2.0)),
        (1, np.array([1.0]), (1.0,)),
        (1, np.array(3.0), (3.0,)),
        (2, (np.array(1.0), np.float32(2.0)), (1.0, 2.0)),
    ],
)
def test_arrays_are_told_as_objectives_return_them(objectives: int, value: Any, values: tuple) -> None:
    study = luthier.create_study(directions=["minimize"] * objectives)
    record = study.tell(study.ask(), value)
    study.optimize(lambda _: value, n_trials=1, progress=False)
    assert (record.state, record.values) == (TrialState.COMPLETE, values)
    assert study.trials[1].values == values


@pytest.mark.parametrize("value", [None, "1.0", float("nan"), [1, 2], np.array([1.0, 2.0])])
def test_the_reason_of_a_told_failure_speaks_of_what_was_told(value: Any) -> None:
    study = luthier.create_study()
    reason = study.tell(study.ask(), value).reason or ""
    assert reason.startswith("tell() should get ")
    assert "objective" not in reason
    pruned = study.tell(study.ask(), value, state="pruned") if value is not None else None
    if pruned is not None:
        assert (pruned.state, pruned.values, pruned.reason) == (TrialState.PRUNED, None, reason)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pruner", "'pruner'. Did you mean \"scheduler\"?"),
        ("samplr", "'samplr'. Did you mean \"sampler\"?"),
        ("note", "study.set_user_attr()"),
    ],
)
def test_an_attribute_that_would_do_nothing_is_refused(name: str, said: str) -> None:
    study = luthier.create_study()
    with pytest.raises(luthier.InvalidInput, match="Expected") as caught:
        setattr(study, name, "asha")
    assert said in str(caught.value)
    with pytest.raises(AttributeError, match="seed"):
        study.seed = 3  # type: ignore[misc]  # on purpose


def test_a_study_shows_its_name_its_store_and_how_many_trials_it_has(tmp_path: Path) -> None:
    study = luthier.create_study("digits", storage=tmp_path / "s.db")
    study.optimize(one, n_trials=2)
    assert repr(study).startswith("<Study 'digits' in SqlStorage(")
    assert "s.db" in repr(study)
    assert repr(study).endswith(" with 2 trials>")


@pytest.mark.parametrize("watchers", [[print], print, [None], 3, "ear"])
def test_what_is_no_watcher_is_refused_before_any_trial(watchers: Any) -> None:
    study = luthier.create_study()
    with pytest.raises(luthier.InvalidInput, match=r"a list of watchers, .* callbacks="):
        study.optimize(one, n_trials=1, watchers=watchers)
    assert not study.trials
