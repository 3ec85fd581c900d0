"""The sampler: model what was told, search for what promises most."""

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.base.blas import one_thread
from luthier.records.history import History
from luthier.samplers.fidelity.parzen import parzen
from luthier.samplers.gp.collapsed import collapsed_as_failed
from luthier.samplers.gp.data import LEAST, Data
from luthier.samplers.gp.fits import Fits
from luthier.samplers.gp.ladder import by_resource, complete
from luthier.samplers.gp.model import Model
from luthier.samplers.gp.moves import Moves
from luthier.samplers.gp.search import Effort, search
from luthier.samplers.gp.surface import surface
from luthier.samplers.origin import origin_tags, with_origin
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.taken import first_untaken
from luthier.space.space import Space
from luthier.surrogates.outputs import ROUNDING

__all__ = ["GPSampler"]

#: Fewer complete trials than this are equal by chance too often, where values are shares of a small set.
LEAST_EQUAL = 5

#: Where a trial comes from that the model of parameters and resource proposed.
SURFACE = origin_tags("gp: a model of parameters and resource: a scheduler stops trials")


class GPSampler:
    """Bayesian optimisation with Gaussian processes, for objectives that cost more than a moment.

    One model for numbers, choices and conditional parameters, the acquisition of Ament et al. 2023 (log expected
    improvement, of hypervolume with several objectives) times the chance of feasibility. Running trials are believed
    to end at their predicted means, a single objective no better than the best known, so that workers keep apart.

    Once a scheduler stops trials the model is one of configurations and resource, of all that trials reported, and what
    is expected is an improvement at the end of a whole training. With several objectives there, while too little is
    known for a model, and while half of all trials are equal and none is better, the tree-structured Parzen estimator
    proposes.
    """

    __slots__ = ("effort", "fits", "moves")

    def __init__(self) -> None:
        self.effort = Effort()
        self.fits = Fits()
        self.moves = Moves(Space({}))

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history and its reports, for any space."""
        return Capabilities(uses_reports=True)

    @one_thread()
    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n configurations; each row counts as a running trial for the next ones."""
        moves = self.moves_of(space)
        known = collapsed_as_failed(history.inside)
        model = self.belief(space, known) if moves.varying.size else "no parameter has more than one value"
        if isinstance(model, str):
            return parzen(model).propose(space, history, rng, n)
        model = model.with_running(history.pending)
        # What a running trial was given and does not ask for makes it no other configuration.
        taken = np.concatenate([history.X, model.activity.masked(history.pending)])
        rows = []
        for _ in range(n):
            row = self.untaken(model, moves, rng, taken=taken)
            rows.append(row)
            running = model.activity.masked(row)
            taken = np.concatenate([taken, running])
            model = model.with_running(running)
        proposals = Proposals(np.concatenate(rows))
        return with_origin(proposals, SURFACE) if by_resource(known) else proposals

    def belief(self, space: Space, history: History) -> Model | str:
        """What is believed after a history; or why there is no Gaussian process of it, for its user."""
        if flat(history):
            return "half of the trials are equal and none is better, so that there is no slope to follow"
        if by_resource(history):
            found = surface(space, history, self.fits)
            return f"a scheduler stops trials, and {found}" if isinstance(found, str) else found
        if (history.fidelity < np.inf).any():
            return "a scheduler stops trials, and there are several objectives"
        data = Data.of(history)
        if len(data) < LEAST:
            return "too few trials yet for a Gaussian process"
        if broken_alike(data):
            return "all trials break their constraints alike, so that there is no slope to follow"
        return Model.of(space, data, self.fits)

    def moves_of(self, space: Space) -> Moves:
        """The moves of a space, kept for the next call."""
        moves = self.moves
        if space is not moves.space:
            moves = self.moves = Moves(space)
        return moves

    def untaken(self, model: Model, moves: Moves, rng: Generator, *, taken: Array) -> Array:
        """`(1, d)` the most promising point that is not among `taken: (t, d)`."""
        good = model.good
        good = np.where(np.isnan(good), rng.random(good.shape), good)
        X = search(model.acquisition, moves, rng, good=good, effort=self.effort)
        features = model.inputs.features
        row = first_untaken(features(model.activity.masked(X)), features(taken))
        return X[row : row + 1]


def broken_alike(data: Data) -> bool:
    """Whether no trial is feasible and none nearer to it than others: then objectives are all there is to go by."""
    alike = len(data.V) >= LEAST_EQUAL and bool(data.V.min() == data.V.max())
    return alike and not data.feasible.any() and not data.failed.all()


def flat(history: History) -> bool:
    """Whether half of the complete trials are equal and none is better: then a process is sure of all but the corners.

    Of one objective, where everything is feasible; constraints have slopes of their own.
    """
    if history.Y.shape[1] > 1 or history.violation.any():
        return False
    y = history.Y[complete(history), 0]
    if len(y) < LEAST_EQUAL:
        return False
    # Halves, for the sum of the largest float and its rounding error is infinite.
    half, least = y / 2.0, float(y.min()) / 2.0
    most = least + ROUNDING * abs(least) if np.isfinite(least) else least
    return 2 * int((half <= most).sum()) >= len(y)
