"""One run of an experiment: parts are chosen, one `Study.optimize` runs the trials, what came of them is returned."""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from luthier.base.errors import InvalidInput, LuthierError, explain
from luthier.base.log import logger
from luthier.compat.support import differs
from luthier.compat.tune.analysis import ExperimentAnalysis
from luthier.compat.tune.callback import Callback
from luthier.compat.tune.contract import SearchAlgorithm
from luthier.compat.tune.hub import Hub, Judges
from luthier.compat.tune.judged import JudgedExecutor
from luthier.compat.tune.opening import opened, settled
from luthier.compat.tune.parts import Parts, assembled, concurrency, searcher, stoppers_of
from luthier.compat.tune.proposals import EVALUATED, Variants
from luthier.compat.tune.request import Request, seconds_of
from luthier.compat.tune.schedulers.trial_scheduler import TrialScheduler
from luthier.compat.tune.session import DERIVED
from luthier.compat.tune.trial import ERROR, TERMINATED, TuneTrial
from luthier.compat.tune.tune_config import ResumeConfig
from luthier.compat.tune.variants import ranges_of
from luthier.compat.tune.worker import TrialRunner
from luthier.engine.session import new_owner
from luthier.frontends.study import Study
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.storage.protocol import Update

__all__ = ["execute"]

#: As good as for ever.
FOR_EVER = 2**31 - 1


def execute(request: Request) -> ExperimentAnalysis:
    """Run an experiment; failed trials are among its results.

    Raises:
        InvalidInput: something was asked for that cannot be.
        TuneError: the machine lacks what a trial needs.
    """
    parts = assembled(request)
    stoppers, callbacks = stoppers_of(request.run.stop), list(request.run.callbacks or ())
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise InvalidInput(explain("callbacks of the class tune.Callback", repr(callback), "Derive it."))
    study, fresh = opened(request, parts)
    directory = request.storage / study.name
    settings = settled(request, parts, study, directory)
    at_once = concurrency(request, parts)
    judges = Judges(
        parts.scheduler,
        stoppers,
        parts.search if isinstance(parts.search, SearchAlgorithm) else None,
    )
    hub = Hub(
        study,
        settings,
        judges=judges,
        listeners=callbacks,
        reporter=request.run.progress_reporter,
        slots=at_once,
        total=parts.variants.total,
    )
    study.sampler = searcher(parts, study, directory, request)
    if len(study.directions) == 1:  # trials of several objectives report to none of them
        study.scheduler = hub
    prepare(study, hub, parts, request, fresh=fresh)
    begin(hub, parts, request)
    failure: BaseException | None = None
    with quiet(request):
        try:
            optimize(study, hub, request, at_once)
        except LuthierError:
            raise
        except Exception as error:
            if not request.failures.fail_fast:
                raise
            failure = error
    finish(hub)
    if failure is not None and str(request.failures.fail_fast).upper() == "RAISE":
        raise failure
    return ExperimentAnalysis(
        directory,
        trials=list(hub.members),
        default_metric=hub.metric,
        default_mode=parts.modes[0] if parts.modes else None,
    )


def prepare(study: Study, hub: Hub, parts: Parts, request: Request, *, fresh: bool) -> None:
    """Queue what is to be queued before the first trial, and bind the scheduler."""
    hub.members.load()
    if fresh:
        add_evaluated(study, parts)
        if isinstance(parts.scheduler, TrialScheduler) and parts.scheduler.whole_population:
            queue_all(study, parts)
            hub.members.load()
    else:
        hub.members.load_results()
        take_up(hub, request.resume or ResumeConfig())
    if isinstance(parts.scheduler, TrialScheduler):
        parts.scheduler.bind(hub)
    if hub.judges.stoppers and not fresh:
        for trial, result in hub.past():
            hub.judges.stops(trial, result)


def add_evaluated(study: Study, parts: Parts) -> None:
    """Add configurations whose values are known already."""
    search = parts.search
    if not isinstance(search, SearchAlgorithm) or not search.evaluated_rewards:
        return
    space = ranges_of(parts.space)
    variants = Variants(parts.space, len(search.points_to_evaluate), search.points_to_evaluate)
    study.add_trials(
        TrialRecord(
            number=-1,
            state=TrialState.COMPLETE,
            params=dict(params),
            domains={name: space[name] for name in params},
            values=(float(value),),
            user_attrs={EVALUATED: True},
        )
        for params, value in zip(variants.presets, search.evaluated_rewards, strict=True)
    )


def queue_all(study: Study, parts: Parts) -> None:
    """Queue the whole population.

    Raises:
        InvalidInput: it has no end.
    """
    if parts.variants.total == float("inf"):
        raise InvalidInput(explain("num_samples of the population", "-1", "Say how many members it has."))
    for place in range(int(parts.variants.total)):
        study.enqueue(parts.variants.fixed(place))


