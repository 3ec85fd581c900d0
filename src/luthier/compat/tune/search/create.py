"""Searchers by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from luthier.compat.tune.named import made_by_name

__all__ = ["SEARCHERS", "create_searcher"]

HERE = "luthier.compat.tune.search"

#: Name -> module and class.
SEARCHERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ax": (f"{HERE}.ax", "AxSearch"),
        "bayesopt": (f"{HERE}.bayesopt", "BayesOptSearch"),
        "bohb": (f"{HERE}.bohb", "TuneBOHB"),
        "hebo": (f"{HERE}.hebo", "HEBOSearch"),
        "hyperopt": (f"{HERE}.hyperopt", "HyperOptSearch"),
        "nevergrad": (f"{HERE}.nevergrad", "NevergradSearch"),
        "optuna": (f"{HERE}.optuna", "OptunaSearch"),
        "random": (f"{HERE}.basic_variant", "BasicVariantGenerator"),
        "variant_generator": (f"{HERE}.basic_variant", "BasicVariantGenerator"),
        "zoopt": (f"{HERE}.zoopt", "ZOOptSearch"),
    },
)


def create_searcher(search_alg: str, **kwargs: Any) -> Any:
    """A searcher by its name, in any case, such as "optuna" or "random".

    An argument that the searcher does not have is left out, with a warning, so that one set of arguments serves several
    searchers.

    Raises:
        InvalidInput: there is no such name.
    """
    return made_by_name(search_alg, SEARCHERS, kwargs)
