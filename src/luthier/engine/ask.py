"""How a trial starts: take a waiting one, or propose a new one.

The driver is optimistic. It proposes for the number that comes next and creates the trial only if it still gets that
number; if another driver was faster, that one's trial is pending by then and the proposal is made anew. So two drivers
never propose from the same stream, and some driver always makes progress.
"""

import secrets
from collections.abc import Container, Mapping
from typing import Any

from luthier.engine.propose import Proposer, completed
from luthier.engine.view import StudyView
from luthier.records.trial import NOTHING, TrialRecord
from luthier.storage.protocol import Draft

__all__ = ["Asker"]


class Asker:
    """Starts trials of one study for one owner."""

    def __init__(self, view: StudyView, proposer: Proposer, owner: str) -> None:
        self.view = view
        self.proposer = proposer
        self.owner = owner
        self.prefix = secrets.token_hex(6)
        self.claims = 0

    def ask(
        self,
        count: int = 1,
        *,
        up_to_date: bool = False,
        held: Container[int] = (),
    ) -> list[TrialRecord]:
        """Start up to `count` trials: RUNNING records, each under a fresh token.

        Fewer come when little is left to propose, and none when nothing is.
        New trials are created together, and know of each other; a waiting one comes alone. `up_to_date` says that the
        view was synchronised just now. Should it be stale, the first try fails, and the second one reads. Trials in
        `held` still run here although their leases ended: they are left alone, for their results are still welcome.
        """
        view, storage = self.view, self.view.storage
        while True:
            if not up_to_date:
                view.sync()
            up_to_date = False
            waiting = next((number for number in view.waiting if number not in held), None)
            if waiting is not None:
                claimed = self.claim(view.records[waiting])
                if claimed is not None:
                    return [claimed]
                continue
            first = len(view.records)
            drafts = self.drafts(first, count)
            if not drafts:
                return []
            created = storage.create_trials(view.study.study_id, drafts, expected=first)
            if created is not None:
                return created

    def claim(self, record: TrialRecord) -> TrialRecord | None:
        """Take a waiting trial, with all its values; None when somebody else was faster."""
        given, study = self.complete(record), self.view.study.study_id
        return self.view.storage.claim_trial(
            study, record.number, token=self.new_token(), owner=self.owner, given=given
        )

    def drafts(self, first: int, count: int) -> list[Draft]:
        """Up to `count` new trials numbered from `first`; each is pending to those after it."""
        drafts: list[Draft] = []
        for number in range(first, first + count):
            proposal = self.proposer.propose(number, drafts)
            if proposal is None:
                break
            given, tags = proposal
            drafts.append(Draft(given, tags, self.new_token(), self.owner))
        return drafts

    def new_token(self) -> str:
        """A token that no other claim of any process has."""
        self.claims += 1
        return f"{self.prefix}-{self.claims}"

    def complete(self, record: TrialRecord) -> Mapping[str, Any]:
        """The values of a waiting trial, with a proposal for what it leaves open; one that ran before keeps its own."""
        fixed = record.given or NOTHING
        if record.attempt or all(name in fixed for name in self.view.space):
            return fixed
        return completed(self.proposer, record.number, fixed)
