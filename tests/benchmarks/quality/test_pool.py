"""Processes do the runs; what ended is kept, and what cannot run is named while the others go on."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.quality import child, pool
from benchmarks.quality.catalogue import PEERS, named
from benchmarks.quality.cli import INTERRUPTED, main, ship
from benchmarks.quality.editions import PINS, edition_of, pinned, version_of
from benchmarks.quality.kinds import KINDS
from benchmarks.quality.pool import Pool
from benchmarks.quality.problems import DEV
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.store import Store
from benchmarks.quality.tasks import Plan, Task, missing

ROOT = Path(__file__).parents[3]


def first_problem() -> str:
    return next(iter(DEV))


def plan(tuners: list[str], *, seeds: int = 2, budget: int = 3) -> Plan:
    return Plan(
        tuners=tuners, benchmarks=[DEV[first_problem()]], seeds=range(seeds), workers=1, budget=budget
    )


def run_plan(wanted: Plan, folder: Path) -> tuple[Pool, Store, list[str]]:
    """The pool after the runs, the store as another process would read it, and what was said."""
    said: list[str] = []
    ran = Pool(Store(folder), folder / "environments", jobs=1, say=said.append)
    ran.run(missing(wanted, ran.store))
    return ran, Store(folder), said


def test_runs_are_done_once_and_told_with_what_is_left(tmp_path: Path) -> None:
    wanted = plan(["random"])
    _, store, said = run_plan(wanted, tmp_path)
    assert len(store.runs) == 2
    assert all(len(run.values) == 3 and run.failure is None for run in store.runs.values())
    assert said[-1].startswith("2/2, about 0 min 00 s left: random")
    _, _, said = run_plan(wanted, tmp_path)
    assert said == []


def test_a_library_without_its_environment_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    ran, store, _ = run_plan(plan(["smac", "random"]), tmp_path)
    assert "python -m benchmarks.quality.venvs smac" in ran.absent["smac"]
    assert {run.key.tuner.partition("@")[0] for run in store.runs.values()} == {"random"}


def test_a_library_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its runs would be filed under a version that did not make them."""
    monkeypatch.setattr(pool, "interpreter_of", lambda *_: Path(sys.executable))
    ran, store, _ = run_plan(plan(["hebo"]), tmp_path)
    assert ran.absent["hebo"] == f"expected HEBO {pinned('hebo')} in this environment, got none"
    assert not store.runs


def test_a_run_that_raises_is_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Run:
        raise ValueError("no\nluck")

    monkeypatch.setitem(KINDS, "trials", replace(KINDS["trials"], run=fail))
    task = Task("random", first_problem(), Key("random@1", "x@1", 0, 1), 3)
    assert child.run_task(task).failure == "ValueError: no"


def test_a_process_that_dies_costs_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter that dies at once stands for a library that crashes."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'Segmentation fault' >&2\nexit 139\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(pool, "interpreter_of", lambda *_: broken)
    _, store, _ = run_plan(plan(["random"]), tmp_path)
    assert [run.failure for run in store.runs.values()] == ["the process died: Segmentation fault"] * 2


def test_a_source_that_changed_meanwhile_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    benchmark = DEV[first_problem()]
    good = Task("random", benchmark.name, Key(version_of("random"), edition_of(benchmark), 0, 1), 3)
    child.check_unchanged(good)
    with pytest.raises(SystemExit) as end:
        child.check_unchanged(Task("random", benchmark.name, Key("random@old", good.key.problem, 0, 1), 3))
    assert end.value.code == child.REFUSED
    assert "random@old" in capsys.readouterr().err


def test_every_peer_has_pinned_requirements() -> None:
    for name in PEERS:
        library = named(name).library
        pins = (PINS / f"{library}.txt").read_text(encoding="utf-8").split()
        assert all("==" in pin for pin in pins)


def test_a_quick_run_runs_and_reports(tmp_path: Path) -> None:
    """As a user starts it; the second time there is nothing left to do."""
    command = [sys.executable, "-m", "benchmarks.quality", "--quick", "--kind", "trials", "epochs", "fronts"]
    command += ["--results", str(tmp_path)]
    for expected in ("14 runs are missing of 14", "0 runs are missing of 14"):
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert expected in done.stderr
        assert all(name in done.stdout for name in ("auto", "tpe", "random+asha", "nsga2", "regret at 12"))


def test_an_unknown_tuner_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--tuners", "optuna-pte"])
    assert "optuna-tpe" in capsys.readouterr().err


def test_a_report_alone_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--report-only", "--results", str(tmp_path), "--tuners", "auto", "--seeds", "0:1"]) == 0
    assert "dev problems" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_what_is_shipped_is_read_back(tmp_path: Path) -> None:
    """The peers' runs of the problems as they are, and no others."""
    benchmark = DEV[first_problem()]
    good = Key(version_of("hebo"), edition_of(benchmark), 0, 1)
    store = Store(tmp_path / "own")
    for key in (
        good,
        Key(good.tuner, "gone@1", 0, 1),
        Key("hebo@0.1", good.problem, 0, 1),
        Key(version_of("auto"), good.problem, 0, 1),
    ):
        store.add(Run(key, 1, values=(1.0,)))
    ship(store, tmp_path / "shipped")
    assert set(Store(tmp_path / "new", tmp_path / "shipped").runs) == {good}
    assert f"{good.tuner}.jsonl.gz: 1 runs" in (tmp_path / "shipped" / "README.md").read_text(
        encoding="utf-8"
    )


def test_shipping_again_keeps_what_was_written_by_hand(tmp_path: Path) -> None:
    """Only the list of files is made anew, where it stood."""
    store = Store(tmp_path / "own")
    key = Key(version_of("hebo"), edition_of(DEV[first_problem()]), 0, 1)
    store.add(Run(key, 1, values=(1.0,)))
    page = tmp_path / "shipped" / "README.md"
    ship(store, page.parent)
    first = page.read_text(encoding="utf-8")
    by_hand = first.replace("- cores:", "- CPU of HEBO: another\n- cores:") + "\nMore by hand.\n"
    page.write_text(by_hand.replace("- hebo@", "- gone@0.1.jsonl.gz: 7 runs\n- hebo@"), encoding="utf-8")
    store.add(Run(replace(key, seed=1), 1, values=(1.0,)))
    ship(store, page.parent)
    assert page.read_text(encoding="utf-8") == by_hand.replace(": 1 runs", ": 2 runs")


def test_an_interrupt_loses_nothing_that_ended(tmp_path: Path) -> None:
    """It ends the processes too, records no failure, and the next start goes on from there."""
    command = [sys.executable, "-m", "benchmarks.quality", "--results", str(tmp_path), "--trials", "40"]
    command += ["--tuners", "tpe", "--problems", first_problem(), "--seeds", "0:500"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if line.startswith("3/500"):
                break
        run.send_signal(signal.SIGINT)
        rest = run.stderr.read()
        assert run.wait() == INTERRUPTED, rest
    assert "goes on from there" in rest
    store = Store(tmp_path)
    assert 3 <= len(store.runs) < 500
    assert all(done.failure is None for done in store.runs.values())
