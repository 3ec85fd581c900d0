"""The budget checker finds each kind of violation, names its line, and passes a clean tree."""

from pathlib import Path

import pytest

from scripts import budgets

CLEAN = '''"""A small module."""

import math


def area(radius: float) -> float:
    """The area of a disc."""
    return math.pi * radius**2
'''


def run(folder: Path, capsys: pytest.CaptureFixture[str], **files: str) -> tuple[int, str]:
    """Write the files (``sub__name`` is ``sub/name.py``), check them, return the status and the output."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    status = budgets.main([str(folder)])
    return status, capsys.readouterr().out


def function(name: str, lines: int) -> str:
    """The source of an annotated function of so many lines, unlike any other by its name."""
    body = "".join(f"    {name}_{line} = {line}\n" for line in range(lines - 1))
    return f"def {name}() -> None:\n{body}"


def test_a_clean_tree_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, output = run(tmp_path, capsys, clean=CLEAN)
    assert status == 0
    assert "1 files, 1 functions" in output


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("x = 1\n" * 401, 1, "at most 400 lines in a file, got 401"),
        (CLEAN + function("long", 81), 9, "at most 80 lines in a function, got 81 in long"),
        ("def f(a, *rest, b: int = 0, **more): ...\n", 1, "got none for a, rest, more, return of f"),
        ("class A:\n    def f(self, a: int): ...\n", 2, "got none for return of f"),
        ("def f() -> int:\n    return 1 if hasattr(f, 'x') else 0\n", 2, "expected no hasattr"),
        ("x = 1\nassert x\n", 2, "expected no assert"),
    ],
)
def test_a_rule_of_one_file(
    text: str, line: int, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, output = run(tmp_path, capsys, bad=text)
    assert status == 1
    assert f"{tmp_path / 'bad.py'}:{line}: " in output
    assert expected in output


@pytest.mark.parametrize(("name", "limit"), [("Sampler", 3), ("Executor", 4), ("Storage", 12)])
@pytest.mark.parametrize("base", ["Protocol", "typing.Protocol", "Protocol[T]"])
def test_a_protocol_is_small(
    name: str, limit: int, base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    methods = [f"    def m{i}(self) -> None: ...\n" for i in range(limit + 1)]
    flag = "    @property\n    def flag(self) -> bool: ...\n"
    header = f"class {name}({base}):\n"
    assert run(tmp_path, capsys, a="".join([header, flag, *methods[1:]]))[0] == 0
    status, output = run(tmp_path, capsys, a="".join([header, flag, *methods]))
    assert status == 1
    assert f"at most {limit} methods in protocol {name}, got {limit + 1}" in output


def test_shipped_tests_may_assert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, capsys, testing__suite="x = 1\nassert x\n")[0] == 0


def test_more_than_one_long_function_in_twenty_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = "".join(function(f"short{i}", 3) for i in range(19))
    assert run(tmp_path, capsys, a=short + function("long", 46))[0] == 0
    status, output = run(tmp_path, capsys, a=short + function("long", 46) + function("longer", 50))
    assert status == 1
    assert "got 46 in long." in output
    assert "got 50 in longer." in output


def test_too_many_comments_fail_and_orders_to_tools_do_not_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, capsys, a="x = 1  # noqa: F401\n")[0] == 0
    status, output = run(tmp_path, capsys, a="x = 1  # why\ny = 2\n")
    assert status == 1
    assert "at most 20 % of code lines, got 50.0 %" in output


def test_clones_are_found_across_files_whatever_their_spacing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"x{i} = {i}" for i in range(6)]
    once = '"""One."""\n' + "\n".join(lines) + "\n"
    again = '"""Two."""\nimport math\n' + "\n\n".join(line.replace(" = ", "  =  ") for line in lines) + "\n"
    assert run(tmp_path, capsys, one=once)[0] == 0
    status, output = run(tmp_path, capsys, two=again)
    assert status == 1
    assert f"{tmp_path / 'one.py'}:2: expected under 3 % of all lines in clones, got 100.0 %" in output
    assert f"{tmp_path / 'two.py'}:3: " in output


def test_repeated_imports_and_docstrings_are_no_clones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '"""A.\n\nB\nC\nD\nE\nF\nG\nH\n"""\n' + "".join(f"import m{i}\n" for i in range(9))
    assert run(tmp_path, capsys, one=text, two=text)[0] == 0


def test_an_empty_folder_is_a_mistake_not_a_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, output = run(tmp_path, capsys)
    assert status == 1
    assert "got none" in output
