"""The inline executor: the caller's thread, its debugger and its exceptions."""

import threading
from typing import Any, NoReturn

import pytest

from luthier.base.errors import InvalidInput
from luthier.executors.inline import InlineExecutor
from luthier.executors.registry import EXECUTORS
from luthier.records.messages import Ending, Job

JOB = Job(trial=0, attempt=1, given={}, domains={})


def test_the_objective_runs_in_the_callers_thread_and_its_output_passes_through(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def objective(trial: Any) -> int:
        print("hello")  # noqa: T201 - what passes through
        return threading.get_ident()

    executor = InlineExecutor(objective, lambda _: None)
    executor.submit(JOB)
    assert executor.poll(0)[0].result == threading.get_ident()
    assert capsys.readouterr().out == "hello\n"


def test_the_exception_itself_can_be_raised_again() -> None:
    error = ValueError("mine")

    def objective(trial: Any) -> NoReturn:
        raise error

    executor = InlineExecutor(objective, lambda _: None)
    executor.submit(JOB)
    assert executor.poll(0)[0].error is error


def test_ctrl_c_leaves_poll_and_its_trial_ends_afterwards() -> None:
    def objective(trial: Any) -> NoReturn:
        raise KeyboardInterrupt

    executor = InlineExecutor(objective, lambda _: None)
    executor.submit(JOB)
    executor.submit(JOB)
    with pytest.raises(KeyboardInterrupt):
        executor.poll(0)
    (ended,) = executor.poll(0)
    assert (ended.ending, ended.reason) == (Ending.RAISED, "KeyboardInterrupt")


def test_an_error_of_the_driver_is_not_the_trials() -> None:
    def respond(message: Any) -> NoReturn:
        raise OSError("disk full")

    def objective(trial: Any) -> float:
        try:
            trial.report(1.0, 0)
        except OSError:
            return 0.0
        return 1.0

    executor = InlineExecutor(objective, respond)
    executor.submit(JOB)
    with pytest.raises(OSError, match="disk full"):
        executor.poll(0)


def test_several_workers_need_processes() -> None:
    with pytest.raises(InvalidInput, match="process"):
        EXECUTORS["inline"](lambda _: 0.0, lambda _: None, 2)


def test_a_closed_executor_runs_nothing_more() -> None:
    ran: list[int] = []
    executor = InlineExecutor(lambda _: ran.append(1), lambda _: None)
    executor.submit(JOB)
    executor.close()
    assert executor.poll(0) == []
    assert ran == []
