"""Schedulers and searchers by name: `create_scheduler`, `create_searcher`."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent, differs

__all__ = ["create_scheduler", "create_searcher"]

#: Name of a scheduler -> its module and class.
SCHEDULERS = {
    "asha": ("async_hyperband", "AsyncHyperBandScheduler"),
    "async_hyperband": ("async_hyperband", "AsyncHyperBandScheduler"),
    "asynchyperband": ("async_hyperband", "AsyncHyperBandScheduler"),
    "fifo": ("trial_scheduler", "FIFOScheduler"),
    "hb_bohb": ("hyperband", "HyperBandForBOHB"),
    "hyperband": ("hyperband", "HyperBandScheduler"),
    "median_stopping_rule": ("median_stopping_rule", "MedianStoppingRule"),
    "medianstopping": ("median_stopping_rule", "MedianStoppingRule"),
    "pb2": ("pb2", "PB2"),
    "pbt": ("pbt", "PopulationBasedTraining"),
    "pbt_replay": ("pbt", "PopulationBasedTrainingReplay"),
}

#: Name of a searcher -> its module and class.
SEARCHERS = {
    "ax": ("ax", "AxSearch"),
    "bayesopt": ("bayesopt", "BayesOptSearch"),
    "bohb": ("bohb", "TuneBOHB"),
    "hebo": ("hebo", "HEBOSearch"),
    "hyperopt": ("hyperopt", "HyperOptSearch"),
    "nevergrad": ("nevergrad", "NevergradSearch"),
    "optuna": ("optuna", "OptunaSearch"),
    "random": ("basic_variant", "BasicVariantGenerator"),
    "variant_generator": ("basic_variant", "BasicVariantGenerator"),
    "zoopt": ("zoopt", "ZOOptSearch"),
}


def create_scheduler(scheduler: str, **kwargs: Any) -> Any:
    """A scheduler by its name, in any case, such as "asynchyperband" or "pbt".

    An argument that the scheduler does not have is left out, with a warning, so that one set of arguments serves
    several schedulers.

    Raises:
        InvalidInput: there is no such name.
        NotImplementedError: "resource_changing", which this door does not have.
    """
    if scheduler.lower() == "resource_changing":
        raise absent(
            "tune.schedulers.ResourceChangingScheduler", "Give each trial its resources: tune.with_resources."
        )
    return made("schedulers", scheduler, SCHEDULERS, kwargs)


def create_searcher(search_alg: str, **kwargs: Any) -> Any:
    """A searcher by its name, in any case, such as "optuna" or "random".

    An argument that the searcher does not have is left out, with a warning, so that one set of arguments serves several
    searchers.

    Raises:
        InvalidInput: there is no such name.
    """
    return made("search", search_alg, SEARCHERS, kwargs)


def made(shelf: str, name: str, known: Mapping[str, tuple[str, str]], arguments: Mapping[str, Any]) -> Any:
    """An object of the class that a name stands for, of a package of this door."""
    if name.lower() not in known:
        raise InvalidInput(explain(f"one of {', '.join(known)}", repr(name), "Correct the name."))
    module, kind = known[name.lower()]
    make = getattr(import_module(f"luthier.compat.tune.{shelf}.{module}"), kind)
    legal = inspect.signature(make).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in legal.values()):
        return make(**arguments)
    unknown = sorted(set(arguments) - set(legal))
    if unknown:
        differs(f"tune.{shelf}.{kind}", f"it has no {', '.join(unknown)}", stacklevel=4)
    return make(**{key: value for key, value in arguments.items() if key in legal})
