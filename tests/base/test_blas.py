"""Within the block BLAS has one thread, and after it as many as before."""

import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import luthier
from luthier.base.blas import one_thread


def threads() -> set[int]:
    """How many threads the BLAS libraries of this process have; numpy's is one of them."""
    np.dot(np.eye(2), np.eye(2))
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_there_is_one_thread_inside_and_as_many_as_before_outside() -> None:
    inside = one_thread()(threads)
    with threadpool_limits(2, user_api="blas"):
        assert threads() == {2}
        with one_thread():
            assert inside() == {1}
            assert threads() == {1}
        assert threads() == {2}


def test_an_error_inside_gives_the_threads_back() -> None:
    with threadpool_limits(2, user_api="blas"):
        with pytest.raises(ZeroDivisionError), one_thread():
            1 / 0  # noqa: B018 - raises
        assert threads() == {2}


def test_objectives_keep_the_threads_they_had() -> None:
    seen: list[set[int]] = []

    def objective(trial: luthier.Trial) -> float:
        seen.append(threads())
        return trial.suggest_float("x", 0, 1)

    with threadpool_limits(2, user_api="blas"):
        luthier.create_study(sampler="gp", seed=0).optimize(objective, n_trials=8, progress=False)
    assert seen == [{2}] * 8


def test_nothing_of_it_is_loaded_before_a_model_is_needed() -> None:
    script = "import sys, luthier; sys.exit('threadpoolctl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
