"""Where everything of a run comes together, in the driver's thread: results go out to all who listen, verdicts back."""

import math
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, final

from luthier.base.errors import InvalidInput
from luthier.base.log import logger
from luthier.compat.support import differs
from luthier.compat.tune.checkpoint import Checkpoint, Kept, checkpoint_number, kept_in
from luthier.compat.tune.contract import SearchAlgorithm, Verdict
from luthier.compat.tune.flat import CONFIG
from luthier.compat.tune.members import PARKED, Members, complete, results_of
from luthier.compat.tune.schedulers.trial_scheduler import TrialScheduler
from luthier.compat.tune.session import FILLED, Note
from luthier.compat.tune.settings import Settings
from luthier.compat.tune.storable import storable_part
from luthier.compat.tune.trial import ERROR, PAUSED, PENDING, TERMINATED, TuneTrial
from luthier.compat.tune.variants import ranges_of, values_in
from luthier.compat.tune.worker import RESULT, SETTLED
from luthier.frontends.study import Study
from luthier.records.curves import Curves
from luthier.records.messages import Decision, Ended, Ending, Logged, Reported
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.schedulers.protocol import Scheduler
from luthier.space.domains import Domain

__all__ = ["Hub", "Judges"]


class Judges:
    """Who says how long trials run: schedulers and stoppers.

    Args:
        scheduler: of this door, or of luthier, or None.
        stoppers: functions of `(trial_id, result)`, with `stop_all` where they are Stoppers.
        search: hears results, where it is one of this door.
    """

    def __init__(
        self,
        scheduler: TrialScheduler | Scheduler | None,
        stoppers: Sequence[Any] = (),
        search: SearchAlgorithm | None = None,
    ) -> None:
        self.door = scheduler if isinstance(scheduler, TrialScheduler) else None
        self.native = scheduler if isinstance(scheduler, Scheduler) and self.door is None else None
        self.stoppers = stoppers
        self.search = search

    def stops_all(self) -> bool:
        """Whether the run is over."""
        return any(stopper.stop_all() for stopper in self.stoppers if callable(stop_all_of(stopper)))

    def stops(self, trial: TuneTrial, result: Mapping[str, Any]) -> bool:
        """Whether a stopper ends the trial; all of them hear of the result."""
        answers = [bool(stopper(trial.trial_id, result)) for stopper in self.stoppers]
        return any(answers)

    def on_report(self, curves: Curves, number: int, trial: TuneTrial) -> Verdict:
        """What the scheduler says."""
        if self.door is not None:
            return self.door.on_result(trial, trial.last_result)
        if self.native is not None and self.native.on_report(curves, number) is Decision.STOP:
            return Verdict.STOP
        return Verdict.CONTINUE


#: How often to try to copy a checkpoint of a trial that makes new ones and deletes old ones.
COPIES = 5


