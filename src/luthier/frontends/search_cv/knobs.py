"""What a user writes for one parameter becomes a knob: a domain of the study, and the way from it to the estimator.

luthier.Float(…), Int(…), Categorical(…)     itself
(low, high), (low, high, "log-uniform")      a range, of integers when both ends are
[a, b, c], range(5), np.logspace(…)          choices; a tuple too, if it does not begin with a number
scipy.stats.loguniform(…)                    see `distributions`
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from luthier.base.errors import InvalidInput, NotStorable, explain
from luthier.base.jsonvalue import native, to_json
from luthier.frontends.search_cv.distributions import Quantile, quantile_of, range_of
from luthier.space.domains import Categorical, Domain, Float, Int, choice_key

__all__ = ["Knob", "knob_of"]

#: Names of objects that are no longer than this stand in the store as they are.
LABEL_LENGTH = 120

#: In the representation of an object that tells nothing but where it lies in memory.
ADDRESS = " at 0x"

#: What may follow the ends of a range.
SCALES = {"uniform": False, "log-uniform": True}

#: What a user may pass for a parameter, as error messages say it.
EXPECTED = 'a list of choices, (low, high), (low, high, "log-uniform"), a luthier domain or a scipy.stats distribution'


@dataclass(frozen=True, slots=True)
class Knob:
    """One parameter of the estimator as the study sees it."""

    domain: Domain
    #: From the study's value to the estimator's; None where they are the same.
    decode: Callable[[Any], Any] | None = None
    #: What the study's name of the parameter has at its end, where its value is another than the estimator's.
    suffix: str = ""
    #: Whether there are countably many values, so that one may come twice.
    discrete: bool = False

    def value(self, kept: Any) -> Any:
        """What the estimator gets."""
        return kept if self.decode is None else self.decode(kept)


def knob_of(name: str, given: Any) -> Knob:
    """The knob of what a user wrote for a parameter.

    Raises:
        InvalidInput: it is nothing that can be searched; the message names the parameter.
        InvalidDomain: the range or the choices cannot exist.
    """
    if isinstance(given, Float | Int):
        return of_domain(given)
    if isinstance(given, Categorical):
        return choices(given.choices, given.weights)
    if isinstance(given, tuple) and given and is_number(native(given[0])):
        return of_domain(interval(name, given))
    if callable(getattr(given, "rvs", None)) or callable(getattr(given, "icdf", None)):
        return drawn(name, given)
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        fix = f"Put a single value of {name!r} into a list."
        raise InvalidInput(explain(f"{EXPECTED} for {name!r}", repr(given), fix))
    if getattr(given, "ndim", 1) != 1:
        raise InvalidInput(explain(f"one dimension of choices for {name!r}", repr(given), "Pass a list."))
    if isinstance(given, list) and is_range(given):
        fix = f"A list is of choices: write {tuple(given)!r}."
        raise InvalidInput(explain(f"{EXPECTED} for {name!r}", repr(given), fix))
    return choices(distinct(given))


def is_range(given: list[Any]) -> bool:
    """Whether a list can only be meant for a range: two numbers and the name of a scale."""
    ends, scale = given[:2], given[2:]
    named = len(scale) == 1 and isinstance(scale[0], str) and scale[0] in SCALES
    return named and all(map(is_number, map(native, ends)))


def is_number(value: Any) -> bool:
    """Whether this is a number; truth values are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def of_domain(domain: Float | Int) -> Knob:
    """A knob whose values need no translation."""
    return Knob(domain, discrete=domain.levels is not None)


def interval(name: str, given: tuple[Any, ...]) -> Float | Int:
    """The range that a tuple means."""
    ends, scale = tuple(native(end) for end in given[:2]), given[2] if len(given) == 3 else "uniform"
    if (
        not 2 <= len(given) <= 3
        or not all(map(is_number, ends))
        or not isinstance(scale, str)
        or scale not in SCALES
    ):
        raise InvalidInput(
            explain(
                f'(low, high), (low, high, "uniform") or (low, high, "log-uniform") for {name!r}',
                repr(given),
                "A tuple of numbers is a range; pass a list to choose among them.",
            ),
        )
    kind = Int if all(isinstance(end, int) for end in ends) else Float
    return kind(ends[0], ends[1], SCALES[scale])


def drawn(name: str, given: Any) -> Knob:
    """The knob of a distribution: a range where the study knows its law, else one over its quantiles."""
    domain = range_of(given)
    if domain is not None:
        return of_domain(domain)
    quantile = quantile_of(given)
    if quantile is None:
        raise InvalidInput(
            explain(
                f"a distribution with ppf for {name!r}, such as those of scipy.stats",
                f"{given!r}, which can only be drawn from",
                "Pass luthier.Float(low, high), or a list of values.",
            ),
        )
    return over_quantiles(quantile)


def over_quantiles(quantile: Quantile) -> Knob:
    """The knob whose value in the study is a probability."""
    domain = Float(quantile.low, quantile.high)
    return Knob(domain, quantile.value, ".quantile", discrete=quantile.discrete)


def distinct(values: Iterable[Any]) -> list[Any]:
    """The values as Python's own, each once: a search never tries a configuration twice."""
    found = {choice_key(value): value for value in map(native, values)}
    return list(found.values())


def choices(values: Iterable[Any], weights: tuple[float, ...] | None = None) -> Knob:
    """The knob of a choice; what a store cannot keep, such as an estimator, stands there under a label."""
    labels: dict[str, Any] = {}
    kept = []
    for place, value in enumerate(values):
        if storable(value):
            kept.append(value)
            continue
        label = label_of(value, place)
        labels[label] = value
        kept.append(label)
    domain = Categorical(tuple(kept), weights)
    return Knob(domain, partial(looked_up, labels) if labels else None, discrete=True)


def looked_up(labels: Mapping[str, Any], kept: Any) -> Any:
    """The object behind a label; anything else is itself."""
    return labels.get(kept, kept) if isinstance(kept, str) else kept


def storable(value: Any) -> bool:
    """Whether a store can keep a choice by its value."""
    try:
        to_json(value)
    except NotStorable:
        return False
    return True


def label_of(value: Any, place: int) -> str:
    """A name for a choice that is the same in the next run of the program."""
    text = " ".join(repr(value).split())
    telling = len(text) <= LABEL_LENGTH and ADDRESS not in text
    return f"{place}: {text if telling else type(value).__qualname__}"
