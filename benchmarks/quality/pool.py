"""Runs tasks in processes, each in the environment of its library, and keeps every run as it ends."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from time import monotonic

from benchmarks.quality.catalogue import OURS
from benchmarks.quality.child import REFUSED
from benchmarks.quality.runs import Run
from benchmarks.quality.store import Store
from benchmarks.quality.tasks import Task, library_of

__all__ = ["Pool", "Progress", "interpreter_of"]

#: The folder that holds this package, and the one that holds the library: any interpreter finds both.
ROOT = Path(__file__).parents[2]

#: One BLAS thread each: small matrices gain nothing from more.
ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1") | {
    "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
    "PYTHONHASHSEED": "0",
}

#: Tasks that one process works through: enough to forget what its imports cost.
CHUNK = 60

Say = Callable[[str], None]


def interpreter_of(library: str, environments: Path) -> Path:
    """The Python that has a library; our own runs in the one that runs this."""
    return Path(sys.executable) if library == OURS else environments / library / "bin" / "python"


@dataclass(slots=True)
class Progress:
    """How many runs are done, and how long the others may take."""

    total: int
    say: Say
    done: int = 0
    failed: int = 0
    started: float = field(default_factory=monotonic)

    def add(self, run: Run) -> None:
        """One run has ended."""
        self.done += 1
        self.failed += run.failure is not None
        left = (monotonic() - self.started) / self.done * (self.total - self.done)
        told = f" ({self.failed} failed)" if self.failed else ""
        self.say(
            f"{self.done}/{self.total}{told}, about {clock(left)} left: "
            f"{run.key.tuner.partition('@')[0]} {run.key.problem.partition('@')[0]} seed {run.key.seed}"
            + (f" FAILED: {run.failure}" if run.failure else "")
        )


def clock(seconds: float) -> str:
    """Hours and minutes, or minutes and seconds."""
    minutes = int(seconds // 60)
    return (
        f"{minutes // 60} h {minutes % 60:02} min"
        if minutes >= 60
        else f"{minutes} min {int(seconds % 60):02} s"
    )


class Pool:
    """So many processes at once."""

    def __init__(self, store: Store, environments: Path, *, jobs: int, say: Say) -> None:
        self.store = store
        self.environments = environments
        self.jobs = jobs
        self.say = say
        #: Library -> why its process does not start.
        self.absent: dict[str, str] = {}
        self._lock = threading.Lock()
        self._children: set[subprocess.Popen[str]] = set()
        self._closed = False

    def run(self, tasks: Sequence[Task]) -> None:
        """Run the tasks in order, as far as several processes have one. Ctrl-C keeps all that has ended."""
        progress = Progress(len(tasks), self.say)
        with ThreadPoolExecutor(self.jobs) as threads:
            try:
                work = [threads.submit(self._chunk, chunk, progress) for chunk in chunks(tasks)]
                for future in work:
                    future.result()
            except BaseException:
                self._closed = True
                threads.shutdown(wait=False, cancel_futures=True)
                with self._lock:
                    for child in self._children:
                        child.kill()
                raise

    def _chunk(self, tasks: Sequence[Task], progress: Progress) -> None:
        """Run tasks of one library; a process that dies costs the task that it died of."""
        while tasks and not self._closed:
            library = library_of(tasks[0])
            interpreter = interpreter_of(library, self.environments)
            if not interpreter.exists():
                self.absent[library] = f"no {interpreter}: python -m benchmarks.quality.venvs {library}"
            if library in self.absent:
                progress.total -= len(tasks)
                return
            done, status, last_words = self._child(interpreter, library, tasks, progress)
            tasks = tasks[done:]
            if status == REFUSED:
                self.absent[library] = last_words
            elif tasks and not self._closed:
                failure = f"the process died: {last_words}"
                self._keep(Run(tasks[0].key, tasks[0].budget, failure=failure), progress)
                tasks = tasks[1:]

    def _child(
        self, interpreter: Path, library: str, tasks: Sequence[Task], progress: Progress
    ) -> tuple[int, int, str]:
        """Work through tasks in one process; how many it did, its exit status, and the last line that it said."""
        command = [str(interpreter), "-W", "ignore", "-m", "benchmarks.quality.child", library]
        self.store.folder.mkdir(parents=True, exist_ok=True)
        log = self.store.folder / f"{library}.log"
        done = 0
        with (
            log.open("a", encoding="utf-8") as errors,
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,  # Ctrl-C is for the parent, which then ends them
            ) as child,
            self._known(child),
        ):
            feeder = threading.Thread(target=feed, args=(child, tasks), daemon=True)
            feeder.start()
            for line in child.stdout or ():
                self._keep(Run.from_line(line), progress)
                done += 1
            status = child.wait()
            feeder.join()
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return done, status, said[-1] if said else f"exit status {status}"

    @contextmanager
    def _known(self, child: "subprocess.Popen[str]") -> Iterator[None]:
        """Remember a process for as long as it runs."""
        with self._lock:
            self._children.add(child)
        try:
            yield
        finally:
            with self._lock:
                self._children.discard(child)

    def _keep(self, run: Run, progress: Progress) -> None:
        """Store a run and tell of it."""
        with self._lock:
            self.store.add(run)
            progress.add(run)


def feed(child: subprocess.Popen[str], tasks: Sequence[Task]) -> None:
    """Hand a process its tasks; one that died needs none."""
    if child.stdin is not None:
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.writelines(task.to_line() + "\n" for task in tasks)


def chunks(tasks: Sequence[Task]) -> Iterator[Sequence[Task]]:
    """Tasks of one tuner at a time, so many that a process is worth starting."""
    for _, group in groupby(tasks, key=lambda task: task.tuner):
        together = list(group)
        for start in range(0, len(together), CHUNK):
            yield together[start : start + CHUNK]
