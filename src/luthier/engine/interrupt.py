"""Ctrl-C: once to finish what runs, twice to stop now."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

from luthier.base.log import logger

__all__ = ["CountInterrupts"]


class CountInterrupts:
    """A context in which the first SIGINT calls `first` and the second raises KeyboardInterrupt.

    Signals belong to the main thread: in any other, and where the program has a handler of its own, nothing changes.
    """

    def __init__(self, first: Callable[[], None]) -> None:
        self.first = first
        self.count = 0
        self.previous: Any = None
        self.installed = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self.previous = signal.getsignal(signal.SIGINT)
            if self.previous is signal.default_int_handler:
                signal.signal(signal.SIGINT, self.interrupt)
                self.installed = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.installed:
            signal.signal(signal.SIGINT, self.previous)

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Handle one SIGINT."""
        self.count += 1
        if self.count > 1:
            raise KeyboardInterrupt
        self.first()  # before the message: a stream that was interrupted in the middle of a line may refuse it
        logger.warning(
            "Ctrl-C: finishing the running trials. Press it again to stop now; what is not recorded by then runs again."
        )
