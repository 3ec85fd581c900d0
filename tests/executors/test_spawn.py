"""Workers and the other processes that their driver forks."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from luthier.executors.process import ProcessExecutor
from luthier.testing.executors import alive, collect, job, wait_until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def test_workers_die_with_a_driver_whose_forked_child_lives(tmp_path: Path) -> None:
    program = f"""
        import multiprocessing, os, time
        from pathlib import Path
        import luthier

        folder = Path({str(tmp_path)!r})

        def objective(trial):
            if trial.number:
                (folder / f"worker-{{os.getpid()}}").touch()
                time.sleep(60)
            return 0.0

        def fork(study, record):
            while not list(folder.glob("worker-*")):
                time.sleep(0.02)
            child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
            child.start()
            (folder / f"child-{{child.pid}}").touch()
            os.kill(os.getpid(), 9)

        luthier.create_study().optimize(objective, 8, workers=2, callbacks=[fork])
    """
    driver = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], check=False, timeout=100, cwd=tmp_path
    )
    pids = {path.name.split("-")[0]: int(path.name.split("-")[1]) for path in tmp_path.glob("child-*")}
    workers = [int(path.name.split("-")[1]) for path in tmp_path.glob("worker-*")]
    try:
        assert driver.returncode == -signal.SIGKILL
        assert alive(pids["child"])
        assert wait_until(lambda: not any(map(alive, workers)), 5.0)
    finally:
        for pid in filter(alive, [*pids.values(), *workers]):
            os.kill(pid, signal.SIGKILL)


def test_a_forked_child_has_no_link_and_the_driver_keeps_its_own() -> None:
    executor = ProcessExecutor(lambda trial: float(trial.number), lambda _: None, workers=1)
    try:
        executor.submit(job(0))
        collect(executor)
        (worker,) = executor._workers
        child = os.fork()
        if not child:
            os._exit(0 if worker.link.fileno() == -1 else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert isinstance(worker.link, socket.socket)
        executor.submit(job(5))
        assert collect(executor)[0].result == 5.0
        assert len(executor._workers) == 1
    finally:
        executor.close()
