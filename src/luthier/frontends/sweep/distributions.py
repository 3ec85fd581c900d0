"""The distributions of a sweep file, each as a search range.

    min, max    bounds, both included        mu, sigma   of a normal distribution
    q           quantum of the q_* kinds     a, b        shapes of a beta distribution

A distribution without bounds is cut off at ±TAIL standard deviations, which leaves out 6 of ten million draws.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from luthier.space.domains import Categorical, Domain, Float, Int, choice_key
from luthier.space.priors import Beta, Normal, Prior

__all__ = ["KINDS", "Kind", "infer"]

#: Where unbounded distributions are cut off, in standard deviations.
TAIL = 5.0

#: A bound that misses a multiple of q by less than this, in units of q, was meant to be one.
TOLERANCE = 1e-9

#: What is taken where the file leaves a key out.
DEFAULTS: Mapping[str, float] = MappingProxyType({"mu": 0.0, "sigma": 1.0, "q": 1})


#: From the keys of a parameter to its range.
Make: TypeAlias = Callable[[Mapping[str, Any]], Domain]


class Kind(NamedTuple):
    """One distribution: the keys that it needs, those that it takes, and how to make its range."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    make: Make
    #: The same for a grid; None for what a grid cannot have.
    grid: Make | None = None
    #: Whether its bounds must be positive.
    positive: bool = False


def infer(keys: Mapping[str, Any]) -> str | None:
    """The distribution of a parameter that does not name it; None when the keys fit none."""
    given = frozenset(keys)
    if {"min", "max"} <= given:
        if "q" in given:
            return "q_uniform"
        whole = all(isinstance(keys[key], int) for key in ("min", "max"))
        return "int_uniform" if whole else "uniform"
    for wanted, kind in (
        ({"values", "probabilities"}, "categorical_w_probabilities"),
        ({"values"}, "categorical"),
        ({"value"}, "constant"),
        ({"a", "b", "q"}, "q_beta"),
        ({"a", "b"}, "beta"),
        ({"mu", "sigma", "q"}, "q_normal"),
        ({"mu", "sigma"}, "normal"),
    ):
        if wanted <= given:
            return kind
    return None


def constant(keys: Mapping[str, Any]) -> Domain:
    """One value."""
    return Categorical((keys["value"],))


def categorical(keys: Mapping[str, Any]) -> Domain:
    """One of some values. One that is listed twice is as likely as two."""
    values: Sequence[Any] = keys["values"]
    shares = keys.get("probabilities") or [1 / len(values)] * len(values)
    chosen: dict[Any, Any] = {}
    weights: dict[Any, float] = {}
    for value, share in zip(values, shares, strict=True):
        key = choice_key(value)
        chosen.setdefault(key, value)
        weights[key] = weights.get(key, 0.0) + share
    even = "probabilities" not in keys and len(chosen) == len(values)
    total = math.fsum(weights.values())
    return Categorical(tuple(chosen.values()), None if even else tuple(w / total for w in weights.values()))


def int_uniform(keys: Mapping[str, Any]) -> Domain:
    """Whole numbers."""
    return Int(keys["min"], keys["max"])


def bounded(*, log: bool = False, bounds: Callable[[float], float] | None = None) -> Make:
    """A continuum between two numbers, or between what `bounds` makes of them."""

    def make(keys: Mapping[str, Any]) -> Domain:
        low, high = ends(keys, bounds)
        return Float(low, high, log=log)

    return make


def quantised(
    *, log: bool = False, bounds: Callable[[float], float] | None = None, anchored: bool = False
) -> Make:
    """The multiples of q between two numbers; anchored, the steps of q from the first one on."""

    def make(keys: Mapping[str, Any]) -> Domain:
        low, high = ends(keys, bounds)
        return stepped(low, high, keys.get("q", DEFAULTS["q"]), log=log, anchored=anchored)

    return make


