"""The conformance suite of storages.

Subclass it and give it a store to test:

    class TestMyStorage(StorageConformance):
        @pytest.fixture
        def storage(self, tmp_path):
            store = MyStorage(tmp_path)
            yield store
            store.close()

`luthier.testing.storage_machine` compares a store with the one in memory over random histories.
"""

# ruff: noqa: D102, S106 - the name of a test says its rule; a token is a fence, not a password

import math
from typing import Any

import pytest

from luthier.base.errors import InvalidInput, NotStorable, StudyExists, StudyNotFound
from luthier.base.jsonvalue import dumps
from luthier.records.state import TrialState
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import Report
from luthier.space.domains import Categorical
from luthier.storage.protocol import MAX_LOST, Draft
from luthier.testing.storage_notes import NoteConformance
from luthier.testing.storage_reports import ReportConformance
from luthier.testing.storage_steps import (
    AWKWARD,
    DOMAINS,
    Subject,
    deep,
    expired,
    finish,
    form,
    given_up,
    in_threads,
    new_study,
    read,
    start,
)

__all__ = ["StorageConformance"]


class StorageConformance(NoteConformance, ReportConformance):
    """The promises of `luthier.storage.protocol`, one test each."""

    def test_a_study_is_read_back_as_it_was_created(self, storage: Subject) -> None:
        record = StudyRecord(
            name="ü s",
            directions=(Direction.MAXIMIZE, Direction.MINIMIZE),
            seed=2**63 - 1,
            metric_names=("accuracy", "loss"),
            user_attrs=dict(AWKWARD),
        )
        made = storage.create_study(record)
        found = storage.get_study("ü s")
        assert (found.directions, found.seed) == (record.directions, record.seed)
        assert found.metric_names == record.metric_names
        assert found.study_id == made.study_id
        assert dumps(found.user_attrs) == dumps(AWKWARD)
        assert repr(storage.changes(made.study_id, 0).study) == repr(found)

    def test_the_name_of_a_study_is_taken_once(self, storage: Subject) -> None:
        new_study(storage)
        with pytest.raises(StudyExists, match="'s'"):
            new_study(storage)

    def test_a_missing_study_is_named_with_those_that_exist(self, storage: Subject) -> None:
        new_study(storage, "here")
        with pytest.raises(StudyNotFound, match=r"'there'.*'here'"):
            storage.get_study("there")

    def test_a_deleted_study_takes_its_trials_along_and_its_id_never_returns(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.update_trials(study, [finish(start(storage, study))], [Report(0, 1, 1, "", 0.5)])
        storage.delete_study(study)
        for refused in (
            lambda: storage.changes(study, 0),
            lambda: storage.create_trials(study, [Draft()]),
            lambda: storage.create_trials(study, [Draft()], expected=0),
            lambda: storage.claim_trial(study, 0, token="t", owner="w", given={}),
            lambda: storage.update_trials(study, [finish(0)]),
            lambda: storage.update_study(study, user_attrs={"a": 1}),
            lambda: storage.delete_study(study),
        ):
            with pytest.raises(StudyNotFound):
                refused()
        again = new_study(storage)
        assert again != study
        assert not storage.changes(again, 0).trials

    def test_attributes_of_a_study_are_merged_and_the_change_is_seen(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.update_study(study, user_attrs={"a": 1, "b": 2})
        since = storage.changes(study, 0).revision
        assert storage.changes(study, since).study is None
        updated = storage.update_study(study, user_attrs={"b": 3}, metric_names=["loss"])
        assert (updated.user_attrs, updated.metric_names) == ({"a": 1, "b": 3}, ("loss",))
        assert storage.changes(study, since).study == updated
        start(storage, study)
        assert storage.changes(study, updated.revision).study is None

    def test_numbers_are_consecutive_and_expected_ones_are_kept(self, storage: Subject) -> None:
        study = new_study(storage)
        first = storage.create_trials(study, [Draft(), Draft(token="t", owner="w")], expected=0)
        assert first is not None
        assert [record.number for record in first] == [0, 1]
        before = storage.changes(study, 0).revision
        assert storage.create_trials(study, [Draft()], expected=1) is None
        assert storage.create_trials(study, [Draft()], expected=3) is None
        assert storage.create_trials(study, []) == []
        assert storage.changes(study, 0).revision == before
        second = storage.create_trials(study, [Draft()], expected=2)
        assert second is not None
        assert [record.number for record in second] == [2]

    def test_what_create_returns_is_what_is_read(self, storage: Subject) -> None:
        study = new_study(storage)
        drafts = [
            Draft(given=AWKWARD, tags=AWKWARD, user_attrs=AWKWARD),
            Draft(given={}, token="t", owner="w"),
            Draft(
                state=TrialState.COMPLETE,
                params=AWKWARD,
                domains=DOMAINS,
                values=(math.nan, -0.0, math.inf),
                constraints={"c": -math.inf},
                reason="a\0\ud800",
                detail="$json:\n",
                created=1.5,
                started=2.5,
                finished=3.25,
            ),
        ]
        made = storage.create_trials(study, drafts)
        assert made is not None
        assert [form(record) for record in made] == [
            form(record) for record in storage.changes(study, 0).trials
        ]
        imported = read(storage, study, 2)
        assert (imported.created, imported.started, imported.finished) == (1.5, 2.5, 3.25)
        assert (imported.reason, imported.detail) == ("a\0\ud800", "$json:\n")
        assert [record.attempt for record in made] == [0, 1, 1]
        assert [record.given is None for record in made] == [False, False, True]

    def test_a_finish_writes_the_whole_outcome(self, storage: Subject) -> None:
        study = new_study(storage)
        number = start(storage, study, given={"x": 0.5}, tags={"by": "me"}, user_attrs={"old": 1})
        outcome: dict[str, Any] = {
            "params": AWKWARD,
            "domains": DOMAINS,
            "values": (5e-324,),
            "constraints": {"c": math.nan},
            "user_attrs": {"new": 2},
            "reason": "why",
            "detail": "how",
        }
        assert None not in storage.update_trials(study, [finish(number, **outcome)])
        record = read(storage, study, number)
        assert record.state is TrialState.COMPLETE
        assert dumps(record.params) == dumps(AWKWARD)
        assert list(record.domains.items()) == list(DOMAINS.items())
        assert (record.values, record.user_attrs, record.tags) == ((5e-324,), {"new": 2}, {"by": "me"})
        assert math.isnan(record.constraints["c"])
        assert (record.reason, record.detail, record.given, record.token) == ("why", "how", None, "t")
        assert record.started is not None
        assert record.finished is not None
        assert record.created <= record.started <= record.finished

    def test_the_store_keeps_values_of_its_own(self, storage: Subject) -> None:
        study = new_study(storage)
        mine: dict[str, Any] = {"list": [1]}
        number = start(storage, study, tags=mine)
        storage.update_trials(study, [finish(number, user_attrs=mine, params=mine)])
        mine["list"].append(2)
        mine["more"] = 3
        record = read(storage, study, number)
        assert record.tags == record.user_attrs == record.params == {"list": [1]}

    def test_a_repeated_finish_stands_and_writes_nothing(self, storage: Subject) -> None:
        study = new_study(storage)
        number = start(storage, study)
        storage.update_trials(study, [finish(number, values=(1.0,))])
        before = storage.changes(study, 0)
        assert None not in storage.update_trials(study, [finish(number, values=(2.0,))])
        assert storage.changes(study, 0) == before

    def test_a_foreign_token_changes_nothing(self, storage: Subject) -> None:
        study = new_study(storage)
        number = start(storage, study)
        before = storage.changes(study, 0)
        assert storage.update_trials(study, [finish(number, "other")]) == [None]
        assert storage.changes(study, 0) == before

    def test_a_trial_finished_by_another_stays_and_the_other_updates_stand(self, storage: Subject) -> None:
        study = new_study(storage)
        first, second = start(storage, study, "a"), start(storage, study, "b")
        storage.update_trials(study, [finish(first, "a", values=(1.0,))])
        before = read(storage, study, first)
        ends = [finish(second, "b", values=(2.0,)), finish(first, "z", values=(3.0,))]
        other, late = storage.update_trials(study, ends, [Report(second, 1, 0, "", 1.0)])
        assert late is None
        assert other == read(storage, study, second)
        assert read(storage, study, first) == before

    def test_a_waiting_trial_is_claimed_once(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.create_trials(study, [Draft(given={"x": 1}, tags={"by": "user"})])
        claimed = storage.claim_trial(study, 0, token="a", owner="w", given={"x": 1, "y": 2})
        assert claimed is not None
        assert (claimed.state, claimed.attempt, claimed.token) == (TrialState.RUNNING, 1, "a")
        assert (claimed.given, claimed.tags) == ({"x": 1, "y": 2}, {"by": "user"})
        assert claimed == read(storage, study, 0)
        before = storage.changes(study, 0)
        assert storage.claim_trial(study, 0, token="b", owner="v", given={}) is None
        assert storage.claim_trial(study, 1, token="b", owner="v", given={}) is None
        assert storage.changes(study, 0) == before

    def test_a_released_trial_waits_and_its_token_is_worth_nothing(self, storage: Subject) -> None:
        study = new_study(storage)
        number = start(storage, study, given={"x": 1})
        assert None not in storage.update_trials(study, [finish(number, state=TrialState.WAITING)])
        record = read(storage, study, number)
        assert (record.state, record.given, record.lost) == (TrialState.WAITING, {"x": 1}, 0)
        assert storage.update_trials(study, [finish(number)]) == [None]
        again = storage.claim_trial(study, number, token="u", owner="w", given={"x": 1})
        assert again is not None
        assert again.attempt == 2

    def test_a_late_result_that_nobody_recomputed_is_welcome(self, storage: Subject) -> None:
        study = new_study(storage)
        number = expired(storage, study)
        assert (read(storage, study, number).state, read(storage, study, number).lost) == (
            TrialState.WAITING,
            1,
        )
        assert None not in storage.update_trials(study, [finish(number, values=(3.0,))])
        assert read(storage, study, number).values == (3.0,)

    def test_a_late_result_of_a_trial_claimed_anew_is_refused(self, storage: Subject) -> None:
        study = new_study(storage)
        number = expired(storage, study)
        storage.claim_trial(study, number, token="new", owner="v", given={})
        assert storage.update_trials(study, [finish(number)]) == [None]
        assert None not in storage.update_trials(study, [finish(number, "new")])

    def test_a_live_lease_is_left_alone_and_renewal_keeps_it_so(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.lease_seconds = 0.0
        start(storage, study, "a", "w")
        start(storage, study, "b", "v")
        storage.lease_seconds = 1000.0
        start(storage, study, "c", "v")
        assert storage.renew_leases("w") == storage.lease_seconds
        assert storage.expire_leases(study) == [1]
        assert storage.expire_leases(study) == []

    def test_a_trial_that_is_lost_too_often_fails(self, storage: Subject) -> None:
        study = new_study(storage)
        number = given_up(storage, study)
        record = read(storage, study, number)
        assert (record.state, record.lost, record.given) == (TrialState.FAILED, MAX_LOST + 1, None)
        assert record.reason is not None
        assert "lost" in record.reason
        assert storage.update_trials(study, [finish(number, f"{MAX_LOST - 1}")]) == [None]

    def test_changes_come_by_revision_and_only_once(self, storage: Subject) -> None:
        study = new_study(storage)
        storage.create_trials(study, [Draft(token="a", owner="w"), Draft(token="b", owner="w"), Draft()])
        since = storage.changes(study, 0).revision
        storage.update_trials(study, [finish(1, "b")], [Report(1, 1, 0, "", 1.0)])
        storage.update_trials(study, [finish(0, "a")])
        changes = storage.changes(study, since)
        assert [record.number for record in changes.trials] == [1, 0]
        assert [report.trial for report in changes.reports] == [1]
        assert [record.number for record in storage.changes(study, 0).trials] == [2, 1, 0]
        assert not storage.changes(study, changes.revision).trials

    def test_a_listing_counts_states_and_shows_the_best_feasible_value(self, storage: Subject) -> None:
        low, high = new_study(storage, "low"), new_study(storage, "high", Direction.MAXIMIZE)
        empty = new_study(storage, "empty")
        for study in (low, high):
            values = [(math.nan, {}), (3.0, {}), (5.0, {"c": 0.0}), (1.0, {"c": 1.0}), (9.0, {"c": math.nan})]
            done = TrialState.COMPLETE
            storage.create_trials(study, [Draft(state=done, values=(v,), constraints=c) for v, c in values])
            storage.create_trials(study, [Draft(), Draft(state=TrialState.PRUNED, values=(-7.0,))])
        summaries = {summary.study.study_id: summary for summary in storage.list_studies()}
        assert list(summaries) == [low, high, empty]
        assert summaries[low].counts == {"COMPLETE": 5, "WAITING": 1, "PRUNED": 1}
        assert [summaries[study].best_value for study in (low, high, empty)] == [3.0, 5.0, None]
        assert summaries[low].last_change is not None
        assert (summaries[empty].counts, summaries[empty].last_change) == ({}, None)

    @pytest.mark.parametrize("value", [lambda: 1, object(), {1, 2}, deep(100)])
    def test_a_value_without_a_durable_form_is_refused_and_nothing_is_written(
        self, storage: Subject, value: Any
    ) -> None:
        study = new_study(storage)
        number = start(storage, study)
        before = storage.changes(study, 0)
        for refused in (
            lambda: storage.create_trials(study, [Draft(), Draft(given={"x": value})]),
            lambda: storage.create_trials(study, [Draft(domains={"x": Categorical((value, 1))})]),
            lambda: storage.update_trials(study, [finish(number, params={"x": value})]),
            lambda: storage.update_study(study, user_attrs={"x": value}),
        ):
            with pytest.raises(NotStorable):
                refused()
        assert storage.changes(study, 0) == before

    def test_writes_that_make_no_sense_are_refused(self, storage: Subject) -> None:
        study = new_study(storage)
        start(storage, study)
        before = storage.changes(study, 0)
        for refused in (
            lambda: storage.create_trials(study, [Draft(state=TrialState.RUNNING)]),
            lambda: storage.create_trials(study, [Draft(state=TrialState.PAUSED)]),
            lambda: storage.create_trials(study, [Draft(token="t")]),
            lambda: storage.create_trials(study, [Draft(token="t", owner="w", state=TrialState.COMPLETE)]),
            lambda: storage.update_trials(study, [finish(0, state=TrialState.PAUSED)]),
            lambda: storage.update_trials(study, [finish(1)]),
            lambda: storage.update_trials(study, [], [Report(1, 1, 0, "", 1.0)]),
            lambda: storage.update_trials(study, [], [Report(0, 1, 2**63, "", 1.0)]),
            lambda: storage.update_trials(study, [], [Report(0, 1, 0, "n" * 300, 1.0)]),
            lambda: storage.create_study(StudyRecord(name="\0", directions=(Direction.MINIMIZE,), seed=0)),
            lambda: storage.create_study(StudyRecord(name="a", directions=(Direction.MINIMIZE,), seed=2**63)),
        ):
            with pytest.raises(InvalidInput):
                refused()
        assert storage.changes(study, 0) == before

    def test_threads_that_expect_the_same_number_take_turns(self, storage: Subject) -> None:
        study = new_study(storage)
        made: list[int] = []

        def work(name: str) -> None:
            for _ in range(10):
                records = None
                while records is None:
                    expected = len(storage.changes(study, 0, reports=False).trials)
                    records = storage.create_trials(study, [Draft(token=name, owner=name)], expected=expected)
                made.append(records[0].number)
                assert None not in storage.update_trials(study, [finish(records[0].number, name)])

        in_threads(work, ["a", "b", "c"])
        assert sorted(made) == list(range(30))
        assert all(record.state is TrialState.COMPLETE for record in storage.changes(study, 0).trials)

    def test_a_closed_store_opens_again_when_used(self, storage: Subject) -> None:
        study = new_study(storage)
        number = start(storage, study)
        storage.close()
        storage.close()
        assert None not in storage.update_trials(study, [finish(number)])
