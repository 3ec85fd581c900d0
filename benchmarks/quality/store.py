"""Where runs are kept: a folder of `<tuner>@<version>.jsonl` files, to which every run is added when it ends.

Lines are only ever appended, so a run that was cut short costs itself alone. Files that end in `.gz` are read too:
those that the repository carries. The last line of a key counts.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from os import SEEK_END
from pathlib import Path
from typing import final

from benchmarks.quality.runs import Key, Run

__all__ = ["SHIPPED", "Store", "pack"]

#: The runs of other libraries that come with the repository.
SHIPPED = Path(__file__).with_name("results")


@final
class Store:
    """The runs of some folders; new ones go to the first."""

    def __init__(self, folder: Path, *others: Path) -> None:
        self.folder = folder
        self._runs: dict[Key, Run] = {}
        for place in (*reversed(others), folder):
            self._runs.update((run.key, run) for path in files(place) for run in read(path))

    @property
    def runs(self) -> Mapping[Key, Run]:
        """All runs by key."""
        return self._runs

    def has(self, key: Key, budget: int) -> bool:
        """Whether a run of that key was given as much or more; a failed one counts as run."""
        run = self._runs.get(key)
        return run is not None and run.budget >= budget

    def add(self, run: Run) -> None:
        """Keep a run, on the disk first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{run.key.tuner}.jsonl").open("ab+") as file:
            cut_short = file.tell() > 0 and file.seek(-1, SEEK_END) >= 0 and file.read(1) != b"\n"
            file.write((b"\n" if cut_short else b"") + run.to_line().encode("utf-8") + b"\n")
        self._runs[run.key] = run


def files(folder: Path) -> list[Path]:
    """The files of runs in a folder, those as shipped first."""
    return [*sorted(folder.glob("*.jsonl.gz")), *sorted(folder.glob("*.jsonl"))]


def read(path: Path) -> Iterator[Run]:
    """The runs of a file, less lines that were cut short."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in text.decode("utf-8").splitlines():
        try:
            yield Run.from_line(line)
        except json.JSONDecodeError:
            continue


def pack(runs: Iterable[Run], folder: Path) -> list[Path]:
    """Write runs to compressed files, one for each tuner, the same bytes for the same runs."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: dict[str, list[str]] = {}
    for run in sorted(runs, key=lambda run: (run.key.kind, run.key.workers, run.key.problem, run.key.seed)):
        lines.setdefault(run.key.tuner, []).append(run.to_line() + "\n")
    paths = []
    for tuner, text in lines.items():
        path = folder / f"{tuner}.jsonl.gz"
        path.write_bytes(gzip.compress("".join(text).encode("utf-8"), mtime=0))
        paths.append(path)
    return paths
