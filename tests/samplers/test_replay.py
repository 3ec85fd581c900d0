"""A fold that continues has the state of one that reads everything."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from luthier.records.history import History
from luthier.samplers.replay import Replay
from luthier.space.space import Space
from luthier.testing.samplers import SPACES, crowd


class Sum:
    """What was read, row by row."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.seen: list[tuple[float, ...]] = []
        self.calls = 0

    def read(self, history: History, first: int) -> None:
        self.calls += 1
        rows = zip(history.X[first:], history.Y[first:], history.tags[first:], strict=True)
        self.seen += [(*x.tolist(), *y.tolist(), len(tag)) for x, y, tag in rows]


def first(history: History, n: int) -> History:
    return replace(
        history,
        X=history.X[:n],
        Y=history.Y[:n],
        violation=history.violation[:n],
        fidelity=history.fidelity[:n],
        number=history.number[:n],
    )


WHOLE = crowd(SPACES["mixed"], 12)


def test_what_was_read_is_not_read_again() -> None:
    replay: Replay[Sum] = Replay(Sum)
    for n in (0, 1, 1, 5, 12):
        state = replay.state(SPACES["mixed"], first(WHOLE, n))
        assert len(state.seen) == n
    assert state.calls == 3
    assert replay.state(SPACES["mixed"], WHOLE) is state


@pytest.mark.parametrize(
    "change",
    [
        lambda known: replace(known, Y=known.Y + 1.0),
        lambda known: replace(known, X=known.X[::-1]),
        lambda known: replace(known, violation=known.violation + 1.0),
        lambda known: replace(known, fidelity=known.fidelity - np.inf),
        lambda known: replace(known, all_tags=[{"a": 1}, *known.all_tags[1:]]),
        lambda known: replace(known, earlier=[known]),
        lambda known: first(known, 4),
        lambda known: replace(known, Y=np.ones((12, 2))),
    ],
)
def test_other_trials_are_read_anew(change: object) -> None:
    with np.errstate(invalid="ignore"):
        changed = change(WHOLE)  # type: ignore[operator]  # a function of a history
    replay: Replay[Sum] = Replay(Sum)
    old = replay.state(SPACES["mixed"], WHOLE)
    state = replay.state(SPACES["mixed"], changed)
    fresh: Replay[Sum] = Replay(Sum)
    assert state is not old
    assert state.seen == fresh.state(SPACES["mixed"], changed).seen


def test_equal_trials_in_other_arrays_are_the_same() -> None:
    replay: Replay[Sum] = Replay(Sum)
    state = replay.state(SPACES["mixed"], first(WHOLE, 7))
    assert replay.state(SPACES["mixed"], crowd(SPACES["mixed"], 12)) is state
    assert len(state.seen) == 12


def test_another_space_begins_anew() -> None:
    replay: Replay[Sum] = Replay(Sum)
    old = replay.state(SPACES["mixed"], WHOLE)
    renamed = Space(dict(zip("abcd", SPACES["mixed"].values(), strict=True)))
    assert replay.state(renamed, WHOLE) is not old


def test_a_copy_has_read_nothing() -> None:
    replay: Replay[Sum] = Replay(Sum)
    replay.state(SPACES["mixed"], WHOLE)
    for other in (copy.deepcopy(replay), pickle.loads(pickle.dumps(replay))):  # noqa: S301 - of our own making
        assert not other.kept


def test_a_fold_that_breaks_off_is_not_continued() -> None:
    class Breaks(Sum):
        def read(self, history: History, first: int) -> None:
            super().read(history, first)
            if len(history) == 5:
                raise KeyboardInterrupt

    replay: Replay[Breaks] = Replay(Breaks)
    replay.state(SPACES["mixed"], first(WHOLE, 4))
    with pytest.raises(KeyboardInterrupt):
        replay.state(SPACES["mixed"], first(WHOLE, 5))
    assert len(replay.state(SPACES["mixed"], first(WHOLE, 6)).seen) == 6


def test_equal_earlier_studies_are_the_same() -> None:
    """Whoever makes a history of a study makes new ones of those before it."""
    replay: Replay[Sum] = Replay(Sum)
    for n in (5, 12):
        earlier = [first(WHOLE, 9)]
        state = replay.state(SPACES["mixed"], replace(first(WHOLE, n), earlier=earlier))
    assert state.calls == 2
    assert len(state.seen) == 12
    again = replay.state(SPACES["mixed"], replace(WHOLE, earlier=[first(WHOLE, 8)]))
    assert again is not state


def test_parameters_that_are_asked_for_alone_leave_the_whole_as_it_is() -> None:
    replay: Replay[Sum] = Replay(Sum)
    alone = Space({"k": SPACES["mixed"]["k"]})
    for n in (5, 9, 12):
        whole = replay.state(SPACES["mixed"], first(WHOLE, n))
        replay.state(alone, replace(first(WHOLE, n), X=WHOLE.X[:n, 1:2], pending=np.empty((0, 1))))
    assert whole.calls == 3
    assert len(whole.seen) == 12
