"""The study of the Optuna door."""

import math
import pickle
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import optuna
from luthier.compat.optuna import distributions
from luthier.compat.optuna.storages import InMemoryStorage, RDBStorage
from luthier.compat.optuna.study import MaxTrialsCallback, StudyDirection
from luthier.compat.optuna.trial import TrialState


def quadratic(trial: Any) -> Any:
    return trial.suggest_float("x", -1, 1) ** 2


@pytest.fixture
def study() -> Any:
    return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))


def test_directions_are_the_documented_numbers() -> None:
    assert [direction.value for direction in StudyDirection] == [0, 1, 2]
    assert optuna.create_study(direction="maximize").direction is StudyDirection.MAXIMIZE
    assert optuna.create_study(direction=StudyDirection.MAXIMIZE).direction is StudyDirection.MAXIMIZE
    two = optuna.create_study(directions=["minimize", "maximize"])
    assert two.directions == [StudyDirection.MINIMIZE, StudyDirection.MAXIMIZE]
    with pytest.raises(RuntimeError, match="directions"):
        _ = two.direction
    with pytest.raises(RuntimeError, match="best_trials"):
        _ = two.best_trial


@pytest.mark.parametrize(
    "arguments",
    [
        {"direction": "up"},
        {"direction": ["minimize"]},
        {"direction": StudyDirection.NOT_SET},
        {"directions": []},
        {"direction": "minimize", "directions": ["minimize"]},
    ],
)
def test_wrong_directions_are_value_errors(arguments: Any) -> None:
    with pytest.raises(ValueError, match="Expected"):
        optuna.create_study(**arguments)


def test_a_taken_name_is_a_duplicated_study_error() -> None:
    storage = InMemoryStorage()
    optuna.create_study(study_name="one", storage=storage)
    with pytest.raises(optuna.exceptions.DuplicatedStudyError):
        optuna.create_study(study_name="one", storage=storage)
    assert optuna.create_study(study_name="one", storage=storage, load_if_exists=True).study_name == "one"
    with pytest.raises(KeyError):
        optuna.load_study(study_name="two", storage=storage)


def test_no_best_trial_before_one_is_complete(study: optuna.Study) -> None:
    with pytest.raises(ValueError, match="No trials are completed yet"):
        _ = study.best_value
    study.optimize(lambda _: math.nan, n_trials=2)
    with pytest.raises(ValueError, match="No trials are completed yet"):
        _ = study.best_trial


def test_trials_are_copies_and_finished_ones_are_made_once(study: optuna.Study) -> None:
    study.optimize(quadratic, n_trials=3)
    study.trials[0].params["x"] = 7.0
    assert study.trials[0].params["x"] != 7.0
    first, again = study.get_trials(deepcopy=False), study.get_trials(deepcopy=False)
    assert all(one is two for one, two in zip(first, again, strict=True))


def test_get_trials_by_state(study: optuna.Study) -> None:
    study.enqueue_trial({"x": 0.5})
    study.ask()
    study.optimize(quadratic, n_trials=2)
    by_state = {state: len(study.get_trials(states=(state,))) for state in TrialState}
    assert by_state == {
        TrialState.RUNNING: 1,
        TrialState.COMPLETE: 2,
        TrialState.PRUNED: 0,
        TrialState.FAIL: 0,
        TrialState.WAITING: 0,
    }


def test_uncaught_errors_stop_the_study_and_caught_ones_do_not(study: optuna.Study) -> None:
    def fails(trial: Any) -> float:
        trial.suggest_float("x", 0, 1)
        raise KeyError("no")

    with pytest.raises(KeyError):
        study.optimize(fails, n_trials=3)
    assert [trial.state for trial in study.trials] == [TrialState.FAIL]
    assert study.trials[0].values is None
    study.optimize(fails, n_trials=3, catch=KeyError)
    study.optimize(fails, n_trials=1, catch=(ValueError, KeyError))
    assert len(study.trials) == 5


