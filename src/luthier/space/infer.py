"""The joint space of define-by-run trials, as an incremental fold over the domains that trials asked for.

The joint space has every name ever seen. Where trials disagree on a range it keeps the hull, so that every past value
still has a place in it; where they disagree on the kind (log against linear, float against choices), or no range holds
both, the newest wins.
"""

import math
from collections.abc import Mapping

from luthier.base.errors import InvalidDomain
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.space import Space

__all__ = ["hull", "widen"]


def widen(space: Space, seen: Mapping[str, Domain]) -> Space:
    """`space` with the domains of one more trial; the very same object when they teach nothing new."""
    for name, domain in seen.items():
        known = space.domains.get(name)
        if known is domain:
            continue
        wider = domain if known is None else hull(known, domain)
        if wider != known:
            space = space.with_domain(name, wider)
    return space


def hull(known: Domain, new: Domain) -> Domain:
    """The smallest domain that holds every value of both; the new one alone if they do not mix.

    Integer grids that do not fit together make the coarsest grid that holds both, float grids a continuum. The hull has
    the prior and the weights that both agree on.
    """
    try:
        return mixed(known, new)
    except InvalidDomain:  # what holds both is too wide for floats, or too fine for its scale
        return new


def mixed(known: Domain, new: Domain) -> Domain:
    """The hull of two domains.

    Raises:
        InvalidDomain: no domain holds both.
    """
    if isinstance(known, Categorical) and isinstance(new, Categorical):
        extra = tuple(choice for choice in new.choices if not known.contains(choice))
        if not extra and known.weights == new.weights:
            return known
        return Categorical(known.choices + extra)
    if isinstance(known, Float) and isinstance(new, Float) and known.log == new.log:
        low, high = min(known.low, new.low), max(known.high, new.high)
        prior = known.prior if known.prior == new.prior else None
        if known.step is not None and known.step == new.step:
            grid = Float(low, high, new.log, new.step, prior)
            if all(grid.contains(end) for end in (known.low, known.high, new.low, new.high)):
                return grid
        return Float(low, high, new.log, prior=prior)
    if isinstance(known, Int) and isinstance(new, Int) and known.log == new.log:
        step = math.gcd(known.step, new.step, known.low - new.low)
        prior = known.prior if known.prior == new.prior else None
        return Int(min(known.low, new.low), max(known.high, new.high), new.log, step, prior)
    return new
