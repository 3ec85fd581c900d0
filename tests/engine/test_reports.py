"""Samplers that learn from learning curves see just what schedulers see."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

import luthier
from luthier.executors.simulated import Simulated
from luthier.records.history import History
from luthier.records.state import TrialState
from luthier.samplers import (
    Capabilities,
    CmaSampler,
    Distinct,
    Fallback,
    NsgaSampler,
    PartialFixed,
    Proposals,
    StartupThen,
    UniformSampler,
)
from luthier.samplers.origin import Named
from luthier.schedulers import ASHA, Median, Scheduler
from luthier.space.domains import Float
from luthier.space.space import Space

EPOCHS = 9


class Onlooker:
    """Draws uniformly, and keeps what it was shown."""

    def __init__(self) -> None:
        self.seen: list[History] = []

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(uses_reports=True)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        self.seen.append(history)
        return Proposals(rng.random((n, len(space))))


def train(trial: Any) -> Any:
    """Reports each epoch: NaN at the second one of trials of the upper half, two lost attempts among them."""
    x = trial.suggest_float("x", 0.0, 1.0)
    for epoch in range(1, EPOCHS + 1):
        yield 1.0 + x
        if trial.number in {2, 3} and trial.attempt == 1 and epoch == 2:
            raise OSError
        trial.report(math.nan if x > 0.5 and epoch == 2 else x / epoch + trial.attempt, epoch)
        if trial.should_prune():
            raise luthier.TrialPruned
    return x


def run(onlooker: Onlooker, *, n_trials: int = 25, **fields: Any) -> luthier.Study:
    """A maximising study on a virtual clock."""
    study = luthier.create_study(
        study_name="s",
        direction="maximize",
        sampler=onlooker,
        scheduler=ASHA(max_resource=EPOCHS),
        seed=1,
        **fields,
    )
    study.optimize(train, n_trials=n_trials, workers=4, retries=1, executor=Simulated(), progress=False)
    return study


def curves_in(history: History) -> dict[int, dict[float, float]]:
    """Row -> step -> value."""
    found: dict[int, dict[float, float]] = {}
    reports = history.reports
    for row, step, value in zip(
        reports.row.tolist(), reports.step.tolist(), reports.value.tolist(), strict=True
    ):
        assert step not in found.setdefault(row, {})
        found[row][step] = value
    return found


def test_reports_are_the_curves_of_told_and_of_running_trials() -> None:
    onlooker = Onlooker()
    study = run(onlooker)
    last = onlooker.seen[-1]
    n = len(last)
    curves = curves_in(last)
    for row, number in enumerate(last.number.tolist()):
        told = study.reports(number)
        assert curves.get(row, {}) == {
            step: math.inf if math.isnan(value) else -value for step, value in told.items()
        }
    assert (last.reports.row[:-1] <= last.reports.row[1:]).all()
    running = {row: values for row, values in curves.items() if row >= n}
    assert running
    assert set(running) <= set(range(n, n + len(last.pending)))
    for row, values in running.items():
        x = last.pending[row - n, 0]
        finite = {step: value for step, value in values.items() if value < math.inf}
        assert all(
            -value - x / step == pytest.approx(round(-value - x / step)) for step, value in finite.items()
        )
    assert any(math.isinf(value) for values in curves.values() for value in values.values())


def test_only_the_newest_attempt_counts() -> None:
    onlooker = Onlooker()
    study = run(onlooker)
    assert study.trials[2].attempt == study.trials[3].attempt == 2
    curves = curves_in(onlooker.seen[-1])
    for row in np.flatnonzero(np.isin(onlooker.seen[-1].number, [2, 3])).tolist():
        assert all(value < -2 or value == math.inf for value in curves[row].values())


def test_a_history_stays_as_it_was() -> None:
    onlooker = Onlooker()
    run(onlooker)
    for history in onlooker.seen:
        assert history.reports.row.max(initial=-1) < len(history) + len(history.pending)
        assert len(history.reports.row) == len(history.reports.step) == len(history.reports.value)
    early = onlooker.seen[10]
    again = Onlooker()
    run(again, n_trials=25)
    np.testing.assert_array_equal(early.reports.value, again.seen[10].reports.value)


def test_a_resumed_study_shows_the_same_reports(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    first = Onlooker()
    run(first, storage=url)
    second = Onlooker()
    study = luthier.load_study("s", storage=url, sampler=second)
    study.ask()
    for row, values in curves_in(second.seen[0]).items():
        told = study.reports(int(second.seen[0].number[row]))
        assert values == {step: math.inf if math.isnan(value) else -value for step, value in told.items()}
    assert len(second.seen[0].reports) == sum(len(study.reports(number)) for number in range(25))


def test_who_does_not_ask_for_reports_gets_none() -> None:
    seen: list[History] = []

    class Blind(Onlooker):
        @property
        def capabilities(self) -> Capabilities:
            return Capabilities()

    blind = Blind()
    run(blind)
    seen = blind.seen
    assert all(len(history.reports) == 0 for history in seen)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda sampler: StartupThen(3, first=UniformSampler(), then=sampler),
        lambda sampler: Fallback(UniformSampler(), other=sampler),
        lambda sampler: Fallback(sampler, other=UniformSampler()),
        lambda sampler: PartialFixed(sampler, fixed={"z": 1}),
        Distinct,
        lambda sampler: Named(sampler, name="mine", reason="a test"),
        lambda sampler: CmaSampler(inner=sampler),
        lambda sampler: NsgaSampler(first=sampler),
    ],
)
def test_wrappers_pass_the_wish_for_reports_on(wrap: Any) -> None:
    assert wrap(Onlooker()).capabilities.uses_reports
    assert not wrap(UniformSampler()).capabilities.uses_reports


def test_rows_keep_their_meaning_under_wrappers() -> None:
    space = Space({"x": Float(0.0, 1.0), "z": Float(0.0, 1.0)})
    inner = Onlooker()
    run(outer := Onlooker())
    history = outer.seen[-1]
    wide = History(
        X=np.column_stack([history.X, history.X]),
        Y=history.Y,
        violation=history.violation,
        fidelity=history.fidelity,
        number=history.number,
        pending=np.column_stack([history.pending, history.pending]),
        reports=history.reports,
    )
    sampler = PartialFixed(StartupThen(len(wide) + 5, first=UniformSampler(), then=inner), fixed={"z": 0.5})
    sampler.propose(space, wide, np.random.default_rng(0), 8)
    shown = inner.seen[0]
    assert curves_in(shown) == curves_in(wide)
    assert len(shown.pending) > len(wide.pending)
    np.testing.assert_array_equal(shown.pending[: len(wide.pending), 0], wide.pending[:, 0])


@pytest.mark.parametrize("scheduler", [ASHA(max_resource=EPOCHS), Median(n_startup_trials=2)], ids=repr)
@pytest.mark.parametrize("kind", ["at once", "resumed"])
@pytest.mark.parametrize("fault", ["infeasible", "diverged"])
def test_trials_that_broke_a_constraint_or_diverged_stop_no_other(
    scheduler: Scheduler, kind: str, fault: str, tmp_path: Path
) -> None:
    """Six that are best and worth nothing, then worse ones that are sound: the first of these leads."""

    def objective(trial: luthier.Trial) -> float:
        faulty = trial.number < 6
        for epoch in range(1, EPOCHS + 1):
            trial.report(float(not faulty) + trial.number / 10, epoch)
            if trial.should_prune():
                raise luthier.TrialPruned
        if faulty and fault == "diverged":
            return math.nan
        trial.set_constraint("room", 1.0 if faulty else -1.0)
        return float(trial.number)

    fields: dict[str, Any] = {
        "scheduler": scheduler,
        "sampler": "uniform",
        "storage": f"sqlite:///{tmp_path / 's.db'}",
    }
    study = luthier.create_study(study_name="s", **fields)
    study.optimize(objective, n_trials=6, progress=False)
    if kind == "resumed":
        study = luthier.load_study("s", **fields)
    study.optimize(objective, n_trials=20, progress=False)
    assert study.best_trial.number == 6
    assert study.trials[10].state is TrialState.PRUNED
