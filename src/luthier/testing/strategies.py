"""Hypothesis strategies for what luthier is made of: domains, spaces, configurations and histories."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from luthier.base.arrays import frozen
from luthier.records.history import History
from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.priors import Beta, Normal, Prior
from luthier.space.space import Space

__all__ = [
    "categoricals",
    "configs",
    "domains",
    "float_domains",
    "histories",
    "int_domains",
    "priors",
    "shared",
    "spaces",
    "values",
]

#: The settings of laws that several classes of one process inherit, each for an implementation of its own. A busy
#: machine proves nothing either.
shared = settings(suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow])

#: Ranges of every size that a float has.
ENDS = (
    st.floats(-1e300, 1e300) | st.floats(-10.0, 10.0) | st.sampled_from([0.0, -1e300, 1e300, 5e-324, 1e-300])
)
POSITIVE = st.floats(1e-300, 1e300) | st.floats(1e-6, 10.0)

#: Choices of every type, none equal to another: only type and value together tell 1, 1.0 and True apart.
CHOICES = [
    None,
    True,
    1,
    1.0,
    "1",
    "",
    (1, 2),
    (1, (2, "x")),
    math.inf,
    math.nan,
    -0.0,
    0.0,
    0,
    math.sqrt,
    "adam",
]


@st.composite
def float_domains(draw: st.DrawFn) -> Float:
    """Floats: linear, on a log scale, on a grid of up to a thousand values of either, under a prior."""
    manner = draw(st.sampled_from(["linear", "log", "grid", "log grid", "prior"]))
    if manner == "prior":
        prior = draw(priors())
        low, high = (
            (0.0, 1.0) if isinstance(prior, Beta) else (prior.mu - 3 * prior.sigma, prior.mu + prior.sigma)
        )
        log = isinstance(prior, Normal) and abs(prior.mu) < 5 and prior.sigma < 50 and draw(st.booleans())
        ends = (math.exp(low), math.exp(high)) if log else (low, high)
        return Float(*ends, log=log, step=draw(st.none() | st.just((ends[1] - ends[0]) / 7)), prior=prior)
    if manner == "log grid":
        low = draw(st.sampled_from([0.1, 0.25, 1.0, 30.0]))
        step = low * draw(st.sampled_from([0.1, 0.5, 1.0, 1.9]))
        return Float(low, low + step * draw(st.floats(0.0, 999.0)), log=True, step=step)
    if manner == "grid":
        low = draw(st.integers(-1000, 1000)) / draw(st.sampled_from([1, 10, 1000]))
        step = draw(st.sampled_from([0.1, 0.25, 1e-3, 1.0, 3.0, 1 / 3, 1e4]))
        return Float(low, low + step * draw(st.floats(0.0, 999.0)), step=step)
    low, high = sorted(draw(st.tuples(*(2 * [POSITIVE if manner == "log" else ENDS]))))
    return Float(low, high, log=manner == "log")


@st.composite
def int_domains(draw: st.DrawFn) -> Int:
    """Integers: with a step, on a linear or a log scale; up to 2^40 values."""
    log = draw(st.booleans())
    low = draw(st.integers(1, 2**40)) if log else draw(st.integers(-(2**80), 2**80) | st.integers(-10, 10))
    width = draw(st.integers(0, 2**40) | st.integers(0, 20))
    return Int(low, low + width, log=log, step=draw(st.integers(1, 7)))


def priors() -> st.SearchStrategy[Prior]:
    """Priors of all kinds."""
    normals = st.builds(Normal, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
    return normals | st.builds(Beta, st.floats(0.5, 5.0), st.floats(0.5, 5.0))


@st.composite
def categoricals(draw: st.DrawFn) -> Categorical:
    """One to many choices of any type, with weights now and then."""
    places = draw(st.lists(st.integers(0, len(CHOICES) - 1), min_size=1, unique=True))
    weight = st.floats(1e-3, 1.0)
    weights = draw(st.none() | st.tuples(*[weight for _ in places]))
    return Categorical(tuple(CHOICES[place] for place in places), weights)


def domains() -> st.SearchStrategy[Domain]:
    """Domains of all kinds."""
    return st.one_of(float_domains(), int_domains(), categoricals())


def spaces(min_size: int = 0, max_size: int = 5) -> st.SearchStrategy[Space]:
    """Spaces of a few parameters, none at all included."""
    names = st.sampled_from(["x", "y", "learning rate", "", "ü", "x0"])
    return st.dictionaries(names, domains(), min_size=min_size, max_size=max_size).map(Space)


@st.composite
def values(draw: st.DrawFn, domain: Domain) -> Any:
    """Values of a domain, its ends more often than not."""
    if isinstance(domain, Categorical):
        return draw(st.sampled_from(domain.choices))
    if isinstance(domain, Int):
        place = draw(st.sampled_from([0, domain.levels - 1]) | st.integers(0, domain.levels - 1))
        return domain.low + place * domain.step
    if domain.step is not None:
        return Codec(Space({"x": domain})).decode([draw(st.floats(0.0, 1.0))])["x"]
    if domain.low == domain.high:  # from 0.0 to -0.0 there is nothing for st.floats to draw
        return domain.low
    return draw(st.sampled_from([domain.low, domain.high]) | st.floats(domain.low, domain.high))


@st.composite
def configs(draw: st.DrawFn, space: Space, *, complete: bool = True) -> Mapping[str, Any]:
    """Configurations of a space; with `complete=False` some parameters may be missing."""
    names = [name for name in space if complete or draw(st.booleans())]
    return {name: draw(values(space[name])) for name in names}


@st.composite
def histories(draw: st.DrawFn, space: Space, *, max_size: int = 12, max_objectives: int = 3) -> History:
    """Histories of a space, as odd as they get: no trials, holes, ties, infinities, stopped and infeasible trials."""
    n, p, m = draw(st.integers(0, max_size)), draw(st.integers(0, 3)), draw(st.integers(1, max_objectives))
    codec = Codec(space)
    told = [draw(configs(space, complete=False)) for _ in range(n)]
    number = st.sampled_from([0.0, 1.0, -1.0, math.inf, -math.inf, 1e308]) | st.floats(allow_nan=False)
    steps = st.sampled_from([math.inf, math.inf, -math.inf, 1.0, 3.0])
    broken = st.sampled_from([0.0, 0.0, 0.5, math.inf])

    def column(elements: st.SearchStrategy[float], *shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        flat = draw(st.lists(elements, min_size=math.prod(shape), max_size=math.prod(shape)))
        return frozen(np.array(flat, dtype=np.float64).reshape(shape))

    return History(
        X=frozen(codec.encode_many(told)),
        Y=column(number, n, m),
        violation=column(broken, n),
        fidelity=column(steps, n),
        number=frozen(np.arange(n, dtype=np.int64)),
        pending=frozen(codec.encode_many([draw(configs(space, complete=False)) for _ in range(p)])),
        all_tags=[{} for _ in range(n)],
    )
