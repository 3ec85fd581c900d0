"""Samplers by name."""
from luthier.samplers.uniform import UniformSampler
__all__ = ["SAMPLERS"]
SAMPLERS = {name: (lambda seed: UniformSampler()) for name in ("auto", "uniform", "tpe", "quasi", "grid", "random")}
