"""How the files beside this one were made: `python make.py`, with Optuna 5.0.0 installed and nothing of luthier.

    optuna_v12.sql        the text of a SQLite store
    optuna_journal.log    a journal of the same studies
    expected_*.json       what Optuna itself reads from each

The tests load the text into a SQLite file.
"""

import json
import math
import sqlite3
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path

import optuna
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend

HERE = Path(__file__).parent


def objective(trial: optuna.Trial) -> float:
    """Every kind of range, a branch, reports, constraints and attributes; ends in every way."""
    x = trial.suggest_float("x", -5.0, 5.0)
    lr = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    trial.suggest_float("drop", 0.0, 0.5, step=0.1)
    trial.suggest_int("width", 16, 256, log=True)
    depth = trial.suggest_int("depth", 1, 9, step=2)
    kind = trial.suggest_categorical("kind", ["adam", None, True, 3, 0.5])
    if kind == "adam":
        trial.suggest_float("beta", 0.8, 0.999)
    trial.set_user_attr("note", {"seconds": [1, 2.5], "text": "größe"})
    trial.set_constraint("memory", depth - 7.0)
    for step in range(3):
        kind_of_value = (trial.number + step) % 4 if step else 0
        trial.report([x * x / (step + 1), math.nan, math.inf, -math.inf][kind_of_value], step)
    if trial.number == 2:
        raise optuna.TrialPruned
    if trial.number == 3:
        raise RuntimeError("no luck")
    if trial.number == 4:
        return math.inf
    return float(x * x + lr)


def violations(trial: optuna.trial.FrozenTrial) -> tuple[float, float]:
    """Constraints in the form before Optuna 5."""
    return trial.params["a"] - 0.5, -1.0


def fill(storage: optuna.storages.BaseStorage) -> None:
    """Three studies."""
    study = optuna.create_study(
        storage=storage,
        study_name="all kinds",
        sampler=optuna.samplers.RandomSampler(seed=1),
        direction="minimize",
    )
    study.set_user_attr("dataset", "digits")
    study.enqueue_trial({"x": 0.25, "kind": None}, user_attrs={"who": "me"})
    study.optimize(objective, n_trials=7, catch=RuntimeError)
    study.enqueue_trial({"x": 1.5})
    running = study.ask()
    running.suggest_float("x", -5.0, 5.0)
    study.enqueue_trial({"x": 2.5, "kind": "adam"}, user_attrs={"who": "you"})

    pair = optuna.create_study(
        storage=storage,
        study_name="pair",
        sampler=optuna.samplers.RandomSampler(seed=2),
        directions=["maximize", "minimize"],
    )
    pair.set_metric_names(["accuracy", "size"])
    pair.optimize(lambda trial: (trial.suggest_float("a", 0, 1), trial.suggest_int("b", 1, 3)), n_trials=3)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = optuna.create_study(
            storage=storage,
            study_name="old constraints",
            sampler=optuna.samplers.NSGAIISampler(seed=3, constraints_func=violations),
            direction="maximize",
        )
        old.optimize(lambda trial: trial.suggest_float("a", 0, 1), n_trials=2)
    gone = optuna.create_study(storage=storage, study_name="gone")
    gone.add_trial(optuna.create_trial(value=1.0))
    optuna.delete_study(study_name="gone", storage=storage)
    late = optuna.create_study(storage=storage, study_name="added")
    late.add_trial(
        optuna.create_trial(
            value=1.0,
            params={"x": 1.0, "c": "b"},
            distributions={
                "x": optuna.distributions.FloatDistribution(0.0, 2.0),
                "c": optuna.distributions.CategoricalDistribution(["a", "b"]),
            },
            intermediate_values={0: 2.0, 5: 1.0},
        ),
    )


def moment(value: datetime | None) -> float | None:
    """Seconds since the epoch of what Optuna gives as naive local time."""
    return None if value is None else value.astimezone(UTC).timestamp()


def told(storage: optuna.storages.BaseStorage) -> dict:
    """What Optuna reads."""
    found = {}
    for name in optuna.get_all_study_names(storage):
        study = optuna.load_study(study_name=name, storage=storage)
        found[name] = {
            "directions": [direction.name.lower() for direction in study.directions],
            "metric_names": study.metric_names,
            "user_attrs": study.user_attrs,
            "trials": [
                {
                    "number": trial.number,
                    "state": trial.state.name,
                    "values": trial.values,
                    "params": trial.params,
                    "intermediate_values": {str(k): v for k, v in sorted(trial.intermediate_values.items())},
                    "user_attrs": trial.user_attrs,
                    "constraints": trial.constraints,
                    "started": moment(trial.datetime_start),
                    "finished": moment(trial.datetime_complete),
                }
                for trial in study.get_trials()
            ],
        }
    return found


def main() -> None:
    """Write the files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "optuna.db")
        storage = RDBStorage(f"sqlite:///{path}")
        fill(storage)
        (HERE / "expected_sqlite.json").write_text(json.dumps(told(storage), indent=1) + "\n")
        storage.engine.dispose()
        with sqlite3.connect(path) as connection:
            (HERE / "optuna_v12.sql").write_text("\n".join(connection.iterdump()) + "\n")
    log = HERE / "optuna_journal.log"
    log.unlink(missing_ok=True)
    journal = JournalStorage(JournalFileBackend(str(log)))
    fill(journal)
    (HERE / "expected_journal.json").write_text(json.dumps(told(journal), indent=1) + "\n")


if __name__ == "__main__":
    main()
