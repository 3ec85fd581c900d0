"""Trials that the caller runs: asked for one by one, kept alive in the background, and told when they ended."""

import os
from collections.abc import Callable, Sequence
from time import monotonic
from typing import final

from luthier.base.errors import SpaceExhausted, explain
from luthier.engine.brute import TreeProposer
from luthier.engine.ending import AGAIN, only_failed
from luthier.engine.propose import Search
from luthier.engine.session import Session, new_owner
from luthier.engine.view import StudyView
from luthier.executors.trial import Trial, contents
from luthier.frontends.channel import SessionChannel, ended, taken_over
from luthier.frontends.elsewhere import asked_elsewhere
from luthier.frontends.told import holder_of, number_of, tellable, told_outcome
from luthier.records.messages import Ended, Ending
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.schedulers.protocol import Scheduler

__all__ = ["AskTell"]

#: How a search goes on that is at its end: brute force hears of a choice where it is made.
NEW_RANGE = "widen the space with study.declare()"
NEW_CHOICE = "enqueue a trial that makes a new choice"


@final
class AskTell:
    """The session of one process on one study, and the live trials that came of it.

    Args:
        view: what is known of the study.
        open_session: makes a session for the owner named.
        parts: the sampler and the scheduler as they are now: both may be replaced.
    """

    def __init__(
        self,
        view: StudyView,
        open_session: Callable[[str], Session],
        parts: Callable[[], tuple[Search, Scheduler | None]],
    ) -> None:
        self.view = view
        self._open = open_session
        self._parts = parts
        self._own()

    def _own(self) -> None:
        """Become an owner of trials."""
        self._process, self._owner = os.getpid(), new_owner()
        self._session = self._open(self._owner)
        self._live: dict[int, Trial] = {}

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

    def ask(self, count: int) -> list[Trial]:
        """Start `count` trials, less where a finite search has less left.

        Raises:
            SpaceExhausted: it has nothing left.
        """
        trials: list[Trial] = []
        before = -1
        try:
            while before < len(trials) < count:
                before = len(trials)
                self.start(count - before, trials)
        except BaseException:  # the caller will not hear of them
            self.take_back([trial.number for trial in trials])
            raise
        if count and not trials:
            failed = only_failed(self.view.told)
            again = f"{failed} of its configurations failed: {AGAIN} " if failed else ""
            running = len(self.view.running)
            wider = NEW_CHOICE if isinstance(self.session.proposer, TreeProposer) else NEW_RANGE
            got = f"a finite space, all of it tried{f' or under way, {running} running' if running else ''}"
            fix = f"{again}{f'Tell those, or {wider}' if running else wider.capitalize()}, or stop."
            raise SpaceExhausted(explain("something left to propose", got, fix))
        return trials

    def start(self, count: int, trials: list[Trial]) -> None:
        """Start up to `count` trials, and add them to `trials`; none when nothing is left to propose."""
        with self.view.lock:
            session = self.session
            session.use(*self._parts())
            if (now := monotonic()) >= session.next_reaping:
                session.reap(now)
            before = set(session.held)
            try:
                more = [started(session, record) for record in session.ask(count)]
                self._live.update({trial.number: trial for trial in more})
                trials += more
            except BaseException:
                self.take_back(list(session.held.keys() - before))
                raise

    def take_back(self, numbers: Sequence[int]) -> None:
        """Let trials go that were claimed, and that nobody will run."""
        with self.view.lock:
            held = self.session.held
            self.session.send_back([held[number] for number in sorted(numbers) if number in held])
            for number in numbers:
                self._live.pop(number, None)

    def tell(
        self, trial: Trial | int, value: float | Sequence[float] | None, state: TrialState | str | None
    ) -> TrialRecord:
        """End a trial; see `Study.tell`."""
        view, session = self.view, self.session
        number = number_of(trial, view.study)
        view.sync()
        record = tellable(number, view.records, study=view.study.name)
        live = trial if isinstance(trial, Trial) else self._live.get(number)
        holder = holder_of(live) if live else session
        record = holder.held.get(number, record)
        outcome = told_outcome(
            value,
            state,
            objectives=len(view.signs),
            last_report=lambda: session.last_report(number),
        )
        asked = contents(live) if live else asked_elsewhere(record, session, state=outcome.state)
        said = Ended(number, record.attempt, Ending.RETURNED, None, *asked)
        with view.lock:
            session.held[number] = record
            (written,) = session.write([session.update(said, outcome)])
        self._live.pop(number, None)
        if written is None:
            raise taken_over(number)
        if (written.state, written.values) != (outcome.state, outcome.values):  # by another thread, just now
            raise ended(number)
        return written


def started(session: Session, record: TrialRecord) -> Trial:
    """The live trial of one that starts."""
    channel = SessionChannel(session)
    return Trial(session.job(record), channel, channel.note)
