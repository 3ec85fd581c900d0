"""The problems whose values were computed once, from real training, and are looked up."""

from benchmarks.quality.problems.reported.estimators import REPORTED_ESTIMATORS
from benchmarks.quality.problems.reported.networks import REPORTED_NETWORKS
from benchmarks.quality.problems.tabulated import drafts

__all__ = ["REPORTED_TABULATED"]


#: Held out.
REPORTED_TABULATED = drafts(REPORTED_ESTIMATORS, REPORTED_NETWORKS)
