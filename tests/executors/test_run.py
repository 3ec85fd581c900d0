"""How an attempt ends, told from the call of the objective."""

from typing import Any

import pytest

from luthier.executors.inline import InlineChannel
from luthier.executors.run import DETAIL_LENGTH, REASON_LENGTH, run_job
from luthier.records.messages import Ended, Ending, Job


def run(objective: Any) -> Ended:
    return run_job(objective, Job(trial=0, attempt=1, given={}, domains={}), InlineChannel(lambda _: None))


class Unprintable(Exception):  # noqa: N818 - no error of ours
    def __str__(self) -> str:
        raise RuntimeError


def test_an_exception_that_cannot_be_printed_still_has_a_reason() -> None:
    def fail(trial: Any) -> float:
        raise Unprintable

    assert run(fail).reason == "Unprintable: its message could not be printed"


def test_an_exception_without_a_message_is_its_name() -> None:
    def fail(trial: Any) -> float:
        raise MemoryError

    assert run(fail).reason == "MemoryError"


@pytest.mark.parametrize("said", ["", "at step 3"])
def test_optunas_own_signal_says_which_one_is_meant(said: str) -> None:
    foreign = type("TrialPruned", (Exception,), {"__module__": "optuna.exceptions"})

    def fail(trial: Any) -> float:
        raise foreign(said)

    ended = run(fail)
    first, _, hint = (ended.reason or "").partition(". ")
    assert (ended.ending, first) == (Ending.RAISED, f"TrialPruned: {said}".removesuffix(": "))
    assert "raise luthier.TrialPruned" in hint
    assert "from luthier.compat import optuna" in hint
    assert hint in (ended.detail or "")
    assert ended.error is not None
    assert ended.error.__notes__ == [hint]


def test_another_ones_signal_of_that_name_is_no_ones_business() -> None:
    def fail(trial: Any) -> float:
        raise type("TrialPruned", (Exception,), {"__module__": "mine.optuna"})("no")

    assert run(fail).reason == "TrialPruned: no"


def test_a_huge_message_is_cut() -> None:
    def fail(trial: Any) -> float:
        raise ValueError("x" * 1_000_000)

    ended = run(fail)
    assert ended.reason is not None
    assert ended.detail is not None
    assert len(ended.reason) < REASON_LENGTH + 20
    assert len(ended.detail) < DETAIL_LENGTH + 100


def test_the_traceback_names_the_users_lines_and_causes_only() -> None:
    def helper() -> None:
        raise KeyError("inner")

    def fail(trial: Any) -> float:
        try:
            helper()
        except KeyError as error:
            raise ValueError("outer") from error
        return 0.0

    detail = run(fail).detail
    assert detail is not None
    assert "in helper" in detail
    assert "in fail" in detail
    assert "executors/run.py" not in detail


def test_a_wrong_call_of_the_trial_ends_at_the_users_line() -> None:
    detail = run(lambda trial: trial.report("high", 0)).detail
    assert detail is not None
    assert 'trial.report("high", 0)' in detail
    assert "executors/trial.py" not in detail


def test_a_result_whose_conversion_fails_is_a_failure() -> None:
    class Broken:
        def tolist(self) -> list:
            raise RuntimeError("no memory")

    ended = run(lambda _: Broken())
    assert (ended.ending, ended.reason) == (Ending.RAISED, "RuntimeError: no memory")


def test_a_tensor_becomes_a_number() -> None:
    torch = pytest.importorskip("torch", reason="torch is an extra")
    ended = run(lambda _: (torch.tensor(0.5, requires_grad=True), torch.tensor([2])))
    assert ended.result == (0.5, [2])
