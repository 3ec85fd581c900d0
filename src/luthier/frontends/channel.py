"""The channel of a trial that the user runs with `ask` and `tell`: straight into the session."""

from typing import Any

from luthier.base.errors import IllegalTransition, explain
from luthier.engine.session import Session
from luthier.records.messages import Decision, Logged, Reported, Suggest

__all__ = ["SessionChannel"]


class SessionChannel:
    """Answers a live trial in the caller's own thread, and writes what it reports at once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.decision = Decision.CONTINUE

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

    def _respond(self, message: Suggest | Reported | Logged) -> Any:
        """The session's answer.

        Raises:
            IllegalTransition: the trial was told, so nothing more can be said of it.
        """
        with self.session.view.lock:
            if message.trial not in self.session.held:
                raise IllegalTransition(
                    explain(
                        "a running trial", f"trial {message.trial}, which ended", "Ask for another trial."
                    ),
                )
            return self.session.respond(message)
