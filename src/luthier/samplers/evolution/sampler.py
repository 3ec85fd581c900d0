"""The sampler: a quasi-random start, then children of good trials.

A trial carries the tag `"nsga": [generation, parent, …]`: how many populations were told before it, and the numbers of
its parents, none for a trial of the start. The tag is for readers; the population is a fold over the told trials.
"""

import math
from functools import partial

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.records.history import History
from luthier.samplers.arguments import check_counts, check_within, checked_sampler
from luthier.samplers.evolution.breed import Breeder
from luthier.samplers.evolution.crossover import Blend, Crossover
from luthier.samplers.evolution.population import Population
from luthier.samplers.evolution.survival import Crowding, Survival
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.replay import Replay
from luthier.space.space import Space

__all__ = ["NsgaSampler"]

#: The name of the tag.
TAG = "nsga"

#: The least population: two parents.
LEAST_SIZE = 2

#: So many quasi-random trials are enough to begin with; a larger start pays late, if at all.
STARTUP = 24

#: How often another child is bred in place of one that is there already.
TRIES = 8


class NsgaSampler:
    """A genetic search, for any number of objectives and any space.

    With `Crowding` it is NSGA-II, with `Niching` NSGA-III. Members compete trial by trial rather than generation by
    generation, so a good trial may be a parent at once, and any number of workers may run. What a parent was not asked
    for, a child inherits from the other one, or it is drawn.

    Args:
        population_size: how many trials survive; 30 is better than 50 in the first 500 trials.
        startup: how many trials are proposed by `first`; the population, but at most 24, by default.
        brood: trials between two selections; 1 selects after each.
        survival: who survives: `evolution.survival.Crowding()` by default, or `Niching()`.
        crossover: how numbers are crossed; `evolution.crossover.Blend()` by default, the best of its six in the first
            500 trials.
        crossover_prob: the chance that a child has several parents.
        swapping_prob: the chance that a choice comes from the second parent.
        mutation_prob: the chance that a parameter mutates; by default 1 / d, of d that have more than one value.
        mutation_eta: the larger, the less a number mutates.
        first: proposes the start; quasi-random by default.
        seed: of the default start.

    Raises:
        InvalidInput: a number is out of range, `survival` or `crossover` is none, or `first` is one that ends.
    """

    __slots__ = ("breeder", "first", "population_size", "replay", "startup")

    def __init__(
        self,
        *,
        population_size: int = 30,
        startup: int | None = None,
        brood: int = 1,
        survival: Survival | None = None,
        crossover: Crossover | None = None,
        crossover_prob: float = 0.9,
        swapping_prob: float = 0.5,
        mutation_prob: float | None = None,
        mutation_eta: float = 20.0,
        first: Sampler | None = None,
        seed: int = 0,
    ) -> None:
        check_counts(LEAST_SIZE, population_size=population_size)
        check_counts(1, brood=brood, startup=population_size if startup is None else startup)
        mutating = 0.0 if mutation_prob is None else mutation_prob
        check_within(
            0.0, 1.0, crossover_prob=crossover_prob, swapping_prob=swapping_prob, mutation_prob=mutating
        )
        check_within(0.0, math.inf, mutation_eta=mutation_eta)
        self.population_size = population_size
        self.startup = min(population_size, STARTUP) if startup is None else startup
        start = QuasiSampler(seed)
        self.first = start if first is None else checked_sampler(first, "first")
        if self.first.capabilities.finite:
            got = type(self.first).__name__
            raise InvalidInput(explain("a first sampler that never ends", got, "Pass another one."))
        chosen, crossing = survival or Crowding(), crossover or Blend()
        if isinstance(chosen, type) or not isinstance(chosen, Survival):
            fix = "Pass luthier.samplers.Niching(), or none."
            raise InvalidInput(explain("who survives as `survival`", repr(survival), fix))
        if isinstance(crossing, type) or not isinstance(crossing, Crossover):
            fix = "Pass such as luthier.samplers.evolution.crossover.Sbx(), or none."
            raise InvalidInput(explain("a crossover as `crossover`", repr(crossover), fix))
        self.breeder = Breeder(
            crossover=crossing,
            crossover_prob=crossover_prob,
            swapping_prob=swapping_prob,
            mutation_prob=mutation_prob,
            mutation_eta=mutation_eta,
        )
        self.replay = Replay(partial(Population, survival=chosen, size=population_size, brood=brood))

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history, for any space and any number of objectives; and reports, if the first sampler does."""
        return Capabilities(uses_reports=self.first.capabilities.uses_reports)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points: of the start, or children."""
        population = self.replay.state(space, history)
        head = min(n, max(0, self.startup - history.started))
        if not len(population.rows):
            head = n
        X, tags = np.empty((n, len(space))), []
        generation = len(history) // self.population_size
        if head:
            begun = self.first.propose(space, history, rng, head)
            X[:head] = begun.X
            tags = [{**begun.tag(row), TAG: [generation]} for row in range(head)]
        seen = {row.tobytes() for row in (*population.X, *history.pending)}
        for row in range(head, n):
            X[row], parents = self.child(space, population, rng, seen)
            seen.add(X[row].tobytes())
            tags.append({TAG: [generation, *population.numbers[parents].tolist()]})
        return Proposals(X, tags)

    def child(
        self, space: Space, population: Population, rng: Generator, seen: set[bytes]
    ) -> tuple[Array, list[int]]:
        """A child that is not there yet, if a few tries find one, and the places of its parents."""
        for _ in range(TRIES):
            x, parents = self.breeder.child(space, population, rng)
            if x.tobytes() not in seen:
                break
        return x, parents
