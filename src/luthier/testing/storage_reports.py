"""The part of the storages' conformance suite that is about reports: which of them are kept, and how they are read."""

# ruff: noqa: D102, S106 - the name of a test says its rule; a token is a fence, not a password

import math
from collections.abc import Sequence

import pytest

from luthier.records.state import FINISHED, TrialState
from luthier.records.trial import Report
from luthier.storage.protocol import MAX_LOST, Draft, Storage
from luthier.testing.storage_steps import Subject, expired, finish, given_up, new_study, start

__all__ = ["ReportConformance"]

#: More trials than a store is likely to look up at once.
MANY = 50


def reports_of(storage: Storage, study: int) -> list[Report]:
    """All reports of a study, in the order written."""
    return list(storage.changes(study, 0).reports)


def changes_nothing(storage: Storage, study: int, reports: Sequence[Report]) -> bool:
    """Whether a call with these reports alone leaves a study as it was, its revision included."""
    before = storage.changes(study, 0)
    assert storage.update_trials(study, [], reports) == []
    return storage.changes(study, 0) == before


class ReportConformance:
    """What `luthier.storage.protocol` promises of reports."""

    def test_the_first_report_of_a_step_stands_and_order_is_kept(self, storage: Subject) -> None:
        study = new_study(storage)
        number = start(storage, study)
        awkward = [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.0]
        reports = [Report(number, 1, 9 - step, "", value) for step, value in enumerate(awkward)]
        assert storage.update_trials(study, [], reports) == []
        storage.update_trials(study, [], [Report(number, 1, 9, "", 0.0), Report(number, 1, 9, "lr", 0.0)])
        expected = [*reports, Report(number, 1, 9, "lr", 0.0)]
        assert list(map(repr, reports_of(storage, study))) == list(map(repr, expected))
        assert not storage.changes(study, 0, reports=False).reports

    @pytest.mark.parametrize("state", sorted(FINISHED))
    def test_a_report_after_the_end_changes_nothing(self, storage: Subject, state: TrialState) -> None:
        study = new_study(storage)
        number = start(storage, study)
        early = Report(number, 1, 1, "", 0.5)
        storage.update_trials(study, [finish(number, state=state)], [early])
        assert changes_nothing(storage, study, [Report(number, 1, 2, "", -9.0)])
        assert changes_nothing(storage, study, [Report(number, 1, 2, "lr", 1.0)])
        before = storage.changes(study, 0)
        again = storage.update_trials(study, [finish(number, state=state)], [Report(number, 1, 2, "", -9.0)])
        assert again == list(before.trials)
        assert storage.changes(study, 0) == before

    @pytest.mark.parametrize("state", [*sorted(FINISHED), TrialState.WAITING, TrialState.RUNNING])
    def test_a_report_together_with_the_end_is_kept(self, storage: Subject, state: TrialState) -> None:
        study = new_study(storage)
        number = start(storage, study)
        reports = [Report(number, 1, step, "", 0.5) for step in range(3)]
        storage.update_trials(study, [], reports[:1])
        assert None not in storage.update_trials(study, [finish(number, state=state)], reports[1:])
        assert reports_of(storage, study) == reports

    def test_a_report_of_a_trial_that_nobody_holds_changes_nothing(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.create_trials(study, [Draft()])
        assert changes_nothing(storage, study, [Report(0, 0, 1, "", 0.5), Report(0, 1, 1, "", 0.5)])
        storage.claim_trial(study, 0, token="t", owner="w", given={})
        storage.update_trials(study, [finish(0, state=TrialState.WAITING)])
        assert changes_nothing(storage, study, [Report(0, 1, 1, "", 0.5)])

    def test_a_report_under_another_attempt_changes_nothing(self, storage: Subject) -> None:
        study = new_study(storage)
        number = expired(storage, study)
        storage.claim_trial(study, number, token="new", owner="v", given={})
        old, new = Report(number, 1, 1, "", -9.0), Report(number, 2, 1, "", 0.5)
        assert changes_nothing(storage, study, [old, Report(number, 3, 1, "", 0.5)])
        before = storage.changes(study, 0)
        assert storage.update_trials(study, [finish(number)], [old]) == [None]
        assert storage.changes(study, 0) == before
        assert None not in storage.update_trials(study, [finish(number, "new")], [old, new])
        assert reports_of(storage, study) == [new]

    def test_a_report_is_welcome_until_a_lost_trial_is_claimed_anew(self, storage: Subject) -> None:
        study = new_study(storage)
        number = expired(storage, study)
        reports = [Report(number, 1, 1, "", 0.5), Report(number, 1, 2, "", 0.25)]
        storage.update_trials(study, [], reports[:1])
        assert None not in storage.update_trials(study, [finish(number)], reports[1:])
        assert reports_of(storage, study) == reports

    def test_a_report_of_a_trial_that_was_given_up_changes_nothing(self, storage: Subject) -> None:
        study = new_study(storage)
        number = given_up(storage, study)
        assert changes_nothing(storage, study, [Report(number, MAX_LOST + 1, 1, "", 0.5)])

    def test_an_imported_trial_may_bring_its_reports_later(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.create_trials(study, [Draft(state=state) for state in sorted(FINISHED)])
        reports = [Report(number, 1, 1, "", 0.5) for number in range(len(FINISHED))]
        storage.update_trials(study, [], reports)
        assert reports_of(storage, study) == reports

    def test_late_reports_go_without_those_that_come_with_them(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.create_trials(study, [Draft(token="t", owner="w") for _ in range(MANY)])
        over = range(0, MANY, 3)
        storage.update_trials(study, [finish(number) for number in over])
        before = storage.changes(study, 0).revision
        reports = [Report(number, 1, 1, "", 0.5) for number in range(MANY)]
        ends = [finish(number) for number in range(1, MANY, 3)]
        assert None not in storage.update_trials(study, ends, reports)
        assert reports_of(storage, study) == [report for report in reports if report.trial not in over]
        assert storage.changes(study, 0).revision == before + MANY

    def test_the_changes_of_one_trial_are_its_part_of_all(self, storage: Subject) -> None:
        study = new_study(storage)
        first, second = start(storage, study, "a"), start(storage, study, "b")
        reports = [
            Report(first, 1, 9, "", 0.5),
            Report(second, 1, 2, "", 0.25),
            Report(first, 1, 1, "lr", 1.0),
        ]
        storage.update_trials(study, [], reports)
        since = storage.changes(study, 0).revision
        more = [Report(second, 1, 1, "", 0.5), Report(first, 1, 0, "", math.inf)]
        storage.update_trials(study, [finish(second, "b")], more)
        whole, part = storage.changes(study, 0), storage.changes(study, 0, trial=first)
        assert (part.revision, part.study) == (whole.revision, whole.study)
        assert list(part.trials) == [record for record in whole.trials if record.number == first]
        assert list(part.reports) == [reports[0], reports[2], more[1]]
        assert not storage.changes(study, 0, trial=first, reports=False).reports
        late = storage.changes(study, since, trial=first)
        assert (list(late.trials), list(late.reports)) == ([], more[1:])
        ended = storage.changes(study, since, trial=second)
        assert [record.state for record in ended.trials] == [TrialState.COMPLETE]
        none = storage.changes(study, 0, trial=2)
        assert (list(none.trials), list(none.reports)) == ([], [])
