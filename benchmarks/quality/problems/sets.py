"""Every problem, by set, before its facts are known; and what the tables of both sets were made for."""

from collections.abc import Mapping, Sequence

from benchmarks.quality.problems.axes import Axis
from benchmarks.quality.problems.dev.conditional import DEV_CONDITIONAL
from benchmarks.quality.problems.dev.estimators import DEV_ESTIMATORS
from benchmarks.quality.problems.dev.fronts import DEV_FRONTS
from benchmarks.quality.problems.dev.logscale import DEV_LOG
from benchmarks.quality.problems.dev.mixed import DEV_MIXED
from benchmarks.quality.problems.dev.networks import DEV_NETWORKS
from benchmarks.quality.problems.dev.noisy import DEV_NOISY
from benchmarks.quality.problems.dev.rough import DEV_ROUGH
from benchmarks.quality.problems.dev.smooth import DEV_SMOOTH
from benchmarks.quality.problems.dev.tabulated import DEV_TABULATED
from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.networks import Network
from benchmarks.quality.problems.reported.conditional import REPORTED_CONDITIONAL
from benchmarks.quality.problems.reported.estimators import REPORTED_ESTIMATORS
from benchmarks.quality.problems.reported.fronts import REPORTED_FRONTS
from benchmarks.quality.problems.reported.logscale import REPORTED_LOG
from benchmarks.quality.problems.reported.mixed import REPORTED_MIXED
from benchmarks.quality.problems.reported.networks import REPORTED_NETWORKS
from benchmarks.quality.problems.reported.noisy import REPORTED_NOISY
from benchmarks.quality.problems.reported.rough import REPORTED_ROUGH
from benchmarks.quality.problems.reported.smooth import REPORTED_SMOOTH
from benchmarks.quality.problems.reported.tabulated import REPORTED_TABULATED

__all__ = ["DEV_DRAFTS", "DEV_FRONTS", "ESTIMATORS", "NETWORKS", "REPORTED_DRAFTS", "REPORTED_FRONTS"]

DEV_DRAFTS: tuple[Draft, ...] = (
    *DEV_SMOOTH,
    *DEV_LOG,
    *DEV_MIXED,
    *DEV_CONDITIONAL,
    *DEV_NOISY,
    *DEV_ROUGH,
    *DEV_TABULATED,
)

REPORTED_DRAFTS: tuple[Draft, ...] = (
    *REPORTED_SMOOTH,
    *REPORTED_LOG,
    *REPORTED_MIXED,
    *REPORTED_CONDITIONAL,
    *REPORTED_NOISY,
    *REPORTED_ROUGH,
    *REPORTED_TABULATED,
)

#: The parameters of each table of scikit-learn, of both sets.
ESTIMATORS: Mapping[str, Sequence[Axis]] = {**DEV_ESTIMATORS, **REPORTED_ESTIMATORS}

#: The network of each table of networks, of both sets.
NETWORKS: Mapping[str, Network] = {**DEV_NETWORKS, **REPORTED_NETWORKS}
