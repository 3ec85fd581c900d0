"""The channel of a trial that the user runs with `ask` and `tell`: straight into the session."""

from typing import Any, NoReturn

from luthier.base.errors import IllegalTransition, LeaseLost, NotStorable, explain
from luthier.engine.session import Session
from luthier.executors.trial import Contents
from luthier.records.messages import Decision, Logged, Reported, Suggest

__all__ = ["SessionChannel", "taken_over"]


class SessionChannel:
    """Answers a live trial in the caller's own thread, and writes what it reports and asks for at once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.decision = Decision.CONTINUE

    def __reduce__(self) -> NoReturn:
        got = "a trial that ask() returned, which lives in this one"
        fix = "Send trial.number and trial.params; study.tell(number, value) ends it anywhere."
        raise NotStorable(explain("what can be sent to another process", got, fix))

    def ask(self, message: Suggest) -> Any:
        """A value for a parameter that was not proposed with the rest."""
        return self._respond(message)

    def tell(self, message: Reported | Logged) -> None:
        """Take what a trial reports: others can read it when this returns.

        The store is read first. So a trial that another process has told or taken over until then raises; should that
        happen between the reading and the writing, the store drops the report without a word, and the next one raises.
        Either way it changes nothing, and decides about no other trial of another process.

        Raises:
            IllegalTransition: the trial was told, so nothing more can be said of it.
            LeaseLost: another worker has taken it over.
        """
        session = self.session
        with session.view.lock:
            session.view.sync()
            self._check_held(message.trial)
            answer = session.respond(message)
            session.flush()
        if isinstance(message, Reported):
            self.decision = answer

    def verdict(self) -> Decision:
        """The decision on the newest report."""
        return self.decision

    def note(self, trial: int, contents: Contents) -> None:
        """Take what a trial asked for and set so far.

        Raises:
            IllegalTransition: the trial was told, so nothing more can be said of it.
            LeaseLost: another worker has taken it over.
        """
        if not self.session.lease.shared:  # nobody could read it: what counts is that the trial has not ended
            self._check_held(trial)
            return
        with self.session.view.lock:
            self._check_held(trial)
            record = self.session.note(trial, contents)
        if record is None:
            raise taken_over(trial)
        if record.state.finished:
            raise ended(trial)

    def _respond(self, message: Suggest | Reported | Logged) -> Any:
        """The session's answer.

        Raises:
            IllegalTransition: the trial was told, so nothing more can be said of it.
            LeaseLost: another worker has taken it over.
        """
        with self.session.view.lock:
            self._check_held(message.trial)
            return self.session.respond(message)

    def _check_held(self, trial: int) -> None:
        """Raise IllegalTransition once a trial is known to be told, and LeaseLost once another worker has it."""
        session = self.session
        if trial not in session.held:
            raise ended(trial)
        if session.is_over(trial):
            raise ended(trial) if session.view.records[trial].state.finished else taken_over(trial)


def ended(trial: int) -> IllegalTransition:
    """The error for what is said of a trial that was told."""
    return IllegalTransition(
        explain("a running trial", f"trial {trial}, which ended", "Ask for another trial.")
    )


def taken_over(trial: int) -> LeaseLost:
    """The error for what is said of a trial whose lease was lost."""
    got = "that another worker took it over"
    return LeaseLost(explain(f"trial {trial} to be held by this study", got, "Ask anew."))
