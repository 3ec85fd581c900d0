"""The middle of the space: where a range was put on purpose, its middle is the best guess of whoever put it."""

from numpy.random import Generator

from luthier.records.history import History
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.weighted import by_weight
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["CentreSampler"]


class CentreSampler:
    """Proposes the middle of each numeric range, with any of the choices: a first trial for a search with a model."""

    __slots__ = ()

    @property
    def capabilities(self) -> Capabilities:
        """Needs no history."""
        return Capabilities(uses_history=False)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose the middle n times, each time with other choices."""
        X = rng.random((n, len(space)))
        X[:, [not isinstance(domain, Categorical) for domain in space.values()]] = 0.5
        return Proposals(by_weight(space, X))
