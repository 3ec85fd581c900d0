"""The part of the storages' conformance suite that is about notes: what a trial asked for before it ends."""

# ruff: noqa: D102, S106 - the name of a test says its rule; a token is a fence, not a password

from typing import Any

from luthier.records.state import TrialState
from luthier.testing.storage_steps import AWKWARD, DOMAINS, Subject, finish, form, new_study, read, start

__all__ = ["NoteConformance"]


class NoteConformance:
    """What `luthier.storage.protocol` promises of notes."""

    def test_a_note_is_read_by_all_and_changes_nothing_else(self, storage: Subject) -> None:
        study = new_study(storage)
        number = start(storage, study, given={"x": 1}, tags={"by": "me"})
        before = read(storage, study, number)
        parts: dict[str, Any] = {
            "params": AWKWARD,
            "domains": DOMAINS,
            "constraints": {"c": 2.0},
            "user_attrs": {"a": [1]},
        }
        (noted,) = storage.update_trials(study, [finish(number, state=TrialState.RUNNING, **parts)])
        assert noted is not None
        assert form(noted) == form(before._replace(**parts))
        assert repr(noted) == repr(read(storage, study, number))
        assert noted.revision == storage.changes(study, 0).revision == before.revision + 1
        assert storage.update_trials(study, [finish(number, "other", TrialState.RUNNING)]) == [None]
        assert None not in storage.update_trials(study, [finish(number)])
        done = storage.changes(study, 0)
        assert storage.update_trials(study, [finish(number, state=TrialState.RUNNING)]) == list(done.trials)
        assert storage.changes(study, 0) == done
        assert not done.trials[0].params

    def test_a_note_renews_no_lease_and_is_welcome_until_the_trial_is_claimed_anew(
        self, storage: Subject
    ) -> None:
        study = new_study(storage)
        storage.lease_seconds = 0.0
        number = start(storage, study)
        note = finish(
            number, state=TrialState.RUNNING, params={"x": 1}, constraints={"c": 2.0}, user_attrs={"a": 3}
        )
        storage.update_trials(study, [note])
        assert storage.expire_leases(study) == [number]
        (late,) = storage.update_trials(study, [note._replace(params={"x": 1, "y": 2})])
        assert late is not None
        assert (late.state, late.params) == (TrialState.WAITING, {"x": 1, "y": 2})
        again = storage.claim_trial(study, number, token="u", owner="w", given={})
        assert again is not None
        assert (again.params, again.domains, again.constraints) == ({}, {}, {})
        assert again.user_attrs == {"a": 3}
        assert again == read(storage, study, number)
        assert storage.update_trials(study, [note]) == [None]
        (released,) = storage.update_trials(
            study, [note._replace(token="u"), finish(number, "u", TrialState.WAITING)]
        )[1:]
        assert released == read(storage, study, number)
        assert (released.params, released.constraints, released.user_attrs) == ({}, {}, {"a": 3})
