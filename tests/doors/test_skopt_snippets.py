"""Scripts as people write them for scikit-optimize, with one import changed."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import luthier
from luthier.compat import skopt
from luthier.compat.skopt import Optimizer, Space, dummy_minimize, forest_minimize, gbrt_minimize, gp_minimize
from luthier.compat.skopt.benchmarks import branin
from luthier.compat.skopt.callbacks import CheckpointSaver, DeltaYStopper, TimerCallback
from luthier.compat.skopt.space import Categorical, Integer, Real
from luthier.compat.skopt.utils import use_named_args

BRANIN = [(-5.0, 10.0), (0.0, 15.0)]


def test_gp_minimize_finds_the_minimum_of_branin() -> None:
    res = gp_minimize(branin, BRANIN, n_calls=30, n_initial_points=10, random_state=1)
    assert res.fun < 0.5  # 0.398 is the minimum
    assert res.fun == min(res.func_vals) == branin(res.x)
    assert len(res.x_iters) == len(res.func_vals) == 30
    assert len(res.models) == 21
    assert isinstance(res.space, Space)
    assert res.specs["function"] == "base_minimize"


@pytest.mark.parametrize("minimize", [forest_minimize, gbrt_minimize, dummy_minimize])
def test_every_search_runs_and_reports_alike(minimize: Any) -> None:
    res = minimize(lambda x: (x[0] - 1) ** 2, [(-2.0, 2.0)], n_calls=14, random_state=0)
    assert len(res.x_iters) == 14
    assert res.fun == (res.x[0] - 1) ** 2 < 0.1
    assert len(res.models) == (0 if minimize is dummy_minimize else 5)


def test_named_arguments_of_every_kind() -> None:
    space = [
        Real(1e-6, 1e-1, prior="log-uniform", name="lr"),
        Integer(1, 8, name="depth"),
        Categorical(["relu", "tanh", None], name="act"),
    ]

    @use_named_args(space)
    def objective(lr: float, depth: int, act: str | None) -> float:
        assert type(lr) is float
        assert type(depth) is int
        assert act is None or type(act) is str
        return abs(math.log10(lr) + 3) + abs(depth - 4) + (act != "tanh")

    res = gp_minimize(objective, space, n_calls=22, random_state=0)
    assert res.fun < 1.0
    assert res.space.dimension_names == ["lr", "depth", "act"]


def test_ask_and_tell_in_batches() -> None:
    opt = Optimizer([Real(-2.0, 2.0), Integer(0, 5)], "ET", n_initial_points=4, random_state=0)
    for _ in range(3):
        points = opt.ask(n_points=4)
        assert len({tuple(point) for point in points}) == 4
        result = opt.tell(points, [x**2 + k for x, k in points])
    assert len(result.x_iters) == 12
    assert result.fun == min(opt.yi)


def test_callbacks_stop_and_time_a_search(capsys: pytest.CaptureFixture[str]) -> None:
    timer = TimerCallback()
    res = dummy_minimize(
        lambda x: 0.0 * x[0],
        [(0.0, 1.0)],
        n_calls=20,
        callback=[timer, DeltaYStopper(1e-9, n_best=5)],
        verbose=True,
        random_state=0,
    )
    assert len(res.x_iters) == len(timer.iter_time) == 5
    printed = capsys.readouterr().out
    assert "Iteration No: 1 started. Evaluating function at random point." in printed
    assert "Current minimum: 0.0000" in printed


def test_a_checkpoint_goes_on_without_new_random_points(tmp_path: Path) -> None:
    saver = CheckpointSaver(tmp_path / "checkpoint.json.gz", compress=9)
    first = gp_minimize(branin, BRANIN, n_calls=12, random_state=0, callback=[saver])
    later = gp_minimize(branin, BRANIN, n_calls=3, random_state=1, callback=[saver], **saver.load())
    assert later.x_iters[:12] == first.x_iters
    assert len(later.x_iters) == 15
    assert len(later.models) == 4  # one of the known points, and one after each call: none was random


def test_a_result_survives_a_file(tmp_path: Path) -> None:
    res = gp_minimize(branin, BRANIN, n_calls=11, random_state=0)
    skopt.dump(res, tmp_path / "result.json")
    loaded = skopt.load(tmp_path / "result.json")
    assert loaded.x == res.x
    assert loaded.x_iters == res.x_iters
    assert np.array_equal(loaded.func_vals, res.func_vals)
    assert loaded.space == res.space
    assert repr(loaded.specs["args"]["func"]) == "<luthier.compat.skopt.benchmarks:branin>"
    point, value = skopt.expected_minimum(loaded, n_random_starts=2, random_state=0)
    assert value == pytest.approx(loaded.models[-1].predict(loaded.space.transform([point]))[0])


def test_a_stored_search_shows_natively_and_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/search.db"

    calls = []

    def interrupted(x: list[float]) -> float:
        calls.append(x)
        if len(calls) == 8:
            raise OSError("disk full")
        return x[0] ** 2

    space = [Real(-3.0, 3.0, name="x")]
    with pytest.raises(OSError, match="disk full"):
        gp_minimize(interrupted, space, n_calls=14, random_state=0, storage=url, study_name="s")
    study = luthier.load_study("s", storage=url)
    assert [trial.state for trial in study.trials] == ["COMPLETE"] * 7 + ["FAILED"]

    res = gp_minimize(interrupted, space, n_calls=14, random_state=0, storage=url, study_name="s")
    assert len(calls) == len(res.x_iters) == 14
    assert math.isnan(res.func_vals[7])
    assert res.fun == luthier.load_study("s", storage=url).best_value
    assert luthier.load_study("s", storage=url).best_params == {"x": res.x[0]}

    luthier.set_verbosity("error")
    study.optimize(lambda trial: trial.suggest_float("x", -3.0, 3.0) ** 2, n_trials=2, progress=False)
    again = gp_minimize(interrupted, space, n_calls=16, random_state=0, storage=url, study_name="s")
    assert len(again.x_iters) == 16
    assert len(calls) == 14


def test_everything_the_original_exports_is_here() -> None:
    searches = {
        "gp_minimize",
        "dummy_minimize",
        "forest_minimize",
        "gbrt_minimize",
        "Optimizer",
        "BayesSearchCV",
    }
    helpers = {
        "dump",
        "load",
        "expected_minimum",
        "expected_minimum_random_sampling",
        "Space",
        "show_versions",
    }
    modules = {"acquisition", "benchmarks", "callbacks", "learning", "optimizer", "plots", "sampler", "space"}
    exported = searches | helpers | modules
    assert exported <= set(skopt.__all__)
    assert all(getattr(skopt, name) is not None for name in exported)


def test_versions_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    skopt.show_versions()
    assert f"luthier: {luthier.__version__}" in capsys.readouterr().out
