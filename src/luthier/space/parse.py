"""Domains and spaces as JSON values, and back.

{"type": "float", "low": 0.0, "high": 1.0, "log": false, "step": null}
{"type": "int", "low": 1, "high": 8, "log": false, "step": 1}
{"type": "categorical", "choices": ["adam", "sgd"]}
"""

from collections.abc import Mapping
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import Json, from_json, to_json
from luthier.space.domains import Categorical, Domain, Float, Int

__all__ = ["domain_from_json", "domain_to_json", "domains_from_json", "domains_to_json"]


def domain_to_json(domain: Domain) -> dict[str, Json]:
    """The JSON object of a domain.

    Raises:
        NotStorable: a choice has no durable form.
    """
    if isinstance(domain, Categorical):
        return {"type": "categorical", "choices": [to_json(choice) for choice in domain.choices]}
    kind = "int" if isinstance(domain, Int) else "float"
    return {"type": kind, "low": domain.low, "high": domain.high, "log": domain.log, "step": domain.step}


def domain_from_json(form: Mapping[str, Any]) -> Domain:
    """The domain of a JSON object.

    Raises:
        InvalidInput: the type is unknown.
        InvalidDomain: the domain cannot exist.
    """
    kind = form.get("type")
    if kind == "categorical":
        return Categorical(tuple(from_json(choice) for choice in form["choices"]))
    if kind == "float":
        return Float(form["low"], form["high"], form["log"], form["step"])
    if kind == "int":
        return Int(form["low"], form["high"], form["log"], form["step"])
    raise InvalidInput(
        explain("type to be float, int or categorical", repr(kind), "Correct the domain's type.")
    )


def domains_to_json(domains: Mapping[str, Domain]) -> dict[str, Json]:
    """The JSON object of a space."""
    return {name: domain_to_json(domain) for name, domain in domains.items()}


def domains_from_json(form: Mapping[str, Any]) -> dict[str, Domain]:
    """The domains of a JSON object, in its order."""
    return {name: domain_from_json(inner) for name, inner in form.items()}
