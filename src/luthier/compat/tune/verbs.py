"""The verbs of a search space: what may stand in `param_space`, and the range of luthier that each one is.

uniform, loguniform      Float             randint, lograndint      Int, the upper bound excluded
quniform, qloguniform    Float, step q     qrandint, qlograndint    Int, step q, the upper bound included (q > 1)
randn, qrandn            Float, Normal     choice, grid_search      Categorical
sample_from              no range: a function of the rest of the configuration
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import differs
from luthier.compat.tune.domains import Categorical, Domain, Float, Function, Integer, Ranged, contains_verbs
from luthier.space.domains import Float as Reals
from luthier.space.domains import Int as Integers
from luthier.space.priors import Normal

__all__ = [
    "Categorical",
    "Domain",
    "Float",
    "Function",
    "Integer",
    "Ranged",
    "choice",
    "contains_verbs",
    "grid_search",
    "lograndint",
    "loguniform",
    "qlograndint",
    "qloguniform",
    "qrandint",
    "qrandn",
    "quniform",
    "randint",
    "randn",
    "sample_from",
    "uniform",
]

#: A normal parameter is cut off so many standard deviations from its mean: beyond lie 1e-15 of the mass.
REACH = 8.0

#: A bound is a multiple of q within this relative error.
TOLERANCE = 1e-9

#: Stands for an argument that was left out.
LEFT_OUT: Any = object()


def uniform(lower: float, upper: float) -> Float:
    """A real number in [lower, upper]."""
    return Float(Reals(lower, upper), "uniform", lower, upper)


def quniform(lower: float, upper: float, q: float) -> Float:
    """A multiple of q in [lower, upper]; both bounds must be multiples of q."""
    divisible(lower, upper, q)
    return Float(Reals(lower, upper, step=q), "quniform", lower, upper, q)


def loguniform(lower: float, upper: float, base: Any = LEFT_OUT) -> Float:
    """A real number in [lower, upper] whose logarithm is uniform."""
    no_base(base)
    return Float(Reals(lower, upper, log=True), "loguniform", lower, upper)


def qloguniform(lower: float, upper: float, q: float, base: Any = LEFT_OUT) -> Float:
    """A multiple of q in [lower, upper], on a log scale; both bounds must be multiples of q."""
    no_base(base)
    divisible(lower, upper, q)
    return Float(Reals(lower, upper, log=True, step=q), "qloguniform", lower, upper, q)


def randn(mean: float = 0.0, sd: float = 1.0) -> Float:
    """A normally distributed number."""
    spread(sd)
    native = Reals(mean - REACH * sd, mean + REACH * sd, prior=Normal(mean, sd))
    return Float(native, "randn", mean, sd)


def qrandn(mean: float, sd: float, q: float) -> Float:
    """A normally distributed number, rounded to a multiple of q."""
    spread(sd)
    low, high = math.floor((mean - REACH * sd) / q) * q, math.ceil((mean + REACH * sd) / q) * q
    return Float(Reals(low, high, step=q, prior=Normal(mean, sd)), "qrandn", mean, sd, q)


def randint(lower: int, upper: int) -> Integer:
    """An integer from lower to upper - 1."""
    return Integer(Integers(lower, upper - 1), "randint", lower, upper)


def lograndint(lower: int, upper: int, base: Any = LEFT_OUT) -> Integer:
    """An integer from lower to upper - 1, on a log scale."""
    no_base(base)
    return Integer(Integers(lower, upper - 1, log=True), "lograndint", lower, upper)


def qrandint(lower: int, upper: int, q: int = 1) -> Integer:
    """A multiple of q from lower to upper; with q=1 upper itself is excluded."""
    return Integer(Integers(*multiples(lower, upper, q), step=q), "qrandint", lower, upper, q)


def qlograndint(lower: int, upper: int, q: int, base: Any = LEFT_OUT) -> Integer:
    """A multiple of q from lower to upper, on a log scale; with q=1 upper itself is excluded."""
    no_base(base)
    return Integer(
        Integers(*multiples(lower, upper, q), log=True, step=q),
        "qlograndint",
        lower,
        upper,
        q,
    )


def choice(categories: Sequence[Any]) -> Categorical:
    """One of several values."""
    return Categorical(categories, "choice")


def grid_search(values: Iterable[Any]) -> dict[str, Any]:
    """Every one of several values, `num_samples` times; several grids are combined."""
    return {"grid_search": values if isinstance(values, list) else list(values)}


def sample_from(func: Callable[..., Any]) -> Function:
    """What `func` makes of the rest of the configuration.

    It gets the configuration, from which it may read as `config["x"]`, `config.x`, `spec.config.x` or `spec["config"]`.
    While it runs, the global generators of numpy and random are seeded by the study's seed and the trial's number.
    """
    return Function(func)


def divisible(lower: float, upper: float, q: float) -> None:
    """Raise InvalidInput unless both bounds are multiples of q."""
    for name, bound in (("lower", lower), ("upper", upper)):
        place = bound / q
        if not math.isclose(place, round(place), rel_tol=TOLERANCE):
            raise InvalidInput(
                explain(f"the {name} bound to be a multiple of q={q}", str(bound), "Move the bound.")
            )


def multiples(lower: int, upper: int, q: int) -> tuple[int, int]:
    """The first and last multiple of q within the bounds; of 1, the last one below `upper`."""
    low, high = -(-lower // q) * q, upper // q * q
    if q == 1:
        high -= 1
    if low > high:
        raise InvalidInput(
            explain(f"a multiple of q={q} between the bounds", f"{lower} and {upper}", "Widen the range."),
        )
    return low, high


def spread(sd: float) -> None:
    """Raise InvalidInput unless this is a standard deviation."""
    if not sd > 0:
        raise InvalidInput(explain("a standard deviation > 0", str(sd), "Pass a positive one."))


def no_base(base: Any) -> None:
    """Warn of an argument that the peer took out of use."""
    if base is not LEFT_OUT:
        differs("tune.loguniform(base=...)", "logarithms have no use for it; leave it out", stacklevel=4)
