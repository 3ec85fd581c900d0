"""The trials of an experiment, as its store has them: chains of trials of the study become one TuneTrial each."""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, final

from luthier.base.errors import LuthierError
from luthier.base.jsonvalue import Named
from luthier.compat.tune.checkpoint import kept_in
from luthier.compat.tune.domains import Ranged
from luthier.compat.tune.error import TuneError
from luthier.compat.tune.flat import CONFIG, FlatResult, nest
from luthier.compat.tune.proposals import EVALUATED
from luthier.compat.tune.settings import Settings, link_of
from luthier.compat.tune.trial import ERROR, PAUSED, PENDING, RUNNING, TERMINATED, TuneTrial
from luthier.compat.tune.variants import overlay, resolve
from luthier.compat.tune.worker import RESULT, SETTLED
from luthier.engine.view import StudyView
from luthier.records.state import TrialState
from luthier.records.trial import OBJECTIVE, TrialRecord

__all__ = ["PARKED", "Members", "results_of"]

#: What a state of the store is called here, for a trial that no other one continues.
STATUS = {
    TrialState.WAITING: PENDING,
    TrialState.RUNNING: RUNNING,
    TrialState.PAUSED: PAUSED,
    TrialState.COMPLETE: TERMINATED,
    TrialState.PRUNED: TERMINATED,
    TrialState.FAILED: ERROR,
}

#: The attribute of a trial that ended early, but was to go on later: nobody continued it yet.
PARKED = "parked"


@final
class Members:
    """All members of an experiment, by the number of the trial that each started as.

    Args:
        settings: of the run.
        view: of the study.
    """

    def __init__(self, settings: Settings, view: StudyView) -> None:
        self.settings = settings
        self.view = view
        self.trials: dict[int, TuneTrial] = {}
        #: Their numbers, ascending.
        self.order: list[int] = []

    def __iter__(self) -> Iterator[TuneTrial]:
        return (self.trials[member] for member in self.order)

    def load(self) -> None:
        """Read all trials of the study."""
        self.view.sync()
        for record in self.view.records:
            if not record.user_attrs.get(EVALUATED):
                self.see(record)
        for trial in self:
            trial.checkpoints = [*kept_in(Path(trial.path))]

    def load_results(self) -> None:
        """Fold what all trials reported into them."""
        for member, results in results_of(self.view).items():
            trial = self.trials[member]
            newest = trial.last_result
            for result in results:
                trial.take(complete(result, trial))
            if newest:
                trial.last_result = newest

    def of(self, number: int) -> TuneTrial:
        """The member that a trial of the study stands for."""
        return self.trials[link_of(self.view.records[number].user_attrs, number)[0]]

    def see(self, record: TrialRecord) -> TuneTrial:
        """The member that a record stands for, with what the record says of it."""
        member, link = link_of(record.user_attrs, record.number)
        known = self.trials.get(member)
        trial = known or self.settings.trial(member, {}, named=False)
        if known is None:
            self.trials[member] = trial
            insort(self.order, member)
        if known is not None and record.number < trial.number:
            return trial
        first = known is None or record.number > trial.number
        trial.number = record.number
        trial.status = STATUS[record.state]
        waits = record.state is TrialState.WAITING and bool(link)
        if waits or (record.state.finished and record.user_attrs.get(PARKED)):
            trial.status = PAUSED
        if first or not trial.config:
            self.settle(trial, record, link)
        if trial.start_time is None and record.started is not None:
            trial.start_time = record.started
        if record.state.finished:
            self.finish(trial, record)
        return trial

    def settle(self, trial: TuneTrial, record: TrialRecord, link: Mapping[str, Any]) -> None:
        """Find out the configuration of a trial: from what it was given, or what it says itself."""
        settings, values = self.settings, record.params or record.given or {}
        config: dict[str, Any] = {}
        with suppress(Exception):  # of the user's functions in the space: the trial will raise it too
            config = resolve(settings.space, chooser(values), seed=settings.seed, number=trial.member)
        overlay(config, nest(settings.brought(record.given or {})))
        overlay(config, link.get("config", {}))
        known = record.user_attrs.get(SETTLED)
        if settings.define is not None and isinstance(known, Mapping):
            overlay(config, known_only(known))
        self.name(trial, config, values)

    def name(self, trial: TuneTrial, config: dict[str, Any], values: Iterable[str]) -> None:
        """Give a trial its configuration, and the names that the user makes of it once all of it is known."""
        open_space = bool(self.settings.space) or self.settings.define is not None
        made = self.settings.trial(trial.member, config, values, named=bool(config) or not open_space)
        trial.config, trial.evaluated_params = config, made.evaluated_params
        trial.experiment_tag, trial.custom_trial_name = made.experiment_tag, made.custom_trial_name
        trial.path = made.path

    def finish(self, trial: TuneTrial, record: TrialRecord) -> None:
        """Take in how a trial ended."""
        attrs = record.user_attrs
        settled = attrs.get(SETTLED)
        if isinstance(settled, Mapping):
            overlay(trial.config, known_only(settled))
        result = attrs.get(RESULT)
        if isinstance(result, Mapping) and result and is_news(result, trial.last_result):
            trial.last_result = complete(result, trial)
        if record.state is TrialState.FAILED:
            trial.num_failures = max(trial.num_failures, record.attempt)
            if trial.error is None:
                trial.error = TuneError("\n".join(filter(None, (record.reason, record.detail))))
        else:
            trial.error = None
        if trial.last_result:
            trial.last_result["done"] = True


