"""A sampler with a model, made to learn from trials at every stage: complete, stopped and running."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from luthier.records.history import NO_REPORTS, History
from luthier.records.trial import NOTHING
from luthier.samplers.arguments import checked_sampler
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.space.space import Space

__all__ = ["AnyFidelity"]


class AnyFidelity:
    """Shows a sampler one score for each trial instead of values of different fidelity.

    Told trials and running ones that have reported are ranked in one order (`fidelity.scores`), in which values are
    compared at equal resource only; the sampler sees them all as complete trials with their normal score as the
    objective. So the model learns from a running trial as soon as it reports, and a good one is no longer a place to
    keep away from. Where no trial was stopped the sampler sees the history as it is, and so it does with several
    objectives.

    Args:
        sampler: a model of one objective; what it knows of the scale of the objective is lost, its order is kept.

    Raises:
        InvalidInput: `sampler` is none.
    """

    __slots__ = ("sampler",)

    def __init__(self, sampler: Sampler) -> None:
        self.sampler = checked_sampler(sampler, "sampler")

    @property
    def capabilities(self) -> Capabilities:
        """Those of the sampler within; histories come with reports."""
        return replace(self.sampler.capabilities, uses_history=True, uses_reports=True)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points."""
        stopped = np.isfinite(history.fidelity).any()
        if stopped and history.Y.shape[1] == 1:
            history = scored(history)
        return self.sampler.propose(space, history, rng, n)


def scored(history: History) -> History:
    """The history with scores as its only objective, and the running trials that have one among the told."""
    from luthier.samplers.fidelity.scores import scores  # it loads scipy, which no search without stops needs

    n, found = len(history), scores(history)
    running = np.flatnonzero(~np.isnan(found[n:]))
    waiting = np.flatnonzero(np.isnan(found[n:]))
    pending_tags = [*history.pending_tags, *[NOTHING] * (len(history.pending) - len(history.pending_tags))]
    Y = np.concatenate([found[:n], found[n + running]])
    order = np.concatenate([np.arange(n), n + running, n + waiting])
    # Of a trial that was stopped and left no report, only that is known: it counts as the last of the others.
    Y[np.isnan(Y)] = np.max(Y, where=np.isfinite(Y), initial=0.0)
    return replace(
        history,
        X=np.concatenate([history.X, history.pending[running]]),
        Y=Y[:, None],
        violation=np.concatenate([history.violation, np.zeros(running.size)]),
        fidelity=np.full(len(Y), np.inf),
        number=np.concatenate([history.number, np.arange(running.size) + history.number.max(initial=-1) + 1]),
        pending=history.pending[waiting],
        pending_tags=[pending_tags[row] for row in waiting],
        all_tags=[*history.tags, *(pending_tags[row] for row in running)],
        reports=NO_REPORTS,
        elsewhere=np.flatnonzero(np.isin(order, history.elsewhere)).tolist(),
    )
