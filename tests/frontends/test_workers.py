"""`optimize(workers=…)`: objectives in processes of their own, and every way in which they can go wrong."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier import TrialState


def states(study: luthier.Study) -> list[str]:
    """The states of all trials."""
    return [record.state.value for record in study.trials]


def test_closures_and_lambdas_run_in_workers() -> None:
    offset = 2.0
    study = luthier.create_study(seed=0)

    study.optimize(lambda trial: (trial.suggest_float("x", -10, 10) - offset) ** 2, n_trials=30, workers=2)

    assert states(study) == ["COMPLETE"] * 30
    assert [record.number for record in study.trials] == list(range(30))
    assert study.best_value < 5


def test_objectives_run_in_other_processes() -> None:
    def objective(trial: luthier.Trial) -> float:
        trial.set_user_attr("pid", os.getpid())
        time.sleep(0.05)
        return 0.0

    study = luthier.create_study()
    study.optimize(objective, n_trials=8, workers=2)

    pids = {record.user_attrs["pid"] for record in study.trials}
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_a_crash_is_one_failed_trial_with_its_reason() -> None:
    def objective(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        sys.stdout.write("about to die\n" if trial.number == 3 else "fine\n")
        sys.stdout.flush()
        if trial.number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return x

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=8, workers=2)

    failed = study.trials[3]
    assert states(study).count("COMPLETE") == 7
    assert failed.state is TrialState.FAILED
    assert "SIGKILL" in (failed.reason or "")
    assert "about to die" in (failed.detail or "")
    assert "x" in failed.params


def test_a_crash_can_be_retried() -> None:
    def objective(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        if trial.attempt == 1 and trial.number == 1:
            os._exit(3)
        return x

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=4, workers=2, retries=1)

    assert states(study) == ["COMPLETE"] * 4
    assert study.trials[1].attempt == 2


def test_a_trial_that_hangs_is_killed_with_its_children(tmp_path: Path, alive: Callable[[int], bool]) -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.number == 0:
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            (tmp_path / "child").write_text(str(child.pid))
            time.sleep(60)
        return 0.0

    study = luthier.create_study()
    start = time.monotonic()
    study.optimize(objective, n_trials=3, trial_timeout=1.0)

    assert time.monotonic() - start < 20
    assert sorted(states(study)) == ["COMPLETE", "COMPLETE", "FAILED"]
    assert study.trials[0].reason == "ran longer than trial_timeout=1 s"
    child = int((tmp_path / "child").read_text())
    assert not alive(child)


def test_an_exception_in_a_worker_is_raised_here_and_the_others_wait() -> None:
    def objective(trial: luthier.Trial) -> float:
        trial.suggest_float("x", 0, 1)
        if trial.number == 2:
            raise ValueError("the user's bug")
        time.sleep(0.2)
        return 0.0

    study = luthier.create_study()
    with pytest.raises(ValueError, match="the user's bug"):
        study.optimize(objective, n_trials=10, workers=2)

    assert study.trials[2].reason == "ValueError: the user's bug"
    assert "RUNNING" not in states(study)


def test_caught_exceptions_in_workers_do_not_stop_the_study() -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.number % 2:
            raise KeyError("odd")
        return 0.0

    study = luthier.create_study()
    study.optimize(objective, n_trials=6, workers=2, catch=KeyError)

    assert sorted(states(study)) == ["COMPLETE"] * 3 + ["FAILED"] * 3


def test_what_cannot_be_sent_is_named() -> None:
    lock = __import__("threading").Lock()

    def objective(trial: luthier.Trial) -> float:
        with lock:
            return trial.suggest_float("x", 0, 1)

    study = luthier.create_study()
    with pytest.raises(luthier.NotStorable, match="lock"):
        study.optimize(objective, n_trials=2, workers=2)
    assert "RUNNING" not in states(study)


def test_schedulers_stop_trials_in_workers(url: str) -> None:
    def objective(trial: luthier.Trial) -> float:
        quality = trial.suggest_float("quality", 0, 1)
        for step in range(1, 10):
            trial.report(quality, step)
            if trial.should_prune():
                raise luthier.TrialPruned
        return quality

    study = luthier.create_study(storage=url, scheduler="asha", sampler="uniform", seed=0)
    study.optimize(objective, n_trials=24, workers=2)

    assert states(study).count("PRUNED") >= 4
    assert states(study).count("COMPLETE") >= 2
    pruned = next(record for record in study.trials if record.state is TrialState.PRUNED)
    assert pruned.value == list(study.reports(pruned.number).values())[-1]


def test_two_drivers_share_a_study(url: str) -> None:
    script = (
        "import sys, luthier; luthier.set_verbosity(40)\n"
        "study = luthier.load_study('s', storage=sys.argv[1], sampler='quasi')\n"
        "study.optimize(lambda t: t.suggest_float('x', 0, 1) + t.suggest_int('k', 0, 3), n_trials=20, progress=False)"
    )
    study = luthier.create_study("s", storage=url, seed=0)

    drivers = [subprocess.Popen([sys.executable, "-c", script, url]) for _ in range(3)]
    codes = [driver.wait(timeout=60) for driver in drivers]

    assert codes == [0, 0, 0]
    assert [record.number for record in study.trials] == list(range(60))
    assert states(study) == ["COMPLETE"] * 60
    assert len({record.params["x"] for record in study.trials}) == 60


def test_a_trial_whose_lease_ended_is_not_started_twice_by_the_driver_that_runs_it(tmp_path: Path) -> None:
    """A laptop that slept, or a driver that was stopped: its results are still welcome, for nobody else took them.

    Leases that end at once stand for the sleep, for no renewal comes in time.
    """
    url = f"sqlite:///{tmp_path / 's.db'}"
    impatient = luthier.storage.SqlStorage(url, lease_seconds=0.0)
    study = luthier.create_study(storage=impatient, sampler="uniform")

    def objective(trial: luthier.Trial) -> float:
        time.sleep(1.5 if trial.number == 0 else 0.3)
        return trial.attempt

    expired: list[int] = []
    study.optimize(
        objective, n_trials=6, workers=2, callbacks=[lambda *_: expired.extend(impatient.expire_leases(1))]
    )

    assert 0 in expired
    assert [record.values for record in study.trials] == [(1.0,)] * 6


class PeculiarError(Exception):
    """Its arguments are not those of its `__init__`, so unpickling fails."""

    def __init__(self, code: int, place: str) -> None:
        super().__init__(f"{code} at {place}")
        self.code = code
        self.lock = threading.Lock()


def test_an_exception_that_pickling_cannot_restore_is_caught_by_its_type() -> None:
    def objective(_: luthier.Trial) -> float:
        raise PeculiarError(7, "home")

    study = luthier.create_study()
    study.optimize(objective, n_trials=2, workers=2, catch=PeculiarError)

    assert [record.reason for record in study.trials] == ["PeculiarError: 7 at home"] * 2
    with pytest.raises(PeculiarError, match="7 at home") as caught:
        study.optimize(objective, n_trials=1, workers=2)
    assert caught.value.code == 7  # what can travel does
    assert not [name for name in vars(caught.value) if name == "lock"]


def test_a_result_that_cannot_travel_fails_its_trial_alone() -> None:
    study = luthier.create_study()

    study.optimize(lambda _: (one for one in "ab"), n_trials=2, workers=2)

    assert states(study) == ["FAILED"] * 2
    assert "should return a number, got <generator" in (study.trials[0].reason or "")


def test_scripts_that_multiprocessing_spawned_may_use_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing\n"
        "import luthier\n"
        "def objective(trial):\n"
        "    return trial.suggest_float('x', 0, 1)\n"
        "def go(path):\n"
        "    luthier.create_study(storage=path).optimize(objective, n_trials=3, workers=2)\n"
        "if __name__ == '__main__':\n"
        f"    child = multiprocessing.get_context('spawn').Process(target=go, args=({str(tmp_path / 's.db')!r},))\n"
        "    child.start()\n"
        "    child.join()\n"
    )
    subprocess.run([sys.executable, str(script)], check=True, capture_output=True)

    assert states(luthier.load_study(storage=str(tmp_path / "s.db"))) == ["COMPLETE"] * 3


def test_sys_exit_in_a_worker_fails_its_trial_and_does_not_end_the_program() -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.number == 1:
            sys.exit("enough")
        return 0.0

    study = luthier.create_study()
    with pytest.raises(luthier.ObjectiveFailed, match="SystemExit: enough"):
        study.optimize(objective, n_trials=3, workers=2)
    study.optimize(objective, n_trials=3, workers=2, catch=Exception)

    assert study.trials[1].reason == "SystemExit: enough"


class EnoughError(SystemExit):
    """A user's own way to say that a trial is over."""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("catch", [SystemExit, (ValueError, BaseException)])
