"""Creating, loading, copying and deleting studies, and every kind of bad input."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.space import Normal


def one(trial: luthier.Trial) -> float:
    """One parameter."""
    return trial.suggest_float("x", 0, 1)


def untyped(value: Any) -> Any:
    """A value whose type no checker sees."""
    return value


def test_a_study_is_found_again_with_all_it_knows(url: str) -> None:
    study = luthier.create_study("s", storage=url, direction="maximize", seed=3, metric_names=["acc"])
    study.set_user_attr("note", {"a": (1, None)})
    study.optimize(one, n_trials=5)

    again = luthier.load_study("s", storage=url)

    assert again.trials == study.trials
    assert (again.seed, again.direction, again.metric_names) == (3, "maximize", ("acc",))
    assert again.user_attrs == {"note": {"a": (1, None)}}
    assert luthier.load_study(storage=url).name == "s"


def test_an_existing_study_is_not_overwritten(url: str) -> None:
    luthier.create_study("s", storage=url).optimize(one, n_trials=2)

    with pytest.raises(luthier.StudyExists, match="load_if_exists"):
        luthier.create_study("s", storage=url)
    assert len(luthier.create_study("s", storage=url, load_if_exists=True).trials) == 2


def test_an_existing_study_keeps_its_direction(url: str) -> None:
    luthier.create_study("s", storage=url, direction="maximize")

    with pytest.raises(luthier.InvalidInput, match="maximize"):
        luthier.create_study("s", storage=url, direction="minimize", load_if_exists=True)
    assert luthier.create_study("s", storage=url, load_if_exists=True).direction == "maximize"


def test_an_existing_study_keeps_its_metric_names(url: str) -> None:
    luthier.create_study("s", storage=url, metric_names=["loss"])
    luthier.create_study("plain", storage=url)

    with pytest.raises(luthier.InvalidInput, match=r"\['error'\], got \['loss'\]\. Leave metric_names out"):
        luthier.create_study("s", storage=url, metric_names=["error"], load_if_exists=True)
    with pytest.raises(luthier.InvalidInput, match="got none"):
        luthier.create_study("plain", storage=url, metric_names=["error"], load_if_exists=True)
    for names in (None, ["loss"]):
        again = luthier.create_study("s", storage=url, metric_names=names, load_if_exists=True)
        assert again.metric_names == ("loss",)


def test_a_missing_study_names_those_that_exist(url: str) -> None:
    luthier.create_study("digits", storage=url)

    with pytest.raises(luthier.StudyNotFound, match="digits"):
        luthier.load_study("digit", storage=url)


def test_without_a_name_there_must_be_one_study(url: str) -> None:
    luthier.create_study("a", storage=url)
    luthier.create_study("b", storage=url)

    with pytest.raises(luthier.InvalidInput, match="2 studies"):
        luthier.load_study(storage=url)


def test_studies_are_listed_and_deleted(url: str) -> None:
    luthier.create_study("a", storage=url).optimize(one, n_trials=3)
    luthier.create_study("b", storage=url).enqueue({"x": 0.5})

    a, b = luthier.list_studies(storage=url)
    assert (a.study.name, dict(a.counts), b.study.name, dict(b.counts)) == (
        "a",
        {"COMPLETE": 3},
        "b",
        {"WAITING": 1},
    )
    assert a.best_value == luthier.load_study("a", storage=url).best_value

    luthier.delete_study("a", storage=url)
    assert [summary.study.name for summary in luthier.list_studies(storage=url)] == ["b"]


def test_a_copy_has_the_finished_trials(url: str, tmp_path: Path) -> None:
    source = luthier.create_study("s", storage=url, seed=1)
    source.set_user_attr("k", 1)
    source.optimize(one, n_trials=4)
    source.enqueue({"x": 0.1})

    copy = luthier.copy_study(
        "s", from_storage=url, to_storage=f"sqlite:///{tmp_path / 'other.db'}", to_name="t"
    )

    assert [record.value for record in copy.trials] == [record.value for record in source.trials[:4]]
    assert [record.started for record in copy.trials] == [record.started for record in source.trials[:4]]
    assert (copy.name, copy.user_attrs, copy.seed) == ("t", {"k": 1}, 1)


def test_a_copy_has_what_finished_trials_reported_and_logged(url: str, tmp_path: Path) -> None:
    """Stopped ones teach the copy as they taught the original."""
    source = luthier.create_study("s", storage=url, seed=1, scheduler=luthier.schedulers.ASHA(max_resource=9))

    def trains(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        for epoch in range(1, 10):
            trial.log({"rate": x / epoch}, epoch)
            trial.report(x + 1 / epoch, epoch)
            if trial.should_prune():
                raise luthier.TrialPruned
        return x

    waiting = source.ask()
    source.optimize(trains, n_trials=8)
    source.tell(waiting, 1.0)
    copy = luthier.copy_study("s", from_storage=url, to_storage=str(tmp_path / "other.db"))

    stopped = [record.number for record in source.trials if record.state is luthier.TrialState.PRUNED]
    assert stopped
    for number in range(9):
        assert copy.reports(number) == source.reports(number)
        assert copy.reports(number, "rate") == source.reports(number, "rate")
    for study in (copy, luthier.load_study("s", storage=str(tmp_path / "other.db"))):
        assert len(study.trials) == 9
        history, original = (
            each.view.history(each.view.space, with_reports=True) for each in (study, source)
        )
        assert sorted(history.fidelity) == sorted(original.fidelity)


def test_a_copy_onto_a_name_that_is_taken_says_how_to_choose_another(url: str) -> None:
    luthier.create_study("s", storage=url)

    with pytest.raises(luthier.StudyExists, match=r"no study named 's'.* Pass another to_name=") as caught:
        luthier.copy_study("s", from_storage=url, to_storage=url)
    assert "load_if_exists" not in str(caught.value)


def test_a_store_may_be_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    study = luthier.create_study("s", storage=path)
    study.optimize(one, n_trials=2)

    assert luthier.load_study(storage=path).trials == study.trials
    assert [summary.study.name for summary in luthier.list_studies(storage=path)] == ["s"]
    for earlier in (path, ("s", path)):
        assert luthier.create_study(warm_start=[earlier]).view.earlier.ledgers
    copy = luthier.copy_study("s", from_storage=path, to_storage=tmp_path / "t.sqlite")
    assert len(copy.trials) == 2
    luthier.delete_study("s", storage=path)


SAYING = """
import logging, sys, luthier
luthier.create_study("first")
study = luthier.create_study()
study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1, progress=False)
luthier.create_study("last")
sys.stdout.write(study.name)
"""


@pytest.mark.parametrize("before", ["", "import luthier; luthier.set_verbosity('warning')"])
def test_each_new_study_is_announced_with_its_name_from_the_first_on(before: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", before + SAYING], check=True, capture_output=True, text=True, timeout=100
    )
    told = [line.rpartition(" ")[2] for line in run.stderr.splitlines() if "A new study was created" in line]
    assert told == ([] if before else ["first", run.stdout, "last"])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda t: t.suggest_float("x", 2, 1), "low <= high"),
        (lambda t: t.suggest_int("x", 2, 1), "low <= high"),
        (lambda t: t.suggest_float("x", 0, 1, log=True), "low > 0"),
        (lambda t: t.suggest_int("x", 0, 8, log=True), "low > 0"),
        (lambda t: t.suggest_float("x", 0, 1, step=0.1, log=True), "low > 0"),
        (lambda t: t.suggest("x", luthier.Categorical(("a", "b"), (1, 0))), "weights > 0"),
        (lambda t: t.suggest("x", luthier.Float(5, 6, prior=Normal(-90, 1))), "some weight"),
        (lambda t: t.suggest_float("x", float("nan"), 1), "finite"),
        (lambda t: t.suggest_float("x", 0, float("inf")), "finite"),
        (lambda t: t.suggest_float("x", 0, 1, step=0), "step > 0"),
        (lambda t: t.suggest_int("x", 0, 4, step=0), "step >= 1"),
        (lambda t: t.suggest_int("x", 0.5, 4), "integer"),
        (lambda t: t.suggest_float("x", "0", 1), "number"),
        (lambda t: t.suggest_categorical("x", []), "at least one"),
        (lambda t: t.suggest_categorical("x", ["a", "a"]), "twice"),
        (lambda t: t.suggest_categorical("x", "abc"), "list or tuple"),
        (lambda t: t.report("high", 0), "real number"),
        (lambda t: t.report(1.0, -1), "step"),
        (lambda t: t.report(1.0, 0.5), "step"),
    ],
)
def test_a_wrong_call_in_an_objective_says_expected_got_and_what_to_do(
    call: Callable[[luthier.Trial], Any],
    match: str,
) -> None:
    study = luthier.create_study()

    with pytest.raises(luthier.InvalidInput, match=match) as caught:
        study.optimize(call, n_trials=1)
    assert str(caught.value).startswith(("Expected ", "Parameter 'x': Expected "))
    assert ", got " in str(caught.value)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: luthier.create_study(direction="up"), "minimize"),
        (lambda: luthier.create_study(directions=[]), "at least one"),
        (lambda: luthier.create_study(directions="minimize"), 'Pass \\["minimize"'),
        (
            lambda: luthier.create_study().declare(untyped({"x": 3})),
            "a Float, Int or Categorical, got 3 for 'x'",
        ),
        (lambda: luthier.create_study().declare(untyped([1])), "a dict of ranges"),
        (lambda: luthier.create_study().declare(untyped({3: luthier.Int(0, 1)})), "the name of a parameter"),
        (lambda: luthier.create_study(direction="minimize", directions=["minimize"]), "both"),
        (lambda: luthier.create_study(sampler="tpee"), '"tpe"'),
        (lambda: luthier.create_study(scheduler="asa"), "asha"),
        (lambda: luthier.create_study(seed=-1), "seed"),
        (lambda: luthier.create_study(seed=untyped("1")), "seed"),
        (lambda: luthier.create_study(""), "study_name"),
        (lambda: luthier.create_study("a\nb"), "study_name"),
        (lambda: luthier.create_study(metric_names=["a", "b"]), "metric_names"),
        (lambda: luthier.create_study().optimize(one, n_trials=-1), "n_trials"),
        (lambda: luthier.create_study().optimize(one, n_trials=untyped(1.5)), "n_trials"),
        (lambda: luthier.create_study().optimize(one, timeout=untyped("1")), "timeout"),
        (lambda: luthier.create_study().optimize(one, n_trials=1, workers=0), "workers"),
        (lambda: luthier.create_study().optimize(one, n_trials=1, executor="threads"), '"process"'),
        (lambda: luthier.create_study().optimize(one, n_trials=1, executor=untyped([])), '"thread"'),
        (lambda: luthier.create_study().optimize(one, n_trials=1, executor="inline", workers=2), "process"),
        (
            lambda: luthier.create_study().optimize(one, n_trials=1, executor="thread", trial_timeout=1),
            "process",
        ),
        (
            lambda: luthier.create_study().optimize(one, n_trials=1, executor="inline", trial_timeout=1),
            "process",
        ),
    ],
)
def test_a_wrong_argument_says_expected_got_and_what_to_do(call: Callable[[], Any], match: str) -> None:
    with pytest.raises(luthier.InvalidInput, match=match) as caught:
        call()
    assert str(caught.value).startswith("Expected ")


@pytest.mark.parametrize(
    "storage",
    ["sqlite:////no/such/folder/at/all.db", "nonsense", "oracle+nothing://host/db", "sqlite:///."],
)
def test_a_store_that_cannot_be_opened_is_a_typed_error(storage: str) -> None:
    with pytest.raises(luthier.StorageError, match="Expected "):
        luthier.create_study("s", storage=storage)


@pytest.mark.parametrize(
    "look",
    [
        lambda path: luthier.load_study("s", storage=path),
        lambda path: luthier.list_studies(storage=path),
        lambda path: luthier.delete_study("s", storage=path),
    ],
)
def test_looking_for_a_store_creates_none(look: Callable[[str], Any], tmp_path: Path) -> None:
    with pytest.raises(luthier.StorageError, match="no file"):
        look(str(tmp_path / "missing.db"))
    assert not list(tmp_path.iterdir())


def test_a_sampler_that_was_not_made_is_refused_with_how_to_make_it() -> None:
    with pytest.raises(
        luthier.InvalidInput, match=r"got the class TPESampler\. Make one: sampler=TPESampler\(\)"
    ):
        luthier.create_study(sampler=luthier.samplers.TPESampler)  # type: ignore[arg-type]  # on purpose
