"""What the fits of a candidate gave, as scikit-learn says it, as a trial keeps it, and as `cv_results_` shows it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["KEPT", "SINGLE", "Row"]

#: The attribute of a trial that keeps a row.
KEPT = "cv_results"

#: scikit-learn's name of the only metric.
SINGLE = "score"


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate on all splits. Every list has an item for each split."""

    candidate: Mapping[str, Any]
    #: Seconds.
    fit_time: Sequence[float]
    score_time: Sequence[float]
    #: Scores by metric; empty when no fit of the candidate came to an end.
    test: Mapping[str, Sequence[float]]
    #: The same on the training parts, empty unless asked for.
    train: Mapping[str, Sequence[float]]
    #: Whether the scorer names its metrics.
    multimetric: bool = False
    #: The traceback of the first fit that failed.
    error: str | None = None
    #: How much of the resource the fits had, where it grows step by step.
    resource: int | None = None

    @classmethod
    def of_fits(cls, candidate: Mapping[str, Any], fits: Sequence[Mapping[str, Any]]) -> "Row":
        """The row of what `_fit_and_score` returned for each split."""
        return cls(
            candidate,
            [float(fit["fit_time"]) for fit in fits],
            [float(fit["score_time"]) for fit in fits],
            by_metric([fit["test_scores"] for fit in fits]),
            by_metric([fit["train_scores"] for fit in fits if "train_scores" in fit]),
            isinstance(fits[0]["test_scores"], Mapping),
            next((fit["fit_error"] for fit in fits if fit.get("fit_error")), None),
        )

    @classmethod
    def of_failure(cls, candidate: Mapping[str, Any], n_splits: int, error: str) -> "Row":
        """The row of a candidate none of whose fits came to an end."""
        return cls(candidate, [0.0] * n_splits, [0.0] * n_splits, {}, {}, error=error)

    @classmethod
    def of_kept(cls, candidate: Mapping[str, Any], kept: Mapping[str, Any]) -> "Row":
        """The row that a trial keeps."""
        return cls(
            candidate,
            kept["fit_time"],
            kept["score_time"],
            kept["test"],
            kept["train"],
            kept["multimetric"],
            kept.get("error"),
            kept.get("resource"),
        )

    def kept(self) -> dict[str, Any]:
        """What a trial keeps of it."""
        return {
            "fit_time": self.fit_time,
            "score_time": self.score_time,
            "test": self.test,
            "train": self.train,
            "multimetric": self.multimetric,
            "error": last_line(self.error),
            "resource": self.resource,
        }

    def mean(self, metric: str) -> float:
        """The mean test score by a metric; NaN where there is none."""
        return float(np.average(self.test[metric])) if self.test else math.nan

    @property
    def reason(self) -> str | None:
        """Why a fit failed, in one line."""
        return last_line(self.error)

    def fits(
        self, metrics: Sequence[str], *, multimetric: bool, train: bool, missing: float
    ) -> list[dict[str, Any]]:
        """The row in scikit-learn's form, one dict a split; a score that is not there is `missing`."""
        found = []
        for split, (fit_time, score_time) in enumerate(zip(self.fit_time, self.score_time, strict=True)):
            fit: dict[str, Any] = {"fit_time": fit_time, "score_time": score_time}
            for kind, scores in (("test_scores", self.test), ("train_scores", self.train if train else None)):
                if scores is not None:
                    named = {metric: scores[metric][split] if scores else missing for metric in metrics}
                    fit[kind] = named if multimetric else named[metrics[0]]
            found.append(fit)
        return found


def by_metric(scores: Sequence[Any]) -> dict[str, list[float]]:
    """Scores of all splits by metric."""
    if not scores:
        return {}
    if not isinstance(scores[0], Mapping):
        return {SINGLE: [float(score) for score in scores]}
    return {metric: [float(score[metric]) for score in scores] for metric in scores[0]}


def last_line(text: str | None) -> str | None:
    """The last line that says something: of a traceback, the error itself."""
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return lines[-1].strip() if lines else None
