"""The problems whose values were computed once, from real training, and are looked up."""

from benchmarks.quality.problems.dev.estimators import DEV_ESTIMATORS
from benchmarks.quality.problems.dev.networks import DEV_NETWORKS
from benchmarks.quality.problems.tabulated import drafts

__all__ = ["DEV_TABULATED"]


#: For development.
DEV_TABULATED = drafts(DEV_ESTIMATORS, DEV_NETWORKS)
