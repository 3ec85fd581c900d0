"""The picture shows who has run every problem, and is the same file for the same runs."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.catalogue import OURS, TUNERS
from benchmarks.quality.cli import main
from benchmarks.quality.figure import Line, draw, fewer, lines_of, look_of
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.tasks import Plan, Task
from luthier.testing.problems import PROBLEMS

BUDGET = 8


@pytest.fixture
def plan() -> Plan:
    """Two problems whose regret is 1 at a value of 10."""
    benchmarks = [
        Benchmark(problem=PROBLEMS[name], suite="toys", argmin={}, scale=10.0, epochs=0)
        for name in ("sphere2", "sphere5")
    ]
    return Plan(
        tuners=["auto", "optuna-tpe"],
        benchmarks=benchmarks,
        seeds=range(1),
        workers=1,
        budget=BUDGET,
        kind="trials",
    )


def run_of(task: Task, *, slope: float) -> tuple[Key, Run]:
    """A run whose values fall evenly."""
    return task.key, Run(task.key, BUDGET, values=tuple(10.0 - slope * n for n in range(BUDGET)))


def test_a_line_is_the_mean_regret_of_who_ran_everything(plan: Plan) -> None:
    tasks = list(plan.tasks())
    ours = dict(run_of(task, slope=1.0) for task in tasks if task.tuner == "auto")
    part = dict([next(run_of(task, slope=0.5) for task in tasks if task.tuner == "optuna-tpe")])
    lines = lines_of(plan, ours | part, [1, 2, 8])
    assert list(lines) == ["auto"]
    assert lines["auto"].regret.tolist() == pytest.approx([1.0, 0.9, 0.3])
    assert (lines["auto"].seeds, lines["auto"].most_seeds) == (1, 1)


def test_the_legend_says_where_there_are_fewer_seeds() -> None:
    regret = np.zeros(3)
    said = [fewer(Line(regret, *seeds), 10) for seeds in ((10, 10), (8, 8), (1, 1), (1, 3))]
    assert said == ["", " (8 seeds)", " (1 seed)", " (1 to 3 seeds)"]


def test_the_same_runs_give_the_same_file(plan: Plan, tmp_path: Path) -> None:
    runs = dict(run_of(task, slope=0.5 if task.tuner == "auto" else 0.2) for task in plan.tasks())
    for name in ("a.svg", "b.svg"):
        draw([plan], runs, tmp_path / name)
    drawn = (tmp_path / "a.svg").read_text()
    assert drawn == (tmp_path / "b.svg").read_text()
    assert "luthier auto" in drawn
    assert "Optuna TPE" in drawn


def test_no_two_peers_look_alike() -> None:
    """By their colour alone; ours look like each other, and like no peer."""
    peers = [name for name, tuner in TUNERS.items() if tuner.library != OURS]
    assert len({look_of(name).color for name in [*peers, "auto"]}) == len(peers) + 1
    assert look_of("auto") == look_of("tpe")


def test_curves_have_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--kind", "epochs", "--figure", str(tmp_path / "a.svg"), "--results", str(tmp_path)])
    assert "expected trials among --kind, got epochs" in capsys.readouterr().err
