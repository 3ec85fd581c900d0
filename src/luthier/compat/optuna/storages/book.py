"""The trials of one study as Optuna shows them: each finished one is made once, and none is read twice."""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

from luthier.compat.optuna.attrs import TAG, system_part, user_part
from luthier.compat.optuna.distributions.native import distribution_of
from luthier.compat.optuna.trial.base import CONSTRAINT, CONSTRAINTS, numbered
from luthier.compat.optuna.trial.frozen import FrozenTrial, copied
from luthier.compat.optuna.trial.state import TrialState, state_of
from luthier.engine.view import StudyView
from luthier.executors.trial import Trial as NativeTrial
from luthier.records.state import TrialState as NativeState
from luthier.records.trial import NOTHING, TrialRecord
from luthier.storage.protocol import Draft, Update

__all__ = ["TRIALS_PER_STUDY", "Book"]

#: A trial's id is its study's times this, plus its number: unique in a store, and a 64-bit number.
TRIALS_PER_STUDY = 1 << 32


class Book:
    """Frozen trials of one study.

    Args:
        view: what this process knows of the study.
        other: a book of the same study and store, whose notes are shared.
    """

    def __init__(self, view: StudyView, other: "Book | None" = None) -> None:
        self.view = view
        #: Finished trials by number.
        self.finished: dict[int, FrozenTrial] = {}
        #: Trials that run in this very process, and so can be asked for what they did so far.
        self.live: dict[int, NativeTrial] = other.live if other else {}
        #: System attributes of trials that did not end yet, by number.
        self.notes: dict[int, dict[str, Any]] = other.notes if other else {}
        #: Trials that are being proposed and not in the store yet, by number.
        self.coming: dict[int, FrozenTrial] = {}

    @property
    def study_id(self) -> int:
        """The id of the study in its store."""
        return self.view.study.study_id

    def trial_id(self, number: int) -> int:
        """The id of a trial by its number."""
        return self.study_id * TRIALS_PER_STUDY + number

    def trials(self, states: Container[TrialState] | None = None) -> list[FrozenTrial]:
        """All trials by number, those that are being proposed last; nothing is copied."""
        with self.view.lock:
            self.view.sync()
            known = len(self.view.records)
            found = [self.kept(number) for number in range(known)]
            found += [trial for number, trial in sorted(self.coming.items()) if number >= known]
        return found if states is None else [trial for trial in found if trial.state in states]

    def trial(self, number: int) -> FrozenTrial:
        """One trial as it is now.

        Raises:
            KeyError: there is none of that number.
        """
        with self.view.lock:
            if number in self.coming:
                return self.coming[number]
            self.view.sync()
            if not 0 <= number < len(self.view.records):
                raise KeyError(f"No trial {number} in study {self.view.study.name!r}.")
            return self.kept(number)

    def kept(self, number: int) -> FrozenTrial:
        """The trial of that number, from before when it is finished."""
        trial = self.finished.get(number)
        if trial is None:
            record = self.view.records[number]
            trial = self.frozen(record)
            if record.state.finished:
                self.finished[number] = trial
                self.live.pop(number, None)
                self.notes.pop(number, None)
        return trial

    def frozen(self, record: TrialRecord) -> FrozenTrial:
        """A record as a frozen trial."""
        params, domains = record.params, record.domains
        attrs, constraints = record.user_attrs, record.constraints
        live = self.live.get(record.number)
        if live is not None and not record.state.finished:
            params, domains = live.params, live.domains
            attrs, constraints = live.user_attrs, live.constraints
        elif record.state is NativeState.RUNNING and not params:
            domains = {
                name: self.view.space[name] for name in record.given or NOTHING if name in self.view.space
            }
            params = {name: (record.given or NOTHING)[name] for name in domains}
        return FrozenTrial(
            number=record.number,
            state=state_of(record.state),
            value=None,
            values=record.values,
            datetime_start=moment(record.started),
            datetime_complete=moment(record.finished),
            params=dict(params),
            distributions={name: distribution_of(domain) for name, domain in domains.items()},
            user_attrs=user_part(attrs),
            system_attrs=self.system_attrs(record, attrs, constraints),
            intermediate_values=self.reports(record.number),
            trial_id=self.trial_id(record.number),
        )

    def system_attrs(
        self,
        record: TrialRecord,
        attrs: Mapping[str, Any],
        constraints: Mapping[str, float],
    ) -> dict[str, Any]:
        """What samplers keep with a trial, what was enqueued, and the constraints."""
        found: dict[str, Any] = dict(record.tags.get(TAG, NOTHING))
        if record.state is NativeState.WAITING and record.given is not None:
            found.setdefault("fixed_params", dict(record.given))
        found |= system_part(attrs)
        found |= {f"{CONSTRAINT}{name}": value for name, value in constraints.items()}
        if numbered(constraints):  # those of a `constraints_func`, where scripts look for them
            found[CONSTRAINTS] = tuple(constraints.values())
        return found | self.notes.get(record.number, {})

    def reports(self, number: int) -> dict[int, float]:
        """What a trial reported by step, as the user gave it."""
        curves = self.view.curves
        curve = curves.curve(number)
        return {step: curves.sign * value for step, value in zip(curve.steps, curve.values, strict=True)}

    def provisional(self, number: int, draft: Draft | None = None) -> FrozenTrial:
        """A trial that is about to run: WAITING ones become RUNNING, others get the number that is next."""
        known = self.view.records[number] if number < len(self.view.records) else None
        given = draft.given if draft is not None else None
        record = known or TrialRecord(number, NativeState.RUNNING, given=given or NOTHING)
        return self.frozen(record._replace(state=NativeState.RUNNING, started=datetime.now().timestamp()))  # noqa: DTZ005 - a moment

    def ending(self, update: Update) -> FrozenTrial:
        """A trial that is about to end, still RUNNING, with all that it did."""
        record = self.view.records[update.number]
        ended = record._replace(
            params=update.params,
            domains=update.domains,
            constraints=update.constraints,
            user_attrs=update.user_attrs,
        )
        self.live.pop(update.number, None)
        return self.frozen(ended)

    def note(self, number: int, key: str, value: Any) -> None:
        """Keep a system attribute of a trial that did not end yet."""
        self.notes.setdefault(number, {})[key] = value
        if number in self.coming:
            self.coming[number].system_attrs[key] = value

    def copies(self, states: Container[TrialState] | None = None) -> list[FrozenTrial]:
        """The same as `trials`, free to be changed."""
        return [copied(trial) for trial in self.trials(states)]


def moment(seconds: float | None) -> datetime | None:
    """Seconds since the epoch as a local time without a zone, as Optuna has them."""
    return None if seconds is None else datetime.fromtimestamp(seconds)  # noqa: DTZ006 - local and naive
