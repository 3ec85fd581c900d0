"""Checkpoints: directories that a trial saved, and those that are kept of each trial."""

import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import dumps, loads
from luthier.compat.support import absent
from luthier.compat.tune.flat import FlatResult, flatten
from luthier.compat.tune.storable import number_of, storable_part
from luthier.compat.tune.tune_config import CheckpointConfig

__all__ = ["Checkpoint", "Kept", "best_checkpoint", "checkpoint_number", "kept_in"]

#: User data of a checkpoint, in its directory.
METADATA = ".metadata.json"

#: How the directories of a trial's checkpoints are called, and those that are being written.
NAME = "checkpoint_{:06d}"
PREFIX = "checkpoint_"
UNFINISHED = ".unfinished_"

#: What older versions of the peer had.
GONE = {
    "from_dict": "Save the dict to a file of a directory, and use Checkpoint.from_directory.",
    "to_dict": "Load the file that was saved, from checkpoint.as_directory().",
    "from_uri": "Use a path of a mounted file system.",
    "get_preprocessor": "Keep it with set_metadata or in a file.",
}


class Gone(type):
    """Names what older versions of the peer had."""

    def __getattr__(cls, name: str) -> Any:
        if name in GONE:
            raise absent(f"tune.Checkpoint.{name}", GONE[name])
        raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")


@final
class Checkpoint(metaclass=Gone):
    """A directory with what a trial saved.

    Args:
        path: the directory.
        filesystem: there for the peer's signature; must be left out.
    """

    def __init__(self, path: "str | os.PathLike[str]", filesystem: Any = None) -> None:
        if filesystem is not None or "://" in str(path).removeprefix("file://"):
            raise absent("tune.Checkpoint(remote)", "Use a path of a mounted file system.")
        self.path = str(path).removeprefix("file://")
        self.filesystem = None

    def __repr__(self) -> str:
        return f"Checkpoint(path={self.path})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checkpoint) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __fspath__(self) -> str:
        return self.path

    @classmethod
    def from_directory(cls, path: "str | os.PathLike[str]") -> "Checkpoint":
        """The checkpoint in a local directory."""
        return cls(path)

    def to_directory(self, path: "str | os.PathLike[str] | None" = None) -> str:
        """Copy the files to a directory, a temporary one by default; returns its path."""
        target = Path(path or tempfile.mkdtemp(prefix=PREFIX))
        shutil.copytree(self.path, target, dirs_exist_ok=True)
        return str(target)

    @contextmanager
    def as_directory(self) -> Iterator[str]:
        """The directory itself, to read from."""
        if not Path(self.path).is_dir():
            raise InvalidInput(explain("a directory of a checkpoint", self.path, "It was moved or deleted."))
        yield self.path

    @property
    def value(self) -> str:
        """The path, by its old name."""
        return self.path

    def get_metadata(self) -> dict[str, Any]:
        """What `set_metadata` kept."""
        try:
            found: dict[str, Any] = json.loads(Path(self.path, METADATA).read_text())
        except FileNotFoundError:
            return {}
        return found

    def set_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Keep a dict of JSON with the checkpoint, in place of what is there."""
        Path(self.path, METADATA).write_text(json.dumps(dict(metadata)))

    def update_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add to the dict that is kept with the checkpoint."""
        self.set_metadata({**self.get_metadata(), **metadata})


