"""Random search: every configuration is as likely as any other (Bergstra and Bengio 2012, JMLR 13)."""

from dataclasses import dataclass
from typing import final

from numpy.random import Generator

from luthier.records.history import History
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.space.space import Space

__all__ = ["UniformSampler"]

CAPABILITIES = Capabilities(uses_history=False)


@final
@dataclass(frozen=True, slots=True)
class UniformSampler:
    """Draws each parameter independently and uniformly, on the scale of its domain."""

    @property
    def capabilities(self) -> Capabilities:
        """It needs nothing."""
        return CAPABILITIES

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Draw n rows of the unit cube."""
        return Proposals(rng.random((n, len(space))))
