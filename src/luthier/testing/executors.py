"""The laws of every executor, as pytest classes.

Subclass `ExecutorLaws`, or `IsolationLaws` for an executor that runs objectives outside the caller's thread, and give
it a fixture:

    class TestMine(IsolationLaws):
        @pytest.fixture
        def make(self) -> Factory:
            return lambda objective, respond, workers: MyExecutor(objective, respond)
"""

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from luthier.base.errors import TrialPruned
from luthier.executors.protocol import Executor, Objective, StrandedError
from luthier.executors.registry import Factory
from luthier.records.messages import Decision, Ended, Ending, Job, Logged, Reported, Suggest
from luthier.space.domains import Categorical, Domain, Float, Int

__all__ = ["ExecutorLaws", "IsolationLaws", "alive", "collect", "job", "opened", "wait_until"]

#: Seconds after which an executor that should have answered counts as hung.
PATIENCE = 30.0

Message = Suggest | Reported | Logged


def job(trial: int = 0, **fields: Any) -> Job:
    """A job that answers nothing unless told to."""
    standard: dict[str, Any] = {"trial": trial, "attempt": 1, "given": {}, "domains": {}}
    return Job(**(standard | fields))


def silent(message: Message) -> Any:
    """A driver that lets everything go on, and has no values."""
    return Decision.CONTINUE if isinstance(message, Reported) else None


@contextmanager
def opened(
    make: Factory,
    objective: Objective,
    respond: Callable[[Message], Any] = silent,
    workers: int = 1,
) -> Iterator[Executor]:
    """An executor that is closed in the end."""
    executor = make(objective, respond, workers)
    try:
        yield executor
    finally:
        executor.close()


def collect(executor: Executor, count: int = 1) -> list[Ended]:
    """Poll until so many attempts have ended."""
    ended: list[Ended] = []
    deadline = time.monotonic() + PATIENCE
    while len(ended) < count:
        assert time.monotonic() < deadline, f"{len(ended)} of {count} attempts ended in {PATIENCE} s"
        ended += executor.poll(1.0)
    return ended


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    try:
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:  # it went while being read
        return False


