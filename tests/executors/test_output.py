"""The output file keeps the end of each trial's output, and stays small."""

import os
from collections.abc import Iterator

import pytest

from luthier.executors import output
from luthier.executors.output import Output


@pytest.fixture
def out() -> Iterator[Output]:
    kept = Output()
    yield kept
    kept.close()


def test_the_tail_is_the_end_of_the_newest_trial_alone(out: Output) -> None:
    os.write(out.fd, b"first trial\n")
    out.begin()
    assert out.tail() == ""
    os.write(out.fd, b"x" * output.TAIL + b"the end")
    assert out.tail().endswith("xthe end")
    assert len(out.tail()) == output.TAIL


def test_a_large_file_is_emptied_between_trials(out: Output) -> None:
    os.write(out.fd, b"x" * (output.LARGE + 1))
    out.begin()
    assert os.fstat(out.fd).st_size == 0
    os.write(out.fd, b"second")
    assert out.tail() == "second"


def test_a_flood_is_cut_to_its_tail_within_a_trial(out: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "FLOOD", 100_000)
    out.begin()
    os.write(out.fd, b"x" * 100_001 + b"the end\n")
    out.trim()
    assert os.fstat(out.fd).st_size == output.TAIL
    os.write(out.fd, b"after")
    assert out.tail().endswith("the end\nafter")
    assert out.lines(ended=True) == ["after"]


def test_only_complete_lines_are_passed_on_until_the_end(out: Output) -> None:
    out.begin()
    os.write(out.fd, b"one\ntw")
    assert out.lines() == ["one"]
    os.write(out.fd, "ö\nthr".encode())
    assert out.lines() == ["twö"]
    assert out.lines(ended=True) == ["thr"]
