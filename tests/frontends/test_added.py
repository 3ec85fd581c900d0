"""`add_trials`: trials that ended elsewhere are judged as those that are told here."""

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import luthier
from luthier import TrialState
from luthier.storage import MemoryStorage
from luthier.storage.protocol import Draft

SPACE = {"lr": luthier.Float(1e-5, 1e-1, log=True)}


def record(values: Any, state: TrialState = TrialState.COMPLETE, **fields: Any) -> luthier.TrialRecord:
    return luthier.TrialRecord(0, state, values=values, **({"params": {"lr": 0.01}} | fields))


@given(values=st.lists(st.one_of(st.floats(), st.integers(), st.just(np.float64("nan"))), max_size=6))
def test_what_is_added_ends_as_what_is_told(values: list[Any]) -> None:
    told, added = luthier.create_study("s", seed=1), luthier.create_study("s", seed=1)
    for value in values:
        told.tell(told.ask(), value)
    added.add_trials(record((value,)) for value in values)

    assert [(r.state, r.values) for r in told.trials] == [(r.state, r.values) for r in added.trials]
    for study in (told, added):
        numbers = [float(value) for value in values if not math.isnan(value)]
        if numbers:
            assert study.best_value == min(numbers)
        else:
            with pytest.raises(luthier.NoTrials):
                _ = study.best_trial


@pytest.mark.parametrize("sampler", ["auto", "gp", "tpe", "cma", "forest"])
def test_a_nan_among_them_fails_with_its_reason_and_never_wins(sampler: str) -> None:
    study = luthier.create_study(sampler=sampler, seed=1)
    study.declare(SPACE)
    values = (math.nan, 0.1, 0.3)
    study.add_trials(
        record((value,), params={"lr": 10.0 ** (-place - 1)}) for place, value in enumerate(values)
    )

    study.optimize(lambda trial: trial.suggest("lr", SPACE["lr"]) + 0.2, n_trials=8, progress=False)

    assert study.trials[0].state is TrialState.FAILED
    assert study.trials[0].reason == "add_trials() should get a number, got nan."
    assert (study.best_trial.number, study.best_value) == (1, 0.1)
    assert math.isfinite(study.recommend().value)


@pytest.mark.parametrize("sampler", ["auto", "gp", "tpe"])
def test_a_nan_that_a_store_holds_never_wins_either(sampler: str) -> None:
    """Written by an older version, or by another program."""
    store = MemoryStorage()
    study = luthier.create_study("s", storage=store, sampler=sampler, seed=1)
    done: dict[str, Any] = {"state": TrialState.COMPLETE, "params": {"lr": 0.05}, "domains": SPACE}
    drafts = [Draft(values=(value,), **done) for value in (math.nan, 0.5, math.nan)]
    store.create_trials(study.view.study.study_id, drafts)

    study.optimize(lambda trial: trial.suggest("lr", SPACE["lr"]) + 1.0, n_trials=6, progress=False)

    assert (study.best_trial.number, study.best_value) == (1, 0.5)
    assert math.isfinite(study.recommend().value)
    assert set(study.importances()) == {"lr"}


@pytest.mark.parametrize(
    "wrong",
    [
        record(("a",)),
        record("a"),
        record(None),
        record(()),
        record((1.0, 2.0)),
        record((1.0, 2.0), TrialState.PRUNED),
        record(("a",), TrialState.PRUNED),
        record((1.0,), TrialState.RUNNING),
        record((1.0,), constraints={"c": "high"}),
        record((1.0,), params=[1]),
        record((1.0,), params={"x": object()}),
        record((1.0,), domains={"lr": "float"}),
        record((1.0,), user_attrs={1: 2}),
    ],
)
def test_what_is_no_finished_trial_is_refused_and_nothing_is_added(wrong: luthier.TrialRecord) -> None:
    study = luthier.create_study()

    with pytest.raises(luthier.InvalidInput, match="Expected"):
        study.add_trials([record((1.0,)), wrong])

    assert study.trials == []