def test_callbacks_get_study_and_frozen_trial_and_may_stop(study: optuna.Study) -> None:
    heard = []

    def callback(got: Any, trial: Any) -> None:
        assert got is study
        heard.append((trial.number, trial.state, trial.value))
        if trial.number == 2:
            got.stop()

    study.optimize(quadratic, n_trials=10, callbacks=[callback])
    assert [number for number, _, _ in heard] == [0, 1, 2]
    assert heard[1] == (1, TrialState.COMPLETE, study.trials[1].value)


def test_stop_belongs_into_an_optimize(study: optuna.Study) -> None:
    with pytest.raises(RuntimeError):
        study.stop()
    study.optimize(lambda trial: trial.study.stop() or 1.0, n_trials=5)
    assert len(study.trials) == 1


def test_nested_optimize_is_refused(study: optuna.Study) -> None:
    with pytest.raises(RuntimeError, match="Nested"):
        study.optimize(lambda trial: trial.study.optimize(quadratic, n_trials=1), n_trials=1)


def test_an_objective_may_run_another_study(study: optuna.Study) -> None:
    def outer(trial: Any) -> Any:
        inner = optuna.create_study()
        inner.optimize(quadratic, n_trials=2)
        return inner.best_value + trial.suggest_float("y", 0, 1)

    study.optimize(outer, n_trials=2)
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 2


def test_timeout_ends_a_study(study: optuna.Study) -> None:
    study.optimize(quadratic, timeout=0.05)
    assert study.trials


def test_max_trials_is_exact_for_several_workers_and_counts_what_is_there() -> None:
    storage = InMemoryStorage()
    optuna.create_study(study_name="shared", storage=storage)
    studies = [optuna.load_study(study_name="shared", storage=storage) for _ in range(3)]
    limit = MaxTrialsCallback(10, states=(TrialState.COMPLETE,))
    threads = [
        threading.Thread(target=each.optimize, args=(quadratic,), kwargs={"callbacks": [limit]})
        for each in studies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(studies[0].trials) == 10
    studies[0].optimize(quadratic, n_trials=5, callbacks=[limit])
    assert len(studies[0].trials) == 10


def test_enqueued_trials_come_first_and_once() -> None:
    study = optuna.create_study()
    study.enqueue_trial({"x": 0.25}, user_attrs={"why": "guess"})
    study.enqueue_trial({"x": 0.25}, skip_if_exists=True)
    study.enqueue_trial({"x": 0.5}, skip_if_exists=True)
    assert [trial.system_attrs["fixed_params"] for trial in study.trials] == [{"x": 0.25}, {"x": 0.5}]
    study.optimize(quadratic, n_trials=3)
    assert [trial.params["x"] for trial in study.trials[:2]] == [0.25, 0.5]
    assert study.trials[0].user_attrs == {"why": "guess"}
    study.enqueue_trial({"x": 0.5}, skip_if_exists=True)
    assert len(study.trials) == 3
    with pytest.raises(TypeError):
        study.enqueue_trial([0.5])  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("held", [{}, {"c": 1}])
def test_what_an_enqueued_trial_leaves_open_is_not_tried_twice(held: dict[str, Any]) -> None:
    def objective(trial: Any) -> Any:
        return sum(trial.suggest_int(name, 0, high) for name, high in (("a", 3), ("b", 3), ("c", len(held))))

    for seed in range(5):
        base = optuna.samplers.TPESampler(seed=seed, n_startup_trials=1)
        study = optuna.create_study(sampler=optuna.samplers.PartialFixedSampler(held, base) if held else base)
        study.optimize(objective, n_trials=1)
        for _ in range(3):
            study.enqueue_trial({"b": study.trials[0].params["b"]})
        study.optimize(objective, n_trials=3)
        assert {trial.params["a"] for trial in study.trials} == {0, 1, 2, 3}
        assert {trial.params["c"] for trial in study.trials} == {len(held)}


def test_a_partly_enqueued_trial_is_recognised_after_it_ran() -> None:
    study = optuna.create_study()
    study.enqueue_trial({"x": 1.0})

    def objective(trial: Any) -> Any:
        return trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1)

    study.optimize(objective, n_trials=2)
    study.enqueue_trial({"x": 1.0}, skip_if_exists=True)
    assert len(study.trials) == 2


