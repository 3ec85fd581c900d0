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
        """Take what a trial reports."""
        answer = self._respond(message)
        if isinstance(message, Reported):
            self.decision = answer
        with self.session.view.lock:
            self.session.flush()

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
        """
        with self.session.view.lock:
            self._check_held(message.trial)
            return self.session.respond(message)

    def _check_held(self, trial: int) -> None:
        """Raise IllegalTransition once a trial was told."""
        if trial not in self.session.held:
            raise ended(trial)


def ended(trial: int) -> IllegalTransition:
    """The error for what is said of a trial that was told."""
    return IllegalTransition(
        explain("a running trial", f"trial {trial}, which ended", "Ask for another trial.")
    )


def taken_over(trial: int) -> LeaseLost:
    """The error for what is said of a trial whose lease was lost."""
    got = "that another worker took it over"
    return LeaseLost(explain(f"trial {trial} to be held by this study", got, "Ask anew."))
