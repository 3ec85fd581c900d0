"""Learning curves of all trials of a study, with the ranked columns that schedulers ask for.

Values in here are minimised: the engine flips the sign of an objective to be maximised. A step is a number
that the user chose (an epoch, a batch); only its order matters.

A column is a sorted list that is kept up to date as reports arrive, so a scheduler's question costs a
bisection whatever the number of trials (Hyperband's paper, arXiv:1603.06560, and ASHA's, arXiv:1810.05934,
only ever rank columns). A column is a function of the set of reports alone, whatever their order of arrival,
so that it is the same after a resume.
"""

import math
from bisect import bisect_left, insort
from typing import Protocol

__all__ = ["Curve", "Curves", "Members", "Ranking"]


class Members(Protocol):
    """A fixed set of trials, known by a rule; equal rules must hash alike, for they name one column."""

    def __contains__(self, trial: object, /) -> bool:
        """Whether the trial of this number belongs to the set."""

    def __hash__(self) -> int:
        """The hash of the rule."""


class Curve:
    """The reports of the newest attempt of one trial: `steps` strictly increasing, `values` beside them."""

    __slots__ = ("best", "complete", "lost", "newest", "steps", "values")

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.values: list[float] = []
        #: `best[i]` is the smallest of `values[: i + 1]`; NaN while all of them are NaN.
        self.best: list[float] = []
        #: The step of the report that arrived last, which need not be the largest; None before the first.
        self.newest: int | None = None
        #: Whether others are measured against it: it ran to its end, which a stopped one did not, and was not excluded.
        self.complete = False
        #: Whether it counts as the worst at every rung.
        self.lost = False

    def add(self, step: int, value: float) -> bool:
        """Insert one report; False when the step is there already, for the first report of a step stands."""
        if not self.steps or step > self.steps[-1]:  # as nearly all reports come
            self.steps.append(step)
            self.values.append(value)
            self.best.append(smaller(self.best[-1], value) if self.best else value)
            self.newest = step
            return True
        place = self.first_from(step)
        if self.steps[place] == step:
            return False
        self.steps.insert(place, step)
        self.values.insert(place, value)
        self.newest = step
        del self.best[place:]
        for later in self.values[place:]:
            self.best.append(smaller(self.best[-1], later) if self.best else later)
        return True

    def first_from(self, step: float) -> int:
        """The index of the first report at `step` or later; `len(steps)` when there is none."""
        return bisect_left(self.steps, step)

    @property
    def diverged(self) -> bool:
        """Whether the report of the largest step is NaN or +inf."""
        return bool(self.values) and not self.values[-1] < math.inf

    def at(self, step: int) -> float | None:
        """The value reported at exactly this step."""
        place = self.first_from(step)
        return self.values[place] if place < len(self.steps) and self.steps[place] == step else None


class Ranking:
    """A column of the study: at most one number of each trial, sorted. NaN is ranked last, as infinity."""

    __slots__ = ("entries", "sorted")

    def __init__(self) -> None:
        #: Trial number -> its number in this column.
        self.entries: dict[int, float] = {}
        self.sorted: list[float] = []

    def add(self, trial: int, value: float) -> None:
        """Enter a trial once; later calls for it change nothing."""
        if trial not in self.entries:
            ranked = math.inf if math.isnan(value) else value
            self.entries[trial] = ranked
            insort(self.sorted, ranked)

    def replace(self, trial: int, value: float) -> None:
        """Enter a trial with this number, whatever it had."""
        self.remove(trial)
        self.add(trial, value)

    def remove(self, trial: int) -> None:
        """Take a trial out, if it is there."""
        value = self.entries.pop(trial, None)
        if value is not None:
            del self.sorted[bisect_left(self.sorted, value)]

    def __len__(self) -> int:
        return len(self.sorted)

    def better_than(self, value: float) -> int:
        """How many entries are strictly smaller than `value`; for NaN, all finite ones."""
        return bisect_left(self.sorted, math.inf if math.isnan(value) else value)

    def quantile(self, q: float) -> float:
        """The q-quantile, 0 <= q <= 1, interpolated linearly between entries; NaN for an empty column."""
        if not self.sorted:
            return math.nan
        place = q * (len(self.sorted) - 1)
        low = int(place)
        high = min(low + 1, len(self.sorted) - 1)
        left, right = self.sorted[low], self.sorted[high]
        if left == right or place == low or math.isinf(left):
            return left
        share = place - low
        # The first form never falls below `left` by rounding; the second stands in where the gap overflows.
        gap = right - left
        return left + share * gap if math.isfinite(gap) else (1 - share) * left + share * right


