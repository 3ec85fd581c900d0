"""The three kinds of search range: `Float`, `Int` and `Categorical`. Immutable, validated, equal by value."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeAlias

from luthier.base.errors import InvalidDomain, explain
from luthier.base.jsonvalue import PLAIN, Named, check_depth, name_of, native, plain
from luthier.space.arguments import as_choices, as_integer, as_number, as_scale, as_weights
from luthier.space.priors import Beta, Prior

__all__ = ["Categorical", "Domain", "Float", "Int", "check_domain", "choice_key", "interned"]

#: A float step fits a range when it divides it within this relative error of one step; far from zero, where floats are
#: themselves a good part of a step apart, within so many of their distances.
STEP_TOLERANCE = 1e-8
ULPS = 4

#: A decimal number stands for a value of a grid if it is this near, in steps.
NEAR = 1e-9

#: A step is at least so many distances of floats, or of logarithms where a grid on a log scale has a size that can be
#: searched whole: finer ones are not told apart.
LEAST_ULPS = 16
SEARCHED_WHOLE = 1 << 24

#: Types of what is known by a name only.
NAMED = frozenset({type, FunctionType, BuiltinFunctionType})


@dataclass(frozen=True, slots=True)
class Float:
    """The reals in `[low, high]`, on a log scale, on the grid `low + k * step`, or both.

    With a step that does not divide the range, `high` is lowered to the highest value of the grid. A `prior` says which
    values are likely; without one all are, on the scale of the domain.

    Raises:
        InvalidDomain: a bound or the width is not finite, `low > high`, `log` that is no bool or with `low <= 0`,
            `step <= 0`, a prior that is none or gives the range no weight.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None
    prior: Prior | None = None

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "low", as_number(self.low, "low"))
        set_field(self, "high", as_number(self.high, "high"))
        set_field(self, "log", as_scale(self.log))
        check_order(self.low, self.high)
        if not math.isfinite(self.high - self.low):
            raise InvalidDomain(
                explain(
                    "high - low to be finite",
                    f"{self.high} - {self.low}",
                    "Narrow the range or use log=True.",
                )
            )
        check_scale(self)
        if self.step is not None:
            step = as_number(self.step, "step")
            if step <= 0:
                raise InvalidDomain(explain("step > 0", f"step={step}", "Pass a positive step or none."))
            if step < LEAST_ULPS * max(math.ulp(self.low), math.ulp(self.high)) and self.low < self.high:
                got, fix = f"step={step} at {self.high}", "Pass a larger step or none."
                raise InvalidDomain(explain("a step that floats tell apart", got, fix))
            count = math.floor((self.high - self.low) / step + STEP_TOLERANCE)
            set_field(self, "step", step)
            set_field(self, "high", on_grid(self.low, step, count))
            check_cells(self)

    @property
    def even(self) -> bool:
        """Whether the values are a grid whose cells in [0, 1] are equally wide."""
        return self.step is not None and not self.log and self.prior is None

    @property
    def levels(self) -> int | None:
        """How many values there are; None for a continuum."""
        if self.step is not None:
            return 1 + round((self.high - self.low) / self.step)
        return 1 if self.low == self.high else None

    def contains(self, value: Any) -> bool:
        """Whether `value` lies in the range, and on the grid if there is one."""
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not self.low <= value <= self.high
        ):
            return False
        if self.step is None:
            return True
        place = (value - self.low) / self.step
        off = abs(place - round(place))
        if off < STEP_TOLERANCE * max(1.0, abs(place)):
            return True
        return off * self.step <= ULPS * max(math.ulp(self.low), math.ulp(self.high))


