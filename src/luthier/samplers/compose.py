"""Samplers made of samplers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, IntArray
from luthier.base.errors import InvalidInput, explain
from luthier.records.history import History
from luthier.records.trial import NOTHING
from luthier.samplers.arguments import are_counts, checked_sampler, encoded
from luthier.samplers.grid import free_places
from luthier.samplers.origin import origin_tags
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.samplers.taken import SAME, Cells, Taken, asking, is_end, of_this_space, proposed_tags
from luthier.samplers.weighted import by_weight
from luthier.space.codec import MOST_TOLD_APART, Codec
from luthier.space.space import Space

__all__ = ["Distinct", "Fallback", "PartialFixed", "StartupThen"]

#: Of spaces of more configurations untried ones are looked for by so many draws first.
MANY = 1 << 14
DRAWN = 64

#: Where a configuration comes from that no sampler has proposed.
BY_CHANCE = origin_tags("chance: an untried configuration")


class StartupThen:
    """One sampler for the first `n` trials, those that are told or running, then another.

    Args:
        n: how many trials the first sampler starts.
        first: the sampler that starts.
        then: the sampler that goes on, usually one with a model.

    Raises:
        InvalidInput: `n` is no whole number >= 0, or one of the others is no sampler.
    """

    __slots__ = ("first", "n", "then")

    def __init__(self, n: int, *, first: Sampler, then: Sampler) -> None:
        if not are_counts(n) or n < 0:
            raise InvalidInput(explain("a whole number n >= 0", f"n={n!r}", "Pass how many trials start."))
        self.n = n
        self.first = checked_sampler(first, "first")
        self.then = checked_sampler(then, "then")

    @property
    def capabilities(self) -> Capabilities:
        """Those of both: it ends when one of them may, and works where both work."""
        both = (self.first.capabilities, self.then.capabilities)
        return Capabilities(
            uses_reports=any(each.uses_reports for each in both),
            finite=any(each.finite for each in both),
            continuous=all(each.continuous for each in both),
            largest=min((each.largest for each in both if each.largest is not None), default=None),
            holds=any(each.holds for each in both),
            most_objectives=min(
                (each.most_objectives for each in both if each.most_objectives is not None), default=None
            ),
        )

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points; when the start ends among them, the rows of the first sampler are pending for the other."""
        head = min(n, self.n - history.started)
        if head <= 0:
            return self.then.propose(space, history, rng, n)
        started = self.first.propose(space, history, rng, head)
        if head == n or len(started.X) < head:
            return started
        rest = self.then.propose(space, with_pending(history, started), rng, n - head)
        return joined(started, rest)


