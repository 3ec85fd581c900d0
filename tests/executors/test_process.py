"""Worker processes: what they are given, what they leave behind, and how they die."""

import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from luthier.base.errors import InvalidInput
from luthier.executors.process import ProcessExecutor
from luthier.executors.protocol import StrandedError
from luthier.executors.spawn import thread_limits
from luthier.records.messages import Decision, Ended, Ending
from luthier.testing.executors import alive, collect, job, opened, wait_until

#: A process that ignores SIGTERM, and one that leaves the session and its parent; each writes its id to a file.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[2] == "daemon" and os.fork():
    os._exit(0)
if sys.argv[2] == "daemon":
    os.setsid()
open(os.path.join(sys.argv[1], str(os.getpid())), "w").close()
time.sleep(60)
"""


def make(objective: Any, respond: Any, workers: int) -> ProcessExecutor:
    return ProcessExecutor(objective, respond, workers=workers)


def run(objective: Any, respond: Any = lambda _: Decision.CONTINUE) -> Ended:
    with opened(make, objective, respond) as executor:
        executor.submit(job())
        return collect(executor)[0]


def brood(folder: Path, kinds: tuple[str, ...] = ("child", "daemon")) -> Any:
    """An objective whose children do not want to die."""
    script = STUBBORN

    def objective(trial: Any) -> None:
        (folder / str(os.getpid())).touch()
        for kind in kinds:
            subprocess.Popen([sys.executable, "-S", "-c", script, str(folder), kind])
        time.sleep(60)

    return objective


def pids(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir()]


def gone(folder: Path, seconds: float = 0.5) -> bool:
    """Whether the processes are dead; one that got its SIGKILL may need a moment for it."""
    return wait_until(lambda: not any(map(alive, pids(folder))), seconds)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where processes write their ids; those that a failing test leaves are killed."""
    place = tmp_path / "pids"
    place.mkdir()
    yield place
    for pid in filter(alive, pids(place)):
        os.kill(pid, signal.SIGKILL)


def test_a_cancel_kills_stubborn_children_and_daemons(folder: Path) -> None:
    with opened(make, brood(folder)) as executor:
        executor.submit(job())
        assert wait_until(lambda: len(pids(folder)) == 3)
        executor.cancel(0)
        (ended,) = collect(executor)
        assert ended.ending is Ending.CANCELLED
        assert gone(folder)


def test_close_kills_stubborn_children_and_daemons(folder: Path) -> None:
    with opened(make, brood(folder)) as executor:
        executor.submit(job())
        assert wait_until(lambda: len(pids(folder)) == 3)
    assert gone(folder)


def test_a_killed_worker_takes_its_children_along(folder: Path) -> None:
    with opened(make, brood(folder)) as executor:
        executor.submit(job())
        assert wait_until(lambda: len(pids(folder)) == 3)
        os.kill(executor._workers[0].process.pid, signal.SIGKILL)  # type: ignore[attr-defined]  # make() says which
        (ended,) = collect(executor)
        assert ended.reason == "worker died: SIGKILL (killed, perhaps out of memory)"
        assert gone(folder)


def test_nothing_outlives_a_driver_that_was_killed(folder: Path) -> None:
    program = f"""
        import os, sys, time, subprocess
        from luthier.executors.process import ProcessExecutor
        from luthier.records.messages import Job
        stubborn, folder = {STUBBORN!r}, {str(folder)!r}

        def objective(trial):
            open(os.path.join(folder, str(os.getpid())), "w").close()
            for kind in ("child", "daemon"):
                subprocess.Popen([sys.executable, "-S", "-c", stubborn, folder, kind])
            if trial.number:
                while True:  # busy, and deaf to everything
                    pass
            time.sleep(60)

        executor = ProcessExecutor(objective, lambda _: None, workers=2)
        for trial in range(2):
            executor.submit(Job(trial=trial, attempt=1, given={{}}, domains={{}}))
        executor.poll(60)
    """
    driver = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)])
    assert wait_until(lambda: len(pids(folder)) == 6)
    driver.kill()
    driver.wait()
    assert gone(folder, seconds=3.0)


