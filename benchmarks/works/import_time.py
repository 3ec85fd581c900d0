"""What a program pays before its first line."""

import json
import subprocess
import sys
from statistics import fmean

from benchmarks.work import Check, Reading, Task, Work

__all__ = ["HEAVY", "WORK"]

#: What importing a library must not drag in.
HEAVY = ("pandas", "plotly", "ray", "scipy.stats", "sklearn", "sqlalchemy", "torch")

SNIPPET = """
import json, sys, time
begin = time.process_time()
library = __import__(sys.argv[1])
imported = time.process_time()
modules = sorted(sys.modules)
library.create_study()
print(json.dumps([imported - begin, time.process_time() - begin, modules]))
"""


def measure(task: Task) -> Reading:
    """Import in bare interpreters; the first one only warms the caches of bytecode and disk."""
    _, *runs = [import_once(task.library.name) for _ in range(1 + task.trials)]
    imported, used, modules = zip(*runs, strict=True)
    return {
        "CPU ms": 1e3 * fmean(imported),
        "CPU ms with a first study": 1e3 * fmean(used),
        "heavy modules": len(set(HEAVY).intersection(modules[0])),
        "modules": len(modules[0]),
    }


def import_once(name: str) -> tuple[float, float, list[str]]:
    """CPU seconds of an import, the same with a first study, and the modules that the import loaded."""
    done = subprocess.run([sys.executable, "-c", SNIPPET, name], check=True, capture_output=True, text=True)
    imported, used, modules = json.loads(done.stdout)
    return imported, used, modules


WORK = Work(
    name="import",
    title="import",
    figure="CPU ms",
    measure=measure,
    checks=(Check("CPU ms", 1 / 2, "optuna"), Check("heavy modules", 0)),
    trials=3,
    quick=1,
)
