"""What a driver knows of its study, while others write to it."""

from luthier.engine.view import StudyView
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import NOTHING, OBJECTIVE, Report
from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import Draft


def test_curves_read_late_hold_what_others_reported_of_trials_that_are_not_known_yet() -> None:
    """The first look at the curves reads all reports, and may come between another driver's trial and a sync."""
    storage = MemoryStorage()
    study = storage.create_study(StudyRecord(name="s", directions=(Direction.MINIMIZE,), seed=0))
    view = StudyView(storage, study)
    view.sync()
    storage.create_trials(study.study_id, [Draft(None, NOTHING, "one", "other")])
    storage.update_trials(study.study_id, [], [Report(0, 1, 5, OBJECTIVE, 0.5)])

    assert view.curves.curve(0).steps == []
    view.sync()

    assert view.curves.curve(0).steps == [5]
    assert view.curves.curve(0).values == [0.5]