def test_added_trials_keep_everything() -> None:
    trial = optuna.create_trial(
        value=0.5,
        params={"x": 0.5, "k": 2, "c": ("a", 1)},
        distributions={
            "x": distributions.FloatDistribution(0, 1),
            "k": distributions.IntDistribution(0, 4, step=2),
            "c": distributions.CategoricalDistribution([("a", 1), None]),
        },
        user_attrs={"note": [1, 2]},
        system_attrs={"mine": 3},
        intermediate_values={0: 0.9, 3: 0.7},
        constraints={"memory": -1.0},
    )
    study = optuna.create_study()
    study.add_trials([trial, trial])
    got = study.trials[1]
    assert got.number == 1
    for name in (
        "state",
        "values",
        "params",
        "distributions",
        "user_attrs",
        "system_attrs",
        "intermediate_values",
    ):
        assert getattr(got, name) == getattr(trial, name), name
    assert got.constraints == {"memory": -1.0}
    assert got.duration == trial.duration
    assert got.datetime_start is not None
    assert trial.datetime_start is not None
    assert abs((got.datetime_start - trial.datetime_start).total_seconds()) < 1e-3
    with pytest.raises(ValueError, match="values"):
        study.add_trial(optuna.create_trial(values=[1.0, 2.0]))


def test_an_infeasible_trial_is_never_best() -> None:
    study = optuna.create_study()

    def objective(trial: Any) -> Any:
        trial.set_constraint("c", 1.0 if trial.number == 0 else -1.0)
        return float(trial.number)

    study.optimize(objective, n_trials=3)
    assert study.best_trial.number == 1
    assert study.trials[0].constraints == {"c": 1.0}
    assert [trial.number for trial in study.best_trials] == [1]


def test_tell_by_trial_or_number(study: optuna.Study) -> None:
    trial = study.ask()
    assert trial.params == {}
    x = trial.suggest_float("x", 0, 1)
    told = study.tell(trial, x)
    assert (told.state, told.value, told.params) == (TrialState.COMPLETE, x, {"x": x})
    assert study.tell(study.ask().number, state=TrialState.FAIL).state is TrialState.FAIL
    pruned = study.ask()
    pruned.report(0.25, 0)
    assert study.tell(pruned, state=TrialState.PRUNED).value == 0.25


