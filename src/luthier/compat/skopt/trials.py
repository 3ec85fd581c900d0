"""A search as a study: points become trials, and trials points."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, final

from luthier.base.errors import InvalidInput, NotStorable, explain
from luthier.base.jsonvalue import to_json
from luthier.compat.skopt.search.sampler import ModelSampler
from luthier.compat.skopt.space.space import Categorical, Dimension, Real, Space
from luthier.executors.trial import Trial
from luthier.frontends.search_cv.quiet import quiet
from luthier.frontends.studies import create_study
from luthier.frontends.study import Study
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.space import domains
from luthier.storage.protocol import Storage

__all__ = ["KNOWN", "Trials", "domain_of"]

#: The attribute of a trial that was told without having been asked for.
KNOWN = "skopt.known"


class Asked(NamedTuple):
    """A trial that runs at the caller's."""

    trial: Trial
    key: tuple[Any, ...]


@final
class Trials:
    """The study behind a search.

    Args:
        space: its dimensions.
        sampler: proposes.
        seed: of a new study; a study that exists keeps its own.
        storage: where trials are kept; None for memory.
        study_name: a study of that name is gone on with.
        timed: whether a trial has two values: the objective, and the seconds it took.
    """

    def __init__(
        self,
        space: Space,
        sampler: ModelSampler,
        *,
        seed: int,
        storage: str | Storage | None,
        study_name: str | None,
        timed: bool,
    ) -> None:
        self.space = space
        self.sampler = sampler
        self.domains = sampler.domains
        self.timed = timed
        with quiet(0):  # scikit-optimize says nothing here
            self.study: Study = create_study(
                study_name,
                storage=storage,
                directions=["minimize"] * (2 if timed else 1),
                metric_names=["value", "seconds"] if timed else None,
                sampler=sampler,
                seed=seed,
                load_if_exists=study_name is not None,
            )
        view = self.study.view
        view.reap()  # what a process that died had asked for is tried again
        view.sync()
        self.study.declare(self.domains)
        check_ranges(view.space.domains, self.domains, study=self.study.name)
        self.running: dict[int, Asked] = {}

    @property
    def evaluated(self) -> int:
        """How many finished trials had been asked for."""
        return sum(record.state.finished and KNOWN not in record.user_attrs for record in self.study.trials)

    def enqueue(self, *points: Sequence[Any]) -> None:
        """Have points asked for next, but those that wait or run already, left by a process that died."""
        opened = [record.given for record in self.study.trials if not record.state.finished]
        for params in map(self.params, points):
            if params in opened:
                opened.remove(params)
            else:
                self.study.enqueue(params)

    def ask(self, n: int) -> list[list[Any]]:
        """Start n trials; their points."""
        points = []
        for trial in self.study.ask(n):
            values = [trial.suggest(name, domain) for name, domain in self.domains.items()]
            point = self.point(values)
            self.running[trial.number] = Asked(trial, self.key(point))
            points.append(point)
        return points

    def tell(self, points: Sequence[Sequence[Any]], values: Sequence[Any]) -> None:
        """End trials: those that were asked for, and new ones for other points."""
        unasked: list[TrialRecord] = []
        for point, value in zip(points, values, strict=True):
            number = self.number_of(point)
            if number is None:
                unasked.append(self.record(point, value))
            else:
                self.study.tell(self.running.pop(number).trial, value)
        if unasked:
            self.study.add_trials(unasked)

    def fail(self, point: Sequence[Any]) -> None:
        """End the trial of a point whose objective raised."""
        number = self.number_of(point)
        if number is not None:
            self.study.tell(self.running.pop(number).trial, state="FAILED")

    def number_of(self, point: Sequence[Any]) -> int | None:
        """The oldest running trial of a point."""
        key = self.key(point)
        return next((number for number, asked in self.running.items() if asked.key == key), None)

    def finished(self) -> list[tuple[list[Any], Any, bool]]:
        """Finished trials of this space: point, value (NaN for a failed one), and whether it was told unasked."""
        found = []
        for record in self.study.trials:
            if record.state.finished and all(name in record.params for name in self.domains):
                values = [record.params[name] for name in self.domains]
                if all(domain.contains(v) for domain, v in zip(self.domains.values(), values, strict=True)):
                    found.append((self.point(values), self.value(record), KNOWN in record.user_attrs))
        return found

    def value(self, record: TrialRecord) -> Any:
        """What a record would have been told with."""
        told = record.values or ((math.nan, math.nan) if self.timed else (math.nan,))
        return told if self.timed else told[0]

    def record(self, point: Sequence[Any], value: Any) -> TrialRecord:
        """The record of a point that was never asked for."""
        values = tuple(map(float, value)) if self.timed else (float(value),)
        failed = any(map(math.isnan, values))
        return TrialRecord(
            number=-1,
            state=TrialState.FAILED if failed else TrialState.COMPLETE,
            params=self.params(point),
            domains=self.domains,
            values=None if failed else values,
            reason="told NaN" if failed else None,
            user_attrs={KNOWN: True},
        )

    def model(self) -> Any:
        """The model of all told trials."""
        view = self.study.view
        view.sync()
        return self.sampler.learnt(view.space, view.history(view.space))

    def params(self, point: Sequence[Any]) -> dict[str, Any]:
        """A point as the study keeps it."""
        codes = self.space.to_codes([point])
        return {
            name: domain.choices[int(code[0])] if isinstance(domain, domains.Categorical) else code[0].item()
            for (name, domain), code in zip(self.domains.items(), codes, strict=True)
        }

    def point(self, values: Sequence[Any]) -> list[Any]:
        """The point of values as the study keeps them."""
        pairs = zip(self.domains.values(), self.space.dimensions, values, strict=True)
        return [
            dimension.categories[domain.place_of(value) or 0]
            if isinstance(domain, domains.Categorical) and isinstance(dimension, Categorical)
            else value
            for domain, dimension, value in pairs
        ]

    def key(self, point: Sequence[Any]) -> tuple[Any, ...]:
        """What tells points apart."""
        return tuple(code[0].item() for code in self.space.to_codes([point]))


def check_ranges(
    found: Mapping[str, domains.Domain], wanted: Mapping[str, domains.Domain], *, study: str
) -> None:
    """Raise InvalidInput where a study that is gone on with has searched more than a dimension allows."""
    for name, domain in wanted.items():
        if found[name] != domain:
            raise InvalidInput(
                explain(
                    f"{name!r} within {domain}, as the dimension says",
                    f"{found[name]} in study {study!r}",
                    "Keep or widen the range, or use another study_name.",
                ),
            )


def domain_of(dimension: Dimension) -> domains.Domain:
    """The luthier domain of a dimension; a category that has no durable form is kept by its type and place."""
    if isinstance(dimension, Categorical):
        choices = tuple(stored(category, place) for place, category in enumerate(dimension.categories))
        weights = (
            None if dimension.prior is None or (dimension.prior_ <= 0).any() else dimension.prior_.tolist()
        )
        return domains.Categorical(choices, weights)
    low, high = dimension.bounds
    if isinstance(dimension, Real):
        return domains.Float(low, high, log=dimension.log)
    return domains.Int(low, high, log=dimension.prior == "log-uniform")


def stored(category: Any, place: int) -> Any:
    """A category as a study keeps it."""
    try:
        to_json(category)
    except NotStorable:
        return f"{type(category).__qualname__} #{place}"
    return category