class Curves:
    """The curves of a study by trial number, and its columns.

    Schedulers read `curve`, `rung` and `completed_at`; the engine writes with `add`, `complete`, `exclude`, `lose` and
    `forget`.

    Args:
        sign: what the engine multiplied the user's values with (`Direction.sign`): `sign * value` is again as
            the user reported it.
    """

    __slots__ = ("_completed", "_curves", "_excluded", "_infeasible", "_rungs", "n_completed", "sign")

    def __init__(self, sign: float = 1.0) -> None:
        self._curves: dict[int, Curve] = {}
        self._rungs: dict[tuple[float, float, Members | None], Ranking] = {}
        self._completed: dict[int, Ranking] = {}
        self._excluded: set[int] = set()
        self._infeasible: set[int] = set()
        self.sign = sign
        #: How many trials with a curve ran to their end, without the excluded ones.
        self.n_completed = 0

    @property
    def undecided(self) -> bool:
        """Whether trials have ended infeasible and none that can win: those that run now may be infeasible as well."""
        return bool(self._infeasible) and not self.n_completed

    def curve(self, trial: int) -> Curve:
        """The curve of one trial; an empty one when it has not reported."""
        return self._curves.get(trial) or Curve()

    def rung(self, low: float, high: float, members: Members | None = None) -> Ranking:
        """The column of each trial's first report with `low <= step < high`, over running and ended trials.

        A report beyond `high` says nothing about this rung, however late it is the first to arrive.
        Of trials outside `members`, where given, nothing is ranked.
        """
        ranking = self._rungs.get((low, high, members))
        if ranking is None:
            ranking = self._rungs[low, high, members] = Ranking()
            for trial, curve in self._curves.items():
                if trial in self._excluded:
                    continue
                place = curve.first_from(low)
                if place < len(curve.steps) and curve.steps[place] < high and includes(members, trial):
                    ranking.add(trial, math.inf if curve.lost else curve.values[place])
        return ranking

    def completed_at(self, step: int) -> Ranking:
        """The column of what complete trials reported at exactly this step, NaN left out."""
        ranking = self._completed.get(step)
        if ranking is None:
            ranking = self._completed[step] = Ranking()
            for trial, curve in self._curves.items():
                if curve.complete:
                    measure(ranking, trial, curve.at(step))
        return ranking

    def add(self, trial: int, step: int, value: float) -> bool:
        """Add one report; False when this trial reported this step before: the first report stands."""
        curve = self._curves.get(trial)
        if curve is None:
            curve = self._curves[trial] = Curve()
        if not curve.add(step, value):
            return False
        if trial in self._excluded:
            return True
        for (low, high, members), ranking in self._rungs.items():
            if low <= step < high and curve.steps[curve.first_from(low)] == step and includes(members, trial):
                ranking.replace(trial, math.inf if curve.lost else value)
        if curve.complete and step in self._completed:
            measure(self._completed[step], trial, value)
        return True

    def complete(self, trial: int) -> None:
        """Say that a trial ran to its end: from now on others are measured against it."""
        curve = self._curves.get(trial)
        if curve is None or curve.complete or trial in self._excluded:
            return
        curve.complete = True
        self.n_completed += 1
        for step, ranking in self._completed.items():
            measure(ranking, trial, curve.at(step))

    def exclude(self, trial: int, *, infeasible: bool) -> None:
        """Say that a trial cannot win, whatever it reported: from now on no other is compared with it.

        Its curve remains. A trial that broke a constraint is one: the best of all, it would stop those that keep it. So
        is one that failed, which may have been the best of all until it diverged.
        """
        self._excluded.add(trial)
        if infeasible:
            self._infeasible.add(trial)
        curve = self._curves.get(trial)
        if curve is not None and curve.complete:
            curve.complete = False
            self.n_completed -= 1
        self.leave_columns(trial)

    def lose(self, trial: int) -> None:
        """Say that a stopped trial has diverged: it lost at every rung, whatever it reported there.

        The best of all until it diverged, it would stop those that do not.
        """
        curve = self._curves.get(trial)
        if curve is None:
            return
        curve.lost = True
        for ranking in self._rungs.values():
            if trial in ranking.entries:
                ranking.replace(trial, math.inf)

    def forget(self, trial: int) -> None:
        """Drop the curve of a trial that starts again from nothing."""
        self._excluded.discard(trial)
        self._infeasible.discard(trial)
        curve = self._curves.pop(trial, None)
        if curve is None:
            return
        self.n_completed -= curve.complete
        self.leave_columns(trial)

    def leave_columns(self, trial: int) -> None:
        """Take a trial out of every column."""
        for ranking in (*self._rungs.values(), *self._completed.values()):
            ranking.remove(trial)


def measure(column: Ranking, trial: int, value: float | None) -> None:
    """Enter what a complete trial reported at a step, if it did; others are not measured against NaN."""
    if value is not None and not math.isnan(value):
        column.add(trial, value)


def smaller(left: float, right: float) -> float:
    """The smaller of two numbers; NaN only when both are."""
    return left if left <= right or math.isnan(right) else right


def includes(members: Members | None, trial: int) -> bool:
    """Whether a column over `members` is also about this trial; None stands for all trials."""
    return members is None or trial in members