@dataclass(frozen=True, slots=True)
class Int:
    """The integers `low, low + step, …` up to `high`, both ends included; with `log` on a log scale.

    With a step that does not divide the range, `high` is lowered to the highest value of the grid. A `prior` says which
    values are likely; without one all are, on the scale of the domain.

    Raises:
        InvalidDomain: a bound is not an integer, `low > high`, `log` that is no bool or with `low <= 0`, `step < 1`, a
            prior that is none or gives the range no weight.
    """

    low: int
    high: int
    log: bool = False
    step: int = 1
    prior: Prior | None = None

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "low", as_integer(self.low, "low"))
        set_field(self, "high", as_integer(self.high, "high"))
        set_field(self, "log", as_scale(self.log))
        set_field(self, "step", as_integer(self.step, "step"))
        check_order(self.low, self.high)
        if self.step < 1:
            raise InvalidDomain(explain("step >= 1", f"step={self.step}", "Pass a positive step or none."))
        check_scale(self)
        set_field(self, "high", self.high - (self.high - self.low) % self.step)
        check_cells(self)

    @property
    def even(self) -> bool:
        """Whether the values are a grid whose cells in [0, 1] are equally wide."""
        return not self.log and self.prior is None

    @property
    def levels(self) -> int:
        """How many values there are."""
        return 1 + (self.high - self.low) // self.step

    def contains(self, value: Any) -> bool:
        """Whether `value` is an integer of the range, and on its grid."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.low <= value <= self.high and (value - self.low) % self.step == 0


@dataclass(frozen=True, slots=True)
class Categorical:
    """One of several choices without order: any objects, told apart by what a store keeps of them.

    That is the plain value of a numpy scalar and of a subclass of str, int, float, tuple, list or Mapping, such as a
    member of an Enum of text, and the name of a function or class: what is read from a store finds the choice itself.
    What no store keeps is told apart by type and value. `weights` say how likely each choice is before any trial has
    been run; without them all are alike.

    Raises:
        InvalidDomain: no list, tuple or array of one dimension, no choices, the same one twice, or weights that are
            not positive.
        NotStorable: a choice is nested too deeply.
    """

    choices: tuple[Any, ...]
    weights: tuple[float, ...] | None = None
    places: dict[Any, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        choices = as_choices(self.choices)
        if not choices:
            raise InvalidDomain(explain("at least one choice", "none", "Pass the values to choose from."))
        places: dict[Any, int] = {}
        for place, choice in enumerate(choices):
            first = places.setdefault(choice_key(choice), place)
            if first != place:
                raise twice(choices, first, place)
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "places", places)
        if self.weights is not None:
            object.__setattr__(self, "weights", as_weights(self.weights, len(choices)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Categorical):
            return NotImplemented
        return self.weights == other.weights and list(self.places) == list(other.places)

    def __hash__(self) -> int:
        return hash((tuple(self.places), self.weights))

    @property
    def levels(self) -> int:
        """How many choices there are."""
        return len(self.choices)

    def place_of(self, value: Any) -> int | None:
        """The index of `value` among the choices, None when it is not one of them."""
        return self.places.get(choice_key(value))

    def contains(self, value: Any) -> bool:
        """Whether `value` is one of the choices."""
        return self.place_of(value) is not None


Domain: TypeAlias = Float | Int | Categorical


def check_domain(name: Any, domain: Any) -> None:
    """Raise InvalidDomain unless the range of a name is a domain."""
    if not isinstance(domain, Domain):
        got, fix = f"{domain!r} for {name!r}", "Pass such as luthier.Float(0, 1)."
        raise InvalidDomain(explain("a Float, Int or Categorical", got, fix))


@lru_cache(maxsize=4096, typed=True)
def interned(
    kind: type[Float] | type[Int],
    low: float,
    high: float,
    log: bool,  # noqa: FBT001 - the cache takes positions faster than names
    step: float | None,
) -> Float | Int:
    """The numeric domain of these arguments, one object for equal calls: an objective asks for it at every trial."""
    return kind(low, high, log, step)  # type: ignore[arg-type]  # validated by the constructor


def choice_key(value: Any) -> Any:
    """A hashable that is equal for choices that a store keeps alike: `1`, `1.0` and `True` differ, `nan` is itself.

    Raises:
        NotStorable: the value is nested too deeply.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return kind, value
    if kind is float:
        return kind, repr(value)
    return deep_key(value, 0)


