"""The laws of every sampler, as a pytest class.

Subclass `SamplerLaws`, and give it a fixture:

    class TestMine(SamplerLaws):
        @pytest.fixture(scope="class")
        @classmethod
        def sampler(cls) -> Sampler:
            return Mine()

Capabilities decide what is asked: a sampler that is not for continua is shown finite spaces only, one that says that it
is finite has to end.
"""

import copy
import itertools
import math
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.records.history import History, Reports
from luthier.samplers.protocol import Proposals, Sampler
from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.loop import search
from luthier.testing.problems import PROBLEMS, Get, Problem
from luthier.testing.strategies import histories, shared, spaces

__all__ = ["FINITE", "SPACES", "SamplerLaws", "crowd", "halved"]

#: Spaces of every kind, by name.
SPACES = {
    "floats": Space({"x": Float(-1.0, 1.0), "y": Float(1e-8, 1.0, log=True)}),
    "mixed": Space(
        {"x": Float(0.0, 1.0), "k": Int(1, 9), "w": Int(1, 999, log=True), "c": Categorical(("a", None, 3))}
    ),
    "finite": Space({"k": Int(0, 3), "q": Float(0.0, 1.0, step=0.25), "c": Categorical((1, 1.0, True))}),
    "choices": Space({"c": Categorical(("a", "b"))}),
    "one value": Space({"k": Int(3, 3), "x": Float(2.0, 2.0), "c": Categorical(("only",))}),
    "nothing": Space({}),
    "extreme": Space(
        {
            "k": Int(-(2**80), 2**80),
            "b": Int(1, 10**9, log=True),
            "t": Float(1e-300, 1e300, log=True),
            "h": Float(-1e300, 1e300),
        }
    ),
    "wide": Space({f"x{column}": Float(0.0, 1.0) for column in range(200)}),
    "many choices": Space({f"c{column}": Categorical(tuple(range(9))) for column in range(60)}),
}

#: The names of spaces that a grid can enumerate.
FINITE = ("finite", "choices", "one value", "nothing")


def crowd(space: Space, n: int, *, pending: int = 0, seed: int = 0) -> History:
    """A history of n complete trials at random points, whose objective is the mean coordinate."""
    rng = rng_for(seed, n)
    codec = Codec(space)
    X = codec.encode_many([codec.decode(row) for row in rng.random((n + pending, len(space))).tolist()])
    Y = X[:n].mean(axis=1, keepdims=True) if len(space) else np.zeros((n, 1))
    return History(
        X=X[:n],
        Y=Y,
        violation=np.zeros(n),
        fidelity=np.full(n, math.inf),
        number=np.arange(n, dtype=np.int64),
        pending=X[n:],
        all_tags=[{} for _ in range(n)],
    )


def halved(history: History) -> History:
    """The history with two of three trials stopped at step 3 of 9, and the running ones at steps of all kinds."""
    n, p = len(history), len(history.pending)
    stopped = np.arange(n) % 3 > 0
    lengths = np.concatenate([np.where(stopped, 3, 9), np.arange(p) % 10])
    steps = np.concatenate([np.empty(0), *[np.arange(1.0, length + 1) for length in lengths.tolist()]])
    row = np.repeat(np.arange(n + p), lengths)
    values = np.concatenate([history.Y[:, 0], np.full(p, 0.5)])[row] + 1.0 / steps
    return replace(
        history,
        fidelity=np.where(stopped, 3.0, history.fidelity),
        reports=Reports(row=row, step=steps, value=values),
    )


