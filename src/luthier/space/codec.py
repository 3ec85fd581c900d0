"""The codec: the one place that knows how a value becomes a number in [0, 1], and back.

    continuum          u = (v - low) / (high - low), or the same of the logarithms
    grid of L levels   level k is the middle of its cell: u = (k + 1/2) / L, and k = floor(u L)
    integers, log      as a continuum from low - 1/2 to high + 1/2, rounded on the way back
    choices            like a grid, in the order given; samplers know that this order means nothing

Laws: `decode(encode(v)) == v` for grids, integers and choices; for a continuum it holds to rounding.
Every u in [0, 1] decodes to a legal value.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.space.domains import Categorical, Domain, Float, Int, on_grid
from luthier.space.space import Space

__all__ = ["Codec", "decoder", "encoder"]

NAN = math.nan


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
    if domain.levels is not None and not domain.log:
        return grid_encoder(domain)
    low, high = scale_ends(domain)
    width = high - low or 1.0
    log = domain.log

    def encode(value: Any) -> float:
        if not domain.contains(value):
            return NAN
        return ((math.log(value) if log else value) - low) / width

    return encode


def decoder(domain: Domain) -> Callable[[float], Any]:
    """The function from a number in [0, 1] to a value of the domain."""
    if isinstance(domain, Categorical):
        choices = domain.choices
        return lambda u: choices[cell(u, len(choices))]
    if domain.levels is not None and not domain.log:
        return grid_decoder(domain)
    low, high = scale_ends(domain)
    width, log, whole = high - low, domain.log, isinstance(domain, Int)
    bottom, top = domain.low, domain.high

    def decode(u: float) -> float:
        place = low + u * width
        value = math.exp(place) if log else place
        if whole:
            value = round(value)
        return bottom if value < bottom else min(value, top)

    return decode


def scale_ends(domain: Float | Int) -> tuple[float, float]:
    """The ends of the scale that maps linearly to [0, 1]; a log integer owns half a unit on either side."""
    if not domain.log:
        return domain.low, domain.high
    half = 0.5 if isinstance(domain, Int) else 0.0
    return math.log(domain.low - half), math.log(domain.high + half)


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
