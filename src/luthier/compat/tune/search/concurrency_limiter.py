"""A searcher whose trials are limited in number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import differs
from luthier.compat.tune.contract import SearchAlgorithm, restorable
from luthier.compat.tune.search.searcher import Searcher

__all__ = ["ConcurrencyLimiter"]


@final
@restorable
class ConcurrencyLimiter(Searcher):
    """Runs at most so many trials of a searcher at once.

    Args:
        searcher: of `tune.search`, or of one's own.
        max_concurrent: the most trials at once.
        batch: whether a new set starts only once all trials of the last one have ended.
    """

    def __init__(self, searcher: Any, max_concurrent: int, batch: bool = False) -> None:  # noqa: FBT001, FBT002 - of the original
        if isinstance(max_concurrent, bool) or not isinstance(max_concurrent, int) or max_concurrent < 1:
            raise InvalidInput(
                explain("max_concurrent >= 1", repr(max_concurrent), "Pass a number of trials.")
            )
        super().__init__(metric=searcher.metric, mode=searcher.mode)
        self.searcher = searcher
        self.max_concurrent = max_concurrent
        self.batch = batch
        #: Trials that run, and in a batch what those that ended have brought.
        self._live: dict[str, tuple[Any, bool] | None] = {}
        self._self_limited = searcher.set_max_concurrency(max_concurrent)

    def search_algorithm(self) -> SearchAlgorithm:
        """The search within, limited."""
        within: SearchAlgorithm = self.searcher.search_algorithm()
        if within.native:
            if self.batch:
                differs(
                    "tune.search.ConcurrencyLimiter(batch=True)", "each trial counts as soon as it has ended"
                )
            most = min(within.max_concurrent or self.max_concurrent, self.max_concurrent)
            return replace(within, max_concurrent=most)
        return replace(super().search_algorithm(), max_concurrent=self.max_concurrent)

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: Mapping[str, Any], **spec: Any
    ) -> bool:
        """Those of the searcher within."""
        return bool(self.searcher.set_search_properties(metric, mode, config, **spec))

    def suggest(self, trial_id: str) -> Any:
        """What the searcher suggests, unless as many trials as may be are under way."""
        if not self._self_limited and len(self._live) >= self.max_concurrent:
            return None
        suggested = self.searcher.suggest(trial_id)
        if suggested not in (None, Searcher.FINISHED):
            self._live[trial_id] = None
        return suggested

    def on_trial_result(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """Pass it on."""
        self.searcher.on_trial_result(trial_id, result)

    def on_trial_complete(
        self,
        trial_id: str,
        result: Mapping[str, Any] | None = None,
        error: bool = False,  # noqa: FBT001, FBT002 - of the original
    ) -> None:
        """Pass it on, at once or with the whole batch."""
        if trial_id not in self._live:
            return
        self._live[trial_id] = (result, error)
        ended = [(name, end) for name, end in self._live.items() if end is not None]
        if self.batch and len(ended) < min(self.max_concurrent, len(self._live)):
            return
        for name, (outcome, failed) in ended:
            del self._live[name]
            self.searcher.on_trial_complete(name, result=outcome, error=failed)

    def add_evaluated_point(self, *args: Any, **kwargs: Any) -> None:
        """Pass it on."""
        self.searcher.add_evaluated_point(*args, **kwargs)

    def get_state(self) -> dict[str, Any]:
        """That of the searcher."""
        return {"searcher": self.searcher.get_state()}

    def set_state(self, state: dict[str, Any]) -> None:
        """That of the searcher."""
        self.searcher.set_state(state["searcher"])
