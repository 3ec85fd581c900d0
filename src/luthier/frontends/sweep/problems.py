"""What is wrong with a sweep file: every problem with its place, its line, and what to do."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from luthier.base.errors import InvalidInput, explain
from luthier.base.names import near

__all__ = ["Path", "Problem", "Problems", "SweepError", "dotted", "shortened"]

#: Where a value stands in a file: the keys and indices that lead to it.
Path: TypeAlias = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing that is wrong."""

    #: `parameters.lr.min`; empty for the file as a whole.
    where: str
    #: Counted from 1; None for a configuration that came from no file.
    line: int | None
    message: str

    def shown(self, source: str) -> str:
        """`sweep.yaml:7: parameters.lr.min: Expected …, got …`."""
        place = source if self.line is None else f"{source}:{self.line}"
        return ": ".join(part for part in (place, self.where, self.message) if part)


class SweepError(InvalidInput):
    """A sweep that cannot be run: its file is wrong, or differs from the one that the study was made with."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problem.shown(source) for problem in problems))
        self.source = source
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type["SweepError"], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.source, self.problems)


class Problems:
    """Collects what is wrong with one configuration, so that all of it is told at once."""

    def __init__(self, source: str, lines: Mapping[Path, int]) -> None:
        self.source = source
        self.lines = lines
        self.found: list[Problem] = []
        #: What is understood and done otherwise, in one sentence each.
        self.notes: list[str] = []

    def add(self, path: Path, *, expected: str, got: Any, fix: str) -> None:
        """Note a problem. Text is shown as it is, and any other value by its representation."""
        shown = got if isinstance(got, str) else shortened(got)
        self.found.append(Problem(dotted(path), self.line(path), explain(expected, shown, fix)))

    def line(self, path: Path) -> int | None:
        """The line of a value, or of the closest one around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def unknown(self, path: Path, got: Any, known: Iterable[str], *, what: str = "key") -> None:
        """Note a name that means nothing, with the one that may have been meant."""
        names = sorted(known)
        meant = near(str(got), names)
        expected = f"one of {', '.join(names)}" if meant is None else f"a {what} that is known"
        fix = "Correct it or remove it." if meant is None else f'Did you mean "{meant}"?'
        self.add(path, expected=expected, got=f'"{got}"', fix=fix)

    def check(self) -> None:
        """Raise SweepError if anything was wrong, by line."""
        if self.found:
            raise SweepError(self.source, sorted(self.found, key=lambda problem: problem.line or 0))


def dotted(path: Path) -> str:
    """`parameters.lr.values[2]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def shortened(value: Any) -> str:
    """A representation that fits a line, with its type where that may be the mistake."""
    text = repr(value)
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return f"the text {text}" if isinstance(value, str) else text
