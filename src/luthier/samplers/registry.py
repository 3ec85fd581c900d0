"""Samplers by name."""

from collections.abc import Callable, Mapping
from inspect import signature
from types import MappingProxyType
from typing import Any, Protocol

from luthier.base.errors import InvalidInput, explain
from luthier.base.names import correction
from luthier.samplers.auto import AutoSampler, started
from luthier.samplers.compose import Distinct
from luthier.samplers.fidelity.sampler import AnyFidelity
from luthier.samplers.grid import GridSampler
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler
from luthier.samplers.uniform import UniformSampler

__all__ = ["ELSEWHERE", "SAMPLERS", "Factory"]

#: The reason of a trial whose sampler the user named.
NAMED = "the sampler of the study"


def made(kind: Callable[..., Sampler], own: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sampler:
    """A sampler of a kind by its `own` arguments, and by those that the user gave."""
    known = list(signature(kind).parameters)
    for name in arguments:
        if name not in known:
            takes = f"{kind.__name__} to be given {', '.join(known) or 'no arguments'}"
            fix = correction(name, known) if known else "Leave it out."
            if name == "seed":
                fix = f"Leave it out, and pass create_study(seed={arguments[name]!r})."
            raise InvalidInput(explain(takes, f"{name}={arguments[name]!r}", fix))
    return kind(**{**own, **arguments})


def named(sampler: Sampler, name: str) -> Sampler:
    """A sampler under its name; a finite space ends once all of it was tried."""
    return Named(Distinct(sampler, ends=True), name=name, reason=NAMED)


def begun(model: Sampler, name: str, *, seed: int) -> Sampler:
    """A sampler with a model under its name, behind a start; a finite space ends once all of it was tried."""
    return Distinct(started(Named(model, name=name, reason=NAMED), seed=seed), ends=True)


def auto(seed: int, /, **arguments: Any) -> Sampler:
    """The choice by what was told."""
    return made(AutoSampler, {"seed": seed}, arguments)


def cma(seed: int, /, **arguments: Any) -> Sampler:
    """The covariance matrix adaptation evolution strategy."""
    from luthier.samplers.cma.sampler import CmaSampler

    return named(made(CmaSampler, {"seed": seed}, arguments), "cma")


def forest(seed: int, /, **arguments: Any) -> Sampler:
    """Random forests, behind a start."""
    from luthier.samplers.forest import ForestSampler

    return begun(AnyFidelity(made(ForestSampler, {}, arguments)), "forest", seed=seed)


def gp(seed: int, /, **arguments: Any) -> Sampler:
    """Gaussian processes, behind a start."""
    from luthier.samplers.gp.sampler import GPSampler

    return begun(made(GPSampler, {}, arguments), "gp", seed=seed)


def grid(_: int, /, **arguments: Any) -> Sampler:
    """Every configuration once."""
    return Named(made(GridSampler, {}, arguments), name="grid", reason=NAMED)


def nsga2(seed: int, /, **arguments: Any) -> Sampler:
    """The genetic algorithm that keeps what is lonely on its front."""
    from luthier.samplers.evolution.sampler import NsgaSampler

    return named(made(NsgaSampler, {"seed": seed}, arguments), "nsga2")


def nsga3(seed: int, /, **arguments: Any) -> Sampler:
    """The genetic algorithm that keeps what is near to reference directions, for three and more objectives."""
    from luthier.samplers.evolution.reference import Niching
    from luthier.samplers.evolution.sampler import NsgaSampler

    return named(made(NsgaSampler, {"survival": Niching(), "seed": seed}, arguments), "nsga3")


def quasi(seed: int, /, **arguments: Any) -> Sampler:
    """Scrambled Sobol points."""
    return Named(made(QuasiSampler, {"seed": seed}, arguments), name="quasi", reason=NAMED)


def tpe(seed: int, /, **arguments: Any) -> Sampler:
    """The tree-structured Parzen estimator, behind a start; of trials at different levels of resource too."""
    return begun(AnyFidelity(made(TPESampler, {}, arguments)), "tpe", seed=seed)


def uniform(_: int, /, **arguments: Any) -> Sampler:
    """Random search."""
    return Named(made(UniformSampler, {}, arguments), name="random", reason=NAMED)


class Factory(Protocol):
    """Makes a sampler from the seed of its study and from arguments of the class behind the name."""

    def __call__(self, seed: int, /, **arguments: Any) -> Sampler:
        """The sampler.

        Raises:
            InvalidInput: the class takes no argument of that name, or not that value.
        """


#: The samplers that a name stands for. Every entry runs through the conformance suite. "random" is what the field calls
#: uniform sampling. Those that load much are imported when they are made.
SAMPLERS: Mapping[str, Factory] = MappingProxyType(
    {
        "auto": auto,
        "cma": cma,
        "forest": forest,
        "gp": gp,
        "grid": grid,
        "nsga2": nsga2,
        "nsga3": nsga3,
        "quasi": quasi,
        "random": uniform,
        "tpe": tpe,
        "uniform": uniform,
    },
)

#: What other libraries call the same.
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "bayes": "gp",
        "bo": "gp",
        "botorch": "gp",
        "exhaustive": "grid",
        "gaussianprocess": "gp",
        "genetic": "nsga2",
        "gpsampler": "gp",
        "halton": "quasi",
        "hyperopt": "tpe",
        "lhs": "quasi",
        "nsga": "nsga2",
        "nsgaii": "nsga2",
        "nsgaiii": "nsga3",
        "nsgaiiisampler": "nsga3",
        "parzen": "tpe",
        "qmc": "quasi",
        "randomforest": "forest",
        "rf": "forest",
        "smac": "forest",
        "sobol": "quasi",
    },
)
