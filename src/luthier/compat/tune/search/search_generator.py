"""A searcher as the peer's engine wraps it."""

from typing import Any, final

from luthier.compat.tune.contract import SearchAlgorithm

__all__ = ["SearchGenerator"]


@final
class SearchGenerator:
    """There for scripts that wrap a searcher themselves; the searcher alone does the same.

    Args:
        searcher: of `tune.search`, or of one's own.
    """

    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher

    @property
    def metric(self) -> Any:
        """That of the searcher."""
        return self.searcher.metric

    def search_algorithm(self) -> SearchAlgorithm:
        """The search of the searcher."""
        found: SearchAlgorithm = self.searcher.search_algorithm()
        return found
