"""Reporters: when they report, and what their tables show."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from luthier.base.errors import InvalidInput
from luthier.compat.support import CompatWarning
from luthier.compat.tune.progress_reporter import CLIReporter, JupyterNotebookReporter, ProgressReporter
from luthier.compat.tune.trial import TuneTrial


def a_trial(number: int, status: str = "TERMINATED", config: dict | None = None, **result: Any) -> TuneTrial:
    trial = TuneTrial(
        number, trial_id=f"t_{number:05d}", trainable_name="f", path=Path("nowhere"), resources={}
    )
    trial.config = {"lr": 0.1, "net": {"width": 8}} if config is None else config
    trial.status = status
    trial.take({"training_iteration": 1, **result})
    return trial


def shown(
    reporter: CLIReporter, trials: list[TuneTrial], capsys: pytest.CaptureFixture, *, done: bool = True
) -> str:
    reporter.report(trials, done)
    return str(capsys.readouterr().out)


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of the first table, without its headings."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_a_table_has_all_parameters_and_the_metrics_that_trials_report(capsys: pytest.CaptureFixture) -> None:
    text = shown(CLIReporter(), [a_trial(0, loss=0.25, name="x")], capsys)
    headings, row = rows(text)
    assert headings == ["Trial name", "status", "lr", "net/width", "iter", "loss"]
    assert row == ["f_t_00000", "TERMINATED", "0.1", "8", "1", "0.25"]
    assert "Number of trials: 1 (1 TERMINATED)" in text


def test_columns_may_be_chosen_and_renamed(capsys: pytest.CaptureFixture) -> None:
    reporter = CLIReporter(metric_columns={"eval/loss": "L"}, parameter_columns=["net/width"])
    reporter.add_metric_column("acc", "accuracy")
    reporter.add_parameter_column("lr")
    headings, row = rows(shown(reporter, [a_trial(0, eval={"loss": 2.0}, acc=0.5, other=3)], capsys))
    assert headings == ["Trial name", "status", "net/width", "lr", "L", "accuracy"]
    assert row[2:] == ["8", "0.1", "2", "0.5"]
    with pytest.raises(InvalidInput, match="once"):
        reporter.add_metric_column("acc")


def test_the_states_share_the_rows_and_the_last_table_has_them_all(capsys: pytest.CaptureFixture) -> None:
    trials = [a_trial(n, "TERMINATED") for n in range(5)] + [a_trial(5, "RUNNING"), a_trial(6, "PENDING")]
    reporter = CLIReporter(max_progress_rows=4)
    text = shown(reporter, trials, capsys, done=False)
    assert [row[1] for row in rows(text)[1:]] == ["RUNNING", "PENDING", "TERMINATED", "TERMINATED"]
    assert "... 3 more trials not shown (3 TERMINATED)" in text
    assert len(rows(shown(reporter, trials, capsys))) == 1 + len(trials)


@pytest.mark.parametrize(("mode", "order"), [("min", ["1", "0", "2"]), ("max", ["0", "1", "2"])])
def test_ended_trials_may_be_sorted_and_nan_comes_last(
    mode: str, order: list[str], capsys: pytest.CaptureFixture
) -> None:
    trials = [a_trial(n, loss=loss, config={"n": n}) for n, loss in enumerate([2.0, 1.0, float("nan")])]
    text = shown(CLIReporter(metric="loss", mode=mode, sort_by_metric=True), trials, capsys)
    assert [row[2] for row in rows(text)[1:]] == order


def test_the_best_trial_is_named(capsys: pytest.CaptureFixture) -> None:
    reporter = CLIReporter(parameter_columns=["lr"])
    reporter.setup(total_samples=4, metric="loss", mode="min")
    text = shown(reporter, [a_trial(0, loss=2.0), a_trial(1, loss=1.0), a_trial(2, loss=None)], capsys)
    assert "Current best trial: t_00001 with loss=1.0 and parameters={'lr': 0.1}" in text
    assert "Number of trials: 3/4" in text


def test_failed_trials_are_listed_with_their_error(capsys: pytest.CaptureFixture) -> None:
    trial = a_trial(0, "ERROR")
    trial.error = ValueError("no\nway")
    assert "no way" in shown(CLIReporter(), [trial], capsys)


def test_no_table_is_drawn_before_there_is_a_trial(capsys: pytest.CaptureFixture) -> None:
    text = shown(CLIReporter(), [], capsys, done=False)
    assert "Number of trials: 0" in text
    assert not rows(text)


def test_intermediate_tables_may_be_left_out(capsys: pytest.CaptureFixture) -> None:
    reporter = CLIReporter(print_intermediate_tables=False)
    assert not rows(shown(reporter, [a_trial(0)], capsys, done=False))
    assert rows(shown(reporter, [a_trial(0)], capsys))


def test_reports_keep_their_distance_but_the_last_one_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("luthier.compat.tune.progress_reporter.time", lambda: now[0])
    reporter = CLIReporter(max_report_frequency=5)
    asked = []
    for second in (0, 3, 6, 7):
        now[0] = 1000.0 + second
        asked.append(reporter.should_report([]))
    assert asked == [True, False, True, False]
    assert reporter.should_report([], done=True)


def test_long_cells_are_cut_at_their_beginning(capsys: pytest.CaptureFixture) -> None:
    reporter = CLIReporter(max_column_length=8)
    text = shown(reporter, [a_trial(0, config={"name": "abcdefghijk"})], capsys)
    assert "...ghijk" in text
    assert "abcdef" not in text


def test_a_metric_is_named_in_one_place_only() -> None:
    with pytest.raises(ValueError, match="one place"):
        CLIReporter(metric="loss").setup(metric="loss", mode="min")
    with pytest.warns(CompatWarning, match="sort_by_metric"):
        CLIReporter(sort_by_metric=True).setup()


def test_a_reporter_of_ones_own_has_two_methods() -> None:
    class Mine(ProgressReporter):
        def should_report(self, trials: Any, done: bool = False) -> bool:  # noqa: FBT001, FBT002 - of the base
            return done

    Mine().setup(start_time=1.0, total_samples=2, anything="else")
    assert Mine().should_report([], done=True)
    with pytest.raises(NotImplementedError):
        Mine().report([], done=True)


def test_a_notebook_shows_one_table_and_updates_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []

    class Handle:
        def update(self, html: str) -> None:
            said.append(("update", html))

    def display(html: str, **_: Any) -> Handle:
        said.append(("new", html))
        return Handle()

    fake = ModuleType("IPython.display")
    fake.HTML = str  # type: ignore[attr-defined]  # a stand-in
    fake.clear_output = lambda **_: said.append("clear")  # type: ignore[attr-defined]  # a stand-in
    fake.display = display  # type: ignore[attr-defined]  # a stand-in
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", fake)
    reporter = JupyterNotebookReporter(overwrite=True, metric_columns=["loss"])
    trials = [a_trial(0, config={"name": "<b>"}, loss=1.0)]
    reporter.report(trials, done=False)
    reporter.report(trials, done=True)
    assert [entry if isinstance(entry, str) else entry[0] for entry in said] == ["clear", "new", "update"]
    assert "&lt;b&gt;" in said[1][1]
    assert "<b>" not in said[1][1]


def test_without_a_notebook_the_other_reporter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(NotImplementedError, match="CLIReporter"):
        JupyterNotebookReporter().report([], done=True)
