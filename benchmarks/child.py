"""One measurement, in a process that does nothing else.

    python -m benchmarks.child WORK LIBRARY TRIALS FOLDER [prepare]

The last line of its output is the reading, as JSON.
"""

import json
import sys
from pathlib import Path

from benchmarks.libraries import load
from benchmarks.work import Task
from benchmarks.works import WORKS

__all__ = ["main"]


def main(arguments: list[str]) -> None:
    """Measure, or prepare what the measurements read."""
    name, library, trials, folder, *prepare = arguments
    work, task = WORKS[name], Task(load(library), int(trials), Path(folder))
    if prepare and work.prepare is not None:
        work.prepare(task)
        return
    print(json.dumps(work.measure(task)))


if __name__ == "__main__":
    main(sys.argv[1:])
