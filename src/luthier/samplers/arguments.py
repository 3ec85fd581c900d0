"""What samplers are made of, checked when they are made: other samplers, counts, numbers."""

import math
from collections.abc import Mapping
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.base.names import making
from luthier.samplers.protocol import Sampler
from luthier.space.codec import encoder
from luthier.space.domains import Domain, Int

__all__ = [
    "MADE_BY",
    "are_counts",
    "are_numbers",
    "check_counts",
    "check_within",
    "checked_sampler",
    "checked_seed",
    "encoded",
]

#: Under `luthier.samplers`, what makes the sampler that a study knows by a name: names are for studies alone.
CLASSES = {
    "auto": "AutoSampler",
    "cma": "CmaSampler",
    "forest": "ForestSampler",
    "gp": "GPSampler",
    "grid": "GridSampler",
    "nsga2": "NsgaSampler",
    "quasi": "QuasiSampler",
    "random": "UniformSampler",
    "tpe": "TPESampler",
    "uniform": "UniformSampler",
}

#: What to write for it.
MADE_BY: Mapping[str, str] = MappingProxyType(
    {name: f"luthier.samplers.{kind}()" for name, kind in CLASSES.items()}
    | {"nsga3": "luthier.samplers.NsgaSampler(survival=luthier.samplers.Niching())"},
)

#: What to write where it is not clear what was meant.
ANY = "an object such as luthier.samplers.AutoSampler()"


def checked_sampler(sampler: Any, argument: str) -> Sampler:
    """The sampler, once it is known to be one.

    Raises:
        InvalidInput: it is none, such as a name or a class.
    """
    if isinstance(sampler, type) and callable(getattr(sampler, "propose", None)):
        got, fix = f"the class {sampler.__name__}", f"Make one: {making(sampler)}."
    elif isinstance(sampler, Sampler) and not isinstance(sampler, type):
        return sampler
    else:
        name = sampler.lower() if isinstance(sampler, str) else ""
        got, fix = repr(sampler), f"Pass {MADE_BY.get(name, ANY)}."
    raise InvalidInput(explain(f"a sampler as `{argument}`", got, fix))


def checked_seed(seed: Any) -> int:
    """The seed, once it is known to be a whole number that generators take.

    Raises:
        InvalidInput: it is none.
    """
    if not are_counts(seed) or seed < 0:
        raise InvalidInput(explain("a whole number >= 0 as seed", repr(seed), "Pass another one."))
    return int(seed)


def encoded(value: Any, domain: Domain, *, role: str) -> float:
    """The number in [0, 1] of a value that the user gave a parameter.

    Raises:
        InvalidInput: it is not in the range; `role` says what it was given for.
    """
    number = native(value)
    if isinstance(domain, Int) and isinstance(number, float) and number.is_integer():
        number = int(number)
    if not domain.contains(number):
        raise InvalidInput(explain(f"{role} within {domain}", repr(value), "Give another value."))
    return encoder(domain)(number)


def check_counts(least: int, **values: Any) -> None:
    """Raise InvalidInput unless all values are whole numbers, `least` or more."""
    for name, value in values.items():
        if not are_counts(value) or value < least:
            raise InvalidInput(explain(f"a whole number {name} >= {least}", repr(value), "Correct it."))


def check_within(low: float, high: float, **values: Any) -> None:
    """Raise InvalidInput unless all values are finite numbers in `[low, high]`."""
    for name, value in values.items():
        if not are_numbers(value) or not low <= value <= high or math.isinf(value):
            wanted = (
                f"a finite number {name} >= {low:g}" if math.isinf(high) else f"{name} in [{low:g}, {high:g}]"
            )
            raise InvalidInput(explain(wanted, repr(value), "Correct it."))


def are_counts(*values: Any) -> bool:
    """Whether all of them are whole numbers; True and False are none."""
    return all(isinstance(value, Integral) and not isinstance(value, bool) for value in values)


def are_numbers(*values: Any) -> bool:
    """Whether all of them are real numbers; True and False are none."""
    return all(isinstance(value, Real) and not isinstance(value, bool) for value in values)
