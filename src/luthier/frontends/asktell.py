"""Trials that the caller runs: asked for one by one, kept alive in the background, and told when they ended."""

import os
from collections.abc import Callable, Sequence
from time import monotonic
from typing import final

from luthier.base.errors import LeaseLost, explain
from luthier.engine.session import Session, new_owner
from luthier.engine.view import StudyView
from luthier.executors.trial import Trial
from luthier.frontends.channel import SessionChannel
from luthier.frontends.told import number_of, tellable, told_outcome
from luthier.records.messages import Ended, Ending
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["AskTell"]


@final
class AskTell:
    """The session of one process on one study, and the live trials that came of it.

    Args:
        view: what is known of the study.
        open_session: makes a session for the owner named.
    """

    def __init__(self, view: StudyView, open_session: Callable[[str], Session]) -> None:
        self.view = view
        self._open = open_session
        self._live: dict[int, Trial] = {}
        self._own()

    def _own(self) -> None:
        """Become an owner of trials."""
        self._process, self._owner = os.getpid(), new_owner()
        self._session = self._open(self._owner)

    @property
    def session(self) -> Session:
        """The session of this process. A forked child has another owner and session: it may outlive its parent."""
        if self._process != os.getpid():
            self._own()
        return self._session

    @property
    def owner(self) -> str:
        """The name under which this process holds trials."""
        return self.session.asker.owner

    def start(self, count: int) -> list[Trial]:
        """Start up to `count` trials; none when nothing is left to propose."""
        with self.view.lock:
            session = self.session
            if (now := monotonic()) >= session.next_reaping:
                session.reap(now)
            records = session.ask(count)
        trials = [Trial(session.job(record), SessionChannel(session)) for record in records]
        self._live.update({trial.number: trial for trial in trials})
        return trials

    def tell(
        self, trial: Trial | int, value: float | Sequence[float] | None, state: TrialState | str | None
    ) -> TrialRecord:
        """End a trial; see `Study.tell`."""
        number = number_of(trial)
        view, session = self.view, self.session
        view.sync()
        record = tellable(number, view.records, study=view.study.name)
        record = session.held.get(number, record)
        outcome = told_outcome(
            value,
            state,
            objectives=len(view.signs),
            last_report=lambda: session.last_report(number),
        )
        live = self._live.pop(number, None)
        params, domains = (live.params, live.domains) if live else session.known(record)
        ended = Ended(
            trial=number,
            attempt=record.attempt,
            ending=Ending.RETURNED,
            params=params,
            domains=domains,
            constraints=live.constraints if live else {},
            user_attrs=live.user_attrs if live else record.user_attrs,
        )
        with view.lock:
            session.held[number] = record
            (written,) = session.write([session.update(ended, outcome)])
        if written is None:
            raise LeaseLost(
                explain(
                    f"trial {number} to be held by this study",
                    "that another worker took it over",
                    "Ask anew.",
                ),
            )
        return written
