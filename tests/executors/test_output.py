"""The output file keeps the end of each trial's output, and stays small."""

import os
import time
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
    assert len(out.lines()) == 1
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


def test_one_look_takes_a_bounded_piece_and_the_next_go_on(
    out: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "LOOK", 100)
    out.begin()
    said = [f"line {number}" for number in range(200)]
    os.write(out.fd, "".join(f"{line}\n" for line in said).encode())
    heard: list[str] = []
    while lines := out.lines():
        assert sum(len(line) + 1 for line in lines) <= 100
        heard += lines
    assert heard == said


def test_a_line_longer_than_a_look_comes_in_pieces_of_whole_characters(
    out: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "LOOK", 100)
    out.begin()
    os.write(out.fd, ("x" + "ö" * 1_000).encode())
    pieces = [piece for _ in range(30) for piece in out.lines()]
    assert "".join(pieces) == "x" + "ö" * len("".join(pieces)[1:])
    assert len("".join(pieces).encode()) > 1_900
    pieces += out.lines(ended=True)
    assert "".join(pieces) == "x" + "ö" * 1_000
    assert out.tail() == ("x" + "ö" * 1_000)[-len(out.tail()) :]


def test_what_a_child_goes_on_to_print_after_the_end_is_not_chased(
    out: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "LOOK", 10)
    out.begin()
    os.write(out.fd, b"12345678\n" * 3)
    heard: list[str] = []
    while lines := out.lines(ended=True):
        heard += lines
        os.write(out.fd, b"more\n" * 100)
    assert heard == ["12345678"] * 3
    out.begin()
    os.write(out.fd, b"next\n")
    assert out.lines() == ["next"]


def test_what_a_flood_takes_before_it_was_passed_on_is_told(
    out: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "FLOOD", 100_000)
    monkeypatch.setattr(output, "LOOK", 10_000)
    out.begin()
    os.write(out.fd, (b"x" * 99 + b"\n") * 1_200)
    assert len(out.lines()) == 100
    out.trim()
    left_out = 120_000 - 10_000 - output.TAIL
    lines = out.lines(ended=True)
    assert lines[0] == f"({left_out:,} bytes left out: the trial prints faster than it is read)"
    assert "".join(lines[1:]).strip("x") == ""
    assert sum(len(line) + 1 for line in lines[1:]) == output.TAIL
    assert out.lines(ended=True) == []


def test_megabytes_of_output_are_read_in_no_time(out: Output) -> None:
    out.begin()
    for _ in range(480):
        os.write(out.fd, b"z" * 65_536)
    start = time.process_time()
    heard = 0
    while lines := out.lines():
        heard += sum(map(len, lines))
    assert heard == 480 * 65_536
    assert time.process_time() - start < 2.0  # some 0.1 s; what grows with the square of it takes 6 s