def take_up(hub: Hub, resume: ResumeConfig) -> None:
    """Queue again what is to be tried again of an earlier run, and give up what is not."""
    kind = ResumeConfig.ResumeType
    study = hub.study
    study.view.reap()
    hub.members.load()
    for number in list(study.view.waiting):
        member = hub.members.of(number)
        if member.number != number:  # killed between queueing the next trial and the end of this one
            give_up(study, member, number)
    for trial in hub.trials:
        how = resume.errored if trial.status == ERROR else resume.unfinished
        if trial.status == TERMINATED or (trial.status == ERROR and how is kind.SKIP):
            continue
        parked = study.view.records[trial.number].state.finished
        if trial.status != ERROR and not parked:
            if how is kind.RESUME:
                continue
            give_up(study, trial, trial.number)
        if how is kind.RESTART:
            trial.checkpoints = []
        if how is not kind.SKIP:
            trial.error = None
            hub.continue_from(trial, source=trial, config=trial.config)
    hub.members.load()


def give_up(study: Study, trial: TuneTrial, number: int) -> None:
    """End a trial of a member that waits to be tried again."""
    token = f"given-up-{secrets.token_hex(6)}"
    record, study_id = study.view.records[number], study.view.study.study_id
    given = record.given or {}
    claimed = study.storage.claim_trial(study_id, number, token=token, owner=new_owner(), given=given)
    if claimed is None:
        logger.warning("%s runs elsewhere, and goes on there.", trial)
        return
    update = Update(
        number, token, TrialState.PRUNED, user_attrs=record.user_attrs, reason="skipped on restoring"
    )
    study.storage.update_trials(study_id, [update])


def begin(hub: Hub, parts: Parts, request: Request) -> None:
    """Let callbacks and reporter know that the run begins."""
    total = parts.variants.total
    count = None if total == float("inf") else int(total)
    for listener in hub.listeners:
        listener.setup(
            stop=request.run.stop,
            num_samples=request.tune.num_samples,
            total_num_samples=count,
            metric=hub.metric,
            mode=parts.modes[0] if parts.modes else None,
            experiment_path=str(hub.settings.directory),
            experiment_name=hub.settings.experiment,
        )
    restore_states(hub)
    if hub.reporter is not None:
        mode = parts.modes[0] if parts.modes else None
        hub.reporter.setup(start_time=time.time(), total_samples=count, metric=hub.metric, mode=mode)


def restore_states(hub: Hub) -> None:
    """Give callbacks back what they kept."""
    kept = hub.study.user_attrs.get(STATES)
    for listener, state in zip(hub.listeners, kept or (), strict=False):
        if state is not None:
            listener.set_state(state)


#: The attribute of a study with the states of an experiment's callbacks, in their order.
STATES = "tune_callbacks"


def finish(hub: Hub) -> None:
    """Let callbacks and reporter know that the run is over."""
    hub.members.load()
    check_thresholds(hub)
    for listener in hub.listeners:
        listener.on_experiment_end(trials=hub.trials)
    states = [listener.get_state() for listener in hub.listeners]
    if any(state is not None for state in states):
        hub.study.set_user_attr(STATES, states)
    if hub.reporter is not None:
        hub.reporter.report(hub.trials, True)  # noqa: FBT003 - the peer's signature


def check_thresholds(hub: Hub) -> None:
    """Warn of a threshold for what no result had."""
    known = {name for trial in hub.trials for name in trial.metric_analysis}
    unknown = sorted(set(hub.settings.thresholds) - known)
    if known and unknown:
        differs(
            f"tune: stop={{{unknown[0]!r}: ...}}", f"no result has it; there are {sorted(known - DERIVED)}"
        )


def optimize(study: Study, hub: Hub, request: Request, at_once: int) -> None:
    """Run the trials."""
    failures = request.failures
    inline = at_once == 1 and not hub.settings.needs.gpus
    runner = TrialRunner(hub.settings, request.trainable)
    shown = request.run.progress_reporter is None and request.run.verbose != 0
    try:
        study.optimize(
            runner,
            timeout=seconds_of(request.tune.time_budget_s),
            workers=at_once,
            executor=partial(JudgedExecutor, "inline" if inline else "process", hub),
            retries=failures.max_failures if failures.max_failures >= 0 else FOR_EVER,
            catch=() if failures.fail_fast else Exception,
            watchers=[hub],
            progress=None if shown else False,
        )
    finally:
        runner.release()


@contextmanager
def quiet(request: Request) -> Iterator[None]:
    """Leave out log lines that a reporter shows better, or that nobody wants."""
    level = logging.WARNING if request.run.progress_reporter is not None else None
    if request.run.verbose == 0:
        level = logging.ERROR
    if level is None:
        yield
        return
    before = logger.level
    logger.setLevel(max(level, before))
    try:
        yield
    finally:
        logger.setLevel(before)
