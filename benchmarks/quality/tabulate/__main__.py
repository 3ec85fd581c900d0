"""Make the tables, and the facts about all problems.

    python -m benchmarks.quality.tabulate [NAME ...]     the tables of these names, or all that are missing
    python -m benchmarks.quality.tabulate facts          what is best in each problem, and how far a random search gets

A run that is broken off goes on where it stopped: what is done lies in `NAME.part.npz` until the table is whole. Set
OMP_NUM_THREADS=1: the last digits of a sum depend on the number of threads.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from time import process_time
from typing import Any, TypeAlias

import numpy as np

from benchmarks.quality.problems.grids import TABLES
from benchmarks.quality.problems.sets import ESTIMATORS, NETWORKS
from benchmarks.quality.problems.tabulated import GRIDS

__all__ = ["main"]

#: Name in the file -> array.
Arrays: TypeAlias = Mapping[str, Any]


def part(name: str) -> Path:
    """Where an unfinished table lies."""
    return TABLES / f"{name}.part.npz"


def begun(name: str) -> Arrays | None:
    """The arrays of an unfinished table."""
    if not part(name).exists():
        return None
    with np.load(part(name)) as arrays:
        return {key: arrays[key] for key in arrays.files}


def network(name: str) -> Arrays:
    """Train the networks of a grid."""
    from benchmarks.quality.tabulate.networks import tabulated

    done = begun(name)
    values = tabulated(
        name,
        NETWORKS[name],
        None if done is None else done["values"],
        lambda values: np.savez_compressed(part(name), values=values),
    )
    return {"values": values}


def estimator(name: str) -> Arrays:
    """Fit the estimators of a table."""
    axes = ESTIMATORS[name]
    if name in GRIDS:
        from benchmarks.quality.tabulate.neighbours import neighbours

        return {"values": neighbours(axes).astype(np.float32)}
    from benchmarks.quality.tabulate.estimators import TASKS
    from benchmarks.quality.tabulate.sampling import sampled

    task = TASKS[name]
    return sampled(
        name,
        axes,
        task.loss,
        points=task.points,
        done=begun(name),
        save=lambda arrays: np.savez_compressed(part(name), X=arrays["X"], y=arrays["y"]),
    )


def main(names: list[str]) -> None:
    """Make the tables of these names, or those that are missing; or the facts."""
    every = [*ESTIMATORS, *NETWORKS]
    if names == ["facts"]:
        from benchmarks.quality.tabulate import facts

        facts.write()
        return
    for name in names or [name for name in every if not (TABLES / f"{name}.npz").exists()]:
        start = process_time()
        arrays = network(name) if name in NETWORKS else estimator(name)
        np.savez_compressed(TABLES / f"{name}.npz", **arrays)
        part(name).unlink(missing_ok=True)
        print(f"{name}: {process_time() - start:.0f} CPU-s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
