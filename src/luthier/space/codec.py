"""The codec: the one place that knows how a value becomes a number in [0, 1], and back.

    continuum          u = (v - low) / (high - low), or the same of the logarithms
    grid of L levels   level k is the middle of its cell: u = (k + 1/2) / L, and k = floor(u L)
    grid, log scale    as a continuum from low - step/2 to high + step/2, rounded on the way back
    choices            like a grid, in the order given; samplers know that this order means nothing
    prior F            u = (F(t) - F(t_low)) / (F(t_high) - F(t_low)) on the scale t; on a grid the middle of a cell,
                       whose width is the share of F, and a thousandth of an even one

Laws: `decode(encode(v)) == v` for grids, integers and choices; for a continuum it holds to rounding.
Every u in [0, 1] decodes to a legal value.
"""

import math
import sys
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from luthier.base.arrays import Array, frozen
from luthier.space.domains import Categorical, Domain, Float, Int, on_grid
from luthier.space.space import Space

__all__ = ["MOST_CELLS", "MOST_TOLD_APART", "Codec", "FineGrid", "cell_edges", "decoder", "encoder"]

NAN = math.nan
MIDDLE = 0.5

#: The logarithm of the largest float: a prior over logarithms may reach beyond it.
LARGEST_LOG = math.log(sys.float_info.max)

#: Of uneven grids of more values models have no table of cells, which would cost more than it tells: see `FineGrid`.
#: Under a prior they count as continua.
MOST_CELLS = 1 << 14

#: Values of a grid under a prior are told apart, however unlikely they are, if they are no more than this: they share
#: so much of [0, 1] evenly. A cell is then 8e-9 wide at least, and a draw seldom any other than by the prior alone.
MOST_TOLD_APART = 1 << 17
EVEN_SHARE = 1e-3


class Codec:
    """Encodes configurations of one space as rows of `X: (n, d)` and decodes rows as configurations."""

    __slots__ = ("decoders", "encoders", "space")

    def __init__(self, space: Space) -> None:
        self.space = space
        self.encoders = [(name, encoder(domain)) for name, domain in space.items()]
        self.decoders = [(name, decoder(domain)) for name, domain in space.items()]

    def encode(self, config: Mapping[str, Any]) -> list[float]:
        """One row of `d` numbers; NaN where the configuration lacks a name or its value is not of the domain."""
        return [encode(config[name]) if name in config else NAN for name, encode in self.encoders]

    def encode_many(self, configs: Sequence[Mapping[str, Any]]) -> Array:
        """`X: (n, d)` of n configurations."""
        rows = [self.encode(config) for config in configs]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.space))

    def decode(self, row: Sequence[float]) -> dict[str, Any]:
        """The configuration of one row of `d` numbers in [0, 1]."""
        return {name: decode(u) for (name, decode), u in zip(self.decoders, row, strict=True)}


def encoder(domain: Domain) -> Callable[[Any], float]:
    """The function from a value to its number in [0, 1]; NaN for a value that is not of the domain."""
    if isinstance(domain, Categorical):
        return choice_encoder(domain)
    if domain.even:
        return grid_encoder(domain)
    if has_cells(domain):
        return table_encoder(domain)
    low, high = scale_ends(domain)
    log, prior = domain.log, domain.prior
    if prior is not None:
        low, high = prior.cdf(low), prior.cdf(high)
    width = high - low or 1.0
    bottom, top, smooth = domain.low, domain.high, domain.step is None

    def encode(value: Any) -> float:
        # Nearly all values are floats of a continuum, for which a comparison is all that has to be known.
        sure = smooth and type(value) is float and bottom <= value <= top
        if not sure and not domain.contains(value):
            return NAN
        place = math.log(value) if log else value
        return ((place if prior is None else prior.cdf(place)) - low) / width

    return encode


def decoder(domain: Domain) -> Callable[[float], Any]:
    """The function from a number in [0, 1] to a value of the domain."""
    if isinstance(domain, Categorical):
        choices = domain.choices
        return lambda u: choices[cell(u, len(choices))]
    if domain.even:
        return grid_decoder(domain)
    if has_cells(domain):
        return table_decoder(domain)
    if domain.log and domain.step is None and domain.prior is None and domain.high / domain.low < math.inf:
        return power_decoder(domain.low, domain.high)
    low, high = scale_ends(domain)
    log, prior, nearest = domain.log, domain.prior, rounder(domain)
    if prior is not None:
        low, high = prior.cdf(low), prior.cdf(high)
    width, bottom, top = high - low, domain.low, domain.high

    def decode(u: float) -> float:
        place = low + u * width
        if prior is not None:
            place = prior.ppf(place)
        value = math.exp(min(place, LARGEST_LOG)) if log else place
        if value <= bottom or value >= top:
            return bottom if value <= bottom else top
        return value if nearest is None else min(max(nearest(value), bottom), top)

    return decode


def power_decoder(low: float, high: float) -> Callable[[float], float]:
    """The decoder of a continuum on a log scale; its middle, where searches begin, is as round as its ends."""
    ratio = high / low
    middle = min(max(float(f"{math.sqrt(low) * math.sqrt(high):.12g}"), low), high)
    return lambda u: middle if u == MIDDLE else min(max(low * ratio**u, low), high)