def normal(*, log: bool = False, quantum: bool = False) -> Make:
    """A normal distribution of the value, or of its logarithm."""

    def make(keys: Mapping[str, Any]) -> Domain:
        mu, sigma = (keys.get(key, DEFAULTS[key]) for key in ("mu", "sigma"))
        low, high = mu - TAIL * sigma, mu + TAIL * sigma
        if log:
            low, high = math.exp(low), math.exp(high)
        prior = Normal(mu, sigma)
        if not quantum:
            return Float(low, high, log=log, prior=prior)
        return stepped(low, high, keys.get("q", DEFAULTS["q"]), log=log, prior=prior)

    return make


def beta(*, quantum: bool = False) -> Make:
    """A beta distribution on [0, 1]."""

    def make(keys: Mapping[str, Any]) -> Domain:
        prior = Beta(keys["a"], keys["b"])
        if not quantum:
            return Float(0.0, 1.0, prior=prior)
        return stepped(0.0, 1.0, keys.get("q", DEFAULTS["q"]), prior=prior)

    return make


def ends(keys: Mapping[str, Any], bounds: Callable[[float], float] | None) -> tuple[float, float]:
    """The two bounds in order."""
    low, high = keys["min"], keys["max"]
    if bounds is not None:
        low, high = sorted((bounds(low), bounds(high)))
    return low, high


def stepped(
    low: float,
    high: float,
    q: float,
    *,
    log: bool = False,
    anchored: bool = False,
    prior: Prior | None = None,
) -> Domain:
    """The multiples of q in [low, high]; anchored, the steps of q from low on. Ints where all of them are whole.

    Raises:
        ValueError: there is none.
    """
    first = low if anchored else math.ceil(low / q - TOLERANCE) * q
    if log and first <= 0:
        first = q
    count = math.floor((high - first) / q + TOLERANCE)
    if count < 0:
        raise ValueError(f"no multiple of q={q} between {low:g} and {high:g}")
    if isinstance(q, int) and float(first).is_integer():
        start = int(first)
        return Int(start, start + count * q, log=log, step=q, prior=prior)
    bottom = float(f"{first:.15g}")
    return Float(bottom, float(f"{bottom + count * q:.15g}"), log=log, step=q, prior=prior)


LIMITS = ("min", "max")

#: Every distribution by name. The log_uniform kinds without `_values` take exponents of e as bounds.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "constant": Kind(("value",), (), constant, constant),
        "categorical": Kind(("values",), (), categorical, categorical),
        "categorical_w_probabilities": Kind(("values", "probabilities"), (), categorical, categorical),
        "int_uniform": Kind(LIMITS, (), int_uniform, int_uniform),
        "uniform": Kind(LIMITS, (), bounded()),
        "q_uniform": Kind(LIMITS, ("q",), quantised(), quantised(anchored=True)),
        "log_uniform": Kind(LIMITS, (), bounded(log=True, bounds=math.exp)),
        "q_log_uniform": Kind(LIMITS, ("q",), quantised(log=True, bounds=math.exp)),
        "inv_log_uniform": Kind(LIMITS, (), bounded(log=True, bounds=lambda end: math.exp(-end))),
        "log_uniform_values": Kind(LIMITS, (), bounded(log=True), positive=True),
        "q_log_uniform_values": Kind(LIMITS, ("q",), quantised(log=True), positive=True),
        "inv_log_uniform_values": Kind(LIMITS, (), bounded(log=True), positive=True),
        "normal": Kind((), ("mu", "sigma"), normal()),
        "q_normal": Kind((), ("mu", "sigma", "q"), normal(quantum=True)),
        "log_normal": Kind((), ("mu", "sigma"), normal(log=True)),
        "q_log_normal": Kind((), ("mu", "sigma", "q"), normal(log=True, quantum=True)),
        "beta": Kind(("a", "b"), (), beta()),
        "q_beta": Kind(("a", "b"), ("q",), beta(quantum=True)),
    },
)
