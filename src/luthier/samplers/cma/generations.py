"""Runs and generations of CMA-ES as a fold over told trials.

Told trials of the run under way become members of its generation, and a full generation updates the distribution. With
many workers some trials come late: those of the last generations are taken for members of the one under way, so that
no result is lost; older ones are left out.
"""

from dataclasses import dataclass, replace
from typing import Any, final
from zlib import crc32

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.base.seeding import purpose_of
from luthier.numerics.qmc import DIMENSIONS, scrambled, sobol
from luthier.numerics.truncnorm import quantile
from luthier.records.history import History
from luthier.samplers.arguments import encoded
from luthier.samplers.cma.mark import Mark, RunName, marks
from luthier.samplers.cma.restart import Budget, Restarts, following
from luthier.samplers.cma.start import SIGMA, middle, ranked, warm_start
from luthier.samplers.cma.strategy import Kind, Start, Strategy, usual_size
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["Generations", "Options", "Run"]

#: A trial that comes so many generations late is still a member.
LATE = 2

#: Every so many generations a look is taken whether the run has converged.
LOOK = 4

#: Grids of more values than this are searched as continua: rounding hides nothing there.
MOST_LEVELS = 1 << 12

#: Quasi-random numbers are multiples of 2^-32; this keeps them off 0.
HALF_BIT = 2.0**-33

#: How often a point outside the cube is drawn anew, before it is moved to the border.
REDRAWS = 64

#: Quasi-random numbers have 32 bits, and are made for so many places at a time.
BITS = 32
BLOCK = 32

#: The lowest bit of each place of a block but the first.
LOWEST_BITS = [(place & -place).bit_length() - 1 for place in range(1, BLOCK)]

