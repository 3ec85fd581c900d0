"""The sampler: points of the generation under way for the numbers, another sampler for the rest."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, get_args

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.base.names import correction
from luthier.records.history import History
from luthier.samplers.arguments import are_counts, are_numbers, checked_sampler, checked_seed
from luthier.samplers.cma.generations import Generations, Options
from luthier.samplers.cma.mark import Mark
from luthier.samplers.cma.restart import Restarts
from luthier.samplers.cma.strategy import LEAST_SIZE, Kind
from luthier.samplers.compose import StartupThen, sliced
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.replay import Replay
from luthier.samplers.tpe.sampler import TPESampler
from luthier.space.space import Space

__all__ = ["CmaSampler"]

#: Trials that the sampler of the other parameters starts with, before its model is asked.
INNER_STARTUP = 5


class CmaSampler:
    """CMA-ES: a normal distribution over the numbers of the space learns where and how far to look.

    It needs some hundred trials to show its strength, and one objective. It moves the numeric parameters that every
    trial asks for. Choices and conditional parameters are left to another sampler, which sees those columns alone.
    Grids get a margin, so that the search does not get stuck on one value. Constraints and failures count by rank:
    whatever breaks its constraints less comes first. Members of a generation are quasi-random on a continuum.

    Args:
        x0: where to begin, values by name; the middle of the range for others. Names that are no number that every
            trial asks for are left out.
        sigma0: the first standard deviation as a part of the range; a sixth by default.
        population_size: trials of a generation; 4 + 3 ln c by default for c numbers, and more after each restart.
        kind: "full" adapts all covariances; "separable" deviations only, for many parameters without interaction;
            "cautious" adapts the learning rates too, for noisy and for rugged objectives. Beyond 256 numbers all
            are "separable". Only "full" has the margin.
        margin: keep a margin on grids; those on a log scale, under a prior or of more than 4,096 values are rounded
            only.
        restarts: what follows a run that has converged: "ipop", "bipop" or "same".
        learn: begin around the best tenth of the trials told before, if they are 20 or more, or else between those
            of each earlier study and the middle, a "separable" run at their mean and width alone; not if `x0` is
            given.
        inner: proposes the other parameters; the tree-structured Parzen estimator by default.
        seed: decides the quasi-random numbers and the restarts.

    Raises:
        InvalidInput: `x0` is no mapping, a number is out of range or none, or `inner` is one that ends. A value of
            `x0` is held against the range of its parameter once that is known.
    """

    __slots__ = ("inner", "options", "replay")

    def __init__(
        self,
        *,
        x0: Mapping[str, Any] | None = None,
        sigma0: float | None = None,
        population_size: int | None = None,
        kind: Kind = "full",
        margin: bool = True,
        restarts: Restarts = "ipop",
        learn: bool = True,
        inner: Sampler | None = None,
        seed: int = 0,
    ) -> None:
        check(x0, sigma0, population_size, kind, restarts)
        started = StartupThen(INNER_STARTUP, first=QuasiSampler(seed), then=TPESampler())
        self.inner = started if inner is None else checked_sampler(inner, "inner")
        if self.inner.capabilities.finite:
            raise InvalidInput(
                explain("an inner sampler that never ends", type(self.inner).__name__, "Pass another one.")
            )
        self.options = Options(
            x0=tuple((x0 or {}).items()),
            sigma0=sigma0,
            population_size=population_size,
            kind=kind,
            margin=margin,
            restarts=restarts,
            learn=learn,
            seed=checked_seed(seed),
        )
        self.replay = Replay(partial(Generations, options=self.options))

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history, for any space and one objective; and reports, if the sampler of the rest does."""
        return Capabilities(uses_reports=self.inner.capabilities.uses_reports, most_objectives=1)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n members of the generation under way.

        Raises:
            InvalidInput: there are several objectives, or a value of `x0` is not in the range of its parameter.
        """
        if history.Y.shape[1] > 1:
            got, fix = f"{history.Y.shape[1]}", 'Use sampler="nsga2" or sampler="auto".'
            raise InvalidInput(explain("one objective for CmaSampler", got, fix))
        search = self.replay.state(space, history)
        X = np.full((n, len(space)), 0.5)
        tags: list[dict[str, Any]] = [{} for _ in range(n)]
        if any(domain.levels != 1 for domain in search.rest.values()):
            columns = [column for column, name in enumerate(space) if name in search.rest]
            part = sliced(history, columns)
            others = self.inner.propose(search.rest, part, rng, n)
            X[:, columns] = others.X
            tags = [dict(others.tag(row)) for row in range(n)]
        if len(search.columns):
            members(search, history, rng, X, tags)
        return Proposals(X, tags)


def check(x0: Any, sigma0: Any, population_size: Any, kind: Any, restarts: Any) -> None:
    """Raise InvalidInput for arguments out of range."""
    if x0 is not None and not isinstance(x0, Mapping):
        raise InvalidInput(
            explain("a mapping of names to values as x0", repr(x0), 'Write them as {"lr": 0.1}.')
        )
    good_sigma = sigma0 is None or (are_numbers(sigma0) and 0.0 < sigma0 < math.inf)
    good_size = population_size is None or (are_counts(population_size) and population_size >= LEAST_SIZE)
    if not (good_sigma and good_size):
        expected = f"0 < sigma0 < inf and population_size >= {LEAST_SIZE}"
        got = f"sigma0={sigma0!r}, population_size={population_size!r}"
        raise InvalidInput(explain(expected, got, "Correct the arguments."))
    check_name("kind", kind, get_args(Kind))
    check_name("restarts", restarts, get_args(Restarts))


def check_name(argument: str, name: Any, known: Sequence[str]) -> None:
    """Raise InvalidInput unless the argument is one of the names there are."""
    if name not in known:
        names = ", ".join(f'"{each}"' for each in known)
        raise InvalidInput(explain(f"one of {names} as {argument}", repr(name), correction(name, known)))


def members(
    search: Generations, history: History, rng: Generator, X: Array, tags: list[dict[str, Any]]
) -> None:
    """Fill in members of the generation under way, and their tags."""
    run, place = search.current(history), search.next_place(history)
    strategy = run.strategy
    for row in range(len(X)):
        x = search.draw(run, place + row, rng)
        X[row, search.columns] = strategy.point(x)
        raw = x[strategy.discrete].tolist() if strategy.margins else []
        tags[row].update(Mark(*run.name, strategy.generation, place + row, raw).tags())
