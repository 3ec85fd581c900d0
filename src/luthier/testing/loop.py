"""The least loop around a sampler: ask, evaluate, tell. No store, no executor, no scheduler."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from luthier.base.seeding import rng_for
from luthier.records.history import Ledger
from luthier.records.state import TrialState
from luthier.records.study import Direction
from luthier.records.trial import TrialRecord
from luthier.samplers.protocol import Sampler
from luthier.space.codec import Codec
from luthier.testing.problems import Problem

__all__ = ["best_so_far", "search"]


def search(
    sampler: Sampler,
    problem: Problem,
    *,
    seed: int,
    n_trials: int,
    workers: int = 1,
) -> list[TrialRecord]:
    """Run a sampler on a problem; `workers` trials are asked for before the first of them is told.

    Returns the trials, fewer than `n_trials` when the sampler ends.
    """
    ledger = Ledger([Direction.MINIMIZE] * len(problem.optimum))
    codec = Codec(problem.space)
    running: list[tuple[int, dict[str, Any], Mapping[str, Any]]] = []
    for number in range(n_trials):
        configs, tags = [config for _, config, _ in running], [tag for _, _, tag in running]
        history = ledger.history(problem.space, configs, tags)
        proposals = sampler.propose(problem.space, history, rng_for(seed, number), 1)
        if not len(proposals.X):
            break
        running.append((number, codec.decode(proposals.X[0].tolist()), proposals.tag(0)))
        if len(running) == workers:
            tell(ledger, problem, *running.pop(0))
    for trial in running:
        tell(ledger, problem, *trial)
    return ledger.records


def tell(
    ledger: Ledger, problem: Problem, number: int, config: dict[str, Any], tags: Mapping[str, Any]
) -> None:
    """Evaluate one configuration and enter it."""
    params, values = problem.run(config)
    domains = {name: problem.space[name] for name in params}
    state = TrialState.COMPLETE
    record = TrialRecord(
        number=number, state=state, params=params, domains=domains, values=values, tags=tags, created=0.0
    )
    ledger.tell(record)


def best_so_far(records: list[TrialRecord]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """`(n,)` the least first objective up to each trial."""
    values = np.array([record.values[0] for record in records if record.values])
    return np.minimum.accumulate(values)