class ExecutorLaws:
    """What every executor does."""

    def run(self, make: Factory, objective: Objective, respond: Callable[[Message], Any] = silent) -> Ended:
        """One trial, without any answers in its job."""
        with opened(make, objective, respond) as executor:
            executor.submit(job())
            return collect(executor)[0]

    def test_every_job_ends_once(self, make: Factory) -> None:
        """One Ended for each job, of its trial and attempt, with its result."""
        with opened(make, lambda trial: trial.number * 2.0) as executor:
            for trial in range(5):
                executor.submit(job(trial, attempt=trial + 1))
                (ended,) = collect(executor)
                assert (ended.trial, ended.attempt, ended.result) == (trial, trial + 1, trial * 2.0)
                assert ended.ending is Ending.RETURNED
            assert executor.poll(0.0) == []

    @pytest.mark.parametrize("result", [None, "text", 3, (1.0, 2.0), [1, math.inf], {"loss": 1}])
    def test_results_arrive_unjudged(self, make: Factory, result: Any) -> None:
        """Whatever is returned is handed on: what it is worth is decided elsewhere."""
        ended = self.run(make, lambda _: result)
        assert (ended.ending, ended.result) == (Ending.RETURNED, result)

    def test_numbers_of_numpy_become_plain(self, make: Factory) -> None:
        """No array or scalar of an array library leaves an executor."""
        import numpy as np

        ended = self.run(make, lambda _: (np.float32(0.5), np.int64(3), np.array(2.0)))
        assert ended.result == (0.5, 3, 2.0)
        assert [type(number) for number in ended.result] == [float, int, float]

    def test_pruning_is_an_ending(self, make: Factory) -> None:
        """TrialPruned is no failure."""

        def prune(_: Any) -> float:
            raise TrialPruned("no use")

        ended = self.run(make, prune)
        assert (ended.ending, ended.reason, ended.error) == (Ending.PRUNED, "no use", None)

    @pytest.mark.parametrize("error", [ValueError("no\nluck"), SystemExit(3)])
    def test_an_exception_is_an_ending_with_its_reason_and_traceback(
        self,
        make: Factory,
        error: BaseException,
    ) -> None:
        """One line and the user's frames; sys.exit() fails its trial, and never travels to end the driver too."""

        def fail(trial: Any) -> float:
            trial.set_constraint("memory", 2)
            raise error

        ended = self.run(make, fail)
        assert ended.ending is Ending.RAISED
        assert ended.reason == ("ValueError: no luck" if isinstance(error, ValueError) else "SystemExit: 3")
        assert ended.detail is not None
        assert "in fail" in ended.detail
        assert "run_job" not in ended.detail
        kinds = ended.error.kinds if isinstance(ended.error, StrandedError) else ()
        stayed = ended.error is None or type(error) in kinds
        assert type(ended.error) is type(error) or (stayed and isinstance(error, SystemExit))
        assert ended.constraints == {"memory": 2.0}

    def test_an_executor_outlives_a_failing_trial(self, make: Factory) -> None:
        """After a failure the next job runs as if nothing had happened."""

        def odd(trial: Any) -> float:
            return 1.0 / int(trial.number % 2)

        with opened(make, odd) as executor:
            endings = []
            for trial in range(4):
                executor.submit(job(trial))
                endings.append(collect(executor)[0].ending)
        assert endings == [Ending.RAISED, Ending.RETURNED] * 2

    def test_given_values_need_no_driver(self, make: Factory) -> None:
        """A value that the job answers costs no message."""
        given = {"lr": 0.1, "layers": 3, "kind": "b"}
        domains: dict[str, Domain] = {
            "lr": Float(0.0, 1.0),
            "layers": Int(1, 5),
            "kind": Categorical(("a", "b")),
        }

        def ask(trial: Any) -> float:
            trial.suggest_float("lr", 0, 1)
            trial.suggest_int("layers", 1, 5)
            return float(trial.suggest_categorical("kind", ["a", "b"]) == "b")

        asked: list[Message] = []
        with opened(make, ask, asked.append) as executor:
            for trial in range(2):  # the second one may find the domains where the first left them
                executor.submit(job(trial, given=given, domains=domains))
                (ended,) = collect(executor)
                assert ended.result == 1.0
                assert ended.params == given
                assert ended.domains == domains
                assert list(ended.params) == list(given)
        assert asked == []

    def test_an_unknown_name_is_asked_for(self, make: Factory) -> None:
        """A parameter that the job does not know comes from the driver."""
        asked: list[Message] = []

        def respond(message: Message) -> Any:
            asked.append(message)
            return 4

        ended = self.run(make, lambda trial: trial.suggest_int("n", 1, 9), respond)
        assert (ended.result, ended.params, ended.domains) == (4, {"n": 4}, {"n": Int(1, 9)})
        assert asked == [Suggest(0, "n", Int(1, 9))]

    def test_messages_keep_their_order_and_come_before_the_end(self, make: Factory) -> None:
        """Nothing is lost, doubled, overtaken or late."""

        def talk(trial: Any) -> float:
            for step in range(50):
                trial.report(step / 2, step)
                trial.log({"lr": 0.1}, step)
            return 0.0

        heard: list[Message] = []

        def respond(message: Message) -> Any:
            heard.append(message)
            return silent(message)

        self.run(make, talk, respond)
        expected: list[Message] = []
        for step in range(50):
            expected += [Reported(0, step, step / 2), Logged(0, step, {"lr": 0.1})]
        assert heard == expected

    def test_each_verdict_is_that_of_the_newest_report(self, make: Factory) -> None:
        """Verdicts that nobody asked for are skipped; before any report there is none."""

        def stop_at_three(message: Message) -> Any:
            stop = isinstance(message, Reported) and message.step == 3
            return Decision.STOP if stop else silent(message)

        def watch(trial: Any) -> list[bool]:
            verdicts = [trial.should_prune()]
            for step in (0, 3, 4, 5):
                trial.report(1.0, step)
                if step != 4:
                    verdicts.append(trial.should_prune())
            return verdicts

        assert self.run(make, watch, stop_at_three).result == [False, False, True, False]

    def test_what_a_trial_set_comes_with_its_end(self, make: Factory) -> None:
        """Attributes, those of the job too, and constraints."""

        def note(trial: Any) -> float:
            trial.set_user_attr("host", ("a", 1))
            trial.set_constraint("size", math.inf)
            return 0.0

        with opened(make, note) as executor:
            executor.submit(job(user_attrs={"old": 1}))
            (ended,) = collect(executor)
        assert ended.user_attrs == {"old": 1, "host": ("a", 1)}
        assert ended.constraints == {"size": math.inf}

    def test_closing_twice_is_harmless_and_leaves_no_thread(self, make: Factory) -> None:
        """Nothing runs on after `close`."""
        threads = threading.active_count()
        with opened(make, lambda _: 0.0) as executor:
            executor.submit(job())
            collect(executor)
            executor.close()
        assert threading.active_count() == threads