def test_what_is_no_exception_is_caught_by_its_type_wherever_it_is_raised(workers: int, catch: Any) -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.number == 0:
            sys.exit("bye")
        if trial.number == 1:
            raise EnoughError(3)
        return 0.0

    study = luthier.create_study()
    study.optimize(objective, n_trials=3, workers=workers, catch=catch)
    assert [record.reason for record in study.trials] == ["SystemExit: bye", "EnoughError: 3", None]


def test_a_key_pressed_in_a_worker_is_caught_if_so_wished() -> None:
    def objective(_: luthier.Trial) -> float:
        raise KeyboardInterrupt

    study = luthier.create_study()
    study.optimize(objective, n_trials=2, workers=2, catch=KeyboardInterrupt)
    assert [record.reason for record in study.trials] == ["KeyboardInterrupt"] * 2
    with pytest.raises(luthier.ObjectiveFailed, match="Trial 2: KeyboardInterrupt"):
        study.optimize(objective, n_trials=1, workers=2, catch=(SystemExit, ValueError))


def test_an_exception_that_cannot_travel_is_caught_by_the_type_of_python_that_it_is() -> None:
    def objective(_: luthier.Trial) -> float:
        raise LookupError(threading.Lock())

    study = luthier.create_study()
    study.optimize(objective, n_trials=2, workers=2, catch=LookupError)
    assert states(study) == ["FAILED"] * 2
    with pytest.raises(luthier.ObjectiveFailed, match="Trial 2: LookupError"):
        study.optimize(objective, n_trials=1, workers=2, catch=KeyError)


def test_what_was_enqueued_with_a_trial_survives_its_crash_and_its_retry() -> None:
    def crash_once(trial: luthier.Trial) -> float:
        if trial.attempt == 1:
            os._exit(1)
        return float(trial.user_attrs["member"])

    study = luthier.create_study()
    study.enqueue({}, user_attrs={"member": 7})
    study.optimize(crash_once, n_trials=1, retries=1, executor="process")
    study.enqueue({}, user_attrs={"member": 8})
    study.optimize(crash_once, n_trials=1, executor="process")
    assert [record.user_attrs for record in study.trials] == [{"member": 7}, {"member": 8}]
    assert [str(record.state) for record in study.trials] == ["COMPLETE", "FAILED"]
