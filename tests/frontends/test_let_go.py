"""However a call of `optimize` ends, what ran is let go: at once, or by the next call."""

import threading
from pathlib import Path
from unittest.mock import Mock

import pytest

import luthier
from luthier.base.errors import StorageError
from luthier.engine.view import StudyView
from luthier.executors.inline import InlineExecutor


def line(trial: luthier.Trial) -> float:
    """One parameter."""
    return trial.suggest_float("x", 0.0, 1.0)


def states(study: luthier.Study) -> list[str]:
    """The states of all trials."""
    return [record.state.value for record in study.trials]


@pytest.mark.parametrize("place", ["memory", "sqlite"])
def test_a_trial_whose_release_failed_is_tried_again_by_the_next_call(place: str, tmp_path: Path) -> None:
    study = luthier.create_study(storage=None if place == "memory" else str(tmp_path / "s.db"), seed=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(study.storage), "update_trials", Mock(side_effect=StorageError("no space")))
        with pytest.raises(StorageError, match="no space"):
            study.optimize(line, 2, progress=False)
        assert states(study) == ["RUNNING"]

    study.optimize(line, 2, progress=False)

    assert states(study) == ["COMPLETE"] * 2


def interrupt(study: luthier.Study, *places: tuple[type, str]) -> None:
    """A run in which Ctrl-C comes at these places."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, method in places:
            patch.setattr(owner, method, Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            study.optimize(line, 2, progress=False)


def test_a_trial_that_an_interrupt_hid_from_its_session_is_let_go() -> None:
    study = luthier.create_study(seed=0)
    interrupt(study, (StudyView, "adopt"))

    study.optimize(line, 2, progress=False)

    assert states(study) == ["COMPLETE"] * 2


def test_an_interrupt_while_the_executor_closes_lets_the_trials_go() -> None:
    study = luthier.create_study(seed=0)
    interrupt(study, (InlineExecutor, "poll"), (InlineExecutor, "close"))

    assert states(study) == ["WAITING"]


def test_threads_that_share_a_study_each_run_what_they_were_asked_for() -> None:
    study = luthier.create_study(seed=0, sampler="random")
    threads = [
        threading.Thread(target=study.optimize, args=(line, 15), kwargs={"progress": False}) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert states(study) == ["COMPLETE"] * 60
