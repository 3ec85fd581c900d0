"""Generators of initial points."""

from luthier.compat.skopt.sampler.base import InitialPointGenerator
from luthier.compat.skopt.sampler.designs import Grid, Lhs
from luthier.compat.skopt.sampler.sequences import Halton, Hammersly, Sobol

__all__ = ["Grid", "Halton", "Hammersly", "InitialPointGenerator", "Lhs", "Sobol"]
