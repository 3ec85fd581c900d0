"""Every problem, by set, before its facts are known."""

from benchmarks.quality.problems.conditional import DEV_CONDITIONAL, REPORTED_CONDITIONAL
from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import DEV_LOG, REPORTED_LOG
from benchmarks.quality.problems.mixed import DEV_MIXED, REPORTED_MIXED
from benchmarks.quality.problems.noisy import DEV_NOISY, REPORTED_NOISY
from benchmarks.quality.problems.rough import DEV_ROUGH, REPORTED_ROUGH
from benchmarks.quality.problems.smooth import DEV_SMOOTH, REPORTED_SMOOTH
from benchmarks.quality.problems.tabulated import DEV_TABULATED, REPORTED_TABULATED

__all__ = ["DEV_DRAFTS", "REPORTED_DRAFTS"]

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
