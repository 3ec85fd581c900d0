import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from luthier.compat.skopt import dummy_minimize, forest_minimize, gp_minimize
from luthier.compat.skopt.benchmarks import (
    bench1,
    bench1_with_time,
    bench2,
    bench3,
    bench4,
    bench5,
    branin,
    hart6,
)
from luthier.compat.skopt.optimizer import base_minimize
from luthier.compat.skopt.optimizer.base import DimensionError

LINE = [(-2.0, 2.0)]


def counted(objective: Any) -> tuple[Any, list[Any]]:
    """An objective, and the points that it was called with."""
    calls: list[Any] = []

    def wrapper(x: Any) -> Any:
        calls.append(x)
        return objective(x)

    return wrapper, calls


def test_given_points_are_evaluated_first_and_count() -> None:
    objective, calls = counted(bench1)
    res = dummy_minimize(objective, LINE, n_calls=6, x0=[[1.0], [-1]], random_state=0)
    assert calls[:2] == res.x_iters[:2] == [[1.0], [-1.0]]
    assert len(calls) == 6


def test_known_points_are_not_evaluated_and_do_not_count() -> None:
    objective, calls = counted(bench1)
    res = dummy_minimize(objective, LINE, n_calls=3, x0=[[1.0], [0.5]], y0=[1.0, 0.25], random_state=0)
    assert len(calls) == 3
    assert res.func_vals[:2].tolist() == [1.0, 0.25]
    assert len(res.x_iters) == 5


def test_one_point_may_be_given_as_it_is() -> None:
    res = dummy_minimize(bench1, LINE, n_calls=2, x0=[0.0], y0=0.0, random_state=0)
    assert (res.x, res.fun) == ([0.0], 0.0)


@pytest.mark.parametrize(("known", "models"), [(3, 2), (4, 6)])
def test_enough_known_points_replace_the_initial_ones(known: int, models: int) -> None:
    """With three of four, four random points come beside them, as the original documents."""
    x0 = [[-2.0 + 0.5 * place] for place in range(known)]
    y0 = [bench1(x) for x in x0]
    res = forest_minimize(bench1, LINE, n_calls=5, n_initial_points=4, x0=x0, y0=y0, n_points=50)
    assert len(res.x_iters) == known + 5
    assert len(res.models) == models


def test_callbacks_see_each_result_and_may_stop() -> None:
    seen: list[int] = []

    def callback(res: Any) -> bool:
        seen.append(len(res.x_iters))
        return len(seen) == 3

    res = dummy_minimize(bench1, LINE, n_calls=9, x0=[[1.0], [0.5]], callback=callback, random_state=0)
    assert seen == [1, 2, 3]
    assert len(res.x_iters) == 3
    seen.clear()
    dummy_minimize(bench1, LINE, n_calls=9, x0=[[1.0], [0.5]], y0=[1.0, 0.25], callback=callback)
    assert seen == [2, 3, 4]


@pytest.mark.parametrize(("known", "lines"), [(None, 5), ([0.0, 1.0], 5)])
def test_every_evaluation_is_printed_once(known: Any, lines: int, capsys: pytest.CaptureFixture[str]) -> None:
    x0 = [[0.0], [1.0]]
    forest_minimize(bench1, LINE, n_calls=5, n_initial_points=2, x0=x0, y0=known, verbose=True, n_points=50)
    said = capsys.readouterr().out.splitlines()
    ended = [line for line in said if " ended. " in line]
    assert [line.split()[2] for line in ended] == [str(count + 1) for count in range(lines)]
    assert sum("provided point" in line for line in ended) == (2 if known is None else 0)
    assert sum("random point" in line for line in ended) == 2
    assert sum(" started. " in line for line in said) == lines


def test_a_search_that_was_killed_tries_its_given_points_again(tmp_path: Path) -> None:
    """The point that ran is tried again, those that waited once, and all calls are n_calls."""
    script = (
        "import os, sys\n"
        "from luthier.compat.skopt import dummy_minimize\n"
        "def f(x):\n"
        "    print(x[0], flush=True)\n"
        "    return os.kill(os.getpid(), 9) if x[0] == 1.5 and sys.argv[1] == 'die' else x[0]\n"
        "dummy_minimize(f, [(-2.0, 2.0)], n_calls=5, x0=[[1.0], [1.5], [0.5]], storage=sys.argv[2], study_name='s')\n"
    )
    command = [sys.executable, "-c", script]
    seen = []
    for how in ("die", "live", "live"):
        done = subprocess.run([*command, how, f"sqlite:///{tmp_path}/s.db"], capture_output=True, check=False)
        seen.append([float(line) for line in done.stdout.split()])
    assert seen[0] == [1.0, 1.5]
    assert sorted(seen[1][:2]) == [0.5, 1.5]
    assert len(seen[1]) == 4
    assert not {1.0, 1.5, 0.5} & set(seen[1][2:])
    assert seen[2] == []


def test_seconds_are_returned_by_their_logarithm() -> None:
    res = gp_minimize(bench1_with_time, LINE, n_calls=4, n_initial_points=2, acq_func="EIps", n_points=50)
    assert res.log_time == pytest.approx([0.7975] * 4, abs=1e-4)


def test_the_noise_of_a_process_can_be_given() -> None:
    res = gp_minimize(bench1, LINE, n_calls=5, n_initial_points=4, noise=0.01, random_state=0, n_points=50)
    assert res.models[-1].noise_ == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"n_calls": 5}, ValueError),
        ({"n_calls": 11, "x0": [[0.0], [1.0]]}, ValueError),
        ({"n_calls": "20"}, ValueError),
        ({"n_initial_points": 0}, ValueError),
        ({"x0": 0.5}, ValueError),
        ({"x0": [[0.0], 1.0]}, ValueError),
        ({"x0": [[0.0]], "y0": [1.0, 2.0]}, ValueError),
        ({"x0": [[0.0]], "y0": object()}, ValueError),
        ({"y0": [1.0]}, ValueError),
        ({"x0": [[5.0]]}, ValueError),
        ({"x0": [[0.0, 1.0]]}, DimensionError),
        ({"callback": 3}, ValueError),
    ],
)
def test_wrong_arguments_are_said_before_anything_runs(wrong: dict[str, Any], error: type[Exception]) -> None:
    objective, calls = counted(bench1)
    given: dict[str, Any] = {"n_calls": 12, "acq_optimizer": "sampling"} | wrong
    with pytest.raises(error, match="Expected"):
        base_minimize(objective, LINE, "ET", **given)
    assert calls == []


def test_the_benchmarks_have_their_minima() -> None:
    assert bench1([0.0]) == bench4(["0"]) == bench5(["0", 0]) == 0
    assert bench2([5.0]) == -5
    assert bench3([-0.3]) == pytest.approx(-0.9, abs=0.02)
    for x in ([-3.14159, 12.275], [3.14159, 2.275], [9.42478, 2.475]):
        assert branin(x) == pytest.approx(0.397887, abs=1e-5)
    assert hart6([0.20169, 0.15001, 0.476874, 0.275332, 0.311652, 0.6573]) == pytest.approx(
        -3.32237, abs=1e-4
    )