@dataclass(frozen=True, slots=True, kw_only=True)
class FineGrid:
    """A grid of very many values on a log scale, whose cells are wide at its lower end: by formula, for arrays."""

    low: float
    high: float
    step: float
    #: The logarithms that are 0 and 1.
    begin: float
    end: float

    @classmethod
    def of(cls, domain: Domain) -> "FineGrid | None":
        """The grid of a domain; None where it is none, or cells are few, or a prior makes them."""
        if isinstance(domain, Categorical) or domain.even or domain.prior is not None:
            return None
        if domain.step is None or (domain.levels or 0) <= MOST_CELLS:
            return None
        begin, end = scale_ends(domain)
        return cls(
            low=float(domain.low), high=float(domain.high), step=float(domain.step), begin=begin, end=end
        )

    def rounded(self, u: Array) -> Array:
        """`(n,)` numbers in [0, 1] moved to those of the values."""
        return self.numbers(self.values(u))

    def values(self, u: Array) -> Array:
        """`(n,)` the values that numbers in [0, 1] stand for."""
        value = np.exp(np.minimum(self.begin + u * (self.end - self.begin), LARGEST_LOG))
        return self.low + np.rint((value - self.low) / self.step) * self.step

    def numbers(self, values: Array) -> Array:
        """`(n,)` the numbers of values, those outside moved to the ends."""
        u: Array = (np.log(values.clip(self.low, self.high)) - self.begin) / (self.end - self.begin)
        return u


def cell_edges(domain: Float | Int) -> Array:
    """`(L + 1,)` ends of the cells of an uneven grid in [0, 1]: value k of L is decoded from edge k to edge k + 1."""
    few = (domain.levels or 1) <= MOST_TOLD_APART
    return kept_edges(domain) if few else latest_edges(domain)


@lru_cache(maxsize=64)
def kept_edges(domain: Float | Int) -> Array:
    """The ends of the cells of a grid, at most a megabyte."""
    return frozen(new_edges(domain))


@lru_cache(maxsize=1)
def latest_edges(domain: Float | Int) -> Array:
    """The same of a huge grid, of which there is at most one in a space that is searched as a whole."""
    return frozen(new_edges(domain))


def new_edges(domain: Float | Int) -> Array:
    """The ends of cells whose widths are their shares of the scale, or of the prior."""
    levels, step = domain.levels or 1, domain.step or 0.0
    low, high = scale_ends(domain)
    inner = domain.low + (np.arange(1, levels) - 0.5) * step
    place = np.concatenate([[low], np.log(inner) if domain.log else inner, [high]])
    if domain.prior is not None:
        place = domain.prior.cdf_of_all(place)
    edges: Array = (place - place[0]) / ((place[-1] - place[0]) or 1.0)
    if has_cells(domain):
        edges = (1.0 - EVEN_SHARE) * edges + EVEN_SHARE * np.linspace(0.0, 1.0, len(edges))
        edges[-1] = 1.0
    return edges


def has_cells(domain: Float | Int) -> bool:
    """Whether a domain is a grid under a prior whose cells are made one by one, so that each of them has a width."""
    return domain.prior is not None and domain.levels is not None and domain.levels <= MOST_TOLD_APART


def table_encoder(domain: Float | Int) -> Callable[[Any], float]:
    """The encoder of a grid under a prior."""
    edges = cell_edges(domain)
    low, step = domain.low, domain.step or 1

    def encode(value: Any) -> float:
        if not domain.contains(value):
            return NAN
        k = round((value - low) / step)
        return float(edges[k] + edges[k + 1]) / 2.0

    return encode


def table_decoder(domain: Float | Int) -> Callable[[float], Any]:
    """The decoder of a grid under a prior."""
    inner = cell_edges(domain)[1:-1]
    low, high = domain.low, domain.high
    if isinstance(domain, Int):
        stride = domain.step
        return lambda u: low + bisect_right(inner, u) * stride
    step = domain.step or 0.0
    return lambda u: min(max(on_grid(low, step, bisect_right(inner, u)), low), high)


def rounder(domain: Float | Int) -> Callable[[float], float] | None:
    """The function from a number of the range to the nearest value of the grid; None for a continuum."""
    low, step = domain.low, domain.step
    if step is None:
        return None
    if isinstance(domain, Int):
        stride = domain.step
        return lambda value: low + round((value - low) / stride) * stride
    return lambda value: on_grid(low, step, round((value - low) / step))


def scale_ends(domain: Float | Int) -> tuple[float, float]:
    """The ends of the scale that maps to [0, 1]; a value of a grid owns half a step on either side."""
    half = (domain.step or 0.0) / 2
    low, high = domain.low - half, domain.high + half
    if not domain.log:
        return low, high
    return math.log(low if low > 0 else domain.low), math.log(high)


def cell(u: float, levels: int) -> int:
    """The cell of [0, 1] that holds u, among `levels` equal ones."""
    return min(max(int(u * levels), 0), levels - 1)


def choice_encoder(domain: Categorical) -> Callable[[Any], float]:
    """The encoder of a categorical domain."""
    levels = domain.levels

    def encode(value: Any) -> float:
        place = domain.place_of(value)
        return NAN if place is None else (place + 0.5) / levels

    return encode


def grid_encoder(domain: Float | Int) -> Callable[[Any], float]:
    """The encoder of a linear grid."""
    low, step, levels = domain.low, domain.step or 1.0, domain.levels or 1

    def encode(value: Any) -> float:
        return (round((value - low) / step) + 0.5) / levels if domain.contains(value) else NAN

    return encode


def grid_decoder(domain: Float | Int) -> Callable[[float], Any]:
    """The decoder of a linear grid."""
    levels = domain.levels or 1
    if isinstance(domain, Int):
        first, stride, last = domain.low, domain.step, domain.high

        def decode(u: float) -> int:
            value = first + int(u * levels) * stride
            return first if value < first else min(value, last)

        return decode
    low, step, high = domain.low, domain.step or 0.0, domain.high
    return lambda u: min(max(on_grid(low, step, cell(u, levels)), low), high)
