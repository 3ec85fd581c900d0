"""Domains and spaces as JSON values, and back.

{"type": "float", "low": 0.0, "high": 1.0, "log": false, "step": null}
{"type": "int", "low": 1, "high": 8, "log": false, "step": 1}
{"type": "categorical", "choices": ["adam", "sgd"]}

A prior and weights are written only where there are some:

{"type": "float", …, "prior": {"type": "normal", "mu": 0.0, "sigma": 1.0}}
{"type": "categorical", "choices": ["adam", "sgd"], "weights": [0.7, 0.3]}
"""

from collections.abc import Mapping
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import Json, from_json, to_json
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.priors import prior_from_json, prior_to_json

__all__ = ["domain_from_json", "domain_to_json", "domains_from_json", "domains_to_json"]


def domain_to_json(domain: Domain) -> dict[str, Json]:
    """The JSON object of a domain.

    Raises:
        NotStorable: a choice has no durable form.
    """
    if isinstance(domain, Categorical):
        form: dict[str, Json] = {
            "type": "categorical",
            "choices": [to_json(choice) for choice in domain.choices],
        }
        return form if domain.weights is None else {**form, "weights": list(domain.weights)}
    kind = "int" if isinstance(domain, Int) else "float"
    form = {"type": kind, "low": domain.low, "high": domain.high, "log": domain.log, "step": domain.step}
    return form if domain.prior is None else {**form, "prior": prior_to_json(domain.prior)}


def domain_from_json(form: Mapping[str, Any]) -> Domain:
    """The domain of a JSON object.

    Raises:
        InvalidInput: the type is unknown.
        InvalidDomain: the domain cannot exist.
    """
    kind = form.get("type")
    if kind == "categorical":
        return Categorical(tuple(from_json(choice) for choice in form["choices"]), form.get("weights"))
    prior = prior_from_json(form["prior"]) if "prior" in form else None
    if kind in {"float", "int"}:
        log = bool(form["log"])  # older versions took, and stored, whatever counts as true
        numeric = Float if kind == "float" else Int
        return numeric(form["low"], form["high"], log, form["step"], prior)
    raise InvalidInput(
        explain("type to be float, int or categorical", repr(kind), "Correct the domain's type.")
    )


def domains_to_json(domains: Mapping[str, Domain]) -> dict[str, Json]:
    """The JSON object of a space."""
    return {name: domain_to_json(domain) for name, domain in domains.items()}


def domains_from_json(form: Mapping[str, Any]) -> dict[str, Domain]:
    """The domains of a JSON object, in its order."""
    return {name: domain_from_json(inner) for name, inner in form.items()}
