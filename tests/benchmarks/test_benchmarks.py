"""The benchmarks run, judge their goals rightly, and say what they measured."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmarks import cli, runner
from benchmarks.clock import Stopwatch
from benchmarks.report import as_json, as_markdown, as_text
from benchmarks.runner import MeasurementError, Plan, Row, measure_work
from benchmarks.work import Check, Reading, Summary, Task, Work
from benchmarks.works import WORKS

ROOT = Path(__file__).parents[2]

FIGURE = "ms"


def unused(task: Task) -> Reading:
    """A measurement that no test starts."""
    raise NotImplementedError


def work(*, prepared: bool = False, libraries: Sequence[str] = ("luthier", "optuna", "rustuna")) -> Work:
    """A work with one relative goal and one absolute one."""
    return Work(
        name="toy",
        title="a toy",
        figure=FIGURE,
        measure=unused,
        checks=(Check(FIGURE, 1 / 4, "optuna"), Check(FIGURE, 5)),
        trials=100,
        quick=10,
        fewer={"optuna": 20},
        libraries=libraries,
        prepare=print if prepared else None,
    )


def row(ours: tuple[float, ...], theirs: tuple[float, ...]) -> Row:
    """What came out for two libraries."""
    return Row(work(), {"luthier": {FIGURE: Summary(ours)}, "optuna": {FIGURE: Summary(theirs)}})


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The processes that would be started, in order; each reading is 1.0, and rustuna always fails."""
    started: list[tuple[str, ...]] = []

    def run_child(name: str, library: str, trials: str, folder: str, *prepare: str) -> str:
        started.append((library, trials, *prepare))
        if library == "rustuna":
            raise MeasurementError("it has no pruners")
        return json.dumps({FIGURE: 1.0})

    monkeypatch.setattr(runner, "run_child", run_child)
    return started


@pytest.mark.parametrize(
    ("check", "ours", "theirs", "met"),
    [
        (Check(FIGURE, 1 / 4, "optuna"), 1.0, 4.0, True),
        (Check(FIGURE, 1 / 4, "optuna"), 1.1, 4.0, False),
        (Check(FIGURE, 3, "optuna", at_least=True), 12.0, 4.0, True),
        (Check(FIGURE, 3, "optuna", at_least=True), 11.9, 4.0, False),
        (Check(FIGURE, 5), 5.0, 1.0, True),
        (Check(FIGURE, 5), 5.1, 1.0, False),
    ],
)
def test_a_goal_is_met_up_to_its_limit(check: Check, ours: float, theirs: float, *, met: bool) -> None:
    assert check.judge(row((ours,), (theirs,)).figures).met is met


def test_a_goal_compares_medians() -> None:
    """One slow repeat of five changes nothing."""
    verdict = work().checks[0].judge(row((1.0, 1.0, 90.0), (4.0, 0.1, 4.0)).figures)
    assert (verdict.met, verdict.got) == (True, "1/4")


def test_a_verdict_says_how_many_repeats_agree_with_it() -> None:
    """Each is held against the peer's repeat of the same turn; a median that noise decides is seen as such."""
    text = as_text([row((1.0, 1.0, 1.0), (5.0, 3.0, 6.0))], {})
    assert "≤ 1/4 Optuna: 1/5, met (met in 2 of 3 repeats)" in text
    assert "repeats" not in as_text([row((1.0, 1.0), (5.0, 6.0))], {})


def test_a_goal_against_a_library_that_was_not_measured_is_open() -> None:
    figures = {"luthier": {FIGURE: Summary((1.0,))}}
    relative, absolute = (check.judge(figures).met for check in work().checks)
    assert relative is None
    assert absolute is True


def test_libraries_take_turns(children: list[tuple[str, ...]]) -> None:
    """Noise of the machine meets all of them alike."""
    plan = Plan(repeats=2, quick=False, libraries=("luthier", "optuna"))
    measured = measure_work(work(), plan, print)
    assert children == [("luthier", "100"), ("optuna", "20")] * 2
    assert measured.figures["optuna"][FIGURE].values == (1.0, 1.0)


