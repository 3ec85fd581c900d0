"""A session's end: whatever fails, nothing is held on to."""

from collections.abc import Sequence

import pytest

from luthier.base.errors import StorageError
from luthier.engine.session import Session
from luthier.engine.view import StudyView
from luthier.records.messages import Reported
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import Report, TrialRecord
from luthier.samplers.uniform import UniformSampler
from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import Update


def test_leases_are_let_go_even_when_the_last_write_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renewed for ever, the trial would be stuck RUNNING for as long as the process lives."""

    def full_disk(
        self: MemoryStorage, study: int, updates: Sequence[Update], reports: Sequence[Report] = ()
    ) -> list[TrialRecord | None]:
        raise StorageError("the disk is full")

    storage = MemoryStorage(lease_seconds=60.0)
    study = storage.create_study(StudyRecord(name="s", directions=(Direction.MINIMIZE,), seed=1))
    session = Session(StudyView(storage, study), UniformSampler(), scheduler=None, owner="w")
    (record,) = session.ask()
    session.respond(Reported(record.number, 1, 0.5))
    renewing = session.lease.closed
    monkeypatch.setattr(MemoryStorage, "update_trials", full_disk)

    with pytest.raises(StorageError, match="the disk is full"):
        session.close()

    assert renewing.is_set()
