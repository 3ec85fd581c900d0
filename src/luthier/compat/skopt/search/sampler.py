"""The model-based search as a sampler: initial points, then the best of an acquisition function.

    told    codes of finished trials        X, y      their features and targets
    taken   what was told or is running     nominees  the best point of each acquisition function

GP-Hedge (Hoffman, Brochu and de Freitas 2011, "Portfolio Allocation for Bayesian Optimization", Algorithm 2) chooses
among the nominees of EI, LCB and PI with probability `softmax(eta g)`. The gain g of a function is the sum, over its
past nominees, of how far below the mean the newest model sees them, in deviations of the targets. Nominees travel as
tags of their trials, so no state is kept, and eta means the same for objectives of any scale.

A regressor that was named, with an acquisition function that is left as it is, is luthier's own sampler of its kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.compat.skopt.acquisition import KAPPA, PER_SECOND, XI
from luthier.compat.skopt.estimators import cook_estimator, has_gradients
from luthier.compat.skopt.search.acquire import SMOOTH, Task, descend
from luthier.compat.skopt.search.frame import Frame
from luthier.compat.skopt.search.native import native_sampler, said_by_model, said_by_start
from luthier.compat.skopt.search.surrogate import fit, lied_to, targets
from luthier.compat.skopt.space.dimension import Codes, Dimension
from luthier.compat.skopt.space.space import Space as Points
from luthier.records.history import History
from luthier.records.trial import Constant
from luthier.samplers.origin import with_origin
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.space.domains import Domain
from luthier.space.space import Space

__all__ = ["HEDGED", "ModelSampler", "Settings"]

#: The functions that GP-Hedge chooses among.
HEDGED = ("EI", "LCB", "PI")

#: The acquisition functions that luthier's own samplers stand for, with the arguments that they are left at.
OWN: Mapping[str, Mapping[str, float]] = {
    "EI": {"xi": XI},
    "gp_hedge": {"eta": 1.0, "kappa": KAPPA, "xi": XI},
}

#: The tag that holds the nominees of a trial.
TAG = "skopt.nominees"

#: Finite spaces of at most this size are looked at whole.
WHOLE = 1 << 14


@final
@dataclass(frozen=True)
class Settings:
    """How a search goes on after its initial points."""

    acq_func: str = "gp_hedge"
    #: Descend from the best candidates; else the best candidate is taken.
    descend: bool = False
    n_points: int = 10_000
    n_restarts: int = 5
    options: Mapping[str, Any] = field(default_factory=dict)
    avoid_duplicates: bool = True
    lie: str = "cl_min"

    @property
    def functions(self) -> tuple[str, ...]:
        """The acquisition functions that are minimised."""
        return HEDGED if self.acq_func == "gp_hedge" else (self.acq_func,)

    @property
    def plain(self) -> bool:
        """Whether all is left at what luthier's own samplers stand for."""
        usual = OWN.get(self.acq_func)
        if usual is None or any(self.options.get(name, value) != value for name, value in usual.items()):
            return False
        return self == Settings(self.acq_func, descend=self.descend, options=self.options)