def deep_key(value: Any, depth: int) -> Any:
    """The same of something so deep inside a choice."""
    kind = type(value)
    if kind in PLAIN or kind is float:
        return choice_key(value)
    inner = depth + 1
    if kind is tuple or kind is list:
        check_depth(depth)
        return kind, tuple([deep_key(item, inner) for item in value])
    if kind is dict:
        check_depth(depth)
        return kind, tuple([(deep_key(key, inner), deep_key(item, inner)) for key, item in value.items()])
    stored = value if kind in NAMED else stored_kind(value)
    if stored is not value:
        return deep_key(stored, depth)
    name = name_of(value)
    if name is not None:
        return Named, name
    # The rest lives in this process only.
    try:
        hash(value)
    except TypeError:
        return kind, repr(value)
    return kind, value


def stored_kind(value: Any) -> Any:
    """`value` as the built-in type that is read back in its place, found in the order of `to_json`; else itself."""
    scalar = native(value)
    if scalar is not value:
        return scalar
    if isinstance(value, tuple):
        return tuple(value)
    if isinstance(value, list):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value.items())
    return plain(value) if isinstance(value, str | int | float) else value


def twice(choices: tuple[Any, ...], first: int, second: int) -> InvalidDomain:
    """The error for two choices that are the same one."""
    one, other = repr(choices[first]), repr(choices[second])
    if one == other:
        got, fix = f"{other} twice in {choices!r}", "Drop one."
    else:
        got, fix = (
            f"{one} and {other}, which a store keeps alike",
            "Drop one, or choose among names for them.",
        )
    return InvalidDomain(explain("different choices", got, fix))


def on_grid(low: float, step: float, place: int) -> float:
    """`low + place * step` without the dust of binary fractions: 0.1 * 3 is 0.3."""
    if not place:
        return low
    value = low + place * step
    short = float(f"{value:.15g}")
    # Far from zero fine steps have no short decimal.
    return short if abs(short - value) <= NEAR * step else value


def check_scale(domain: "Float | Int") -> None:
    """Raise InvalidDomain unless the range has a place on its scale, and some weight under its prior."""
    if domain.log and domain.low <= 0:
        raise InvalidDomain(
            explain("low > 0 with log=True", f"low={domain.low}", "Raise low or drop log=True.")
        )
    if domain.prior is None:
        return
    if not isinstance(domain.prior, Prior):
        fix = "Pass luthier.Normal(mu, sigma) or luthier.Beta(a, b), or none."
        raise InvalidDomain(explain("a Normal or a Beta as prior", repr(domain.prior), fix))
    if domain.low == domain.high:
        return
    low, high = (math.log(end) if domain.log else end for end in (domain.low, domain.high))
    if not domain.prior.cdf(low) < domain.prior.cdf(high):
        raise InvalidDomain(
            explain(
                f"a prior with some weight in [{domain.low}, {domain.high}]",
                f"{domain.prior}",
                "Move the bounds or the prior; with log=True it is over the logarithm.",
            ),
        )
    if isinstance(domain.prior, Beta) and not 0.0 <= low <= high <= 1.0:
        got = f"[{low:g}, {high:g}]" + (" of logarithms" if domain.log else "")
        raise InvalidDomain(
            explain("a range within [0, 1] under a Beta prior", got, "Move the bounds, or use Normal.")
        )


def check_cells(domain: "Float | Int") -> None:
    """Raise InvalidDomain if a grid on a log scale has values that logarithms do not tell apart.

    A range of very many values has them all the same: it is searched as a continuum.
    """
    if not domain.log or not domain.step or not 1 < (domain.levels or 0) <= SEARCHED_WHOLE:
        return
    if domain.step < LEAST_ULPS * math.ulp(math.log(domain.high)) * domain.high:
        got = f"low={domain.low}, high={domain.high}, step={domain.step}"
        raise InvalidDomain(explain("a range that a log scale tells apart", got, "Use log=False."))


def check_order(low: float, high: float) -> None:
    """Raise InvalidDomain unless `low <= high`."""
    if low > high:
        raise InvalidDomain(explain("low <= high", f"low={low}, high={high}", "Swap the bounds."))
