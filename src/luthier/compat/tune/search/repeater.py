"""Every configuration several times, for objectives that vary."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import differs
from luthier.compat.tune.contract import SearchAlgorithm, SearchPlan, restorable
from luthier.compat.tune.search.searcher import Searcher
from luthier.compat.tune.storable import number_of
from luthier.engine.propose import Proposal, Proposer, Search, proposer_of
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.storage.protocol import Draft

__all__ = ["TRIAL_INDEX", "Repeater"]

#: The name in the configuration that tells the repeats of one suggestion apart.
TRIAL_INDEX = "__trial_index__"


@final
@restorable
class Repeater(Searcher):
    """Tries each suggestion `repeat` times; a searcher of one's own is told the mean of its metric.

    luthier's own samplers are told of every repeat as of a trial of its own.

    Args:
        searcher: of `tune.search`, or of one's own.
        repeat: how often.
        set_index: whether the configuration gets `TRIAL_INDEX`: 0, 1, …, such as for a seed.
    """

    def __init__(self, searcher: Any, repeat: int = 1, set_index: bool = True) -> None:  # noqa: FBT001, FBT002 - of the original
        if repeat < 1:
            raise InvalidInput(
                explain("repeat >= 1", str(repeat), "Pass how often each suggestion is tried.")
            )
        super().__init__(metric=searcher.metric, mode=searcher.mode)
        self.searcher = searcher
        self.repeat = repeat
        self._set_index = set_index
        #: First trial of a group -> its configuration, and the scores of its trials by their names.
        self._groups: dict[str, tuple[dict[str, Any], dict[str, float | None]]] = {}
        self._group_of: dict[str, str] = {}

    def search_algorithm(self) -> SearchAlgorithm:
        """The search within, repeated."""
        within: SearchAlgorithm = self.searcher.search_algorithm()
        if not within.native:
            return super().search_algorithm()
        differs("tune.search.Repeater", "the sampler is told of each repeat, and not of their mean")

        def make(plan: SearchPlan) -> Search:
            return RepeatedSource(within.engine(plan), self.repeat, index=self._set_index)

        return replace(within, engine=make, brings=(TRIAL_INDEX,) if self._set_index else ())

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: Mapping[str, Any], **spec: Any
    ) -> bool:
        """Those of the searcher within."""
        taken = bool(self.searcher.set_search_properties(metric, mode, config, **spec))
        self._metric, self._mode = self.searcher.metric or metric, self.searcher.mode or mode
        return taken

    def suggest(self, trial_id: str) -> Any:
        """The last suggestion once more, or a new one when its group is full."""
        first = next(reversed(self._groups), None)
        if first is None or len(self._groups[first][1]) >= self.repeat:
            suggested = self.searcher.suggest(trial_id)
            if suggested is None or suggested == Searcher.FINISHED:
                return suggested
            first = trial_id
            self._groups[first] = dict(suggested), {}
        config, scores = self._groups[first]
        index = len(scores)
        scores[trial_id] = None
        self._group_of[trial_id] = first
        return {**config, TRIAL_INDEX: index} if self._set_index else dict(config)

    def on_trial_complete(
        self,
        trial_id: str,
        result: Mapping[str, Any] | None = None,
        error: bool = False,  # noqa: FBT001, FBT002 - of the original
    ) -> None:
        """Tell the searcher once the whole group has ended; a trial without a number does not count."""
        first = self._group_of.get(trial_id)
        if first is None:
            return
        scores = self._groups[first][1]
        scores[trial_id] = number_of((result or {}).get(self.metric))
        if len(scores) < self.repeat or None in scores.values():
            return
        known = [score for score in scores.values() if score is not None and not math.isnan(score)]
        mean = fmean(known) if known else math.nan
        self.searcher.on_trial_complete(first, result={self.metric: mean}, error=not known)


@final
class RepeatedSource:
    """The proposals of a luthier search, each for several trials in a row."""

    def __init__(self, within: Search, repeat: int, *, index: bool) -> None:
        self.within = within
        self.repeat = repeat
        self.index = index

    def proposer(self, view: StudyView) -> Proposer:
        """The proposer within, repeated."""
        return Repeats(proposer_of(self.within, view), view, self.repeat, index=self.index)


@final
class Repeats:
    """Gives each trial of a group what the first one was given."""

    def __init__(self, within: Proposer, view: StudyView, repeat: int, *, index: bool) -> None:
        self.within = within
        self.view = view
        self.repeat = repeat
        self.index = index
        #: First trial of a group -> what is known of its values.
        self.values: dict[int, dict[str, Any]] = {}

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """What the group has, with the index of the trial in it."""
        index = number % self.repeat
        first = number - index
        tags: Mapping[str, Any] = {}
        if index == 0:
            proposal = self.within.propose(number, drafts)
            if proposal is None:
                return None
            given, tags = proposal
            self.values[first] = dict(given)
        elif first < len(self.view.records):
            record = self.view.records[first]
            known = record.params if record.state.finished else record.given or {}
            self.values.setdefault(first, {}).update(known)
        values = {name: value for name, value in self.values.get(first, {}).items() if name != TRIAL_INDEX}
        return ({**values, TRIAL_INDEX: index} if self.index else values), tags

    def answer(self, message: Suggest) -> Any:
        """The value that the first of the group got."""
        first = message.trial - message.trial % self.repeat
        known = self.values.setdefault(first, {})
        value = known.get(message.name)
        if message.name not in known or not message.domain.contains(value):
            value = known[message.name] = self.within.answer(message)
        return value
