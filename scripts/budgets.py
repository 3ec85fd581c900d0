"""Check the size budgets of the source tree, and print a table of its figures.

    python scripts/budgets.py [folder]

A figure over its limit, or a line that breaks a rule, is printed with what was expected, what was found and
what to do about it; the exit status is then 1. The limits are the constants below, and nowhere else.

Words used here: a *code line* holds code other than a docstring; a *comment line* holds a comment that is
not an order to a tool; a *plain line* is a code line that is not part of an import, with its white space
normalised; a *clone* is a run of ``WINDOW`` plain lines that occurs in two files or more.
"""

import ast
import io
import math
import re
import statistics
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_LINES = 400
FILE_MEDIAN = (100, 150)  # a target: printed, never a failure
TRIVIAL_FILE = 10  # shorter files do not count in the median
FUNCTION_LINES = 80
FUNCTION_P95 = 45
COMMENT_TARGET = (6, 13)  # percent of code lines: a warning outside
COMMENT_MAX = 20  # percent of code lines: a failure above
CLONE_MAX = 3  # percent of plain lines
WINDOW = 6
PROTOCOL_METHODS = 3
WIDE_PROTOCOLS = {"Storage": 12, "Executor": 4}
SHIPPED_TESTS = "testing"  # the sub-package whose asserts run under pytest

Function = ast.FunctionDef | ast.AsyncFunctionDef

TOOL_COMMENT = re.compile(r"#\s*(noqa|type:|fmt:|ruff:|mypy:|pragma:|!)")
LAYOUT = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


@dataclass(frozen=True)
class Violation:
    """One broken rule: where, what the rule expects, what was found, what to do."""

    place: str
    expected: str
    got: str
    advice: str

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected}, got {self.got}. {self.advice}"


@dataclass(frozen=True)
class Source:
    """One parsed file: its code and comment lines are sets of line numbers."""

    path: Path
    lines: list[str]
    tree: ast.Module
    code: frozenset[int]
    comments: frozenset[int]

    @property
    def functions(self) -> list[Function]:
        """Every function of the file, nested ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def at(self, line: int) -> str:
        """The place of a line, in the form that editors can follow."""
        return f"{self.path}:{line}"


def read(path: Path) -> Source:
    """Parse one file and tell its code lines from its comment lines."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, filename=str(path))
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not TOOL_COMMENT.match(token.string):
            comments.add(token.start[0])
        elif token.type not in LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    return Source(path, text.splitlines(), tree, frozenset(code - docstring_lines(tree)), frozenset(comments))


def span(node: ast.stmt) -> range:
    """The line numbers of a statement, from its first line to its last."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def docstring_lines(tree: ast.Module) -> set[int]:
    """The lines of every string that stands as a statement: docstrings, and those of attributes."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in span(node)
    }


def plain_lines(source: Source) -> list[tuple[int, str]]:
    """The code lines without imports, each with its number and with white space normalised."""
    imports = {
        line
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in span(node)
    }
    return [(line, " ".join(source.lines[line - 1].split())) for line in sorted(source.code - imports)]


def check_file(source: Source, *, allow_assert: bool) -> Iterator[Violation]:
    """Every rule that one file can break by itself."""
    if len(source.lines) > FILE_LINES:
        expected = f"at most {FILE_LINES} lines in a file"
        yield Violation(source.at(1), expected, str(len(source.lines)), "Split it: one noun, one file.")
    for function in source.functions:
        yield from check_function(source, function)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            yield from check_protocol(source, node)
    yield from check_banned(source, allow_assert=allow_assert)


def check_function(source: Source, function: Function) -> Iterator[Violation]:
    """A function is at most ``FUNCTION_LINES`` long, docstring included, and fully annotated."""
    place = source.at(function.lineno)
    if (length := len(span(function))) > FUNCTION_LINES:
        expected = f"at most {FUNCTION_LINES} lines in a function"
        advice = "Name its steps and make each a function."
        yield Violation(place, expected, f"{length} in {function.name}", advice)
    if bare := unannotated(function):
        expected = "an annotation on every argument and return value"
        yield Violation(place, expected, f"none for {', '.join(bare)} of {function.name}", "Add it.")


def unannotated(function: Function) -> list[str]:
    """The arguments without annotation, then ``return``; a leading self or cls needs none."""
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    if positional and positional[0].arg in {"self", "cls"}:
        del positional[0]
    rest = [argument for argument in (spec.vararg, spec.kwarg) if argument is not None]
    bare = [one.arg for one in (*positional, *spec.kwonlyargs, *rest) if one.annotation is None]
    return bare if function.returns is not None else [*bare, "return"]


def is_property(function: Function) -> bool:
    """Properties of a protocol are its flags, not its methods."""
    return any(isinstance(mark, ast.Name) and mark.id == "property" for mark in function.decorator_list)


def check_protocol(source: Source, node: ast.ClassDef) -> Iterator[Violation]:
    """A ``Protocol`` class declares few methods: every implementation must write each of them."""
    bases = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
    names = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in bases}
    limit = WIDE_PROTOCOLS.get(node.name, PROTOCOL_METHODS)
    methods = [item.name for item in node.body if isinstance(item, Function) and not is_property(item)]
    if "Protocol" in names and len(methods) > limit:
        yield Violation(
            source.at(node.lineno),
            f"at most {limit} methods in protocol {node.name}",
            f"{len(methods)} ({', '.join(methods)})",
            "Move the extra powers to flags or to a second protocol.",
        )


