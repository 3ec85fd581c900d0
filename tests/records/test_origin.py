"""Who proposed a trial, and why: kept with the trial, whatever the store."""

import copy
import pickle
from pathlib import Path

import pytest

import luthier
from luthier.records.trial import NOTHING, Constant, Origin, TrialRecord
from luthier.samplers import UniformSampler


def test_an_origin_reads_as_it_was_said() -> None:
    origin = Origin("tpe", "the model: good trials")
    assert str(origin) == "tpe: the model: good trials"
    record = TrialRecord(number=0, state=luthier.TrialState.RUNNING, tags={"origin": str(origin)})
    assert record.origin == origin
    assert TrialRecord(number=0, state=luthier.TrialState.RUNNING).origin is None


@pytest.mark.parametrize("sampler", ["auto", "random", "quasi", "tpe"])
def test_every_trial_says_who_proposed_it(sampler: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'o.db'}"
    study = luthier.create_study("s", storage=url, sampler=sampler, seed=1)
    study.enqueue({"x": 0.5})
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=8, progress=False)
    origins = [record.origin for record in luthier.load_study("s", storage=url).trials]
    assert origins[0] == Origin("enqueued", "by the user")
    assert all(origin is not None and origin.sampler and origin.reason for origin in origins)


def test_a_sampler_of_ones_own_is_named_by_its_class() -> None:
    study = luthier.create_study(sampler=UniformSampler(), seed=1)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2, progress=False)
    assert [str(record.origin) for record in study.trials] == ["UniformSampler: the sampler of the study"] * 2
    assert study.trials[0].tags is study.trials[1].tags


def test_shared_tags_cannot_be_changed() -> None:
    shared = Constant(a=1)
    changes = ("__setitem__", "a", 2), ("update", {"a": 2}), ("pop", "a"), ("clear",)
    for name, *given in changes:
        with pytest.raises(TypeError, match="stay as it is"):
            getattr(shared, name)(*given)
    assert pickle.loads(pickle.dumps(shared)) == copy.deepcopy(shared) == {"a": 1}  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(NOTHING)) is NOTHING  # noqa: S301 - our own
