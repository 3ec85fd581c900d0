"""What a name stands for now: a digest of a problem's values, the versions of the tuners and of their adapters."""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.quality.catalogue import OURS, REVISIONS, named
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.tree import drawn

__all__ = ["PINS", "edition_of", "pinned", "version_of"]

#: `<library>.txt` lists what goes into the environment of a library, the library itself first.
PINS = Path(__file__).with_name("requirements")

SOURCE = Path(__file__).parents[2] / "src" / "luthier"

#: The parts of the source that can change what is proposed.
PARTS = ("base", "space", "numerics", "records", "surrogates", "samplers", "schedulers", "engine")

#: Configurations whose values tell one edition of a problem from another, and the digits that count: a last bit may
#: differ from machine to machine.
PROBES, DIGITS = 6, 6

LENGTH = 8


def digest(text: str) -> str:
    """A few characters that stand for a text."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=LENGTH // 2).hexdigest()


def edition_of(benchmark: Benchmark) -> str:
    """`name@digest` of a problem: another space or other values make another problem, and its runs are made anew.

    So do, on a problem that has them, another noise, other learning curves, and another corner of its front.
    """
    problem = benchmark.problem
    probes = drawn(problem, PROBES, seed=1)
    values = [problem.evaluate(config.__getitem__) for config in probes]
    facts: list[Any] = [list(problem.space.items()), list(map(short, values))]
    if benchmark.noise is not None:
        facts.append(short(benchmark.noise(value) for value, *_ in values))
    if benchmark.curve is not None:
        facts += [[short(benchmark.curve(config)) for config in probes], benchmark.epochs]
    if benchmark.corner is not None:
        facts.append(short(benchmark.corner))
    return f"{benchmark.name}@{digest(repr(tuple(facts)))}"


def short(numbers: Iterable[float]) -> str:
    """Numbers as text, with the digits that count."""
    return " ".join(f"{number:.{DIGITS}g}" for number in numbers)


@cache
def source_digest() -> str:
    """A digest of our own code as it is, without docstrings, comments and layout."""
    trees = []
    for part in PARTS:
        for path in sorted((SOURCE / part).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                    node.body = [line for line in node.body if not is_text(line)]
            trees.append(ast.dump(tree))
    return digest("\n".join(trees))


def is_text(line: ast.stmt) -> bool:
    """Whether a statement is a string that stands alone."""
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )


@cache
def pinned(library: str) -> str:
    """The version of a library that its environment is to have."""
    first = (PINS / f"{library}.txt").read_text(encoding="utf-8").splitlines()[0]
    return first.partition("==")[2]


def version_of(tuner: str) -> str:
    """`name@version` of a tuner; of another library's `name@version-rN` where its adapter was revised N times."""
    library = named(tuner).library
    if library == OURS:
        return f"{tuner}@{source_digest()}"
    revision = REVISIONS.get(library, 0)
    return f"{tuner}@{pinned(library)}" + (f"-r{revision}" if revision else "")
