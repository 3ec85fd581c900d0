"""A run that is interrupted and gone on with by another object of the study is the run that was not interrupted."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luthier
from luthier.storage import MemoryStorage


def flat(trial: luthier.Trial) -> float:
    lr = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    return lr * trial.suggest_int("layers", 1, 4) + trial.suggest_float("drop", 0, 1)


def dependent(trial: luthier.Trial) -> float:
    """Ranges that depend on other parameters, and trials that fail half-way."""
    a = trial.suggest_int("a", 1, 5)
    b = trial.suggest_int("b", 1, a)
    if a == 3:
        raise ValueError("three")
    trial.set_constraint("c", b - 2)
    return a * b - trial.suggest_float("x", 0, a / 10, step=0.1)


def branching(trial: luthier.Trial) -> float:
    if trial.suggest_categorical("kind", ["tree", "net"]) == "tree":
        return trial.suggest_int("depth", 2, 9)
    return trial.suggest_float("lr", 1e-3, 1, log=True) + trial.suggest_int("width", 1, 8)


#: Each objective with values that a user may enqueue some of.
OBJECTIVES: Mapping[Callable[[luthier.Trial], float], Mapping[str, Any]] = {
    flat: {"lr": 3e-4, "layers": 2, "drop": 0.25},
    dependent: {"a": 4, "b": 1, "x": 0.1},
    branching: {"kind": "net", "depth": 4, "lr": 0.01, "width": 3},
}

SAMPLERS = ["auto", "tpe", "forest", "cma", "nsga2", "quasi", "random"]


def outcome(study: luthier.Study) -> tuple:
    """All that a user sees of a study's trials, and the order of its parameters."""
    rows = [(list(r.params.items()), r.domains, r.state, r.values, r.origin) for r in study.trials]
    return repr(rows), list(study.view.space.items())


@pytest.mark.filterwarnings("ignore::luthier.executors.trial.TrialWarning")  # of branches that come later
@pytest.mark.parametrize("sampler", SAMPLERS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_partial_configurations_are_resumed_as_they_go_on(sampler: str, data: st.DataObject) -> None:
    objective = data.draw(st.sampled_from(list(OBJECTIVES)), label="objective")
    values = OBJECTIVES[objective]
    names = st.lists(st.sampled_from(list(values)), unique=True, max_size=len(values))
    queue = data.draw(st.lists(names, min_size=1, max_size=3), label="enqueued names")
    cuts = data.draw(st.sets(st.integers(1, 9), max_size=4), label="interrupted after")
    broken = data.draw(st.sets(st.integers(0, 9), max_size=2), label="interrupted within")

    def run(ends: list[int], within: set[int]) -> tuple:
        def interrupted(trial: luthier.Trial) -> float:
            value = objective(trial)
            if trial.number in within and trial.attempt == 1:
                raise KeyboardInterrupt
            return value

        store = MemoryStorage()
        study = luthier.create_study("s", storage=store, seed=7, sampler=sampler)
        for few in queue:
            study.enqueue({name: values[name] for name in few})
        for end in ends:
            while (missing := end - sum(record.state.finished for record in study.trials)) > 0:
                with suppress(KeyboardInterrupt):
                    study.optimize(interrupted, n_trials=missing, catch=ValueError, progress=False)
                study = luthier.load_study("s", storage=store, sampler=sampler)
        return outcome(study)

    assert run([*sorted(cuts), 10], broken) == run([10], set())


def test_columns_are_in_the_order_in_which_the_objective_asked(url: str) -> None:
    """Not in that of the questions to the sampler: an enqueued value is none."""
    study = luthier.create_study("s", storage=url, seed=7)
    study.enqueue({"lr": 3e-4})
    study.optimize(flat, n_trials=1)
    again = luthier.load_study("s", storage=url)

    for each in (study, again):
        each.optimize(flat, n_trials=1)
        assert list(each.view.space) == ["lr", "layers", "drop"]


def test_a_range_that_only_a_running_trial_has_shown_is_known_while_it_runs() -> None:
    study = luthier.create_study(seed=1)
    trial = study.ask()
    trial.suggest_float("x", 0, 1)
    assert dict(study.view.space) == {"x": luthier.Float(0, 1)}
    other = study.ask()
    assert "x" in other.given

    study.tell(trial, 1.0)
    other.suggest_int("n", 1, 3)
    assert list(study.view.space) == ["x", "n"]
    study.tell(other, 1.0)

    assert list(study.view.space) == ["x", "n"]
