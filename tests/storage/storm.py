"""Processes that share one store and are killed: run as a script, so that they fork from a process without threads.

python storm.py kills FOLDER SEED COUNT     workers create, report and finish; COUNT of them are killed
python storm.py opens FOLDER COUNT          COUNT processes open one new file at the same moment
python storm.py orphan FOLDER               claims a trial, forks a child that lives on, and waits to be killed
"""

# ruff: noqa: S106 - a token is a fence, not a password

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from luthier.base.errors import StudyExists
from luthier.records.state import TrialState
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import Report, TrialRecord
from luthier.storage import SqlStorage
from luthier.storage.protocol import Draft, Update

WORKERS = 3
LONGEST_LIFE = 0.12
STUDY = StudyRecord(name="storm", directions=(Direction.MINIMIZE,), seed=1)


def work(folder: Path) -> None:
    """Run trials for ever; append the number and value of each finish to a file once it is acknowledged."""
    store = SqlStorage(f"sqlite:///{folder / 'storm.db'}")
    study = store.get_study("storm").study_id
    owner = uuid4().hex
    log = os.open(folder / f"{owner}.acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    known: dict[int, TrialRecord] = {}
    since = 0
    while True:
        changes = store.changes(study, since)
        since = changes.revision
        known |= {record.number: record for record in changes.trials}
        waiting = [number for number, record in known.items() if record.state is TrialState.WAITING]
        token = uuid4().hex
        if waiting:
            taken = store.claim_trial(study, waiting[0], token=token, owner=owner, given={"x": 1.0})
        else:
            draft = Draft(token=token, owner=owner, given={"x": 1.0})
            made = store.create_trials(study, [draft], expected=len(known))
            taken = made[0] if made else None
        if taken is None:
            store.expire_leases(study)
            continue
        value = random.random()
        store.update_trials(study, [], [Report(taken.number, taken.attempt, 0, "", value)])
        end = Update(number=taken.number, token=token, state=TrialState.COMPLETE, values=(value,))
        (written,) = store.update_trials(study, [end], [Report(taken.number, taken.attempt, 1, "", value)])
        if written is not None:
            os.write(log, f"{taken.number} {value!r}\n".encode())


def forked(task: Callable[..., object], *arguments: object) -> int:
    """Run a task in a child process; returns its id."""
    pid = os.fork()
    if pid == 0:
        try:
            task(*arguments)
        except BaseException:  # noqa: BLE001 - a child must not run on in its parent's code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


def kill(pid: int) -> None:
    """Kill a worker; one that had ended before by itself ends the storm."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        sys.exit(f"worker {pid} ended by itself, status {status}")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def kills(folder: Path, seed: str, count: str) -> None:
    """Keep some workers alive, and kill one at a time."""
    random.seed(int(seed))
    SqlStorage(f"sqlite:///{folder / 'storm.db'}").create_study(STUDY)
    workers = [forked(work, folder) for _ in range(WORKERS)]
    for _ in range(int(count)):
        time.sleep(random.uniform(0, LONGEST_LIFE))
        kill(workers.pop(random.randrange(WORKERS)))
        workers.append(forked(work, folder))
    time.sleep(LONGEST_LIFE)
    for worker in workers:
        kill(worker)


def open_new(path: Path, starts: float) -> None:
    """Open a store at a given moment, and make sure of a study in it."""
    time.sleep(max(0.0, starts - time.time()))
    store = SqlStorage(f"sqlite:///{path}")
    try:
        store.create_study(STUDY)
    except StudyExists:
        store.get_study("storm")
    store.close()


def opens(folder: Path, count: str) -> None:
    """Open new files, each by many processes at the same moment."""
    for attempt in range(4):
        starts = time.time() + 0.1
        children = [forked(open_new, folder / f"{attempt}.db", starts) for _ in range(int(count))]
        failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
        if failed:
            sys.exit(f"{failed} of {count} processes failed to open a new file")


def orphan(folder: Path) -> None:
    """Claim a trial; leave a forked child that outlives this process."""
    store = SqlStorage(f"sqlite:///{folder / 'storm.db'}")
    study = store.create_study(STUDY).study_id
    store.create_trials(study, [Draft(token="t", owner="me")])
    child = forked(time.sleep, 60)
    sys.stdout.write(f"{child}\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    commands: dict[str, Callable[..., None]] = {"kills": kills, "opens": opens, "orphan": orphan}
    commands[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