class PartialFixed:
    """A sampler with some parameters held at fixed values.

    What earlier trials found under other values teaches the sampler too, as if it did not hang on them; but what was
    tried there counts as untried here.

    Args:
        sampler: proposes the other parameters.
        fixed: values by name; a name that the space does not have yet counts once it has it.

    Raises:
        InvalidInput: `sampler` is none, or `fixed` is no mapping.
    """

    __slots__ = ("fixed", "sampler")

    def __init__(self, sampler: Sampler, *, fixed: Mapping[str, Any]) -> None:
        if not isinstance(fixed, Mapping):
            fix = 'Write them as {"lr": 0.1}.'
            raise InvalidInput(explain("a mapping of names to values as fixed", repr(fixed), fix))
        self.sampler = checked_sampler(sampler, "sampler")
        self.fixed = dict(fixed)

    @property
    def capabilities(self) -> Capabilities:
        """Those of the sampler within, some of whose parameters are held."""
        return replace(self.sampler.capabilities, holds=True)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points of the free parameters, completed by the fixed values.

        Raises:
            InvalidInput: a fixed value is not in the range of its parameter.
        """
        held = {
            column: encoded(self.fixed[name], domain, role=f'"{name}" fixed')
            for column, (name, domain) in enumerate(space.items())
            if name in self.fixed
        }
        if len(held) == len(space) and history.part:
            return Proposals(np.tile([held[column] for column in range(len(space))], (n, 1)))
        free = [column for column in range(len(space)) if column not in held]
        proposed = self.sampler.propose(space.without(self.fixed), sliced(history, free, held), rng, n)
        X = np.empty((len(proposed.X), len(space)))
        X[:, free] = proposed.X
        X[:, list(held)] = list(held.values())
        return proposed._replace(X=X)


class Fallback:
    """A sampler for the studies it can work on, by their space and objectives, and another one for all others.

    Args:
        sampler: used where its capabilities allow.
        other: used elsewhere.

    Raises:
        InvalidInput: one of them is no sampler.
    """

    __slots__ = ("other", "sampler")

    def __init__(self, sampler: Sampler, *, other: Sampler) -> None:
        self.sampler = checked_sampler(sampler, "sampler")
        self.other = checked_sampler(other, "other")

    @property
    def capabilities(self) -> Capabilities:
        """Those of the other sampler; it ends when one of the two may, and reads reports when one does."""
        other, mine = self.other.capabilities, self.sampler.capabilities
        return replace(
            other,
            uses_history=True,
            uses_reports=other.uses_reports or mine.uses_reports,
            finite=other.finite or mine.finite,
            holds=other.holds or mine.holds,
        )

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points by the sampler that can."""
        able = self.sampler.capabilities
        few = able.most_objectives is None or history.Y.shape[1] <= able.most_objectives
        suited = few and able.suit(space)
        return (self.sampler if suited else self.other).propose(space, history, rng, n)


