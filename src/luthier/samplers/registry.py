"""Samplers by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from luthier.samplers.auto import AutoSampler, started
from luthier.samplers.compose import Distinct
from luthier.samplers.fidelity.sampler import AnyFidelity
from luthier.samplers.grid import GridSampler
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler
from luthier.samplers.uniform import UniformSampler

__all__ = ["SAMPLERS"]

#: The reason of a trial whose sampler the user named.
NAMED = "the sampler of the study"


def named(sampler: Sampler, name: str) -> Sampler:
    """A sampler under its name; a finite space ends once all of it was tried."""
    return Named(Distinct(sampler, ends=True), name=name, reason=NAMED)


def begun(model: Sampler, name: str, *, seed: int) -> Sampler:
    """A sampler with a model under its name, behind a start; a finite space ends once all of it was tried."""
    return Distinct(started(Named(model, name=name, reason=NAMED), seed=seed), ends=True)


def cma(seed: int) -> Sampler:
    """The covariance matrix adaptation evolution strategy."""
    from luthier.samplers.cma.sampler import CmaSampler

    return named(CmaSampler(seed=seed), "cma")


def forest(seed: int) -> Sampler:
    """Random forests, behind a start."""
    from luthier.samplers.forest import ForestSampler

    return begun(AnyFidelity(ForestSampler()), "forest", seed=seed)


def gp(seed: int) -> Sampler:
    """Gaussian processes, behind a start."""
    from luthier.samplers.gp.sampler import GPSampler

    return begun(GPSampler(), "gp", seed=seed)


def nsga2(seed: int) -> Sampler:
    """The genetic algorithm that keeps what is lonely on its front."""
    from luthier.samplers.evolution.sampler import NsgaSampler

    return named(NsgaSampler(seed=seed), "nsga2")


def nsga3(seed: int) -> Sampler:
    """The genetic algorithm that keeps what is near to reference directions, for three and more objectives."""
    from luthier.samplers.evolution.reference import Niching
    from luthier.samplers.evolution.sampler import NsgaSampler

    return named(NsgaSampler(survival=Niching(), seed=seed), "nsga3")


def tpe(seed: int) -> Sampler:
    """The tree-structured Parzen estimator, behind a start; of trials at different levels of resource too."""
    return begun(AnyFidelity(TPESampler()), "tpe", seed=seed)


def uniform(_: int) -> Sampler:
    """Random search."""
    return Named(UniformSampler(), name="random", reason=NAMED)


#: The samplers that a name stands for, each made from the seed of its study. Every entry runs through the conformance
#: suite. "random" is what the field calls uniform sampling. Those that load much are imported when they are made.
SAMPLERS: Mapping[str, Callable[[int], Sampler]] = MappingProxyType(
    {
        "auto": AutoSampler,
        "cma": cma,
        "forest": forest,
        "gp": gp,
        "grid": lambda _: Named(GridSampler(), name="grid", reason=NAMED),
        "nsga2": nsga2,
        "nsga3": nsga3,
        "quasi": lambda seed: Named(QuasiSampler(seed), name="quasi", reason=NAMED),
        "random": uniform,
        "tpe": tpe,
        "uniform": uniform,
    },
)
