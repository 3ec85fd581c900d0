"""The channel of a trial that the user runs with `ask` and `tell`: straight into the session."""

from typing import Any

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
        return self.session.respond(message)

    def tell(self, message: Reported | Logged) -> None:
        """Take what a trial reports."""
        answer = self.session.respond(message)
        if isinstance(message, Reported):
            self.decision = answer
        self.session.flush()

    def verdict(self) -> Decision:
        """The decision on the newest report."""
        return self.decision
