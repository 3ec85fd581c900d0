"""What trials print is passed on to the driver's standard output, whatever that is, and costs no result."""

import io
import logging
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from luthier.executors import output
from luthier.executors.output import pass_on
from luthier.executors.process import ProcessExecutor
from luthier.testing.executors import collect, job, opened


class Broken(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


def talk(trial: Any) -> float:
    os.write(1, b"caf\xc3\xa9 \xff\n")
    return 1.0


def echoing(objective: Any, respond: Any, workers: int) -> ProcessExecutor:
    return ProcessExecutor(objective, respond, workers=workers, echo=True)


def results(*trials: int) -> list[Any]:
    found = []
    with opened(echoing, talk) as executor:
        for trial in trials:
            executor.submit(job(trial))
            found += [ended.result for ended in collect(executor)]
    return found


@pytest.fixture(autouse=True)
def untold() -> None:
    output.warn_once.cache_clear()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", rb"[trial 0] caf\xe9 \ufffd"),
        ("latin-1", rb"[trial 0] caf\xe9 \ufffd"),
        ("utf-8", "[trial 0] café \ufffd".encode()),
    ],
)
def test_a_stdout_that_lacks_a_character_costs_no_result(
    encoding: str, shown: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    assert results(0) == [1.0]
    assert raw.getvalue() == shown + os.linesep.encode()


def test_characters_that_stdout_has_are_passed_on_beside_those_that_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1", write_through=True))
    pass_on(["café", "☃", "thé"], 3)
    assert raw.getvalue().decode("latin-1").splitlines() == [
        "[trial 3] café",
        r"[trial 3] \u2603",
        "[trial 3] thé",
    ]


def test_without_a_stdout_nothing_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert results(0) == [1.0]
    assert caplog.text == ""


@pytest.mark.parametrize("stream", [closed(), Broken()], ids=["closed", "broken"])
def test_a_stdout_that_fails_costs_no_result_and_is_told_of_once(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    with caplog.at_level(logging.WARNING, "luthier"):
        assert results(0, 1) == [1.0, 1.0]
    (line,) = caplog.messages
    assert line.startswith("Expected a standard output that takes what trials print")


def test_a_study_under_an_ascii_stdout_ends_with_all_its_results(tmp_path: Path) -> None:
    program = """
        import luthier

        def objective(trial):
            print("é")
            return trial.suggest_float("x", 0, 1)

        study = luthier.create_study()
        study.optimize(objective, 3, workers=2)
        print(len([each for each in study.trials if each.value is not None]), "results")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "3 results"
    assert r"[trial 1] \xe9" in done.stdout.splitlines()


def test_more_than_one_look_takes_is_passed_on_whole_at_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "LOOK", 100)

    def count(trial: Any) -> None:
        for number in range(300):
            print(number)  # noqa: T201 - what is passed on

    with opened(echoing, count) as executor:
        executor.submit(job(7))
        collect(executor)
    assert capsys.readouterr().out.splitlines() == [f"[trial 7] {number}" for number in range(300)]
