"""`ray.tune.search` as luthier has it: which configuration to try next."""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.tune.named import create_searcher
    from luthier.compat.tune.search.basic_variant import BasicVariantGenerator
    from luthier.compat.tune.search.concurrency_limiter import ConcurrencyLimiter
    from luthier.compat.tune.search.repeater import Repeater
    from luthier.compat.tune.search.search_generator import SearchGenerator
    from luthier.compat.tune.search.searcher import Searcher
    from luthier.compat.tune.verbs import grid_search

__all__ = [
    "BasicVariantGenerator",
    "ConcurrencyLimiter",
    "Repeater",
    "SearchGenerator",
    "Searcher",
    "create_searcher",
    "grid_search",
]

HERE = "luthier.compat.tune.search"

__getattr__ = lazy(
    __name__,
    {
        "BasicVariantGenerator": f"{HERE}.basic_variant",
        "ConcurrencyLimiter": f"{HERE}.concurrency_limiter",
        "AxSearch": f"{HERE}.ax",
        "BayesOptSearch": f"{HERE}.bayesopt",
        "HEBOSearch": f"{HERE}.hebo",
        "HyperOptSearch": f"{HERE}.hyperopt",
        "NevergradSearch": f"{HERE}.nevergrad",
        "OptunaSearch": f"{HERE}.optuna",
        "Repeater": f"{HERE}.repeater",
        "SearchGenerator": f"{HERE}.search_generator",
        "Searcher": f"{HERE}.searcher",
        "TuneBOHB": f"{HERE}.bohb",
        "ZOOptSearch": f"{HERE}.zoopt",
        "create_searcher": "luthier.compat.tune.named",
        "grid_search": "luthier.compat.tune.verbs",
        "ax": f"{HERE}.ax",
        "basic_variant": f"{HERE}.basic_variant",
        "bayesopt": f"{HERE}.bayesopt",
        "bohb": f"{HERE}.bohb",
        "hebo": f"{HERE}.hebo",
        "hyperopt": f"{HERE}.hyperopt",
        "nevergrad": f"{HERE}.nevergrad",
        "optuna": f"{HERE}.optuna",
        "sample": f"{HERE}.sample",
        "zoopt": f"{HERE}.zoopt",
    },
    {"SearchAlgorithm": "Derive from tune.search.Searcher: suggest a configuration, and hear of results."},
)
