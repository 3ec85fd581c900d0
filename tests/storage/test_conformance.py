"""Every registered store keeps the promises of the protocol, and answers as the one in memory does."""

import math
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from luthier.base.jsonvalue import dumps
from luthier.records.state import TrialState
from luthier.storage import MemoryStorage, connect
from luthier.storage.registry import STORES
from luthier.testing.storage import StorageConformance
from luthier.testing.storage_machine import storable_values, storage_machine
from luthier.testing.storage_steps import finish, new_study, read, start

#: A disk in memory where there is one: these tests are about answers, not about the power going.
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - files go into a folder of their own


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder on the fastest disk."""
    place = Path(mkdtemp(dir=MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None))
    yield place
    shutil.rmtree(place)


@pytest.fixture(params=sorted(STORES))
def storage(request: pytest.FixtureRequest, folder: Path) -> Iterator[Any]:
    store = STORES[request.param](folder)
    yield store
    store.close()


class TestRegistered(StorageConformance):
    pass


def check_histories(folder: Path, examples: int, steps: int) -> None:
    """Run the machine on SQLite, each example in a new file."""
    count = iter(range(10**9))
    machine = storage_machine(lambda: connect(folder / f"{next(count)}.db"))  # type: ignore[arg-type,return-value]  # a SqlStorage, which is a Subject
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_histories_read_alike_in_memory_and_on_disk(folder: Path) -> None:
    check_histories(folder, 40, 25)


@pytest.mark.slow
def test_many_long_random_histories_read_alike(folder: Path) -> None:
    check_histories(folder, 1500, 60)


@given(value=storable_values(), number=st.floats(), step=st.integers(-(2**63), 2**63 - 1))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_storable_value_comes_back_equal(storage: Any, value: Any, number: float, step: int) -> None:
    existing = storage.list_studies()
    study = existing[0].study.study_id if existing else new_study(storage)
    trial = start(storage, study, tags={"v": value})
    storage.update_trials(study, [finish(trial, params={"v": value}, values=(number,))])
    since = read(storage, study, trial)
    assert dumps(since.params) == dumps(since.tags) == dumps({"v": value})
    assert dumps(since.values) == dumps((number,))
    assert since.state is TrialState.COMPLETE


def test_leases_in_memory_never_end_unless_told() -> None:
    store = MemoryStorage()
    study = new_study(store)
    start(store, study)
    assert store.lease_seconds == math.inf
    assert store.renew_leases("w") == math.inf
    assert store.expire_leases(study) == []
