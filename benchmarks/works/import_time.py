"""What a program pays before its first line."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.libraries.protocol import Library
from benchmarks.work import Check, Reading, Work

__all__ = ["HEAVY", "WORK"]

#: What importing a library must not drag in.
HEAVY = ("pandas", "plotly", "ray", "scipy.stats", "sklearn", "sqlalchemy", "torch")

SNIPPET = """
import json, sys, time
begin = time.process_time()
__import__(sys.argv[1])
spent = time.process_time() - begin
print(json.dumps([spent, sorted(sys.modules)]))
"""


def measure(library: Library, n: int, folder: Path) -> Reading:
    """Import in n bare interpreters; the first only warms the caches of bytecode and disk, the rest are averaged."""
    spent, modules = zip(*(import_once(library.name) for _ in range(1 + n)), strict=True)
    return {
        "CPU ms": 1e3 * sum(spent[1:]) / n,
        "heavy modules": len(set(HEAVY).intersection(modules[0])),
        "modules": len(modules[0]),
    }


def import_once(name: str) -> tuple[float, list[str]]:
    """CPU seconds of an import, and all modules loaded then."""
    done = subprocess.run([sys.executable, "-c", SNIPPET, name], check=True, capture_output=True, text=True)
    spent, modules = json.loads(done.stdout)
    return spent, modules


WORK = Work(
    name="import",
    title="import",
    figure="CPU ms",
    measure=measure,
    checks=(Check("CPU ms", 1 / 2, "optuna"), Check("heavy modules", 0)),
    trials=3,
    quick=1,
)
