"""The problems of the quality benchmark, in two sets that share none.

`DEV` is for development: look at it, tune on it. `REPORTED` is held out: nobody tunes on it. The definitions of the one
lie in `dev`, those of the other in `reported`; the files beside them define no problem.
"""

from collections.abc import Mapping

from benchmarks.quality.problems.benchmark import Benchmark, Curve
from benchmarks.quality.problems.draft import Finished
from benchmarks.quality.problems.sets import DEV_DRAFTS, DEV_FRONTS, REPORTED_DRAFTS, REPORTED_FRONTS

__all__ = ["DEV", "FRONTS", "REPORTED", "Benchmark", "Curve"]

DEV: Mapping[str, Benchmark] = Finished({draft.name: draft for draft in DEV_DRAFTS})

REPORTED: Mapping[str, Benchmark] = Finished({draft.name: draft for draft in REPORTED_DRAFTS})

#: Problems of two objectives, of each set.
FRONTS: Mapping[str, Mapping[str, Benchmark]] = {
    "dev": Finished({draft.name: draft for draft in DEV_FRONTS}),
    "reported": Finished({draft.name: draft for draft in REPORTED_FRONTS}),
}
