"""A luthier space seen as dimensions: rows of the unit cube to codes and features, and back.

u      `(n, d)` rows of the unit cube, as samplers and stores have them
codes  one array for each dimension: the values of a numeric one, the places of a categorical one
X      `(n, k)` what a model sees of them: one-hot columns for categories
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, final

import numpy as np

from luthier.base.arrays import Array
from luthier.compat.skopt.rng import Rng
from luthier.compat.skopt.space.dimension import Codes
from luthier.compat.skopt.space.space import Categorical, Dimension, Integer, Real
from luthier.compat.skopt.space.space import Space as Points
from luthier.space import domains
from luthier.space.codec import decoder, encoder
from luthier.space.space import Space

__all__ = ["Frame"]

#: Whole numbers up to here are exact in a float.
EXACT = 2**53

#: Reals that differ by less than this share of their range count as the same.
RESOLUTION = 1e-8


class Column(NamedTuple):
    """One parameter: its dimension, and the way between the unit cube and codes."""

    dimension: Dimension
    to_code: Callable[[float], Any]
    to_unit: Callable[[Any], float]


@final
class Frame:
    """A luthier space as dimensions.

    Args:
        space: d named domains.
        known: dimensions by name; each is used where its domain is that of the space.
        domains_of: the domain of each of them.
        constraint: says of a point in the order of `known` whether it may be tried; looked at where all are there.
    """

    def __init__(
        self,
        space: Space,
        *,
        known: Mapping[str, Dimension],
        domains_of: Mapping[str, domains.Domain],
        constraint: Callable[[list[Any]], bool] | None = None,
    ) -> None:
        self.space = space
        self.columns = [
            column_of(domain, known.get(name) if domains_of.get(name) == domain else None)
            for name, domain in space.items()
        ]
        dimensions = [column.dimension for column in self.columns]
        #: Whether these are just the dimensions that were given, so that points mean the same.
        self.whole = list(space) == list(known) and dimensions == list(known.values())
        self.points = Points(dimensions, constraint if self.whole else None)

    @property
    def size(self) -> int | None:
        """The number of different points, None for a continuum."""
        return self.space.size

    def codes(self, u: Array) -> list[Codes]:
        """Codes of rows; a parameter that a row lacks is taken at its middle."""
        filled = np.where(np.isnan(u), 0.5, u)
        return [
            np.array([column.to_code(value) for value in filled[:, j].tolist()], dtype=dtype_of(column))
            for j, column in enumerate(self.columns)
        ]

    def unit(self, codes: Sequence[Codes]) -> Array:
        """`(n, d)` rows of codes."""
        if not self.columns:
            return np.empty((1, 0))
        pairs = zip(self.columns, codes, strict=True)
        return np.column_stack([[column.to_unit(code) for code in part.tolist()] for column, part in pairs])

    def features(self, codes: Sequence[Codes]) -> Array:
        """`(n, k)` what a model sees."""
        return self.points.encode(codes)

    def draw(self, rng: Rng, n: int) -> list[Codes]:
        """Codes of up to n random points that meet the constraint, one at least."""
        if self.points.constraint is None:
            return self.points.draw(rng, n)
        return self.allowed(self.points.draw(rng, n)) or self.points.to_codes(self.points.rvs(1, rng))

    def allowed(self, codes: list[Codes]) -> list[Codes]:
        """The codes whose points meet the constraint; an empty list when none does."""
        constraint = self.points.constraint
        if constraint is None:
            return codes
        keep = np.array([bool(constraint(point)) for point in self.points.of_codes(codes)], dtype=np.bool_)
        return [part[keep] for part in codes] if keep.any() else []

    def all(self) -> list[Codes]:
        """The codes of every point of a finite space that meets the constraint."""
        axes = [every(column.dimension) for column in self.columns]
        grid = np.meshgrid(*axes, indexing="ij")
        return self.allowed([part.ravel() for part in grid])

    def keys(self, codes: Sequence[Codes]) -> list[bytes]:
        """What tells points apart, one for each."""
        parts = []
        for column, part in zip(self.columns, codes, strict=True):
            if isinstance(column.dimension, Real):
                low, high = column.dimension.bounds
                if column.dimension.log:
                    part, low, high = np.log(part), math.log(low), math.log(high)  # noqa: PLW2901 - on its scale
                part = np.round((part - low) / ((high - low) or 1.0) / RESOLUTION)  # noqa: PLW2901 - as above
            parts.append(np.asarray(part, dtype=np.float64))
        rows = np.ascontiguousarray(np.column_stack(parts)) if parts else np.empty((1, 0))
        return [row.tobytes() for row in rows]


def column_of(domain: domains.Domain, dimension: Dimension | None) -> Column:
    """The column of a domain; without a dimension, one is made that fits."""
    decode, encode = decoder(domain), encoder(domain)
    if isinstance(domain, domains.Categorical):
        choices = domain.choices
        made = dimension or Categorical(choices, prior=getattr(domain, "weights", None))
        return Column(made, lambda u: domain.place_of(decode(u)), lambda code: encode(choices[code]))
    if dimension is not None:
        return Column(dimension, decode, encode)
    if isinstance(domain, domains.Int) and domain.step == 1 and domain.prior is None and is_exact(domain):
        return Column(Integer(domain.low, domain.high, scale(domain), transform="normalize"), decode, encode)
    levels = domain.levels
    if domain.even and levels is not None and levels <= EXACT:
        return Column(
            Integer(0, levels - 1, transform="normalize"),
            lambda u: min(int(u * levels), levels - 1),
            lambda code: (code + 0.5) / levels,
        )
    if isinstance(domain, domains.Float) and domain.step is None and domain.prior is None:
        return Column(Real(domain.low, domain.high, scale(domain), transform="normalize"), decode, encode)
    return Column(Real(0.0, 1.0), float, float)


def scale(domain: domains.Float | domains.Int) -> str:
    """The prior of a dimension on the scale of a domain."""
    return "log-uniform" if domain.log else "uniform"


def is_exact(domain: domains.Int) -> bool:
    """Whether every value is exact as a float."""
    return max(abs(domain.low), abs(domain.high)) <= EXACT


def dtype_of(column: Column) -> type:
    """The type of a column's codes."""
    return np.float64 if isinstance(column.dimension, Real) else np.int64


def every(dimension: Dimension) -> Codes:
    """All codes of a finite dimension."""
    if isinstance(dimension, Categorical):
        return np.arange(len(dimension.categories), dtype=np.int64)
    if isinstance(dimension, Integer):
        return np.arange(dimension.low, dimension.high + 1, dtype=np.int64)
    return np.array([dimension.bounds[0]], dtype=np.float64)
