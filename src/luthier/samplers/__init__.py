"""Samplers: which configuration to try next. Names are loaded when first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from luthier.samplers.auto import AutoSampler
    from luthier.samplers.centre import CentreSampler
    from luthier.samplers.cma.sampler import CmaSampler
    from luthier.samplers.compose import Distinct, Fallback, PartialFixed, StartupThen
    from luthier.samplers.configured import Configured
    from luthier.samplers.evolution.reference import Niching
    from luthier.samplers.evolution.sampler import NsgaSampler
    from luthier.samplers.fidelity.sampler import AnyFidelity
    from luthier.samplers.forest import ForestSampler
    from luthier.samplers.gp.sampler import GPSampler
    from luthier.samplers.grid import GridSampler
    from luthier.samplers.origin import Named
    from luthier.samplers.protocol import Capabilities, Proposals, Sampler
    from luthier.samplers.quasi import QuasiSampler
    from luthier.samplers.tpe.sampler import TPESampler
    from luthier.samplers.transfer import Transfer
    from luthier.samplers.uniform import UniformSampler

__all__ = [
    "AnyFidelity",
    "AutoSampler",
    "Capabilities",
    "CentreSampler",
    "CmaSampler",
    "Configured",
    "Distinct",
    "Fallback",
    "ForestSampler",
    "GPSampler",
    "GridSampler",
    "Named",
    "Niching",
    "NsgaSampler",
    "PartialFixed",
    "Proposals",
    "QuasiSampler",
    "Sampler",
    "StartupThen",
    "TPESampler",
    "Transfer",
    "UniformSampler",
]

#: Module -> the public names that live in it.
HOMES = {
    "auto": ("AutoSampler",),
    "centre": ("CentreSampler",),
    "cma.sampler": ("CmaSampler",),
    "compose": ("Distinct", "Fallback", "PartialFixed", "StartupThen"),
    "configured": ("Configured",),
    "evolution.reference": ("Niching",),
    "evolution.sampler": ("NsgaSampler",),
    "fidelity.sampler": ("AnyFidelity",),
    "forest": ("ForestSampler",),
    "gp.sampler": ("GPSampler",),
    "grid": ("GridSampler",),
    "origin": ("Named",),
    "protocol": ("Capabilities", "Proposals", "Sampler"),
    "quasi": ("QuasiSampler",),
    "tpe.sampler": ("TPESampler",),
    "transfer": ("Transfer",),
    "uniform": ("UniformSampler",),
}
PLACES = {name: module for module, names in HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use."""
    if name not in PLACES:
        raise AttributeError(f"module 'luthier.samplers' has no attribute {name!r}")
    value = getattr(import_module(f"luthier.samplers.{PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
