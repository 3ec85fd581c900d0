"""What a program pays before its first line."""

import json
import subprocess
import sys
from statistics import fmean

from benchmarks.work import Check, Reading, Task, Work

__all__ = ["HEAVY", "WORKS"]

#: What importing a library must not drag in.
HEAVY = ("pandas", "plotly", "ray", "scipy.stats", "sklearn", "sqlalchemy", "torch")

#: The first argument is the library, the second whether to use it.
SNIPPET = """
import json, sys, time
begin = time.process_time()
library = __import__(sys.argv[1])
if sys.argv[2] == "use":
    library.create_study().optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
print(json.dumps([time.process_time() - begin, sorted(sys.modules)]))
"""


def measure_import(task: Task) -> Reading:
    """Only import."""
    return average(task, "import")


def measure_use(task: Task) -> Reading:
    """Import, and run one trial with the defaults: what was put off at the import is paid here."""
    return average(task, "use")


def average(task: Task, what: str) -> Reading:
    """Run bare interpreters; the first one only warms the caches of bytecode and disk."""
    _, *runs = [run_once(task.library.name, what) for _ in range(1 + task.trials)]
    spent, modules = zip(*runs, strict=True)
    return {
        "CPU ms": 1e3 * fmean(spent),
        "heavy modules": len(set(HEAVY).intersection(modules[0])),
        "modules": len(modules[0]),
    }


def run_once(name: str, what: str) -> tuple[float, list[str]]:
    """CPU seconds, and all modules loaded then."""
    command = [sys.executable, "-P", "-c", SNIPPET, name, what]  # -P: no file of this folder shadows a module
    spent, modules = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return spent, modules


WORKS = (
    Work(
        name="import",
        title="import",
        figure="CPU ms",
        measure=measure_import,
        checks=(Check("CPU ms", 1 / 2, "optuna"), Check("heavy modules", 0)),
        trials=3,
        quick=1,
    ),
    Work(
        name="first-trial",
        title="import and one trial with the defaults",
        figure="CPU ms",
        measure=measure_use,
        checks=(Check("heavy modules", 0),),
        trials=3,
        quick=1,
    ),
)
