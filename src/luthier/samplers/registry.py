"""Samplers by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from luthier.samplers.auto import AutoSampler, started
from luthier.samplers.grid import GridSampler
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler
from luthier.samplers.uniform import UniformSampler

__all__ = ["SAMPLERS"]

#: The samplers that a name stands for, each made from the seed of its study. Every entry runs through the conformance
#: suite. "random" is what the field calls uniform sampling.
SAMPLERS: Mapping[str, Callable[[int], Sampler]] = MappingProxyType(
    {
        "auto": AutoSampler,
        "grid": lambda _: GridSampler(),
        "quasi": QuasiSampler,
        "random": lambda _: UniformSampler(),
        "tpe": lambda seed: started(TPESampler(), seed=seed),
        "uniform": lambda _: UniformSampler(),
    },
)