def test_what_every_repeat_reads_is_prepared_once(children: list[tuple[str, ...]]) -> None:
    measure_work(work(prepared=True), Plan(repeats=3, quick=True, libraries=("luthier",)), print)
    assert children == [("luthier", "10", "prepare")] + [("luthier", "10")] * 3


def test_a_library_that_fails_is_named_and_the_others_go_on(children: list[tuple[str, ...]]) -> None:
    plan = Plan(repeats=3, quick=False, libraries=("luthier", "rustuna"))
    measured = measure_work(work(), plan, print)
    assert measured.failures == {"rustuna": "it has no pruners"}
    assert [library for library, *_ in children] == ["luthier", "rustuna", "luthier", "luthier"]
    assert "failed: it has no pruners" in as_text([measured], {})


def test_a_work_runs_only_the_libraries_that_can_do_it(children: list[tuple[str, ...]]) -> None:
    plan = Plan(repeats=1, quick=False, libraries=("luthier", "optuna", "rustuna"))
    measured = measure_work(work(libraries=("luthier", "optuna")), plan, print)
    assert {library for library, *_ in children} == {"luthier", "optuna"}
    assert not measured.failures


@pytest.mark.parametrize("render", [as_text, lambda rows, machine: as_markdown(rows, machine, "command")])
def test_a_table_shows_median_spread_and_verdicts(render: Callable[[list[Row], dict[str, str]], str]) -> None:
    text = render([row((6.0, 7.0, 8.0), (70.0, 60.0, 80.0))], {"cores": "2"})
    assert "cores 2" in text
    assert "7 (6 to 8)" in text
    assert "≤ 1/4 Optuna: 1/10, met" in text
    assert "ms ≤ 5: 7, MISSED" in text


def test_every_line_of_the_markdown_table_has_the_same_cells() -> None:
    lines = as_markdown([row((1.0,), (2.0,))] * 2, {}, "command").splitlines()
    counts = {line.count("|") for line in lines if line.startswith("|")}
    assert len(counts) == 1


def test_json_keeps_every_repeat() -> None:
    told = as_json([row((6.0, 7.0), (70.0, 60.0))], {}, "command")["works"]["toy"]
    assert told["libraries"] == {"luthier": {FIGURE: [6.0, 7.0]}, "optuna": {FIGURE: [70.0, 60.0]}}
    assert [goal["met"] for goal in told["goals"]] == [True, False]


def test_cpu_counts_processes_that_ended_within_the_block() -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    with Stopwatch() as watch:
        subprocess.run([sys.executable, "-c", burn], check=True)
    assert watch.cpu >= 0.2
    assert watch.wall > 0


@pytest.mark.parametrize("name", WORKS)
def test_a_quick_run_is_never_larger_than_a_whole_one(name: str) -> None:
    for library in WORKS[name].libraries:
        assert 0 < WORKS[name].size(library, quick=True) <= WORKS[name].size(library, quick=False)


def test_an_unknown_work_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--only", "sqlite-opne"])
    assert "sqlite-open" in capsys.readouterr().err


def run_benchmarks(file: Path, *arguments: str) -> dict[str, dict]:
    """The works of a quick run from a shell."""
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json", str(file), *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    works: dict[str, dict] = json.loads(file.read_text(encoding="utf-8"))["works"]
    return works


def test_every_work_runs_and_gives_the_figures_of_its_goals(tmp_path: Path) -> None:
    """With luthier alone, for the other libraries need not be installed."""
    works = run_benchmarks(tmp_path / "quick.json", "--libraries", "luthier")
    assert list(works) == list(WORKS)
    for name, told in works.items():
        figures = told["libraries"]["luthier"]
        assert all(len(values) == 1 and values[0] >= 0 for values in figures.values())
        assert {WORKS[name].figure, *(check.figure for check in WORKS[name].checks)} <= set(figures)


@pytest.mark.slow
def test_every_work_runs_side_by_side(tmp_path: Path) -> None:
    pytest.importorskip("optuna", reason="peers are not installed for the tests")
    pytest.importorskip("rustuna", reason="peers are not installed for the tests")
    works = run_benchmarks(tmp_path / "quick.json")
    for name, told in works.items():
        assert set(told["libraries"]) == set(WORKS[name].libraries)
        assert all(goal["met"] is not None for goal in told["goals"])
