"""The same seed gives the same sequential run: in another process, and across a resume."""

import json
import subprocess
import sys
from typing import Any

import pytest

import luthier

SCRIPT = """
import json, sys
import luthier

def objective(trial):
    kind = trial.suggest_categorical("kind", ["a", "b"])
    x = trial.suggest_float("x", -5, 5)
    lr = trial.suggest_float("lr", 1e-5, 1, log=True)
    k = trial.suggest_int("k", 1, 12) if kind == "a" else 0
    for step in range(1, 10):
        trial.report(x * x + step, step)
        if trial.should_prune():
            raise luthier.TrialPruned
    return x * x + lr + k

luthier.set_verbosity(40)
sampler, storage, chunks = sys.argv[1], sys.argv[2] or None, json.loads(sys.argv[3])
for chunk in chunks:
    study = luthier.create_study(
        "s", storage=storage, sampler=sampler, scheduler="asha", seed=11, load_if_exists=True,
    )
    study.optimize(objective, n_trials=chunk)
print(json.dumps([[dict(r.params), r.state, r.value] for r in study.trials]))
"""


def run(sampler: str, storage: str, chunks: list[int]) -> Any:
    """The trials of a run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, sampler, storage, json.dumps(chunks)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("sampler", ["auto", "tpe", "quasi", "uniform"])
def test_a_run_is_the_same_in_another_process_and_across_resumes(sampler: str, url: str) -> None:
    whole = run(sampler, "", [40])

    assert run(sampler, url, [13, 1, 26]) == whole
    assert len({json.dumps(trial) for trial in whole}) == 40


def test_another_seed_is_another_run() -> None:
    """But for the first trial, the middle, and the optimum, which both find in the end."""
    first, second = (luthier.create_study(seed=seed) for seed in (1, 2))
    for study in (first, second):
        study.optimize(lambda trial: (trial.suggest_float("x", 0, 1) - 0.3) ** 2, n_trials=8)

    drawn = [{record.params["x"] for record in study.trials[1:]} for study in (first, second)]
    assert not drawn[0] & drawn[1]
