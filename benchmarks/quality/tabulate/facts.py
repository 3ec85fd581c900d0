"""The facts of each problem: its best value, where it is, and the median best of random searches of 20 trials."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

import numpy as np

from benchmarks.quality.problems.axes import asked, space_of
from benchmarks.quality.problems.draft import FACTS, Draft
from benchmarks.quality.problems.front import FrontDraft, area, corner_of, front_of
from benchmarks.quality.problems.grids import Grid, stored
from benchmarks.quality.problems.sets import (
    DEV_DRAFTS,
    DEV_FRONTS,
    ESTIMATORS,
    NETWORKS,
    REPORTED_DRAFTS,
    REPORTED_FRONTS,
)
from benchmarks.quality.problems.tabulated import GRIDS
from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Domain, on_grid

__all__ = ["found", "write"]

Config = dict[str, Any]

SEARCHES, TRIALS = 1001, 20

#: The steps of the pattern search, in the unit cube: coarse to fine.
STEPS = tuple(0.1 * 0.5**k for k in range(34))


def value_of(draft: Draft, config: Mapping[str, Any]) -> float:
    """The noiseless value of a configuration."""
    return draft.value(config.__getitem__)


def random_scale(draft: Draft) -> float:
    """The median over searches of the least of 20 values at points drawn uniformly."""
    bests = [min(value_of(draft, config) for config in configs) for configs in searches(draft)]
    return float(np.median(bests))


def front_scale(draft: FrontDraft) -> float:
    """Minus the median over searches of the area that 20 points drawn uniformly dominate."""
    corner = corner_of(front_of(draft))
    areas = [
        area(np.array([draft.values(config.__getitem__) for config in configs]), corner)
        for configs in searches(draft)
    ]
    # Never -0.0, which JSON would keep.
    return 0.0 - float(np.median(areas))


def searches(draft: Draft | FrontDraft) -> Iterator[list[Config]]:
    """Searches of 20 points drawn uniformly, the same ones at every call."""
    rng = np.random.default_rng([crc32(draft.name.encode()), 20])
    codec = Codec(draft.space)
    for rows in rng.random((SEARCHES, TRIALS, len(draft.space))).tolist():
        yield [codec.decode(row) for row in rows]


def reachable(draft: Draft, config: Mapping[str, Any]) -> float:
    """The noiseless value; +inf where the configuration lacks what it would take."""
    try:
        return value_of(draft, config)
    except KeyError:
        return math.inf


def polished(draft: Draft, start: Mapping[str, Any]) -> Config:
    """A pattern search from `start` over the active parameters, coordinate by coordinate."""
    best = dict(start)
    value = value_of(draft, best)
    for step in STEPS:
        improved = True
        while improved:
            improved = False
            for name, domain in draft.space.items():
                for other in moves(domain, best[name], step) if name in best else ():
                    trial = {**best, name: other}
                    if (reached := reachable(draft, trial)) < value:
                        best, value, improved = trial, reached, True
    return best


def moves(domain: Domain, value: Any, step: float) -> list[Any]:
    """The values a step away on either side, on the scale of the domain; every other choice of a categorical."""
    if isinstance(domain, Categorical):
        return []
    if domain.levels is not None:
        stride = domain.step or 1
        near = [on_grid(domain.low, stride, round((value - domain.low) / stride) + k) for k in (-1, 1)]
        kind = type(domain.low)
        return [kind(x) for x in near if domain.low <= x <= domain.high]
    if domain.log:
        factor = (domain.high / domain.low) ** step
        return [min(value * factor, domain.high), max(value / factor, domain.low)]
    width = (domain.high - domain.low) * step
    return [min(value + width, domain.high), max(value - width, domain.low)]


def best_entry(draft: Draft) -> Config:
    """The best configuration of a table: no value of the space lies below it."""
    if draft.name in NETWORKS or draft.name in GRIDS:
        grid = (
            NETWORKS[draft.name].grid if draft.name in NETWORKS else Grid(draft.name, ESTIMATORS[draft.name])
        )
        values = stored(draft.name)["values"]
        final = values if draft.name in GRIDS else values[..., -1]
        return grid.config([int(k) for k in np.unravel_index(int(final.argmin()), final.shape)])
    table, axes = stored(draft.name), ESTIMATORS[draft.name]
    row = table["X"][int(table["y"].argmin())]
    config = Codec(space_of(axes)).decode([0.0 if math.isnan(u) else u for u in row.tolist()])
    return asked(axes, config.__getitem__)


def found(draft: Draft) -> Mapping[str, Any]:
    """The facts of one problem."""
    argmin = best_entry(draft) if draft.start is None else polished(draft, draft.start)
    return {"argmin": argmin, "best": value_of(draft, argmin), "scale": random_scale(draft)}


def write() -> None:
    """Find the facts of every problem, and keep them; needs all tables."""
    known: dict[str, Mapping[str, Any]] = {}
    for front in (*DEV_FRONTS, *REPORTED_FRONTS):
        known[front.name] = {"scale": front_scale(front)}
        print(front.name, known[front.name], flush=True)
    for draft in (*DEV_DRAFTS, *REPORTED_DRAFTS):
        known[draft.name] = found(draft)
        print(draft.name, known[draft.name], flush=True)
    FACTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
