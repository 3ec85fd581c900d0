"""The model where a Gaussian process cannot be had."""

from luthier.samplers.fidelity.sampler import AnyFidelity
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Sampler
from luthier.samplers.tpe.sampler import TPESampler

__all__ = ["parzen"]


def parzen(reason: str) -> Sampler:
    """The tree-structured Parzen estimator, of trials at different levels of resource too, and why it was picked."""
    return Named(AnyFidelity(TPESampler()), name="tpe", reason=reason)