def test_a_trial_is_told_by_number_with_what_it_asked_for_elsewhere(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    asker = optuna.create_study(study_name="s", storage=url)
    trial = asker.ask()
    params = {"x": trial.suggest_float("x", 0, 1), "k": trial.suggest_categorical("k", ["a", "b"])}
    trial.set_user_attr("note", 1)
    other = optuna.load_study(study_name="s", storage=url)
    assert other.trials[0].params == params

    told = other.tell(trial.number, 2.0)

    assert (told.value, told.params, told.user_attrs) == (2.0, params, {"note": 1})
    assert asker.best_params == params
    with pytest.raises(optuna.exceptions.UpdateFinishedTrialError):
        trial.set_user_attr("late", 1)


def test_a_trial_of_another_study_cannot_be_told() -> None:
    first, second = optuna.create_study(study_name="A"), optuna.create_study(study_name="B")
    first.ask()
    with pytest.raises(ValueError, match="a trial of study 'A', got one of 'B'"):
        first.tell(second.ask(), 1.0)
    assert first.trials[0].state == optuna.trial.TrialState.RUNNING


def test_tell_refuses_contradictions(study: optuna.Study) -> None:
    trial = study.ask()
    for values, state, word in [
        (None, TrialState.COMPLETE, "None"),
        (math.nan, TrialState.COMPLETE, "nan"),
        (1.0, TrialState.PRUNED, "values"),
        (1.0, TrialState.FAIL, "values"),
        (1.0, TrialState.WAITING, "COMPLETE"),
    ]:
        with pytest.raises(ValueError, match=word):
            study.tell(trial, values, state=state)
    with pytest.raises(ValueError, match="number 99"):
        study.tell(99, 1.0)
    with pytest.raises(TypeError):
        study.tell("0", 1.0)  # type: ignore[arg-type]  # wrong on purpose
    study.tell(trial, 1.0)
    with pytest.raises(ValueError, match="COMPLETE"):
        study.tell(trial, 1.0)
    assert study.tell(trial, 2.0, skip_if_finished=True).value == 1.0


@pytest.mark.parametrize("bad", [math.nan, None, "text", [1.0, 2.0]])
def test_a_bad_value_without_a_state_fails_the_trial_with_a_warning(study: optuna.Study, bad: Any) -> None:
    with pytest.warns(UserWarning, match="failed"):
        assert study.tell(study.ask(), bad).state is TrialState.FAIL


def test_attributes_and_metric_names_survive_a_reload(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    study = optuna.create_study(study_name="a", storage=url, directions=["minimize", "maximize"])
    study.set_user_attr("data", {"rows": 3})
    study.set_system_attr("mine", 1)
    study.set_metric_names(["loss", "accuracy"])
    with pytest.raises(ValueError, match="2 names"):
        study.set_metric_names(["loss"])
    again = optuna.load_study(study_name="a", storage=url)
    assert again.user_attrs == {"data": {"rows": 3}}
    assert again.system_attrs == {"mine": 1}
    assert again.metric_names == ["loss", "accuracy"]


def test_dataframe_columns_are_the_documented_ones(study: optuna.Study) -> None:
    pytest.importorskip("pandas", reason="pandas is an extra")
    assert study.trials_dataframe().empty

    def objective(trial: Any) -> Any:
        trial.set_user_attr("note", "n")
        return trial.suggest_float("x", 0, 1) + trial.suggest_int("a", 0, 3)

    study.optimize(objective, n_trials=2)
    frame = study.trials_dataframe()
    assert list(frame.columns) == [
        "number", "value", "datetime_start", "datetime_complete", "duration", "params_a", "params_x",
        "user_attrs_note", "state",
    ]  # fmt: skip
    assert list(frame["state"]) == ["COMPLETE", "COMPLETE"]
    assert frame["duration"].dtype.kind == "m"
    columns: list[Any] = list(study.trials_dataframe(attrs=("number", "params"), multi_index=True).columns)
    assert columns == [
        ("number", ""),
        ("params", "a"),
        ("params", "x"),
    ]


def test_dataframe_of_several_objectives_has_a_column_each() -> None:
    pytest.importorskip("pandas", reason="pandas is an extra")
    study = optuna.create_study(directions=["minimize", "minimize"])
    study.optimize(lambda trial: (trial.number, 1.0), n_trials=1)
    assert list(study.trials_dataframe(attrs=("value",)).columns) == ["values_0", "values_1"]
    study.set_metric_names(["loss", "size"])
    assert list(study.trials_dataframe(attrs=("value",)).columns) == ["values_loss", "values_size"]


def test_copy_list_and_delete(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
    study = optuna.create_study(study_name="a", storage=source, direction="maximize")
    study.set_user_attr("k", 1)

    def objective(trial: Any) -> Any:
        trial.report(0.5, 2)
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=3)
    study.enqueue_trial({"x": 0.5})
    optuna.copy_study(from_study_name="a", from_storage=source, to_storage=target, to_study_name="b")
    copy = optuna.load_study(study_name="b", storage=target)
    assert [trial.params for trial in copy.trials] == [trial.params for trial in study.trials]
    assert copy.trials[0].intermediate_values == {2: 0.5}
    assert copy.trials[3].state is TrialState.WAITING
    assert copy.user_attrs == {"k": 1}
    (summary,) = optuna.get_all_study_summaries(target)
    assert (summary.study_name, summary.n_trials, summary.direction) == ("b", 4, StudyDirection.MAXIMIZE)
    assert summary.best_trial == copy.best_trial
    assert summary.datetime_start is not None
    optuna.delete_study(study_name="b", storage=target)
    assert optuna.get_all_study_names(target) == []


def test_a_study_in_a_database_can_be_pickled(tmp_path: Path) -> None:
    study = optuna.create_study(storage=f"sqlite:///{tmp_path / 's.db'}", pruner=optuna.pruners.NopPruner())
    study.optimize(quadratic, n_trials=2)
    twin = pickle.loads(pickle.dumps(study))  # noqa: S301 - our own bytes
    twin.optimize(quadratic, n_trials=1)
    assert isinstance(twin.pruner, optuna.pruners.NopPruner)
    assert len(study.trials) == 3


def test_a_study_in_memory_can_be_pickled() -> None:
    study = optuna.create_study(study_name="m", direction="maximize")
    study.set_user_attr("k", 1)

    def objective(trial: Any) -> Any:
        trial.report(1.0, 0)
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=3)
    study.enqueue_trial({"x": 0.5})
    twin = pickle.loads(pickle.dumps(study))  # noqa: S301 - our own bytes
    assert twin.user_attrs == {"k": 1}
    assert [trial.params for trial in twin.trials] == [trial.params for trial in study.trials]
    assert [trial.intermediate_values for trial in twin.trials][:3] == [{0: 1.0}] * 3
    twin.optimize(objective, n_trials=1)
    assert (twin.trials[3].params, len(study.trials)) == ({"x": 0.5}, 4)


def chosen(trial: Any, choices: list[str]) -> float:
    return len(trial.suggest_categorical("c", choices))


def test_categorical_choices_may_change(study: optuna.Study) -> None:
    for choices in (["a", "b"], ["b", "c"]):
        study.optimize(partial(chosen, choices=choices), n_trials=4)
    assert {trial.params["c"] for trial in study.trials[4:]} <= {"b", "c"}


def test_nothing_is_tried_twice_while_something_is_left() -> None:
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(
        lambda t: t.suggest_int("a", 0, 2) + t.suggest_categorical("b", "xy").count("x"), n_trials=6
    )
    assert len({(trial.params["a"], trial.params["b"]) for trial in study.trials}) == 6


def test_native_arguments_are_taken(study: optuna.Study) -> None:
    calls = []

    def flaky(trial: Any) -> Any:
        calls.append(trial.number)
        if len(calls) == 1:
            raise OSError("disk")
        return 1.0

    study.optimize(flaky, n_trials=1, retries=1)
    assert (calls, study.trials[0].state) == ([0, 0], TrialState.COMPLETE)


def test_a_store_of_luthier_is_a_storage() -> None:
    store = luthier.storage.connect(None)
    study = optuna.create_study(study_name="n", storage=store)
    study.optimize(quadratic, n_trials=1)
    assert len(luthier.load_study("n", storage=store).trials) == 1


def test_the_seed_of_a_sampler_makes_a_study_repeatable() -> None:
    def run(seed: int) -> Any:
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(lambda t: t.suggest_float("x", -1, 1) ** 2 + t.suggest_float("y", -1, 1), n_trials=8)
        return [trial.params for trial in study.trials]

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_sampler_and_pruner_may_be_replaced(study: optuna.Study) -> None:
    study.optimize(quadratic, n_trials=2)
    study.sampler = optuna.samplers.GridSampler({"x": [0.25, 0.75]})
    study.optimize(quadratic, n_trials=5)
    assert sorted(trial.params["x"] for trial in study.trials[2:]) == [0.25, 0.75]


def test_a_file_storage_and_a_url_are_one_store(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    study = optuna.create_study(storage=RDBStorage(str(path)))
    assert optuna.get_all_study_names(f"sqlite:///{path}") == [study.study_name]