@pytest.mark.parametrize("state", ["COMPLETE", "complete", TrialState.COMPLETE])
def test_a_state_may_be_named(state: Any) -> None:
    study = luthier.create_study()
    study.add_trials([luthier.TrialRecord(0, state, {"lr": 0.01}, SPACE, (1.0,))])
    assert study.best_value == 1.0
    assert study.trials[0].state is TrialState.COMPLETE


@pytest.mark.parametrize("state", ["DONE", None, 1])
def test_an_unknown_state_is_refused_with_those_there_are(state: Any) -> None:
    with pytest.raises(luthier.InvalidInput, match=r"COMPLETE, PRUNED or FAILED as state, got .*Tell how"):
        luthier.create_study().add_trials([luthier.TrialRecord(0, state, {"lr": 0.01}, SPACE, (1.0,))])


def test_one_record_is_no_list_of_them() -> None:
    study = luthier.create_study()
    with pytest.raises(luthier.InvalidInput, match=r"a list of records.* a single one as \[record\]\."):
        study.add_trials(record((1.0,)))  # type: ignore[arg-type]  # on purpose
    assert not study.trials


def test_a_bare_number_and_arrays_are_values() -> None:
    study = luthier.create_study()
    study.add_trials([record(1.0), record(np.array([2.0])), record([3]), record(np.float32(4.0))])
    assert [r.values for r in study.trials] == [(1.0,), (2.0,), (3.0,), (4.0,)]


def test_a_pruned_trial_keeps_a_usable_value_and_a_failed_one_none() -> None:
    study = luthier.create_study()
    pruned, failed = TrialState.PRUNED, TrialState.FAILED
    study.add_trials(
        [record((0.5,), pruned), record((math.nan,), pruned), record(None, pruned), record((1.0,), failed)]
    )
    assert [r.values for r in study.trials] == [(0.5,), None, None, None]
    assert [r.state for r in study.trials] == [pruned, pruned, pruned, failed]


@pytest.mark.parametrize("method", ["sobol", "ped-anova"])
def test_declared_ranges_are_those_of_records_without(method: str) -> None:
    study = luthier.create_study()
    study.declare({**SPACE, "n": luthier.Int(1, 4)})
    study.add_trials(record((n / 4,), params={"lr": 10.0**-n, "n": n, "other": 1}) for n in (1, 2, 3, 4))

    assert study.trials[0].domains == {**SPACE, "n": luthier.Int(1, 4)}
    assert set(study.importances(method=method)) == {"lr", "n"}
    with pytest.raises(luthier.InvalidInput, match="other"):
        study.importances(params=["other"])


def test_importances_of_parameters_without_any_range_say_what_to_do() -> None:
    study = luthier.create_study()
    study.add_trials(record((float(n),)) for n in range(4))

    with pytest.raises(luthier.InvalidInput, match=r"study\.declare\(\) before study\.add_trials\(\)"):
        study.importances()


def test_what_a_study_hands_out_cannot_change_it(url: str) -> None:
    for storage in (None, url):
        study = luthier.create_study("s", storage=storage, seed=1)
        study.set_user_attr("note", 1)
        study.enqueue({"x": 0.5}, user_attrs={"from": "me"})
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3, progress=False)
        again = luthier.load_study("s", storage=storage) if storage else study
        for each in (study, again):
            before = repr(each.trials)
            each.best_params.pop("x")
            records = each.trials
            mappings = [
                part for r in records for part in (r.params, r.domains, r.user_attrs, r.constraints, r.tags)
            ]
            for mapping in (*mappings, each.user_attrs):
                for name, *arguments in (("__setitem__", "x", 2), ("clear",), ("update", {"x": 3})):
                    with pytest.raises(TypeError, match=r"Change a copy: dict\(…\)"):
                        getattr(mapping, name)(*arguments)
            records.clear()
            assert repr(each.trials) == before
            assert set(each.best_params) == {"x"}
            each.enqueue(each.best_params)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                each.enqueue(each.trials[0].params)