@final
class Kept:
    """The checkpoints of one trial, in its directory: each one whole, with the result that it came with beside it.

    Args:
        directory: of the trial; made with the first checkpoint.
        config: which ones are kept.
    """

    def __init__(self, directory: Path, config: CheckpointConfig) -> None:
        self.directory = directory
        self.config = config

    def begin(self) -> Path:
        """A new, empty directory that is no checkpoint yet."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for name in list_names(self.directory):
            if name.startswith(UNFINISHED):
                shutil.rmtree(self.directory / name, ignore_errors=True)
        taken = [checkpoint_number(name) for name in list_names(self.directory)]
        path = self.directory / NAME.format(max(taken, default=-1) + 1)
        path.mkdir()
        return path

    def copy(self, source: "str | os.PathLike[str]", metrics: Mapping[str, Any]) -> Checkpoint:
        """Keep a copy of a directory."""
        path = self.begin()
        unfinished = path.with_name(UNFINISHED + path.name)
        shutil.copytree(source, unfinished)
        path.rmdir()
        unfinished.rename(path)
        return self.finish(path, metrics)

    def finish(self, path: Path, metrics: Mapping[str, Any]) -> Checkpoint:
        """Make a checkpoint of a directory of `begin`, and delete those that need not be kept."""
        note = path.with_suffix(".json")
        unfinished = note.with_name(UNFINISHED + note.name)
        unfinished.write_text(dumps(storable_part(metrics)))
        unfinished.replace(note)
        self.thin()
        return Checkpoint(path)

    def thin(self) -> None:
        """Delete what the configuration does not keep; never the newest."""
        keep = self.config.num_to_keep
        kept = kept_in(self.directory)
        if keep is None or len(kept) <= keep:
            return
        for checkpoint, _ in self.worst(kept)[: len(kept) - keep]:
            Path(checkpoint.path).with_suffix(".json").unlink(missing_ok=True)
            shutil.rmtree(checkpoint.path, ignore_errors=True)

    def worst(self, kept: list[tuple[Checkpoint, FlatResult]]) -> list[tuple[Checkpoint, FlatResult]]:
        """All but the newest, in the order of deletion: without a score first, then the worst, then the oldest."""
        attribute = self.config.checkpoint_score_attribute
        older = kept[:-1]
        if attribute is None:
            return older
        sign = 1.0 if self.config.checkpoint_score_order == "max" else -1.0

        def rank(entry: tuple[Checkpoint, FlatResult]) -> tuple[bool, float]:
            score = number_of(entry[1].get(attribute))
            return not math.isnan(score), 0.0 if math.isnan(score) else sign * score

        return sorted(older, key=rank)


def kept_in(directory: Path) -> list[tuple[Checkpoint, FlatResult]]:
    """The whole checkpoints in a trial's directory, oldest first, with their results."""
    found = []
    for name in sorted(list_names(directory)):
        path = directory / name
        if checkpoint_number(name) < 0 or name.endswith(".json") or not path.is_dir():
            continue
        try:
            metrics = loads(path.with_suffix(".json").read_text())
        except (FileNotFoundError, ValueError):  # its writer died
            continue
        found.append((Checkpoint(path), FlatResult(metrics)))
    return found


def checkpoint_number(name: str) -> int:
    """The number in the name or path of a checkpoint; -1 for another name."""
    name = Path(name).name
    digits = name.removeprefix(PREFIX).removesuffix(".json")
    return int(digits) if name.startswith(PREFIX) and digits.isdigit() else -1


def list_names(directory: Path) -> list[str]:
    """The names in a directory, none where there is none."""
    try:
        return [path.name for path in directory.iterdir()]
    except FileNotFoundError:
        return []


def best_checkpoint(
    kept: Sequence[tuple[Checkpoint, Mapping[str, Any]]], metric: str, mode: str, *, strict: bool = False
) -> Checkpoint | None:
    """The checkpoint whose result has the best number as its metric; the newest among equals.

    Raises:
        InvalidInput: with `strict`, no result has the metric; no such mode.
    """
    if mode not in {"min", "max"}:
        raise InvalidInput(explain('a mode "min" or "max"', repr(mode), "Correct it."))
    sign = 1.0 if mode == "max" else -1.0
    scored = [
        (sign * score, place)
        for place, (_, result) in enumerate(kept)
        if not math.isnan(score := number_of(FlatResult(result).get(metric)))
    ]
    if not scored:
        if strict and kept:
            names = sorted({name for _, result in kept for name in flatten(result)})
            raise InvalidInput(explain(f"a metric of {names}", repr(metric), "Name one that was reported."))
        return None
    return kept[max(scored)[1]][0]