@final
class ModelSampler:
    """Bayesian optimisation with a regressor of scikit-learn.

    Args:
        points: the dimensions and the constraint of the search.
        domains: the luthier domain of each dimension, by name.
        estimator: a regressor with `predict(X, return_std=True)`; None for points at random only.
        n_initial: how many points come before the model.
        design: the first of them; those that it lacks are random.
        settings: how the search goes on.
        name: of the regressor, in capitals; "" for one of the user's own.
        generator: what makes the design, "random" without one.
    """

    def __init__(
        self,
        points: Points,
        *,
        domains: Mapping[str, Domain],
        estimator: Any,
        n_initial: int,
        design: Sequence[Sequence[Any]] = (),
        settings: Settings | None = None,
        name: str = "",
        generator: str = "random",
    ) -> None:
        self.points = points
        self.domains = dict(domains)
        self.estimator = estimator
        self.n_initial = n_initial
        self.design = design
        #: Changed by whoever asks for several points with another lie.
        self.settings = settings or Settings()
        self.name = name
        self.generator = generator
        #: Luthier's own sampler of the kind that was named, made at first use.
        self.own: Sampler | None = None
        self.known: dict[str, Dimension] = dict(zip(self.domains, points.dimensions, strict=True))
        self.frame: Frame | None = None
        #: The data that the newest model was fitted to, and the model.
        self.newest: tuple[bytes, Any] = (b"", None)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"frame": None, "newest": (b"", None), "own": None}

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history, for any space."""
        return Capabilities()

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points that know of each other and of all running trials."""
        if not len(space):
            return Proposals(np.empty((n, 0)))
        with np.errstate(all="ignore"):  # regressors square and divide what users tell, however large
            return self.proposals(space, history, rng, n)

    def proposals(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """The same for a space that is not empty."""
        frame = self.framed(space)
        asked = ~np.isnan(history.X).all(axis=1)
        told = frame.codes(history.X[asked])
        y = targets(history.Y[asked], history.violation[asked], timed=self.timed)
        pending = history.pending[~np.isnan(history.pending).all(axis=1)]
        rows: list[Array] = []
        tags: list[Mapping[str, Any]] = []
        while len(tags) < n:
            running = frame.codes(np.concatenate([pending, *rows]))
            begins = self.starts(y, running)
            own = None if begins else self.own_sampler(frame)
            if own is not None:
                known = replace(history, pending=np.concatenate([history.pending, *rows]))
                more = with_origin(own.propose(space, known, rng, n - len(tags)), self.said(own=True))
                return Proposals(np.concatenate([*rows, more.X]), [*tags, *more.tags])
            one = Step(self, frame, rng, told, running)
            codes, tag = one.begin() if begins else one.go_on(y, history.tags)
            rows.append(frame.unit(codes))
            tags.append({**tag, **(self.said_at_first() if begins else self.said())})
        return Proposals(np.concatenate(rows), tags)

    def own_sampler(self, frame: Frame) -> Sampler | None:
        """Luthier's own sampler of the kind that was named, where no argument asks for what it has not."""
        searched = self.settings.descend or not has_gradients(self.estimator)
        if not (searched and self.settings.plain) or frame.points.constraint is not None:
            return None
        if self.own is None:
            self.own = native_sampler(self.name)
        return self.own

    def said_at_first(self) -> Constant:
        """The origin of an initial point."""
        return said_by_start(self.generator, name=self.name, n_initial=self.n_initial)

    def said(self, *, own: bool = False) -> Constant:
        """The origin of a later one: of luthier's own sampler, or of an acquisition function over the regressor."""
        regressor = type(self.estimator).__name__
        return said_by_model(self.name, regressor=regressor, acq_func=None if own else self.settings.acq_func)

    def framed(self, space: Space) -> Frame:
        """The frame of a space, the same one as long as the space is."""
        if self.frame is None or self.frame.space != space:
            self.frame = Frame(
                space, known=self.known, domains_of=self.domains, constraint=self.points.constraint
            )
        return self.frame

    def starts(self, y: Array, running: Sequence[Codes]) -> bool:
        """Whether the next point is an initial one."""
        if self.estimator is None or not len(y):
            return True
        return len(y) + (len(running[0]) if running else 0) < self.n_initial

    @property
    def timed(self) -> bool:
        """Whether the second objective is the seconds of a trial."""
        return self.settings.acq_func in PER_SECOND

    def estimator_of(self, frame: Frame) -> Any:
        """The regressor for a space: a Gaussian process has a length scale for each column."""
        if frame.whole or not callable(getattr(self.estimator, "predict_gradients", None)):
            return self.estimator
        return cook_estimator("GP", frame.points, random_state=self.estimator.random_state)

    def model(self, X: Array, y: Array, frame: Frame | None = None) -> Any:
        """The regressor fitted to these data, fitted once; in another frame than the points', one that fits it."""
        key = b"".join([str(X.shape).encode(), X.tobytes(), y.tobytes()])
        if self.newest[0] != key:
            self.newest = key, fit(self.estimator_of(frame) if frame else self.estimator, X, y)
        return self.newest[1]

    def learnt(self, space: Space, history: History) -> Any:
        """The model of all told trials of a history."""
        frame = self.framed(space)
        y = targets(history.Y, history.violation, timed=self.timed)
        return self.model(frame.features(frame.codes(history.X)), y, frame)


@final
class Step:
    """The choice of one point."""

    def __init__(
        self,
        search: ModelSampler,
        frame: Frame,
        rng: Generator,
        told: list[Codes],
        running: list[Codes],
    ) -> None:
        self.search = search
        self.settings = search.settings
        self.frame = frame
        self.rng = rng
        self.told = told
        self.running = running
        self.taken = {*frame.keys(told), *frame.keys(running)} if self.settings.avoid_duplicates else set()

    def begin(self) -> tuple[list[Codes], Mapping[str, Any]]:
        """An initial point: the next of the design, or a random one."""
        place = len(self.told[0]) + len(self.running[0])
        if self.frame.whole and place < len(self.search.design):
            point = self.frame.allowed(self.frame.points.to_codes([self.search.design[place]]))
            if point:
                return point, {}
        drawn = self.frame.draw(self.rng, 64)
        chosen = self.first_free(drawn, range(len(drawn[0])))
        if chosen is None:
            drawn = self.left_over() or drawn
            chosen = int(self.rng.integers(len(drawn[0])))
        return row_of(drawn, chosen), {}

    def go_on(self, y: Array, tags: Sequence[Mapping[str, Any]]) -> tuple[list[Codes], Mapping[str, Any]]:
        """The point that an acquisition function names, and all nominees as a tag where they differ."""
        X = self.frame.features(self.told)
        model = clear = self.search.model(X, y, self.frame)
        if len(self.running[0]):
            pending = self.frame.features(self.running)
            estimator = self.search.estimator_of(self.frame)
            model = lied_to(clear, estimator, (X, y), pending, lie=self.settings.lie)
        task = Task(model, float(y[:, 0].min()), self.settings.functions, self.settings.options)
        nominees = self.nominees(task)
        if len(nominees) == 1:
            return nominees[0], {}
        names = [self.frame.keys(nominee)[0] for nominee in nominees]
        tag = {}
        if len(set(names)) > 1:
            tag = {TAG: [self.frame.unit(nominee)[0].tolist() for nominee in nominees]}
        chances = self.chances(clear, y, tags)
        return nominees[int(self.rng.choice(len(nominees), p=chances))], tag

    def nominees(self, task: Task) -> list[list[Codes]]:
        """The best free point of each acquisition function."""
        candidates = self.candidates()
        X = self.frame.features(candidates)
        values = task.values(X)
        order = np.argsort(values, axis=1, kind="stable")
        if self.may_descend(task):
            starts = X[order[:, : max(1, self.settings.n_restarts)]]
            ends = descend(task, starts, np.array(self.frame.points.transformed_bounds))
            flat = ends.reshape(-1, X.shape[1])
            landed = self.frame.points.decode(flat)
            candidates = [np.concatenate(pair) for pair in zip(landed, candidates, strict=True)]
            values = np.concatenate([task.values(self.frame.features(landed)), values], axis=1)
            order = np.argsort(values, axis=1, kind="stable")
        return [row_of(candidates, self.best(candidates, ranking)) for ranking in order]

    def may_descend(self, task: Task) -> bool:
        """Whether a descent can end anywhere that the candidates are not."""
        finite = self.frame.size is not None and self.frame.size <= WHOLE
        smooth = SMOOTH.issuperset(task.functions) and callable(
            getattr(task.model, "predict_gradients", None)
        )
        return self.settings.descend and smooth and not finite and self.frame.points.constraint is None

    def candidates(self) -> list[Codes]:
        """Points to look at: all that are left of a small finite space, random ones of another."""
        size = self.frame.size
        if size is not None and size <= max(self.settings.n_points, 1) and size <= WHOLE:
            left = self.left_over()
            if left:
                return left
        return self.frame.draw(self.rng, max(1, self.settings.n_points))

    def left_over(self) -> list[Codes]:
        """The points of a small finite space that nothing has taken; none of another space."""
        if self.frame.size is None or self.frame.size > WHOLE:
            return []
        every = self.frame.all()
        if not every:
            return []
        free = np.array([key not in self.taken for key in self.frame.keys(every)], dtype=np.bool_)
        return [part[free] for part in every] if free.any() else []

    def best(self, candidates: Sequence[Codes], ranking: Any) -> int:
        """The first candidate of a ranking that nothing has taken; the first of all if there is none."""
        found = self.first_free(candidates, ranking)
        return int(ranking[0]) if found is None else found

    def first_free(self, candidates: Sequence[Codes], ranking: Any) -> int | None:
        """The first candidate of a ranking that nothing has taken."""
        for place in ranking:
            if not self.taken or self.frame.keys(row_of(candidates, place))[0] not in self.taken:
                return int(place)
        return None

    def chances(self, model: Any, y: Array, tags: Sequence[Mapping[str, Any]]) -> Array:
        """`(3,)` how likely GP-Hedge takes each nominee."""
        past = [tag[TAG] for tag in tags if TAG in tag]
        gains = np.zeros(len(HEDGED))
        rows = np.array(past, dtype=np.float64)
        if past and rows.shape[1:] == (len(HEDGED), len(self.frame.columns)):
            mu = model.predict(self.frame.features(self.frame.codes(rows.reshape(-1, rows.shape[2]))))
            spread = float(y.std()) or 1.0
            gains = -((mu - float(y.mean())) / spread).reshape(-1, len(HEDGED)).sum(axis=0)
        weights = np.exp(self.settings.options.get("eta", 1.0) * (gains - gains.max()))
        return np.asarray(weights / weights.sum())


def row_of(codes: Sequence[Codes], place: Any) -> list[Codes]:
    """One point of many."""
    return [part[int(place) : int(place) + 1] for part in codes]
