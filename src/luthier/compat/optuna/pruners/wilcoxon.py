"""Stop a trial that is worse than the best one, problem by problem, by Wilcoxon's signed-rank test.

For objectives that are a mean over many problems or folds: a step is a problem, and a report its own value, not the
mean so far (Wilcoxon 1945, "Individual comparisons by ranking methods").

    p    the chance of differences like these if the trial were as good as the best one
"""

import math
from collections.abc import Mapping
from statistics import fmean
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.direction import StudyDirection
from luthier.compat.optuna.pruners.base import BasePruner
from luthier.compat.optuna.trial.frozen import FrozenTrial

__all__ = ["WilcoxonPruner"]

#: The test says nothing of one difference.
FEWEST = 2


class WilcoxonPruner(BasePruner):
    """Stops a trial that the test finds worse than the best one on the problems that both have seen.

    Args:
        p_threshold: stop below this p, in [0, 1].
        n_startup_steps: how many problems at least.
    """

    def __init__(self, *, p_threshold: float = 0.1, n_startup_steps: int = 2) -> None:
        if n_startup_steps < 0:
            raise InvalidInput(explain("n_startup_steps >= 0", str(n_startup_steps), "Pass 0 or more."))
        if not 0.0 <= p_threshold <= 1.0:
            raise InvalidInput(explain("p_threshold in [0, 1]", str(p_threshold), "Pass 0.1."))
        self._threshold = p_threshold
        self._fewest = max(n_startup_steps, FEWEST)

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether the trial is worse than the best one beyond chance, and its mean so far is no better."""
        try:
            best: Mapping[int, float] = study.best_trial.intermediate_values
        except ValueError:
            return False
        mine = trial.intermediate_values
        common = sorted(mine.keys() & best.keys())
        if len(common) < self._fewest:
            return False
        sign = -1.0 if study.direction is StudyDirection.MAXIMIZE else 1.0
        worse_by = [sign * (mine[step] - best[step]) for step in common]
        if not all(map(math.isfinite, (*mine.values(), *best.values()))):
            return False
        if sign * fmean(mine.values()) <= sign * fmean(best.values()):
            return False
        return chance(worse_by) < self._threshold


def chance(worse_by: list[float]) -> float:
    """p: how likely differences like these are where neither is worse; 1.0 where there is no difference at all."""
    if not any(worse_by):
        return 1.0
    from scipy.stats import wilcoxon  # heavy, and only needed here

    return float(wilcoxon(worse_by, alternative="greater", zero_method="zsplit").pvalue)