class SamplerLaws:
    """What holds for every sampler."""

    @pytest.fixture(scope="class")
    @classmethod
    def sampler(cls) -> Sampler:
        """The sampler under test."""
        raise NotImplementedError

    def propose(
        self, sampler: Sampler, space: Space, history: History, n: int = 1, trial: int = 0
    ) -> Proposals:
        """Proposals of a fresh stream, checked: shapes, the unit cube, tags, and values that are legal."""
        proposals = sampler.propose(space, history, rng_for(7, trial), n)
        k = len(proposals.X)
        assert proposals.X.shape == (k, len(space))
        assert k == n or (k < n and sampler.capabilities.finite and space.size is not None)
        assert ((proposals.X >= 0.0) & (proposals.X <= 1.0)).all()
        assert len(proposals.tags) in {0, k}
        codec = Codec(space)
        for row in proposals.X.tolist():
            assert all(space[name].contains(value) for name, value in codec.decode(row).items())
        return proposals

    def spaces(self, sampler: Sampler) -> list[Space]:
        """The spaces that the sampler can work on."""
        return [space for space in SPACES.values() if sampler.capabilities.suit(space)]

    def crowds(self, sampler: Sampler, space: Space, n: int, *, pending: int = 0) -> list[History]:
        """A crowd, and to samplers that read reports one that a scheduler has halved too."""
        history = crowd(space, n, pending=pending)
        return [history, halved(history)] if sampler.capabilities.uses_reports else [history]

    def test_it_satisfies_the_protocol(self, sampler: Sampler) -> None:
        """It has `capabilities` and `propose`."""
        assert isinstance(sampler, Sampler)

    @pytest.mark.parametrize("told", [0, 1, 2, 15, 40])
    @pytest.mark.parametrize("n", [1, 4])
    def test_proposals_are_legal_on_every_kind_of_space(self, sampler: Sampler, told: int, n: int) -> None:
        """In the unit cube, as many as asked for, and every value within its range."""
        for space in self.spaces(sampler):
            for history in self.crowds(sampler, space, told, pending=told % 2):
                self.propose(sampler, space, history, n)

    @shared
    @given(data=st.data(), n=st.integers(1, 3))
    def test_odd_histories_break_nothing(self, sampler: Sampler, data: st.DataObject, n: int) -> None:
        """No trials, holes, ties, infinities, stopped and infeasible trials, one to three objectives."""
        space = data.draw(spaces(max_size=4))
        assume(sampler.capabilities.suit(space))
        most = min(sampler.capabilities.most_objectives or 3, 3)
        with np.errstate(all="raise", under="ignore"):
            self.propose(sampler, space, data.draw(histories(space, max_objectives=most)), n)

    def test_equal_arguments_give_equal_proposals(self, sampler: Sampler) -> None:
        """A copy that has seen nothing proposes what one that has seen much does: caches decide nothing."""
        fresh = pickle.loads(pickle.dumps(copy.deepcopy(sampler)))  # noqa: S301 - of our own making
        for space in self.spaces(sampler):
            histories = self.crowds(sampler, space, 20, pending=2)
            for trial, history in itertools.product(range(3), histories):
                one, other = (self.propose(each, space, history, 2, trial) for each in (sampler, fresh))
                np.testing.assert_array_equal(one.X, other.X)
                assert list(one.tags) == list(other.tags)

    def test_inputs_stay_as_they_are(self, sampler: Sampler) -> None:
        """Arrays may be read-only, and tags are not written to."""
        for space in self.spaces(sampler):
            history = crowd(space, 15, pending=1)
            arrays = [
                history.X,
                history.Y,
                history.violation,
                history.fidelity,
                history.number,
                history.pending,
            ]
            for array in arrays:
                array.flags.writeable = False
            before = pickle.dumps((history.all_tags, history.pending_tags))
            self.propose(sampler, space, history, 2)
            assert pickle.dumps((history.all_tags, history.pending_tags)) == before

    def test_trials_get_different_proposals(self, sampler: Sampler) -> None:
        """Trial after trial, and row after row of one call."""
        for name in ("floats", "mixed"):
            if sampler.capabilities.continuous:
                records = search(sampler, flat(SPACES[name]), seed=3, n_trials=30)
                assert len({str(record.params) for record in records}) == 30
                rows = self.propose(sampler, SPACES[name], crowd(SPACES[name], 12), 8).X
                assert len(np.unique(rows, axis=0)) == 8

    def test_the_history_matters_only_to_those_who_read_it(self, sampler: Sampler) -> None:
        """A sampler that does not claim to read the history proposes the same without one."""
        if not sampler.capabilities.uses_history:
            space = SPACES["finite"]
            blind = self.propose(sampler, space, History.empty(0), 3)
            np.testing.assert_array_equal(blind.X, self.propose(sampler, space, crowd(space, 20), 3).X)

    @pytest.mark.parametrize("name", FINITE)
    @pytest.mark.parametrize("workers", [1, 3])
    def test_it_ends_exactly_if_it_says_so(self, sampler: Sampler, name: str, workers: int) -> None:
        """A finite one after each configuration came once, any other never."""
        space = SPACES[name]
        size = space.size or 0
        records = search(sampler, flat(space), seed=1, n_trials=size + 5, workers=workers)
        if sampler.capabilities.finite:
            assert len(records) == len({str(record.params) for record in records}) == size
        else:
            assert len(records) == size + 5

    def test_a_continuum_is_refused_by_name_or_searched(self, sampler: Sampler) -> None:
        """Whoever cannot search a continuum names the parameter."""
        space = Space({"k": Int(0, 1), "my rate": Float(0.0, 1.0)})
        if sampler.capabilities.continuous:
            self.propose(sampler, space, crowd(space, 5))
        else:
            with pytest.raises(InvalidInput, match="my rate"):
                sampler.propose(space, crowd(space, 5), rng_for(0, 0), 1)

    @pytest.mark.parametrize("name", ["mixed", "conditional", "noisy", "zdt1"])
    def test_whole_searches_run(self, sampler: Sampler, name: str) -> None:
        """Mixed, conditional, noisy and two-objective problems, two workers."""
        most, wanted = sampler.capabilities.most_objectives, len(PROBLEMS[name].optimum)
        if sampler.capabilities.continuous and (most is None or wanted <= most):
            assert len(search(sampler, PROBLEMS[name], seed=0, n_trials=25, workers=2)) == 25

    def test_more_objectives_than_it_takes_are_refused(self, sampler: Sampler) -> None:
        """With a typed error; a sampler that names no limit takes four."""
        most = sampler.capabilities.most_objectives
        space = SPACES["finite"]
        history = replace(crowd(space, 6), Y=np.ones((6, 4 if most is None else most + 1)))
        if most is None:
            self.propose(sampler, space, history)
        else:
            with pytest.raises(InvalidInput, match="objective"):
                sampler.propose(space, history, rng_for(0, 0), 1)

    def test_the_whole_range_is_within_reach(self, sampler: Sampler) -> None:
        """Over a few studies, every choice and both halves of a range come up."""
        if sampler.capabilities.continuous:
            space = SPACES["mixed"]
            studies = [search(sampler, flat(space), seed=seed, n_trials=12) for seed in range(6)]
            X = rows_of([record for records in studies for record in records], space)
            assert ((X < 0.5).any(axis=0) & (X > 0.5).any(axis=0)).all()
            assert len(np.unique(X[:, 3])) == 3


def rows_of(records: list[Any], space: Space) -> Array:
    """The encoded parameters of trials."""
    return Codec(space).encode_many([record.params for record in records])


def flat(space: Space) -> Problem:
    """A problem that asks for every parameter and tells nothing."""

    def evaluate(get: Get) -> tuple[float, ...]:
        for name in space:
            get(name)
        return (0.0,)

    return Problem(name="flat", space=space, evaluate=evaluate, optimum=(0.0,))
