"""Distributions as JSON texts, and whether two of them may share a name."""

import json
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.distributions.base import BaseDistribution
from luthier.compat.optuna.distributions.kinds import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from luthier.compat.optuna.distributions.old import (
    DiscreteUniformDistribution,
    IntLogUniformDistribution,
    IntUniformDistribution,
    LogUniformDistribution,
    UniformDistribution,
)

__all__ = [
    "DISTRIBUTION_CLASSES",
    "check_distribution_compatibility",
    "distribution_to_json",
    "json_to_distribution",
]

DISTRIBUTION_CLASSES: tuple[type[BaseDistribution], ...] = (
    IntDistribution,
    IntLogUniformDistribution,
    IntUniformDistribution,
    FloatDistribution,
    UniformDistribution,
    LogUniformDistribution,
    DiscreteUniformDistribution,
    CategoricalDistribution,
)

BY_NAME = {kind.__name__: kind for kind in DISTRIBUTION_CLASSES}


def distribution_to_json(dist: BaseDistribution) -> str:
    """The JSON text of a distribution."""
    return json.dumps({"name": type(dist).__name__, "attributes": dist._asdict()})


def json_to_distribution(json_str: str) -> BaseDistribution:
    """The distribution of a JSON text: `{"name": …, "attributes": {…}}`, or the short `{"type": "float", …}`.

    Raises:
        ValueError: the text names no distribution.
    """
    form = json.loads(json_str)
    if "name" in form:
        kind = BY_NAME.get(form["name"])
        if kind is not None:
            return kind(**form["attributes"])
        raise unknown(form["name"], BY_NAME)
    return from_short(form)


def from_short(form: dict[str, Any]) -> BaseDistribution:
    """The distribution of the short form."""
    kind = form.get("type")
    if kind == "categorical":
        return CategoricalDistribution(form["choices"])
    if kind == "float":
        return FloatDistribution(form["low"], form["high"], form.get("log", False), form.get("step"))
    if kind == "int":
        return IntDistribution(form["low"], form["high"], form.get("log", False), form.get("step") or 1)
    raise unknown(kind, ("categorical", "float", "int"))


def unknown(kind: Any, known: Any) -> InvalidInput:
    """The error for a name of no distribution."""
    return InvalidInput(explain(f"one of {', '.join(known)}", repr(kind), "Correct the name."))


def check_distribution_compatibility(dist_old: BaseDistribution, dist_new: BaseDistribution) -> None:
    """Raise ValueError unless two distributions may have one name within a trial.

    Across trials luthier is more generous: choices may come and go, and so may a log scale.
    """
    if type(dist_old) is not type(dist_new):
        raise InvalidInput(explain(f"{dist_old} again", repr(dist_new), "Use another name."))
    if isinstance(dist_old, CategoricalDistribution):
        if dist_old != dist_new:
            raise InvalidInput(explain(f"{dist_old} again", repr(dist_new), "Use another name."))
    elif getattr(dist_old, "log", None) != getattr(dist_new, "log", None):
        raise InvalidInput(explain(f"log={dist_old.log}", repr(dist_new), "Use another name."))  # type: ignore[attr-defined]  # one of the two numeric kinds
