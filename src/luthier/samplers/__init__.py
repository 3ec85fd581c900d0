"""Samplers: which configuration to try next. Names are loaded when first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from luthier.samplers.auto import AutoSampler
    from luthier.samplers.centre import CentreSampler
    from luthier.samplers.compose import Distinct, Fallback, PartialFixed, StartupThen
    from luthier.samplers.grid import GridSampler
    from luthier.samplers.protocol import Capabilities, Proposals, Sampler
    from luthier.samplers.quasi import QuasiSampler
    from luthier.samplers.tpe.sampler import TPESampler
    from luthier.samplers.uniform import UniformSampler

__all__ = [
    "AutoSampler",
    "Capabilities",
    "CentreSampler",
    "Distinct",
    "Fallback",
    "GridSampler",
    "PartialFixed",
    "Proposals",
    "QuasiSampler",
    "Sampler",
    "StartupThen",
    "TPESampler",
    "UniformSampler",
]

#: Module -> the public names that live in it.
HOMES = {
    "auto": ("AutoSampler",),
    "centre": ("CentreSampler",),
    "compose": ("Distinct", "Fallback", "PartialFixed", "StartupThen"),
    "grid": ("GridSampler",),
    "protocol": ("Capabilities", "Proposals", "Sampler"),
    "quasi": ("QuasiSampler",),
    "tpe.sampler": ("TPESampler",),
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
