"""What earlier studies give, as a table."""

import pytest

from benchmarks.quality.transfer import main


def test_the_table_has_a_line_for_each_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--problems", "branin", "--seeds", "2", "--trials", "4"]) == 0
    head, _, line = capsys.readouterr().out.strip().splitlines()
    assert head.split(" | ")[:3] == ["| problem", "none", "near"]
    assert line.startswith("| branin | ")
    assert line.count("(") == 3