def is_news(result: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a stored result is another one than that which is known, and may have more than can be stored."""
    return result.get("time_total_s") != known.get("time_total_s")


def chooser(values: Mapping[str, Any]) -> Any:
    """Answers from the values of a record."""

    def choose(name: str, verb: Ranged) -> Any:
        value = values[name]
        if not verb.native.contains(value):
            raise LuthierError(name)
        return value

    return choose


def known_only(settled: Mapping[str, Any]) -> dict[str, Any]:
    """A stored configuration without functions and classes, which a store knows by name only."""
    return {
        key: known_only(value) if isinstance(value, Mapping) else value
        for key, value in settled.items()
        if not holds_names(value)
    }


def holds_names(value: Any) -> bool:
    """Whether something in `value` is only known by name."""
    return isinstance(value, Named) or (isinstance(value, list | tuple) and any(map(holds_names, value)))


def complete(result: Mapping[str, Any], trial: TuneTrial) -> FlatResult:
    """A result with the names and the configuration of its trial."""
    return FlatResult({**result, "trial_id": trial.trial_id, CONFIG: trial.config})


def results_of(view: StudyView) -> dict[int, list[FlatResult]]:
    """What each member reported, by member: one result for each iteration, of the newest attempt that made it.

    Only numbers, nested as they were reported, with `training_iteration` and `time_this_iter_s`.
    """
    view.sync()
    steps: dict[int, dict[int, dict[str, float]]] = {}
    written: dict[tuple[int, int], tuple[int, int]] = {}
    for report in view.storage.changes(view.study.study_id, 0).reports:
        if report.name == OBJECTIVE or report.trial >= len(view.records):
            continue
        member = link_of(view.records[report.trial].user_attrs, report.trial)[0]
        origin = report.trial, report.attempt
        before = written.get((member, report.step), origin)
        if origin < before:
            continue
        place = steps.setdefault(member, {})
        if origin > before or report.step not in place:
            place[report.step] = {}
        written[member, report.step] = origin
        place[report.step][report.name] = report.value
    return {member: in_order(found) for member, found in steps.items()}


def in_order(found: Mapping[int, Mapping[str, float]]) -> list[FlatResult]:
    """Results by iteration."""
    results: list[FlatResult] = []
    total = 0.0
    for step in sorted(found):
        result = FlatResult(nest({"training_iteration": step, **found[step]}))
        spent = result.get("time_total_s", total)
        result["time_this_iter_s"], total = spent - total, spent
        results.append(result)
    return results
