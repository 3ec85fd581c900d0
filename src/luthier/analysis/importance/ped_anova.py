"""PED-ANOVA: how differently a parameter is distributed among the best trials than among all.

    γ', γ      quantiles of the target and of the region          α, β   share of a regime in target and region
    p_top(x)   density of a parameter among the best trials       D      Pearson divergence of p_top from p_all
    G          cells of the grid that densities are kept on       h      bandwidth, in cells

Watanabe, Bansal, Hutter 2023, "PED-ANOVA: Efficiently quantifying hyperparameter importance in arbitrary subspaces"
(arXiv:2304.10255), Eq. (16): the importance is (γ'/γ)² D. A parameter that only some trials have, or that has another
range in some, is looked at in each of its regimes, which are weighted by α²/β (Conditional PED-ANOVA, arXiv:2601.20800,
Theorem 4.2). Ranges that hardly any two trials share make one regime, over their hull.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from luthier.analysis.importance.evidence import Evidence, top
from luthier.base.arrays import Array, BoolArray
from luthier.records.trial import TrialRecord
from luthier.space.codec import encoder
from luthier.space.domains import Categorical, Domain
from luthier.space.infer import hull

__all__ = ["REGION", "TARGET", "ped_anova"]

#: γ': the best tenth is what is explained.
TARGET = 0.1
#: γ: against all trials.
REGION = 1.0

#: G: finer grids change the figures by less than their noise.
CELLS = 50

#: The uniform density counts as this many trials.
PRIOR_WEIGHT = 1.0

#: Fewer trials make no density.
MIN_IN_REGIME = 2

#: Scott's rule, h = 1.059 min(σ, IQR/1.34) n^(-1/5) (Scott 1992, Multivariate Density Estimation).
SCOTT = 1.059
IQR_OF_NORMAL = 1.34
#: At this h, 90 % of a kernel fall into its own cell.
MIN_BANDWIDTH = 0.5 / 1.64

#: Keeps a ratio of densities finite.
TINY = 1e-12


class Regime(NamedTuple):
    """A range of a parameter, and which trials had it."""

    domain: Domain
    #: Places of trials.
    places: list[int]


def ped_anova(
    seen: Evidence,
    params: Sequence[str],
    *,
    target_quantile: float = TARGET,
    region_quantile: float = REGION,
    local: bool = True,
) -> dict[str, float]:
    """The importance of each of `params`, not normalised; 0 for all of too few trials.

    Args:
        seen: n trials with their losses.
        params: names.
        target_quantile: γ', in (0, 1).
        region_quantile: γ, in (γ', 1].
        local: compare with where the search went; False compares with the whole range.
    """
    result = dict.fromkeys(params, 0.0)
    if len(seen.records) < MIN_IN_REGIME:
        return result
    best, region = top(seen.Y, target_quantile), top(seen.Y, region_quantile)
    n_best, n_region = int(best.sum()), int(region.sum())
    for name in params:
        for domain, places in regimes_of(name, seen.records, region):
            inside = [place for place in places if best[place]]
            if not inside or len(places) < MIN_IN_REGIME or domain.levels == 1:
                continue
            weight = (len(inside) / n_best) ** 2 / (len(places) / n_region)  # α²/β
            values = [seen.records[place].params[name] for place in places]
            best_values = [seen.records[place].params[name] for place in inside]
            result[name] += weight * divergence(domain, best_values, values if local else None)
    scale = (n_best / n_region) ** 2  # (γ'/γ)², Eq. (16)
    return {name: scale * value for name, value in result.items()}


def regimes_of(name: str, records: Sequence[TrialRecord], within: BoolArray) -> list[Regime]:
    """The ranges that a parameter had in trials `within` a region; rare ones together, over their hull."""
    found: dict[Domain, list[int]] = {}
    for place in np.flatnonzero(within).tolist():
        domain = records[place].domains.get(name)
        if domain is not None:
            found.setdefault(domain, []).append(place)
    common = [Regime(domain, places) for domain, places in found.items() if len(places) >= MIN_IN_REGIME]
    rare = [Regime(domain, places) for domain, places in found.items() if len(places) < MIN_IN_REGIME]
    if not rare:
        return common
    whole = rare[0].domain
    for domain, _ in rare[1:]:
        whole = hull(whole, domain)
    return [*common, Regime(whole, [place for _, places in rare for place in places])]


def divergence(domain: Domain, best: Sequence[object], everything: Sequence[object] | None) -> float:
    """D: Pearson's χ² divergence of the best trials' values from all values, or from the uniform density."""
    top_mass = mass(domain, best) + TINY
    cells = len(top_mass)
    mass_of_all = np.full(cells, 1.0 / cells) if everything is None else mass(domain, everything) + TINY
    return float(mass_of_all @ (top_mass / mass_of_all - 1.0) ** 2)


def mass(domain: Domain, values: Sequence[object]) -> Array:
    """`(G,)` the density of values in a range, as the mass of each cell; it sums to 1."""
    encode = encoder(domain)
    places = np.array([u for u in map(encode, values) if not math.isnan(u)])
    levels = domain.levels
    cells = levels if levels is not None and (isinstance(domain, Categorical) or levels < CELLS) else CELLS
    at = np.minimum((places * cells).astype(np.int64), cells - 1)
    counts = np.bincount(at, minlength=cells).astype(np.float64)
    n = len(at)
    if isinstance(domain, Categorical) or n == 0:
        return (counts + PRIOR_WEIGHT / cells) / (n + PRIOR_WEIGHT)
    smooth = kernel(cells, bandwidth(at))
    prior = kernel_row(cells, (cells - 1) / 2.0, float(cells))
    return (counts @ smooth + PRIOR_WEIGHT * prior) / (n + PRIOR_WEIGHT)


def bandwidth(at: Array) -> float:
    """The bandwidth h by Scott's rule, in cells."""
    n = len(at)
    sigma = float(np.std(at, ddof=1)) if n > 1 else 0.0
    low, high = np.percentile(at, (25.0, 75.0))
    width = SCOTT * min(float(high - low) / IQR_OF_NORMAL, sigma) / math.pow(n, 0.2)
    return max(width, MIN_BANDWIDTH)


def kernel(cells: int, width: float) -> Array:
    """`(G, G)`: row i is the mass of a normal kernel around cell i, cut off at the ends of the grid."""
    return np.array([kernel_row(cells, float(centre), width) for centre in range(cells)])


def kernel_row(cells: int, centre: float, width: float) -> Array:
    """`(G,)`: the mass of one normal kernel in each cell; it sums to 1."""
    edges = (np.arange(cells + 1) - 0.5 - centre) / (width * math.sqrt(2.0))
    below = np.array([math.erf(edge) for edge in edges.tolist()])
    row: Array = np.diff(below) / (below[-1] - below[0])
    return row
