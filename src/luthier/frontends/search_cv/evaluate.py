"""Candidates are fitted and scored by scikit-learn itself: its parallel loop, its metadata routing, its callbacks.

`BaseSearchCV.fit` hands a function to its search that fits candidates on all splits. It raises when every fit of one
call failed, for a grid knows then that the model is misconfigured. A search that goes on candidate by candidate has
merely met a bad candidate: here it becomes a row without scores.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from luthier.frontends.search_cv.ladder import Ladder
from luthier.frontends.search_cv.rows import Row
from luthier.frontends.search_cv.setting import FixedSplits

__all__ = ["AllFitsFailedError", "Evaluator"]

#: How scikit-learn says that every fit of a call failed; any other ValueError of it is about the call itself.
ALL_FAILED = "fits failed.\n"


class AllFitsFailedError(ValueError):
    """No fit of the whole search came to an end."""


class Offset:
    """A callback context whose subtasks are numbered on, call after call: scikit-learn counts each call from 0.

    Args:
        context: scikit-learn's callback context of the search.
    """

    def __init__(self, context: Any) -> None:
        self.context = context
        self.next = 0

    def subcontext(self, task_name: str = "", task_id: int | None = None, **options: Any) -> Any:
        """A context for one more subtask."""
        self.next += 1
        return self.context.subcontext(task_name=task_name, task_id=self.next - 1, **options)


class Evaluator:
    """Fits and scores candidates.

    Args:
        evaluate: what `BaseSearchCV.fit` passed to the search.
        splits: the same for every candidate.
        n_splits: on how many splits each candidate is fitted.
        error_score: the score of a failed fit, or "raise".
        context: of scikit-learn's callbacks, None where it has none.
        ladder: the steps of fits of increasing cost; None for one fit on everything.
    """

    def __init__(
        self,
        evaluate: Callable[..., Any],
        *,
        splits: FixedSplits,
        n_splits: int,
        error_score: Any,
        context: Any = None,
        ladder: Ladder | None = None,
    ) -> None:
        self.evaluate = evaluate
        self.n_splits = n_splits
        self.error_score = error_score
        self.options: dict[str, Any] = {"cv": splits}
        if context is not None:
            self.options["callback_ctx"] = Offset(context)
        self.ladder = ladder
        #: What scikit-learn has of all fits so far, in the order of the calls.
        self.fits: Sequence[Mapping[str, Any]] = ()

    def heard(self, fits: Sequence[Mapping[str, Any]]) -> None:
        """Take what scikit-learn has of all fits so far."""
        self.fits = fits

    @property
    def steps(self) -> Sequence[int | None]:
        """The steps that candidates are fitted at one after the other; a single None for one fit on everything."""
        return [None] if self.ladder is None else self.ladder.steps

    def at(self, candidates: Sequence[Mapping[str, Any]], step: int | None) -> list[Row]:
        """The rows of candidates at a step, fitted at once.

        Raises:
            Exception: what a fit raised, with error_score="raise".
        """
        if self.ladder is None or step is None:
            return self.rows(candidates, {})
        rows = self.rows(*self.ladder.at(candidates, step))
        return [replace(row, resource=step) for row in rows]

    def rows(self, candidates: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> list[Row]:
        """The rows of candidates."""
        try:
            self.evaluate(candidates, **{**self.options, **options})
        except ValueError as error:
            if self.error_score == "raise" or ALL_FAILED not in str(error):
                raise
            return [self.failed(candidate, str(error)) for candidate in candidates]
        size = self.n_splits
        fits = self.fits[len(self.fits) - size * len(candidates) :]
        return [
            Row.of_fits(candidate, fits[place * size : (place + 1) * size])
            for place, candidate in enumerate(candidates)
        ]

    def failed(self, candidate: Mapping[str, Any], error: str) -> Row:
        """The row of a failed candidate, with the warning that scikit-learn would give."""
        from sklearn.exceptions import FitFailedWarning

        warnings.warn(f"Candidate {dict(candidate)}: {error.strip()}", FitFailedWarning, stacklevel=2)
        return Row.of_failure(candidate, self.n_splits, error)
