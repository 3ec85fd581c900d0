"""What a driver knows of its study, while others write to it."""

import math

import pytest

from luthier.engine.view import StudyView
from luthier.records.state import TrialState
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import NOTHING, OBJECTIVE, Report
from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import Draft, Update


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


def test_a_trial_written_together_with_a_lost_one_counts_as_complete() -> None:
    """Others are measured against it, as after reading it."""
    storage = MemoryStorage()
    study = storage.create_study(StudyRecord(name="s", directions=(Direction.MINIMIZE,), seed=1))
    view = StudyView(storage, study)
    drafts = [Draft(token=token, owner="w") for token in ("a", "b")]
    view.adopt(storage.create_trials(study.study_id, drafts) or [])
    view.curves.add(0, 1, 0.5)
    ends = [
        Update(number=number, token=token, state=TrialState.COMPLETE, values=(0.5,))
        for number, token in ((0, "a"), (1, "not its token"))
    ]

    written = storage.update_trials(study.study_id, ends, [Report(0, 1, 1, "", 0.5)])
    view.adopt(written)

    assert written[1] is None
    assert view.curves.n_completed == 1
    assert view.records[0].state is TrialState.COMPLETE
    assert view.records[1].state is TrialState.RUNNING


@pytest.mark.parametrize("last", [math.nan, math.inf])
@pytest.mark.parametrize("direction", list(Direction))
def test_a_stopped_trial_that_diverged_has_lost_at_every_rung(last: float, direction: Direction) -> None:
    """The best of all until it does, it would stop all that do not."""
    storage = MemoryStorage()
    study = storage.create_study(StudyRecord(name="s", directions=(direction,), seed=1))
    drafts = [Draft(token=str(number), owner="w") for number in range(3)]
    storage.create_trials(study.study_id, drafts)
    ends = [Update(number=number, token=str(number), state=TrialState.PRUNED) for number in (0, 1)]
    reports = [Report(0, 1, 1, OBJECTIVE, 0.1), Report(0, 1, 2, OBJECTIVE, direction.sign * last)]
    reports += [
        Report(1, 1, 1, OBJECTIVE, 0.3),
        Report(1, 1, 2, OBJECTIVE, 0.4),
        Report(2, 1, 1, OBJECTIVE, 0.2),
    ]
    storage.update_trials(study.study_id, ends, reports)
    view = StudyView(storage, study)
    view.sync()
    assert view.curves.rung(1, 2).entries == {0: math.inf, 1: direction.sign * 0.3, 2: direction.sign * 0.2}
