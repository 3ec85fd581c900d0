"""Fits of increasing cost: each candidate is tried on a little first, and goes on while a scheduler lets it.

    resource    what grows: "n_samples", or a parameter of the estimator that is a number of rounds
    steps       how much of it a candidate gets, one fit after the other: r, r·η, r·η², … and R at last

The samples of a step are among those of the next, with the classes in proportion; scores are always on all of the test
part, so that those of one step can be compared. (Jamieson and Talwalkar 2016, arXiv:1502.07943.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from luthier.base.arrays import IntArray
from luthier.base.errors import InvalidInput, explain
from luthier.frontends.search_cv.plan import SAMPLES, Plan
from luthier.frontends.search_cv.setting import FixedSplits

__all__ = ["Ladder", "labels_of", "ladder_of", "ranks", "steps_of"]

#: The fewest samples of each class and split at the first step, as in scikit-learn's halving searches.
PER_SPLIT = 2


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of one search.

    Args:
        resource: what grows.
        steps: ascending.
        splits: the splits of the search.
        labels: a class for each sample, to be kept in proportion; None where there are none.
    """

    resource: str
    steps: Sequence[int]
    splits: FixedSplits
    labels: Any = None

    def at(
        self, candidates: Sequence[Mapping[str, Any]], step: int
    ) -> tuple[Sequence[Mapping[str, Any]], dict[str, Any]]:
        """The candidates as they are fitted at a step, and options of scikit-learn's `evaluate_candidates`."""
        if self.resource != SAMPLES:
            return [self.given(candidate, step) for candidate in candidates], {}
        if step == self.steps[-1]:
            return candidates, {}
        share = step / self.steps[-1]
        cut = [
            (self.first(np.asarray(train), share, k), test)
            for k, (train, test) in enumerate(self.splits.splits)
        ]
        return candidates, {"cv": FixedSplits(self.splits.cv, cut)}

    def given(self, candidate: Mapping[str, Any], step: int | None) -> dict[str, Any]:
        """A candidate as it was fitted at a step."""
        return {**candidate} if self.resource == SAMPLES else {**candidate, self.resource: step}

    def first(self, train: IntArray, share: float, split: int) -> IntArray:
        """The share of a training part that its first samples make in an order of chance."""
        order = np.random.default_rng(split).permutation(len(train))
        if self.labels is not None:
            order = order[np.argsort(places_in_class(self.labels[train[order]]), kind="stable")]
        chosen: IntArray = train[order[: max(1, round(share * len(train)))]]
        return chosen


def labels_of(y: Any) -> Any:
    """`(n,)` a class for each sample; None where a sample has several."""
    labels = np.asarray(y)
    return labels if labels.ndim == 1 else None


def places_in_class(labels: Any) -> Any:
    """`(n,)` in (0, 1): how far each item is among those of its class, so that sorting by it mixes the classes."""
    places = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        places[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return places


def ladder_of(plan: Plan, estimator: Any, *, splits: FixedSplits, n_samples: int, labels: Any) -> Ladder:
    """The ladder that a plan asks for.

    Raises:
        InvalidInput: there is no such resource, or its bounds are missing or do not ascend.
    """
    samples, name = plan.resource == SAMPLES, plan.resource
    searched = any(name in branch for branch in plan.space.branches)
    if not samples and (searched or name not in estimator.get_params()):
        fix = 'Name another one, or pass resource="n_samples".'
        raise InvalidInput(explain("a parameter of the estimator that is not searched", repr(name), fix))
    if not samples and plan.max_resources == "auto":
        fix = "Say up to which number it is to grow."
        raise InvalidInput(explain(f"max_resources for {name!r}", '"auto"', fix))
    highest = n_samples if plan.max_resources == "auto" else int(plan.max_resources)
    if plan.min_resources != "auto":
        lowest = int(plan.min_resources)
    elif samples:
        classes = 1 if labels is None else len(np.unique(labels))
        lowest = min(highest, PER_SPLIT * len(splits.splits) * classes)
    else:
        lowest = 1
    steps = steps_of(lowest=lowest, highest=highest, factor=plan.factor)
    return Ladder(name, steps, splits, labels)


def steps_of(*, lowest: int, highest: int, factor: int) -> list[int]:
    """The steps from `lowest` up to `highest`, each `factor` times the one before, `highest` being the last.

    Raises:
        InvalidInput: they do not ascend.
    """
    if not 1 <= lowest <= highest:
        got = f"min_resources={lowest}, max_resources={highest}"
        raise InvalidInput(explain("1 <= min_resources <= max_resources", got, "Correct one of them."))
    steps = []
    step = lowest
    while step < highest:
        steps.append(step)
        step *= factor
    return [*steps, highest]


def ranks(scores: Any, resources: Any) -> Any:
    """`(n,)` ranks from 1: more resources before less, then higher scores; ties share the best rank, NaN is last."""
    from scipy.stats import rankdata

    scores = np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=-np.inf)
    found = np.empty(len(scores), dtype=np.int32)
    before = 0
    for amount in sorted(set(resources), reverse=True):
        rows = np.flatnonzero(np.asarray(resources) == amount)
        found[rows] = before + rankdata(-scores[rows], method="min")
        before += len(rows)
    return found
