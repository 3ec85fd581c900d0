"""Who proposed a trial, and why: a tag that wrappers leave and `TrialRecord.origin` reads."""

from functools import lru_cache

from numpy.random import Generator

from luthier.records.history import History
from luthier.records.trial import ORIGIN, Constant
from luthier.samplers.arguments import checked_sampler
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.space.space import Space

__all__ = ["Named", "origin_tags", "with_origin"]


@lru_cache(maxsize=256)
def origin_tags(said: str) -> Constant:
    """The tags that say where a trial comes from, one object for all trials of one origin."""
    return Constant({ORIGIN: said})


def with_origin(proposals: Proposals, mine: Constant) -> Proposals:
    """The proposals, each with the tag that names its sampler; one that has the tag keeps it."""
    if not proposals.tags:
        return Proposals(proposals.X, [mine] * len(proposals.X))
    return Proposals(proposals.X, [tags if ORIGIN in tags else {**tags, **mine} for tags in proposals.tags])


class Named:
    """A sampler whose proposals say who made them.

    Args:
        sampler: proposes.
        name: as in `sampler="tpe"`.
        reason: why this sampler, in a few words for the user.

    Raises:
        InvalidInput: `sampler` is none.
    """

    __slots__ = ("name", "reason", "sampler", "tags")

    def __init__(self, sampler: Sampler, *, name: str, reason: str) -> None:
        self.sampler = checked_sampler(sampler, "sampler")
        self.name = name
        self.reason = reason
        #: What a proposal is tagged with.
        self.tags = origin_tags(f"{name}: {reason}")

    @property
    def capabilities(self) -> Capabilities:
        """Those of the sampler within."""
        return self.sampler.capabilities

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points, with their origin."""
        return with_origin(self.sampler.propose(space, history, rng, n), self.tags)