class Distinct:
    """Keeps a sampler from repeating itself on a small finite space, as long as anything is left to try.

    Args:
        sampler: proposes; where it insists on what was tried, an untried configuration is drawn instead.
        ends: end once nothing is left to try, instead of repeating, which teaches something under noise alone.

    Raises:
        InvalidInput: `sampler` is none, or one that holds parameters fixed: chance would not.
    """

    __slots__ = ("ends", "sampler")

    #: Larger spaces are left to the sampler: looking for what is left takes time there.
    MOST = MOST_TOLD_APART

    #: How often the sampler may propose anew before chance decides.
    TRIES = 8

    def __init__(self, sampler: Sampler, *, ends: bool = False) -> None:
        self.sampler = checked_sampler(sampler, "sampler")
        if self.sampler.capabilities.holds:
            fix = "Write PartialFixed(Distinct(sampler), fixed=...)."
            raise InvalidInput(explain("a sampler that proposes every parameter", "PartialFixed", fix))
        self.ends = ends

    @property
    def capabilities(self) -> Capabilities:
        """Those of the sampler within; the history is read."""
        inner = self.sampler.capabilities
        return replace(inner, uses_history=True, finite=inner.finite or self.ends)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points, untried ones as long as there are any."""
        large = space.size is None or space.size > self.MOST
        # All branches multiply, so few configurations may make a large space: only where there are any is it looked at.
        if large and (space.size is None or history.part or not np.isnan(history.X).any()):
            return self.sampler.propose(space, history, rng, n)
        propose_one = self.anew if large else self.propose_one
        done = Proposals(np.empty((0, len(space))))
        for _ in range(n):
            known = with_pending(history, done)
            one = propose_one(space, known, rng)
            if not len(one.X):
                break
            done = joined(done, one)
        return done

    def propose_one(self, space: Space, history: History, rng: Generator) -> Proposals:
        """One point, untried if there is one; where something came twice, it carries what is proposed."""
        cells = Cells(space)
        one = self.untried(space, cells, history, rng)
        tags = proposed_tags(cells, history, one.X)
        return one._replace(tags=[{**one.tag(row), **mine} for row, mine in enumerate(tags)]) if tags else one

    def anew(self, space: Space, history: History, rng: Generator) -> Proposals:
        """One point of a space too large to be listed, untried if a few tries find one."""
        codec, rows = Codec(space), asked(space, history)

        def is_new(X: Array) -> bool:
            # What is compared are values: a row of a finite space need not be the middle of its cell.
            point = codec.encode_many([codec.decode(X[0].tolist())])
            return not (np.isnan(rows) | (np.abs(rows - point) <= SAME)).all(axis=1).any()

        for _ in range(self.TRIES):
            one = self.sampler.propose(space, history, rng, 1)
            if not len(one.X) or is_new(one.X):
                return one
        drawn = by_weight(space, rng.random((DRAWN, len(space))))[:, None]
        return next((Proposals(X, [BY_CHANCE]) for X in drawn if is_new(X)), one)

    def untried(self, space: Space, cells: Cells, history: History, rng: Generator) -> Proposals:
        """One point, untried if there is one."""
        taken = Taken.of(space, history)
        for _ in range(self.TRIES):
            proposed = self.sampler.propose(space, history, rng, 1)
            if not taken.contains(cells.places(proposed.X)).any():
                return proposed
        free = some_free(cells, taken, rng)
        if not len(free):
            free = np.concatenate([free, *free_places(space, taken)])
        if not len(free):
            over = self.ends and not history.part and is_end(of_this_space(history))
            return Proposals(proposed.X[:0]) if over else proposed
        chosen = int(rng.integers(len(free)))
        # What the sampler wants to read back belongs to what it proposed.
        return Proposals(cells.middles(free[chosen : chosen + 1]), [BY_CHANCE])


def asked(space: Space, history: History) -> Array:
    """`(k, d)` what told and running trials asked for, NaN elsewhere; less failures that may have been cut short."""
    here = of_this_space(history)
    told = here.inside.X[(here.inside.Y.max(axis=1) < np.inf) | ~np.isnan(here.inside.X).any(axis=1)]
    rows = np.concatenate([told, asking(space, here)])
    known: Array = rows[~np.isnan(rows).all(axis=1)]
    return known


def some_free(cells: Cells, taken: Taken, rng: Generator) -> IntArray:
    """`(k, d)` untried places among a few drawn by chance, of spaces so large that going through them takes time.

    On a log scale the lower values are the likelier ones, and choices of more weight, as everywhere.
    """
    count = DRAWN if cells.levels.prod() > MANY else 0
    drawn = cells.places(by_weight(cells.space, rng.random((count, len(cells.levels)))))
    free: IntArray = drawn[~taken.contains(drawn)]
    return free


def sliced(history: History, columns: Sequence[int], held: Mapping[int, float] | None = None) -> History:
    """The history of some columns, that of earlier studies too; other columns may be `held` at values."""
    held, X, pending = held or {}, history.X, history.pending
    apart = np.zeros(len(X) + len(pending), dtype=np.bool_)
    for column, value in held.items():
        # What was not asked for has every value.
        apart |= np.abs(np.concatenate([X[:, column], pending[:, column]]) - value) > SAME
    lost = [row for row in history.outside if np.isnan(X[row, list(held)]).any()]
    apart[[*lost, *history.elsewhere]] = True
    X = X[:, columns]
    return replace(
        history,
        X=X,
        outside=[row for row in history.outside if np.isnan(X[row]).any()],
        elsewhere=np.flatnonzero(apart).tolist(),
        pending=pending[:, columns],
        earlier=[sliced(earlier, columns, held) for earlier in history.earlier],
    )


def with_pending(history: History, proposals: Proposals) -> History:
    """The history as it will be once the proposals are running."""
    if not len(proposals.X):
        return history
    missing = [NOTHING] * (len(history.pending) - len(history.pending_tags))
    tags = [proposals.tag(row) for row in range(len(proposals.X))]
    return replace(
        history,
        pending=np.concatenate([history.pending, proposals.X]),
        pending_tags=[*history.pending_tags, *missing, *tags],
    )


def joined(first: Proposals, second: Proposals) -> Proposals:
    """The rows of both."""
    X: Array = np.concatenate([first.X, second.X])
    if not first.tags and not second.tags:
        return Proposals(X)
    return Proposals(X, [part.tag(row) for part in (first, second) for row in range(len(part.X))])
