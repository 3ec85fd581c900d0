"""Population based bandits: population based training whose explore step learns from what the population did.

Source: Parker-Holder et al. 2020 (arXiv:2002.02518), Algorithm 1.
"""

import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.error import WrongUseError
from luthier.compat.tune.flat import flatten, nest
from luthier.compat.tune.schedulers.bandit import Seen, next_point
from luthier.compat.tune.schedulers.mutate import chance
from luthier.compat.tune.schedulers.pbt import PopulationBasedTraining
from luthier.compat.tune.trial import TuneTrial
from luthier.compat.tune.verbs import uniform

__all__ = ["PB2"]


class Mark(NamedTuple):
    """A member at the end of an interval."""

    member: str
    time: float
    #: To be large.
    value: float
    #: The bounded hyperparameters, scaled to [0, 1].
    place: tuple[float, ...]


@restorable
class PB2(PopulationBasedTraining):
    """Population based bandits: the new configuration is the one with the largest upper confidence bound of its gain.

    The arguments are those of `PopulationBasedTraining`, but for:

    Args:
        time_attr: as there.
        metric: as there.
        mode: as there.
        perturbation_interval: as there.
        hyperparam_bounds: parameter -> [low, high], or a dict of nested ones. A parameter whose value is an integer
            stays one. What `param_space` does not name is drawn uniformly at first.
        quantile_fraction: as there.
        log_config: as there.
        require_attrs: as there.
        synch: as there.
        custom_explore_fn: as there.

    Raises:
        InvalidInput: there are no bounds, or they are none.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        time_attr: str = "time_total_s",
        metric: str | None = None,
        mode: str | None = None,
        perturbation_interval: float = 60.0,
        hyperparam_bounds: Mapping[str, Any] | None = None,
        quantile_fraction: float = 0.25,
        log_config: bool = True,  # noqa: FBT001, FBT002 - as above
        require_attrs: bool = True,  # noqa: FBT001, FBT002 - as above
        synch: bool = False,  # noqa: FBT001, FBT002 - as above
        custom_explore_fn: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    ) -> None:
        self._bounds = checked_bounds(hyperparam_bounds)
        super().__init__(
            time_attr=time_attr,
            metric=metric,
            mode=mode,
            perturbation_interval=perturbation_interval,
            hyperparam_mutations=nest({name: uniform(*pair) for name, pair in self._bounds.items()}),
            quantile_fraction=quantile_fraction,
            resample_probability=0.0,
            custom_explore_fn=custom_explore_fn,
            log_config=log_config,
            require_attrs=require_attrs,
            synch=synch,
        )
        self._marks: list[Mark] = []
        #: What was chosen for others at this time.
        self._chosen: tuple[float, list[tuple[float, ...]]] = (-1.0, [])

    def consider(self, trial: TuneTrial, result: Mapping[str, Any]) -> bool:
        """Note where a member is, and what its configuration has brought."""
        due = super().consider(trial, result)
        standing = self._standings.get(trial.trial_id)
        if due and standing is not None and np.isfinite(standing.score) and trial.config:
            self._marks.append(
                Mark(trial.trial_id, standing.time, -standing.score, self.place_of(trial.config))
            )
        return due

    def _replay(self, trial: TuneTrial, result: Mapping[str, Any]) -> None:
        """Remember where a member was; with which configuration it came there is not known any more."""
        super().consider(trial, result)

    def place_of(self, config: Mapping[str, Any]) -> tuple[float, ...]:
        """The bounded hyperparameters of a configuration, scaled to [0, 1]."""
        flat = flatten(config)
        return tuple(
            (float(flat[name]) - low) / (high - low or 1.0) for name, (low, high) in self._bounds.items()
        )

    def take_over(self, trial: TuneTrial, source: TuneTrial) -> None:
        """A member stands where its source stood, with the configuration that was chosen for it."""
        super().take_over(trial, source)
        where = self._standings[source.trial_id]
        self._marks.append(Mark(trial.trial_id, where.time, -where.score, self._chosen[1][-1]))

    def new_config(
        self, trial: TuneTrial, source: TuneTrial, rng: Generator
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The configuration of the source, its bounded hyperparameters chosen by the bandit."""
        where = self._standings[source.trial_id]
        seen, before = self.seen()
        at = where.time / self._interval
        if self._chosen[0] != where.time:
            self._chosen = (where.time, [])
        pending = np.array(self._chosen[1], dtype=np.float64)
        value = scaled(-where.score, before)
        point = next_point(seen, at=at, value=value, pending=pending.reshape(-1, len(self._bounds)), rng=rng)
        config = deepcopy(source.config)
        for (name, (low, high)), u in zip(self._bounds.items(), point.tolist(), strict=True):
            put(config, name, low + u * (high - low), low, high)
        if self._custom is not None:
            with chance(rng):
                config = self._custom(config)
        self._chosen[1].append(self.place_of(config))
        return config, nest(dict.fromkeys(self._bounds, "bandit"))

    def seen(self) -> tuple[Seen, Array]:
        """The gains of whole intervals under one configuration, oldest first, and all values before them."""
        rows: list[tuple[float, float, float, tuple[float, ...]]] = []
        last: dict[str, Mark] = {}
        for mark in self._marks:
            before = last.get(mark.member)
            last[mark.member] = mark
            if before is not None and before.place == mark.place and mark.time > before.time:
                intervals = (mark.time - before.time) / self._interval
                rows.append((mark.time, before.value, (mark.value - before.value) / intervals, mark.place))
        rows.sort(key=lambda row: row[0])
        values = np.array([row[1] for row in rows])
        X = np.array([(*row[3], scaled(row[1], values)) for row in rows]).reshape(-1, len(self._bounds) + 1)
        t = np.array([row[0] / self._interval for row in rows])
        return Seen(X, t, np.array([row[2] for row in rows])), values


def put(config: dict[str, Any], name: str, value: float, low: float, high: float) -> None:
    """Set a parameter by its flat name; one that is an integer stays one, within the bounds."""
    path = [name] if name in config else name.split("/")
    for key in path[:-1]:
        config = config[key]
    old = config[path[-1]]
    whole = isinstance(old, int) and not isinstance(old, bool)
    config[path[-1]] = min(max(round(value), math.ceil(low)), math.floor(high)) if whole else value


def scaled(value: float, values: Array) -> float:
    """A value on the scale on which the smallest of `values` is 0 and the largest 1."""
    if not len(values):
        return 0.0
    low, high = float(values.min()), float(values.max())
    return min(max((value - low) / (high - low or 1.0), 0.0), 1.0)


def checked_bounds(bounds: Mapping[str, Any] | None) -> dict[str, tuple[float, float]]:
    """Flat parameter name -> (low, high).

    Raises:
        InvalidInput: there are none, or an entry is no [low, high].
    """
    fix = 'Pass such as hyperparam_bounds={"lr": [1e-4, 1e-1]}.'
    if not bounds:
        raise WrongUseError(explain("hyperparam_bounds", "none", fix))
    checked: dict[str, tuple[float, float]] = {}
    for name, pair in flatten(bounds).items():
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not pair[0] <= pair[1]:
            raise InvalidInput(explain(f"[low, high] for {name!r}", repr(pair), fix))
        checked[name] = (float(pair[0]), float(pair[1]))
    return checked
