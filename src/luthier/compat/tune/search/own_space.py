"""Spaces that a searcher brings along, in the terms of other libraries, as verbs of this door."""

from collections.abc import Mapping, Sequence
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.verbs import Categorical, Domain, Float, Integer
from luthier.space.domains import Float as Reals
from luthier.space.domains import Int as Integers

__all__ = ["from_ax", "from_bounds", "from_optuna", "nothing_of"]


def from_optuna(space: Mapping[str, Any]) -> dict[str, Any]:
    """A dict of Optuna's distributions, known by their names; verbs and constants stay.

    Raises:
        NotImplementedError: there is a distribution of another kind.
    """
    return {name: from_distribution(value) for name, value in space.items()}


def from_distribution(value: Any) -> Any:
    """One of them."""
    kind = type(value).__name__
    if kind == "FloatDistribution":
        return real(value.low, value.high, log=bool(value.log), step=value.step)
    if kind == "IntDistribution":
        return integer(value.low, value.high, log=bool(value.log), step=value.step)
    if kind == "CategoricalDistribution":
        return Categorical(list(value.choices), "choice")
    if kind.endswith("Distribution"):
        raise absent(f"tune.search.OptunaSearch(space={kind})", "Pass the space as param_space.")
    return value


def from_bounds(space: Mapping[str, Any]) -> dict[str, Any]:
    """A dict of (low, high); verbs stay.

    Raises:
        InvalidInput: an entry is neither.
    """
    found: dict[str, Any] = {}
    for name, value in space.items():
        if isinstance(value, list | tuple) and len(value) == 2:
            found[name] = real(*value)
        elif isinstance(value, Domain):
            found[name] = value
        else:
            raise InvalidInput(explain(f"(low, high) for {name!r}", repr(value), "Pass two numbers."))
    return found


def from_ax(space: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> dict[str, Any]:
    """A list of Ax's parameters, or a dict of verbs.

    Raises:
        InvalidInput: a parameter is of no known type.
    """
    if isinstance(space, Mapping):
        return dict(space)
    return {str(each["name"]): from_ax_parameter(each) for each in space}


def from_ax_parameter(parameter: Mapping[str, Any]) -> Any:
    """One of them."""
    kind = parameter.get("type")
    if kind == "range":
        low, high = parameter["bounds"]
        whole = parameter.get(
            "value_type", "int" if isinstance(low, int) and isinstance(high, int) else "float"
        )
        make = integer if whole == "int" else real
        return make(low, high, log=bool(parameter.get("log_scale", False)))
    if kind == "choice":
        return Categorical(list(parameter["values"]), "choice")
    if kind == "fixed":
        return parameter["value"]
    raise InvalidInput(explain('type "range", "choice" or "fixed"', repr(kind), "Correct the parameter."))


def nothing_of(who: str, space: Any) -> None:
    """Raise for a space in the terms of a library that this door does not know."""
    if space is not None:
        raise absent(
            f"tune.search.{who}(space)", "Pass the space as param_space of the Tuner, in verbs of tune."
        )


def real(low: float, high: float, *, log: bool = False, step: float | None = None) -> Float:
    """A real number, ends included."""
    return Float(Reals(low, high, log=log, step=step), "loguniform" if log else "uniform", low, high)


def integer(low: int, high: int, *, log: bool = False, step: int = 1) -> Integer:
    """An integer, ends included."""
    return Integer(Integers(low, high, log=log, step=step), "lograndint" if log else "randint", low, high + 1)
