"""How a trial finds its study: within the study's process, or from a worker's."""

from collections.abc import Callable
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.storages.book import TRIALS_PER_STUDY, Book
from luthier.executors.trial import Trial as NativeTrial

__all__ = ["Elsewhere", "Here"]


@final
class Here:
    """The way to the study within its own process.

    Args:
        study: the study itself.
        book: its trials.
    """

    def __init__(self, study: Any, book: Book) -> None:
        self.opened = study
        self.book = book
        self.objectives = len(book.view.study.directions)

    def study(self) -> Any:
        """The study."""
        return self.opened

    def trial_id(self, number: int) -> int:
        """The id of a trial by its number."""
        return self.book.trial_id(number)

    def over(self, live: NativeTrial) -> bool:
        """Whether a trial has ended: the book knows all that run."""
        return self.book.live.get(live.number) is not live


@final
class Elsewhere:
    """The way to the study from a worker process: by the URL of its store.

    Args:
        opener: opens the study of a name in a store.
        url: the store; None for one in the memory of another process.
        name: the study's name.
        study_id: its id.
        objectives: how many values it wants.
    """

    def __init__(
        self, opener: Callable[[str, str], Any], url: str | None, *, name: str, study_id: int, objectives: int
    ) -> None:
        self.opener = opener
        self.url = url
        self.name = name
        self.study_id = study_id
        self.objectives = objectives
        self.opened: Any = None

    def study(self) -> Any:
        """The study, opened once in each worker.

        Raises:
            InvalidInput: it is in the memory of another process.
        """
        if self.opened is None:
            if self.url is None:
                raise InvalidInput(
                    explain(
                        'a store that a worker process can open for trial.study, such as "sqlite:///study.db"',
                        "one in memory",
                        "Pass storage= to create_study, or leave executor out: threads share the study.",
                    ),
                )
            self.opened = self.opener(self.name, self.url)
        return self.opened

    def trial_id(self, number: int) -> int:
        """The id of a trial by its number."""
        return self.study_id * TRIALS_PER_STUDY + number

    def over(self, live: NativeTrial) -> bool:
        """False: a worker that has a trial is running it."""
        return False
