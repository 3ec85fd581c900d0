"""Another try, and a longer wait after each, for a store that fails now and then."""

import time
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.optuna.artifacts.exceptions import ArtifactNotFound
from luthier.compat.optuna.artifacts.store import ArtifactStore

__all__ = ["Backoff"]

T = TypeVar("T")


class Backoff:
    """Tries again what a store fails to do; an artifact that is not there stays an error at once.

    Args:
        backend: the store.
        max_retries: how many tries there are in all.
        multiplier: how much longer each wait is than the one before.
        min_delay: seconds of the first wait.
        max_delay: seconds of the longest one.

    Raises:
        ValueError: a number that is not positive, or delays in the wrong order.
    """

    def __init__(
        self,
        backend: ArtifactStore,
        *,
        max_retries: int = 10,
        multiplier: float = 2,
        min_delay: float = 0.1,
        max_delay: float = 30,
    ) -> None:
        if max_retries <= 0 or multiplier <= 0 or not 0 < min_delay < max_delay:
            got = f"{max_retries=}, {multiplier=}, {min_delay=}, {max_delay=}"
            raise InvalidInput(
                explain("positive numbers, and min_delay < max_delay", got, "Correct the arguments.")
            )
        self._backend = backend
        self._tries = max_retries
        self._multiplier = multiplier
        self._min_delay = min_delay
        self._max_delay = max_delay

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """The bytes of an artifact, open for reading."""
        return self._persist(lambda: self._backend.open_reader(artifact_id), f"open artifact {artifact_id}")

    def write(self, artifact_id: str, content_body: BinaryIO) -> None:
        """Keep bytes under an id; each try reads them from where they started."""
        start = content_body.tell()

        def attempt() -> None:
            content_body.seek(start)
            self._backend.write(artifact_id, content_body)

        self._persist(attempt, f"write artifact {artifact_id}")

    def remove(self, artifact_id: str) -> None:
        """Forget an artifact."""
        self._persist(lambda: self._backend.remove(artifact_id), f"remove artifact {artifact_id}")

    def _persist(self, attempt: Callable[[], T], what: str) -> T:
        """What `attempt` returns, at the first try that works."""
        for retry in range(self._tries - 1):
            try:
                return attempt()
            except ArtifactNotFound:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a store raises, another try may do
                wait = min(self._min_delay * self._multiplier**retry, self._max_delay)
                logger.warning("Could not %s (%s); trying again in %.3g s.", what, error, wait)
                time.sleep(wait)
        return attempt()