#: With more columns than this the covariance is kept diagonal: a full one takes c^2 numbers for every member.
MOST_FULL = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user chose."""

    x0: tuple[tuple[str, Any], ...] = ()
    sigma0: float | None = None
    population_size: int | None = None
    kind: Kind = "full"
    margin: bool = True
    restarts: Restarts = "ipop"
    learn: bool = True
    seed: int = 0


@final
class Run:
    """One run: its strategy, and the members of the generation under way."""

    __slots__ = ("budget", "members", "name", "strategy")

    def __init__(self, name: RunName, strategy: Strategy, budget: Budget) -> None:
        self.name = name
        self.strategy = strategy
        self.budget = budget
        #: Row of a told trial -> what was drawn for it in columns under a margin.
        self.members: dict[int, list[float]] = {}

    def take(self, row: int, raw: list[float]) -> bool:
        """Add a member; whether the generation is complete now."""
        self.members[row] = raw
        return len(self.members) == self.strategy.size

    def turn(self, history: History, columns: IntArray) -> None:
        """Update by the complete generation, and begin the next one."""
        rows, ranks = ranked(history, np.array(list(self.members), dtype=np.int64))
        x = history.X[rows][:, columns]
        if self.strategy.margins:
            x[:, self.strategy.discrete] = [self.members[row] for row in rows.tolist()]
        self.strategy.tell(x, ranks)
        self.members = {}


@final
class Generations:
    """The strategy after the trials told so far.

    Args:
        space: the space searched.
        options: what the user chose.
    """

    def __init__(self, space: Space, options: Options) -> None:
        self.space = space
        self.options = options
        #: The place after those of all told trials.
        self.place = 0
        numbers = [
            column
            for column, domain in enumerate(space.values())
            if not isinstance(domain, Categorical) and domain.levels != 1
        ]
        self.set_columns(np.array(numbers, dtype=np.int64))

    def set_columns(self, columns: IntArray) -> None:
        """Move just these columns from now on; that begins anew."""
        names = [self.space.names[column] for column in columns]
        #: `(c,)` the columns that the strategy moves: numeric, and known of every trial that ran to its end.
        self.columns = columns
        self.signature = crc32("\0".join(names).encode())
        self.run: Run | None = None
        domains = [self.space[name] for name in names]
        few = [
            domain.levels
            if not isinstance(domain, Categorical) and domain.even and (domain.levels or 0) <= MOST_LEVELS
            else 0
            for domain in domains
        ]
        self.levels = np.array([levels or 0 for levels in few], dtype=np.int64)
        made = [
            scrambled(place, self.options.seed, purpose_of(f"cma {name}"))
            for place, name in enumerate(names[:DIMENSIONS])
        ]
        self.matrices = np.array([matrix for matrix, _ in made], dtype=np.uint32).reshape(len(made), BITS)
        self.shifts = np.array([shift for _, shift in made], dtype=np.uint32)
        #: The block of quasi-random numbers made last, what was drawn for it last, and by which distribution; whoever
        #: asks for others makes them anew.
        self.block, self.z = -1, np.empty((0, 0))
        self.drawn_for: object = None
        self.drawn, self.good = self.z, np.empty(0, dtype=np.bool_)
        self.rest = Space({name: domain for name, domain in self.space.items() if name not in names})

    @property
    def kind(self) -> Kind:
        """How the strategy adapts in as many columns as there are."""
        c = len(self.columns)
        if c > MOST_FULL:
            return "separable"
        return "full" if c == 1 and self.options.kind == "separable" else self.options.kind

    def read(self, history: History, first: int) -> None:
        """Take in the told trials from row `first` on."""
        holes = np.isnan(history.X[first:])
        some = bool(holes.any())
        # A value that is outside the space was asked for all the same.
        outside = set(history.outside) if some else set()
        for row in range(first, len(history)):
            complete = history.fidelity[row] == np.inf and history.Y[row, 0] < np.inf
            if some and complete and row not in outside:
                self.narrow(holes[row - first])
            mark = Mark.of(history.all_tags[row])
            if mark is not None:
                self.place = max(self.place, mark.place + 1)
                if not (some and holes[row - first, self.columns].any()):
                    self.take(history, row, mark)

    def narrow(self, holes: BoolArray) -> None:
        """Leave out the columns that a trial did not ask for."""
        known = ~holes[self.columns]
        if not known.all():
            self.set_columns(self.columns[known])

    def take(self, history: History, row: int, mark: Mark) -> None:
        """Take in a trial of the strategy."""
        if mark.columns != self.signature or not len(self.columns):
            return
        if self.run is None:
            self.run = self.first_run(history, min(mark.start, row))
        run, strategy = self.run, self.run.strategy
        fits = mark[:3] == run.name and len(mark.raw) == strategy.margins
        if fits and 0 <= strategy.generation - mark.generation <= LATE and run.take(row, mark.raw):
            run.turn(history, self.columns)
            if strategy.broken or (strategy.generation % LOOK == 0 and strategy.converged):
                self.run = self.next_run(run)

    def current(self, history: History) -> Run:
        """The run under way, or the first one, of which running trials may be known."""
        if self.run is not None:
            return self.run
        running = [mark.run for mark in marks(history.pending_tags)]
        starts = [run.start for run in running if run.columns == self.signature]
        return self.first_run(history, min(starts, default=len(history)))

    def next_place(self, history: History) -> int:
        """The place after those of all told and running trials; one without a mark counts as one place.

        A trial that is asked for value by value leaves no mark, nor does an enqueued one that is completed: their place
        is their number.
        """
        if history.part:
            return history.started
        places = (mark.place + 1 for mark in marks(history.pending_tags))
        return max([self.place, history.started, history.turn or 0, *places])

    def draw(self, run: Run, place: int, rng: Generator) -> Array:
        """`(c,)` what the distribution of a run draws at a place of the sequence, inside the cube."""
        strategy, c = run.strategy, len(self.columns)
        if self.space.size is not None or c > DIMENSIONS:
            return strategy.inside(strategy.draw(rng.standard_normal((REDRAWS, c))))
        block, row = divmod(place, BLOCK)
        if (strategy, strategy.generation, block) != self.drawn_for:
            self.drawn_for = strategy, strategy.generation, block
            self.drawn = strategy.draw(self.normals(block))
            self.good = strategy.are_inside(self.drawn)
        if self.good[row]:
            x: Array = self.drawn[row]
            return x
        redrawn = strategy.draw(rng.standard_normal((REDRAWS, c)))
        return strategy.inside(np.concatenate([redrawn, self.drawn[row][None]]))

    def normals(self, block: int) -> Array:
        """`(BLOCK, c)` the quasi-random normal numbers of a block of places."""
        if block != self.block:
            # Point i + 1 differs from point i by one direction: that of the lowest bit of i + 1 (Antonov, Saleev 1979).
            begin = sobol(block * BLOCK, self.matrices, self.shifts) * 2.0**BITS
            steps = np.concatenate([begin[None].astype(np.uint32), self.matrices.T[LOWEST_BITS]])
            points = np.bitwise_xor.accumulate(steps) * 2.0**-BITS
            self.block, self.z = block, quantile(points + HALF_BIT)
        return self.z

    def first_run(self, history: History, start: int) -> Run:
        """The run that begins after the first `start` told trials."""
        c = len(self.columns)
        size = self.options.population_size or usual_size(c)
        budget = Budget(first=size, doubled=size)
        return self.run_of(RunName(self.signature, start, 0), self.opening(history, start), size, budget)

    def next_run(self, run: Run) -> Run:
        """The run after one that has converged."""
        signature, start, restart = run.name
        budget = run.budget.spent(run.strategy.size * run.strategy.generation)
        begin, size, budget = following(
            budget,
            self.options.restarts,
            seed=self.options.seed,
            number=restart + 1,
            c=len(self.columns),
            sigma=self.options.sigma0 or SIGMA,
        )
        return self.run_of(RunName(signature, start, restart + 1), begin, size, budget)

    def run_of(self, name: RunName, start: Start, size: int, budget: Budget) -> Run:
        """A run that has not been told anything."""
        levels = self.levels if self.options.margin else np.zeros_like(self.levels)
        return Run(name, Strategy(start, levels=levels, size=size, kind=self.kind), budget)

    def opening(self, history: History, start: int) -> Start:
        """The first distribution: as given, learnt, or the middle.

        Raises:
            InvalidInput: a given value is not in the range of its parameter.
        """
        c, options = len(self.columns), self.options
        learnt = warm_start(history, self.columns, start) if options.learn and not options.x0 else None
        begin = learnt or middle(c)
        if options.sigma0 is not None:
            begin = replace(begin, sigma=options.sigma0)
        given = dict(options.x0)
        mean = begin.mean.copy()
        for place, column in enumerate(self.columns.tolist()):
            name = self.space.names[column]
            if name in given:
                mean[place] = encoded(given[name], self.space[name], role=f'"{name}" of x0')
        return replace(begin, mean=mean)