def test_a_script_needs_no_main_guard_and_any_callable_will_do(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text(
        "class Bad(Exception): pass\ndef module_function(trial): return 4.0\n"
    )
    (tmp_path / "script.py").write_text(
        textwrap.dedent("""
            import sys
            from functools import partial
            from luthier.executors.process import ProcessExecutor
            from luthier.records.messages import Decision, Job
            import beside

            OFFSET = 1.0

            def helper(x):
                return x + OFFSET

            def plain(trial):
                return helper(trial.suggest_categorical("f", [helper, abs])(0.0))

            def closure():
                offset = 2.0
                return lambda _: offset

            class Callable:
                def __init__(self): self.value = 3.0
                def __call__(self, trial): return self.value

            def fails(trial):
                raise beside.Bad("here")

            def run(objective):
                executor = ProcessExecutor(objective, lambda message: message.domain.choices[0], workers=1)
                executor.submit(Job(trial=0, attempt=1, given={}, domains={}))
                (ended,) = executor.poll(30) or executor.poll(30)
                executor.close()
                return ended

            objectives = [plain, closure(), Callable(), beside.module_function, partial(lambda x, trial: x, 5.0)]
            results = [run(objective).result for objective in objectives]
            print(results, type(run(fails).error) is beside.Bad)
        """),
    )
    done = subprocess.run(
        [sys.executable, tmp_path / "script.py"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("[2.0, 2.0, 3.0, 4.0, 5.0] True\n", "")


def test_an_objective_that_cannot_be_loaded_fails_each_trial_with_the_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "vanishing.py").write_text("def objective(trial): return 0.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    from vanishing import objective  # type: ignore[import-not-found]  # written two lines above

    with opened(make, objective) as executor:
        (tmp_path / "vanishing.py").unlink()
        for trial in range(2):
            executor.submit(job(trial))
            (ended,) = collect(executor)
            assert ended.ending is Ending.RAISED
            assert "No module named 'vanishing'" in str(ended.reason)
        assert len(executor._workers) == 1  # type: ignore[attr-defined]  # make() says which


def test_an_exception_keeps_its_type_and_brings_the_workers_traceback() -> None:
    def fail(trial: Any) -> None:
        print("said before")  # noqa: T201 - what a failure must keep
        raise FileNotFoundError(2, "gone", "weights.pt")

    error = run(fail).error
    assert isinstance(error, FileNotFoundError)
    assert error.filename == "weights.pt"
    assert "in fail" in error.__notes__[0]


def test_an_exception_with_an_init_of_its_own_arrives_without_running_it_again() -> None:
    class Picky(Exception):  # noqa: N818 - no error of ours
        def __init__(self, first: int, second: int) -> None:
            super().__init__(f"{first} and {second}")

    def fail(trial: Any) -> None:
        raise Picky(1, 2)

    ended = run(fail)
    assert (type(ended.error).__name__, str(ended.error), ended.reason) == (
        "Picky",
        "1 and 2",
        "Picky: 1 and 2",
    )


def test_an_exception_that_cannot_travel_leaves_its_words_and_what_python_calls_it() -> None:
    class Locked(KeyError, AttributeError):  # noqa: N818 - no error of ours
        def __str__(self) -> str:
            return "locked"

    def fail(trial: Any) -> None:
        raise Locked(threading.Lock())

    ended = run(fail)
    assert ended.reason == "Locked: locked"
    assert isinstance(ended.error, StrandedError)
    assert ended.error.kinds == (KeyError, LookupError, AttributeError, Exception, BaseException)


def test_a_result_that_the_driver_cannot_read_fails_the_trial_alone() -> None:
    def odd(trial: Any) -> Any:
        class Trap:
            def __reduce__(self) -> tuple[type, tuple[str]]:
                return (int, ("no number",))

        return Trap() if trial.number == 0 else 1.0

    with opened(make, odd) as executor:
        executor.submit(job(0))
        (ended,) = collect(executor)
        assert ended.ending is Ending.RAISED
        assert "ValueError" in str(ended.reason)
        executor.submit(job(1))
        assert collect(executor)[0].result == 1.0


def test_a_trial_may_close_its_streams() -> None:
    def close(trial: Any) -> None:
        if trial.number == 0:
            sys.stdout.close()
            os.close(1)
            os.close(2)
        else:
            print("still here")  # noqa: T201 - what a failure must keep
            raise ValueError

    with opened(make, close) as executor:
        executor.submit(job(0))
        assert collect(executor)[0].ending is Ending.RETURNED
        executor.submit(job(1))
        assert "still here" in str(collect(executor)[0].detail)


def test_a_trial_may_close_every_descriptor() -> None:
    def close(trial: Any) -> float:
        os.closerange(3, 256)
        return 0.0

    ended = run(close)
    assert ended.ending is Ending.CRASHED
    assert "lost the connection" in str(ended.detail)


def test_a_forked_child_may_not_speak_for_its_trial() -> None:
    def fork(trial: Any) -> int:
        child = os.fork()
        if child == 0:
            try:
                trial.report(1.0, 0)
            except InvalidInput:
                os._exit(7)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    heard: list[Any] = []
    assert run(fork, heard.append).result == 7
    assert heard == []


def test_a_death_is_seen_though_a_forked_child_lives(folder: Path) -> None:
    def fork(trial: Any) -> None:
        child = os.fork()
        if child == 0:
            (folder / str(os.getpid())).touch()
            time.sleep(60)
        wait_until(lambda: len(list(folder.iterdir())) == 1)
        os._exit(4)

    ended = run(fork)
    assert ended.reason == "worker died: exit code 4"
    assert gone(folder)


def test_workers_may_have_data_loaders() -> None:
    pytest.importorskip("torch", reason="torch is an extra")

    def load(trial: Any) -> int:
        import torch
        from torch.utils.data import DataLoader

        return int(sum(batch.sum() for batch in DataLoader(torch.arange(10).tolist(), 2, num_workers=2)))

    assert run(load).result == 45


@pytest.mark.parametrize("crashes", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_many_crashes_leak_no_descriptor_and_no_zombie(crashes: int) -> None:
    def die(trial: Any) -> None:
        os._exit(1)

    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def children() -> set[str]:
        return set(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split())

    before = children()  # another test may have started a helper process that lives on
    with opened(make, die) as executor:
        counts = []
        for trial in range(crashes):
            executor.submit(job(trial))
            assert collect(executor)[0].ending is Ending.CRASHED
            counts.append(descriptors())
        assert len(set(counts)) == 1
    assert children() <= before


def test_exit_handlers_of_idle_workers_run(tmp_path: Path) -> None:
    def register(trial: Any) -> None:
        import atexit

        atexit.register((tmp_path / "done").touch)

    run(register)
    assert (tmp_path / "done").exists()


def test_ctrl_c_does_not_reach_the_workers() -> None:
    def interrupted(trial: Any) -> float:
        os.kill(os.getpid(), signal.SIGINT)
        return 1.0

    assert run(interrupted).result == 1.0


def test_reports_without_verdicts_do_not_pile_up() -> None:
    def talk(trial: Any) -> bool:
        for step in range(20_000):
            trial.report(0.5, step)
        return bool(trial.should_prune())

    assert run(talk).result is False


def test_warnings_about_a_trial_reach_the_driver(caplog: pytest.LogCaptureFixture) -> None:
    def twice(trial: Any) -> None:
        trial.report(1.0, 3)
        trial.report(2.0, 3)

    with caplog.at_level(logging.WARNING, "luthier"):
        run(twice)
    assert "Trial 0: Expected one report at step 3" in caplog.text


def test_echo_passes_complete_lines_on(capsys: pytest.CaptureFixture[str]) -> None:
    def talk(trial: Any) -> None:
        print("one\ntwo", end="")  # noqa: T201 - what is passed on

    executor = ProcessExecutor(talk, lambda _: None, workers=1, echo=True)
    try:
        executor.submit(job(12))
        collect(executor)
    finally:
        executor.close()
    assert capsys.readouterr().out == "[trial 12] one\n[trial 12] two\n"


def test_poll_waits_no_longer_than_asked() -> None:
    with opened(make, lambda _: time.sleep(60)) as executor:
        executor.submit(job())
        start = time.monotonic()
        assert executor.poll(0.4) == []
        assert 0.4 <= time.monotonic() - start < 2.0


def test_an_error_of_the_driver_leaves_poll() -> None:
    def respond(message: Any) -> None:
        raise OSError("disk full")

    with opened(make, lambda trial: trial.report(1.0, 0), respond) as executor:
        executor.submit(job())
        with pytest.raises(OSError, match="disk full"):
            collect(executor)


def test_the_cores_are_shared_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert thread_limits(1, 16) == {}
    assert thread_limits(4, 16)["OMP_NUM_THREADS"] == "4"
    assert thread_limits(32, 16)["OMP_NUM_THREADS"] == "1"
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    with opened(make, lambda _: os.environ["OMP_NUM_THREADS"], workers=2) as executor:
        executor.submit(job())
        assert collect(executor)[0].result == "5"


def test_a_worker_knows_the_programs_arguments_and_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["train.py", "--fast"])
    assert run(lambda _: (sys.argv, sys.path)).result == (["train.py", "--fast"], sys.path)


def test_a_worker_starts_light() -> None:
    heavy = {"sqlalchemy", "torch", "scipy", "pandas", "sklearn", "luthier.engine", "luthier.frontends"}
    assert set(run(lambda _: sorted(sys.modules)).result) & heavy == set()


def test_there_is_no_executor_without_workers() -> None:
    with pytest.raises(InvalidInput, match="at least one worker"):
        make(lambda _: 0.0, lambda _: None, 0)