@final
class Hub:
    """The run as its listeners and its scheduler see it: a watcher and the scheduler of the study's `optimize`.

    Args:
        study: of the experiment.
        settings: of the run.
        judges: who ends trials.
        listeners: callbacks.
        reporter: shows progress, or None.
        slots: how many trials run at once.
    """

    def __init__(
        self,
        study: Study,
        settings: Settings,
        *,
        judges: Judges,
        listeners: Sequence[Any] = (),
        reporter: Any = None,
        slots: int = 1,
        total: float = math.inf,
    ) -> None:
        self.study = study
        self.settings = settings
        self.judges = judges
        self.listeners = listeners
        self.reporter = reporter
        self.slots = slots
        self.total = total
        self.members = Members(settings, study.view)
        self.metric = settings.metrics[0] if settings.metrics else None
        self.mode = "min" if study.directions[0].sign > 0 else "max"
        self.seed = study.seed
        self.param_space = settings.space
        self.space: Mapping[str, Domain] = ranges_of(settings.space)
        self.iteration = 0
        #: What was said to each running trial last, and the newest value of its objective.
        self.verdicts: dict[int, Verdict] = {}
        self.values: dict[int, float] = {}
        #: Trials of the study that another one continues, or will.
        self.left: set[int] = set()
        self.errors: dict[int, BaseException] = {}
        self.stopping = self.told_missing = False

    @property
    def trials(self) -> list[TuneTrial]:
        """All members so far, by number."""
        return list(self.members)

    @property
    def curves(self) -> Curves:
        """Learning curves of the objective."""
        return self.study.view.curves

    @property
    def waiting(self) -> int:
        """How many members are queued."""
        self.study.view.sync()
        return len(self.study.view.waiting)

    def past(self) -> Iterable[tuple[TuneTrial, Mapping[str, Any]]]:
        """Results of earlier runs."""
        for member, results in sorted(results_of(self.study.view).items()):
            trial = self.members.trials[member]
            for result in results:
                yield trial, complete(result, trial)

    def tell(self, hook: str, **what: Any) -> None:
        """Call a hook of all listeners."""
        for listener in self.listeners:
            getattr(listener, hook)(iteration=self.iteration, trials=self.trials, **what)

    def show(self) -> None:
        """Let the reporter report, if it is time."""
        if self.reporter is not None:
            trials = self.trials
            if self.reporter.should_report(trials, done=False):
                self.reporter.report(trials, False)  # noqa: FBT003 - the peer's signature

    def step(self, act: Callable[[], None]) -> None:
        """Handle one event."""
        self.tell("on_step_begin")
        act()
        self.tell("on_step_end")
        self.iteration += 1
        self.show()

    def started(self, record: TrialRecord) -> None:
        """An attempt was started."""

        def act() -> None:
            trial = self.members.see(record)
            trial.start_time = trial.start_time or record.started or time.time()
            self.tell("on_trial_start", trial=trial)
            if trial.has_checkpoint and (record.attempt > 1 or record.user_attrs.get("continues")):
                self.tell("on_trial_restore", trial=trial)

        self.step(act)

    def heard(self, message: Reported | Logged) -> None:
        """A trial reported: a result, or the objective in it."""
        if isinstance(message, Reported):
            self.values[message.trial] = message.value
            return
        if not isinstance(message.note, Note):
            return
        trial, note = self.members.of(message.trial), message.note
        if note.config is not None:
            self.members.name(trial, note.config, trial.evaluated_params)
        trial.take(complete(note.result, trial))
        if note.checkpoint is not None:
            keep_known(trial, note.checkpoint)
        if self.judges.search is not None:
            self.judges.search.on_result(trial, trial.last_result)
        ends = self.judges.stops(trial, trial.last_result)
        self.verdicts[message.trial] = Verdict.DONE if ends else Verdict.CONTINUE
        self.step(lambda: self.tell_result(trial, note))

    def tell_result(self, trial: TuneTrial, note: Note) -> None:
        """Let all know of a result."""
        self.tell("on_trial_result", trial=trial, result=trial.last_result)
        if note.checkpoint is not None:
            self.tell("on_trial_save", trial=trial)
            self.tell("on_checkpoint", trial=trial, checkpoint=trial.checkpoint)

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """The verdict on the newest result of a trial."""
        self.stop_in_time()
        said = self.judges.on_report(curves, trial, self.members.of(trial))
        if said is Verdict.CONTINUE:
            said = Verdict.DONE if self.stopping else self.verdicts.get(trial, Verdict.CONTINUE)
        self.verdicts[trial] = said
        if said is Verdict.PAUSE:
            self.left.add(trial)
        return Decision.CONTINUE if said is Verdict.CONTINUE else Decision.STOP

    def settle(self, ended: Ended) -> Ended:
        """The end of a trial as its verdict has it: one that had all it may have is complete."""
        if ended.error is not None:
            self.errors[ended.trial] = ended.error
        value = self.values.pop(ended.trial, math.nan)
        verdict = self.verdicts.pop(ended.trial, None)
        if ended.ending in {Ending.CRASHED, Ending.CANCELLED}:  # its worker took its last words along
            ended = ended._replace(user_attrs=self.known_of(ended.trial))
        if ended.ending is Ending.CANCELLED and self.stopping:
            ended = ended._replace(ending=Ending.PRUNED, reason="the run's time is over", detail=None)
            verdict = Verdict.DONE
        if verdict is Verdict.PAUSE:
            return ended._replace(user_attrs={**ended.user_attrs, PARKED: True})
        if ended.ending is Ending.PRUNED and verdict is Verdict.DONE and not math.isnan(value):
            return ended._replace(ending=Ending.RETURNED, result=value, reason=None)
        return ended

    def known_of(self, number: int) -> dict[str, Any]:
        """The attributes of a trial that could not send them."""
        trial, record = self.members.of(number), self.study.view.records[number]
        result = {key: value for key, value in trial.last_result.items() if key != CONFIG}
        known = {**record.user_attrs, RESULT: storable_part(result), SETTLED: storable_part(trial.config)}
        return {key: value for key, value in known.items() if value}

    def ended(self, record: TrialRecord, best: TrialRecord | None) -> None:
        """An attempt ended."""
        self.step(lambda: self.end(record))
        self.stop_in_time()

    def end(self, record: TrialRecord) -> None:
        """Take in the end of an attempt."""
        trial = self.members.see(record)
        if record.state is TrialState.WAITING:
            trial.num_failures += 1
            trial.status = PENDING
            self.tell("on_trial_recover", trial=trial)
            return
        if record.number in self.left or trial.number != record.number:
            trial.status = PAUSED
            trial.last_result["done"] = False
        elif trial.status == ERROR:
            trial.error = self.errors.pop(record.number, trial.error)
            self.over(trial, "on_trial_error")
        else:
            self.over(trial, "on_trial_complete")
        self.resume_paused()

    def over(self, trial: TuneTrial, hook: str) -> None:
        """A member has ended for good."""
        if trial.status == TERMINATED:
            self.check_metric(trial)
        self.tell(hook, trial=trial)
        for judge in (self.judges.search, self.judges.door):
            if judge is not None:
                judge.on_end(trial)

    def check_metric(self, trial: TuneTrial) -> None:
        """Warn once of an objective that a trial has never reported: its name is mistyped, most often."""
        known = trial.last_result.keys() | trial.metric_analysis.keys()
        missing = [
            name for name in self.settings.metrics if name not in known and name not in trial.last_result
        ]
        if missing and trial.last_result and not self.told_missing:
            self.told_missing = True
            reported = sorted(set(trial.metric_analysis) - FILLED)
            differs(
                f"tune.TuneConfig(metric={missing[0]!r})",
                f"{trial} has reported {reported}, and cannot be best",
            )

    def resume_paused(self) -> None:
        """Let members that pause go on, once nothing else is left that would wake them."""
        view = self.study.view
        if self.stopping or view.running or self.waiting or self.place() < self.total:
            return
        for trial in self.trials:
            if trial.status == PAUSED:
                self.continue_from(trial, source=trial, config=trial.config)

    def place(self) -> int:
        """How many members there are."""
        return len(self.members.trials)

    def continue_from(self, member: TuneTrial, *, source: TuneTrial, config: Mapping[str, Any]) -> None:
        """Queue the trial of the study that goes on as `member`, from the newest checkpoint of `source`."""
        directory = Path(member.path)
        if source is member and source.checkpoint is not None:
            first = checkpoint_number(source.checkpoint.path)
        elif source is not member and (copied := self.copied(source, directory)) is not None:
            first = checkpoint_number(copied[0].path)
            keep_known(member, copied[0].path, copied[1])
        else:
            logger.warning("%s has no checkpoint: %s starts from nothing.", source, member)
            first = 1 + max((checkpoint_number(name.path) for name, _ in kept_in(directory)), default=-1)
        self.enqueue(member, config, first, own=source is member and dict(config) == member.config)

    def copied(self, source: TuneTrial, directory: Path) -> tuple[Checkpoint, Mapping[str, Any]] | None:
        """A copy of the newest checkpoint of a trial in another directory; None when it has none."""
        for _ in range(COPIES):
            kept = kept_in(Path(source.path))
            if not kept:
                return None
            taken, result = kept[-1]
            try:
                return Kept(directory, self.settings.checkpoints).copy(taken.path, result), result
            except (FileNotFoundError, shutil.Error):  # its trial goes on, and deleted it meanwhile
                continue
        return None

    def enqueue(self, member: TuneTrial, config: Mapping[str, Any], first: int, *, own: bool) -> None:
        """Queue the next trial of a member's chain; with its `own` checkpoint and configuration its value is known."""
        before = self.study.view.records[member.number]
        given = values_in(self.settings.space, config)
        self.left.add(member.number)
        self.study.enqueue(
            {**(before.given or before.params), **given},
            user_attrs={
                "continues": {
                    "member": member.member,
                    "first": first,
                    "config": storable_part(config),
                    "own": own,
                }
            },
        )

    def stop_in_time(self) -> None:
        """Stop if the run's time is over, or a stopper wants it."""
        if time.time() >= self.settings.deadline or self.judges.stops_all():
            self.stop()

    def stop(self) -> None:
        """Start nothing more; what runs ends at its next result."""
        if not self.stopping:
            self.stopping = True
            with suppress(InvalidInput):  # no trial runs any more
                self.study.stop()


def keep_known(trial: TuneTrial, path: str, result: Mapping[str, Any] | None = None) -> None:
    """Note a checkpoint of a trial, and forget those that were deleted."""
    entry = Checkpoint(path), dict(trial.last_result if result is None else result)
    trial.checkpoints = [known for known in trial.checkpoints if Path(known[0].path).is_dir()]
    trial.checkpoints.append(entry)


def stop_all_of(stopper: Any) -> Any:
    """The `stop_all` of a stopper, None for a plain function."""
    return getattr(stopper, "stop_all", None)