class IsolationLaws:
    """What an executor does besides when its objectives run in processes of their own."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("SIGSEGV", "SIGSEGV"), ("SIGKILL", "SIGKILL"), ("exit", "exit code 3")],
    )
    def test_a_death_costs_one_attempt(self, make: Factory, name: str, reason: str) -> None:
        """The trial ends as CRASHED, with what killed it and its last output; the next one runs."""

        def die(trial: Any) -> float:
            if trial.number == 1:
                print("last words")  # noqa: T201 - what a failure must keep
                os._exit(3) if name == "exit" else os.kill(os.getpid(), signal.Signals[name])
                time.sleep(PATIENCE)
            return 1.0

        with opened(make, die) as executor:
            endings = []
            for trial in range(3):
                executor.submit(job(trial))
                endings += collect(executor)
        assert [ended.ending for ended in endings] == [Ending.RETURNED, Ending.CRASHED, Ending.RETURNED]
        assert reason in str(endings[1].reason)
        assert "last words" in str(endings[1].detail)

    def test_reports_before_a_death_are_heard(self, make: Factory) -> None:
        """A crash loses no message that was sent before it."""

        def die(trial: Any) -> None:
            for step in range(200):
                trial.report(0.5, step)
            os._exit(1)

        heard: list[Message] = []
        with opened(make, die, heard.append) as executor:
            executor.submit(job())
            collect(executor)
        assert len(heard) == 200

    def test_trials_run_side_by_side(self, make: Factory, tmp_path: Path) -> None:
        """As many trials at once as there are workers."""

        def meet(trial: Any) -> float:
            (tmp_path / str(trial.number)).touch()
            return float(wait_until(lambda: len(list(tmp_path.iterdir())) == 3))

        with opened(make, meet, workers=3) as executor:
            for trial in range(3):
                executor.submit(job(trial))
            ended = collect(executor, 3)
        assert sorted(one.trial for one in ended) == [0, 1, 2]
        assert [one.result for one in ended] == [1.0] * 3

    def test_a_cancelled_attempt_ends_as_such_and_spares_the_others(
        self, make: Factory, tmp_path: Path
    ) -> None:
        """Cancelling twice, or a trial that is not there, changes nothing."""

        def rest(trial: Any) -> int:
            (tmp_path / f"{trial.number}-{os.getpid()}").touch()
            if trial.number == 0:
                time.sleep(PATIENCE)
            return os.getpid()

        with opened(make, rest, workers=2) as executor:
            executor.submit(job(0))
            executor.submit(job(1))
            (other,) = collect(executor)
            assert wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
            executor.cancel(0)
            executor.cancel(0)  # a second time, and of a trial that is not there: nothing happens
            executor.cancel(77)
            (ended,) = collect(executor)
            assert (ended.trial, ended.ending) == (0, Ending.CANCELLED)
            executor.submit(job(2))
            executor.submit(job(3))
            assert other.result in {one.result for one in collect(executor, 2)}

    def test_no_process_is_left_after_close(self, make: Factory, tmp_path: Path) -> None:
        """Neither of idle workers nor of busy ones."""

        def note(trial: Any) -> float:
            (tmp_path / str(os.getpid())).touch()
            if trial.number:
                time.sleep(PATIENCE)
            return 0.0

        with opened(make, note, workers=2) as executor:
            executor.submit(job(0))
            collect(executor)
            executor.submit(job(1))
            executor.submit(job(2))
            assert wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
        pids = [int(path.name) for path in tmp_path.iterdir()]
        assert wait_until(lambda: not any(map(alive, pids)), seconds=0.5)

    def test_a_result_that_cannot_travel_comes_in_words(self, make: Factory) -> None:
        """It is no number, so the trial fails like one that returned any other object, and the reason shows it."""
        with opened(make, lambda _: threading.Lock()) as executor:
            executor.submit(job())
            (ended,) = collect(executor)
        assert ended.ending is Ending.RETURNED
        assert "lock" in repr(ended.result)

    def test_a_large_result_travels(self, make: Factory) -> None:
        """Ten megabytes are no more than ten bytes."""
        with opened(make, lambda _: "x" * 10_000_000) as executor:
            executor.submit(job())
            assert len(collect(executor)[0].result) == 10_000_000

    def test_output_comes_with_a_failure_whatever_wrote_it(self, make: Factory) -> None:
        """Python, C libraries and child processes, in any bytes."""

        def talk(_: Any) -> None:
            print("ünïcode ☃")  # noqa: T201 - what a failure must keep
            os.write(2, b"bytes \xff of a C library\n")
            os.system("echo from a child")  # noqa: S605, S607 - a process of the objective
            print("no newline", end="", file=sys.stderr)  # noqa: T201 - as above
            raise ValueError

        with opened(make, talk) as executor:
            executor.submit(job())
            detail = str(collect(executor)[0].detail)
        for part in ("ünïcode ☃", "of a C library", "from a child", "no newline", "ValueError"):
            assert part in detail