def check_banned(source: Source, *, allow_assert: bool) -> Iterator[Violation]:
    """No ``hasattr`` anywhere, no ``assert`` outside the shipped test suites."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == "hasattr":
            advice = "Give the type a field, or match on the type."
            yield Violation(source.at(node.lineno), "no hasattr", "one", advice)
        if isinstance(node, ast.Assert) and not allow_assert:
            advice = "Raise an error of luthier.base.errors that says expected, got, what to do."
            yield Violation(source.at(node.lineno), "no assert (python -O removes it)", "one", advice)


def percentile(values: Iterable[int], percent: int) -> int:
    """The smallest value that at least ``percent`` percent of the values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else 0


def check_p95(sources: list[Source]) -> Iterator[Violation]:
    """One function in twenty may be longer than ``FUNCTION_P95`` lines; if more are, all are named."""
    spans = [(len(span(function)), source, function) for source in sources for function in source.functions]
    if percentile((length for length, _, _ in spans), 95) > FUNCTION_P95:
        for length, source, function in spans:
            if length > FUNCTION_P95:
                yield Violation(
                    source.at(function.lineno),
                    f"95 % of all functions to be at most {FUNCTION_P95} lines long",
                    f"{length} in {function.name}",
                    "Shorten this one or another.",
                )


def comment_share(sources: Iterable[Source]) -> float:
    """Comment lines as a percentage of code lines."""
    pairs = [(len(source.comments), len(source.code)) for source in sources]
    return 100 * sum(comments for comments, _ in pairs) / max(sum(code for _, code in pairs), 1)


def check_comments(sources: list[Source]) -> Iterator[Violation]:
    """Comments say why; code that needs more than ``COMMENT_MAX`` percent of them should be rewritten."""
    if (share := comment_share(sources)) > COMMENT_MAX:
        worst = max(sources, key=lambda source: comment_share([source]))
        expected = f"comment lines to be at most {COMMENT_MAX} % of code lines"
        got = f"{share:.1f} %, and {comment_share([worst]):.1f} % here"
        yield Violation(worst.at(1), expected, got, "Delete the comments that repeat the code.")


def find_clones(sources: Iterable[Source]) -> tuple[float, list[Violation]]:
    """The percentage of plain lines inside clones; and where the first of each file stands."""
    plain = {source.path: plain_lines(source) for source in sources}
    windows: dict[tuple[str, ...], list[tuple[Path, int]]] = {}
    for path, lines in plain.items():
        for start in range(len(lines) - WINDOW + 1):
            texts = tuple(text for _, text in lines[start : start + WINDOW])
            windows.setdefault(texts, []).append((path, start))
    cloned: dict[Path, set[int]] = {}
    twins: dict[Path, str] = {}
    for places in windows.values():
        for path, start in places if len({path for path, _ in places}) > 1 else ():
            cloned.setdefault(path, set()).update(range(start, start + WINDOW))
            twin, at = next(place for place in places if place[0] != path)
            twins.setdefault(path, f"{twin}:{plain[twin][at][0]}")
    share = 100 * sum(map(len, cloned.values())) / max(sum(map(len, plain.values())), 1)
    return share, [
        Violation(
            f"{path}:{plain[path][min(lines)][0]}",
            f"under {CLONE_MAX} % of all lines in clones",
            f"{share:.1f} %; {len(lines)} lines of this file, the first shared with {twins[path]}",
            "Write the common part once: a variant is data or a wrapper.",
        )
        for path, lines in cloned.items()
    ]


def table(sources: list[Source], clones: float) -> Iterator[str]:
    """What the tree measures, against what it may."""
    sizes = [len(source.lines) for source in sources]
    lengths = [len(span(function)) for source in sources for function in source.functions]
    median = statistics.median([size for size in sizes if size > TRIVIAL_FILE] or [0])
    comments = comment_share(sources)
    low, high = COMMENT_TARGET
    warning = "" if low <= comments <= high else "   warning: outside"
    for name, value, limit in (
        ("longest file", f"{max(sizes)}", f"<= {FILE_LINES}"),
        ("median file", f"{median:g}", "{}-{}, a target".format(*FILE_MEDIAN)),
        ("longest function", f"{max(lengths, default=0)}", f"<= {FUNCTION_LINES}"),
        ("95 % of functions", f"{percentile(lengths, 95)}", f"<= {FUNCTION_P95}"),
        ("comments", f"{comments:.1f} %", f"{low}-{high} % of code lines{warning}"),
        ("clones", f"{clones:.1f} %", f"< {CLONE_MAX} %"),
    ):
        yield f"{name:18} {value:>7}   {limit}"


def main(arguments: list[str]) -> int:
    """Check the folder named (``src/luthier`` if none is), print the table, return the exit status."""
    root = Path(arguments[0] if arguments else "src/luthier")
    sources = [read(path) for path in sorted(root.rglob("*.py"))]
    if not sources:
        print(f"{root}: expected a folder with Python files, got none. Run this in the root of the project.")
        return 1
    violations: list[Violation] = []
    for source in sources:
        shipped = source.path.relative_to(root).parts[0] == SHIPPED_TESTS
        violations += check_file(source, allow_assert=shipped)
    share, clones = find_clones(sources)
    violations += [*check_p95(sources), *check_comments(sources), *(clones if share >= CLONE_MAX else [])]
    print(f"{len(sources)} files, {sum(len(source.functions) for source in sources)} functions")
    for row in table(sources, share):
        print(row)
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
