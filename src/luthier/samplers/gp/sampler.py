"""The sampler: model what was told, search for what promises most."""

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.base.blas import one_thread
from luthier.records.history import History
from luthier.samplers.fidelity.sampler import AnyFidelity
from luthier.samplers.gp.data import LEAST, Data
from luthier.samplers.gp.fits import Fits
from luthier.samplers.gp.ladder import by_resource
from luthier.samplers.gp.model import Model
from luthier.samplers.gp.moves import Moves
from luthier.samplers.gp.search import Effort, search
from luthier.samplers.gp.surface import surface
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.taken import first_untaken
from luthier.samplers.tpe.sampler import TPESampler
from luthier.space.space import Space

__all__ = ["GPSampler"]


class GPSampler:
    """Bayesian optimisation with Gaussian processes, for objectives that cost more than a moment.

    One model for numbers, choices and conditional parameters, the acquisition of Ament et al. 2023 (log expected
    improvement, of hypervolume with several objectives) times the chance of feasibility. Running trials are believed
    to end at their predicted means, so that parallel workers keep apart.

    Once a scheduler stops trials the model is one of configurations and resource, of all that trials reported, and what
    is expected is an improvement at the end of a whole training. With several objectives, or where a trial was
    infeasible, stopped trials are left out of the model.
    """

    __slots__ = ("effort", "few", "fits", "moves")

    def __init__(self) -> None:
        self.effort = Effort()
        #: Proposes while there are fewer trials than a model needs.
        self.few = Named(
            AnyFidelity(TPESampler()), name="tpe", reason="too few trials yet for a Gaussian process"
        )
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
        model = self.belief(space, history) if moves.varying.size else None
        if model is None:
            return self.few.propose(space, history, rng, n)
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
        return Proposals(np.concatenate(rows))

    def belief(self, space: Space, history: History) -> Model | None:
        """What is believed after a history; None where that is too little."""
        history = history.inside
        if by_resource(history):
            return surface(space, history, self.fits)
        data = Data.of(history)
        return Model.of(space, data, self.fits) if len(data) >= LEAST else None

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
