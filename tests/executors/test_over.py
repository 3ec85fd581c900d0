"""What is said of a trial too late, and what no store could hold: told where it was said, at the cost of one trial."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

import luthier
from luthier.base.errors import IllegalTransition, LuthierError


@pytest.mark.parametrize(("executor", "workers"), [("inline", 1), ("thread", 2)])
def test_a_thread_that_outlives_its_objective_is_refused(executor: str, workers: int) -> None:
    ended, said = threading.Event(), threading.Event()
    refused: list[str] = []

    def late(trial: luthier.Trial) -> None:
        ended.wait(30)
        calls: list[Callable[[], Any]] = [
            lambda: trial.report(1.0, 1),
            lambda: trial.log({"loss": 1.0}, 1),
            lambda: trial.suggest_float("y", 0.0, 1.0),
        ]
        for call in calls:
            with pytest.raises(IllegalTransition, match="trial 0, which ended") as refusal:
                call()
            refused.append(str(refusal.value))
        said.set()

    def objective(trial: luthier.Trial) -> float:
        if trial.number == 0:
            threading.Thread(target=late, args=(trial,)).start()
        return trial.suggest_float("x", 0.0, 1.0)

    def next_began(_: luthier.Study, record: luthier.TrialRecord) -> None:
        if record.number == 0:
            ended.set()
            said.wait(30)

    study = luthier.create_study(seed=0)
    study.optimize(objective, 3, workers=workers, executor=executor, callbacks=[next_began], progress=False)

    assert len(refused) == 3
    assert [record.state.value for record in study.trials] == ["COMPLETE"] * 3
    assert study.trials[0].params.keys() == {"x"}
    assert not study.reports(0)


UNTOLD: dict[str, Callable[[luthier.Trial], object]] = {
    "metric": lambda trial: trial.log({"m" * 256: 1.0}, 1),
    "surrogate": lambda trial: trial.log({"m\ud800": 1.0}, 1),
    "step": lambda trial: trial.report(0.0, 2**63),
    "attribute": lambda trial: trial.set_user_attr("a", 10**5000),
    "choice": lambda trial: trial.suggest_categorical("c", [10**5000, 1]),
    "bound": lambda trial: trial.suggest_int("n", 0, 10**400),
}


@pytest.mark.parametrize("what", UNTOLD)
@pytest.mark.parametrize("storage", ["memory", "sqlite"])
def test_what_no_store_could_hold_costs_one_trial(what: str, storage: str, tmp_path: Any) -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.number == 1:
            UNTOLD[what](trial)
        return trial.suggest_float("x", 0.0, 1.0)

    place = None if storage == "memory" else str(tmp_path / "s.db")
    study = luthier.create_study(storage=place, seed=0, sampler="random")
    study.optimize(objective, 3, catch=LuthierError, progress=False)

    assert [record.state.value for record in study.trials] == ["COMPLETE", "FAILED", "COMPLETE"]
    assert "Expected" in (study.trials[1].reason or "")


def test_a_name_that_is_no_unicode_is_a_name() -> None:
    study = luthier.create_study(seed=0, sampler="random")
    study.optimize(lambda trial: trial.suggest_float("x\ud800", 0.0, 1.0), 2, progress=False)

    assert {record.state.value for record in study.trials} == {"COMPLETE"}
