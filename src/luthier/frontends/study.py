"""The study: what a user holds. It writes through sessions, and has no logic of search itself; `answers.py` reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any, final, overload

from luthier.base.errors import InvalidInput, NotStorable, explain
from luthier.base.jsonvalue import to_json
from luthier.engine.budget import Budget
from luthier.engine.callbacks import Watcher
from luthier.engine.drive import Driver
from luthier.engine.loop import Loop
from luthier.engine.propose import Search
from luthier.engine.session import Session
from luthier.engine.view import StudyView
from luthier.executors.arguments import named
from luthier.executors.protocol import Objective
from luthier.executors.registry import Factory
from luthier.executors.trial import Trial
from luthier.frontends.answers import Answers
from luthier.frontends.asktell import AskTell
from luthier.frontends.choose import (
    SamplerLike,
    checked_callbacks,
    checked_catch,
    checked_objective,
    checked_space,
    checked_workers,
    choose_executor,
    choose_sampler,
    choose_scheduler,
    choose_watchers,
    transferring,
)
from luthier.frontends.refusals import checked_watchers, no_attribute
from luthier.frontends.told import checked_count, imported, queued, with_values
from luthier.records.state import TrialState
from luthier.records.study import StudyRecord
from luthier.records.trial import TrialRecord
from luthier.schedulers.protocol import Scheduler
from luthier.space.domains import Domain
from luthier.storage.protocol import Draft, Storage

__all__ = ["Study"]


@final
class Study(Answers):
    """A search for the best configuration, kept in a store.

    Made by `luthier.create_study` and `luthier.load_study`. A study may be open in many processes at once; each reads
    what the others wrote when it is asked something. Its only attributes that can be set are `sampler` and `scheduler`.
    """

    def __init__(
        self, storage: Storage, record: StudyRecord, sampler: Search, scheduler: Scheduler | None
    ) -> None:
        super().__init__(storage, StudyView(storage, record))
        self._loop: Loop | None = None
        self._declared: dict[str, Domain] = {}
        self._sampler = sampler
        self._scheduler = scheduler
        self._asktell = AskTell(
            self._view, partial(self._open_session, noting=True), lambda: (self._sampler, self._scheduler)
        )

    def __repr__(self) -> str:
        return f"<Study {self.name!r} in {self._storage!r} with {len(self.trials)} trials>"

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and name not in PUBLIC:
            raise no_attribute(name)
        super().__setattr__(name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        if self._view.earlier.ledgers:
            got = "one with warm_start, which is not kept there"
            raise NotStorable(explain("a study that is all in its store", got, "Load it where it is needed."))
        return reopened, (self._storage, self.name, self._sampler, self._scheduler, self._declared)

    @property
    def sampler(self) -> Search:
        """What proposes; another one, or the name of one, proposes from the next `ask` or `optimize` on.

        Raises:
            InvalidInput: it is set to what is no sampler.
        """
        return self._sampler

    @sampler.setter
    def sampler(self, sampler: SamplerLike) -> None:
        search = choose_sampler(sampler, seed=self.seed)
        self._sampler = transferring(search, sampler) or search if self._view.earlier.ledgers else search

    @property
    def scheduler(self) -> Scheduler | None:
        """What stops trials early, or None; another one, or the name of one, judges from the next `optimize` on.

        Raises:
            InvalidInput: it is set to what is no scheduler, or the study has several objectives.
        """
        return self._scheduler

    @scheduler.setter
    def scheduler(self, scheduler: str | Scheduler | None) -> None:
        self._scheduler = choose_scheduler(scheduler, objectives=len(self.directions))

    def set_user_attr(self, key: str, value: Any) -> None:
        """Set an attribute of the study.

        Raises:
            NotStorable: the value has no durable form.
        """
        to_json(value)
        named(key, "a user attribute")
        self._storage.update_study(self._view.study.study_id, user_attrs={key: value})

    def optimize(
        self,
        objective: Objective,
        n_trials: int | None = None,
        *,
        timeout: float | None = None,
        workers: int = 1,
        executor: str | Factory | None = None,
        trial_timeout: float | None = None,
        retries: int = 0,
        catch: type[BaseException] | Iterable[type[BaseException]] = (),
        callbacks: Iterable[Callable[["Study", TrialRecord], None]] = (),
        watchers: Iterable[Watcher] = (),
        progress: bool | None = None,
    ) -> None:
        """Run trials until a limit is reached, `stop` is called, or nothing is left to try.

        Ctrl-C once finishes the running trials and returns; twice stops now: what was running waits for the next call.

        Args:
            objective: gets a `Trial`, returns a number (or one per objective), or raises `TrialPruned`.
            n_trials: how many trials to bring to an end in this call; None for no limit.
            timeout: seconds after which no further trial starts.
            workers: how many trials run at once. With 1 they run in this process, where a debugger works; with more,
                each worker is a process of its own, and a crash costs one trial.
            executor: "inline", "process", "thread", or a factory of your own; None takes "process" for several workers
                or a `trial_timeout`, else "inline". Threads share memory and one core for Python code; none is killed.
            trial_timeout: seconds after which a trial is killed, with every process that it started. Needs processes.
            retries: how often a trial that raised, crashed or timed out is tried again.
            catch: exceptions after which the study goes on; any other one stops it, once its trial is recorded.
            callbacks: called as `callback(study, record)` after each finished trial, in this process.
            watchers: told of every start, report and end as it happens, in this process.
            progress: True for a live table, False for one log line a trial; None takes the table on a terminal.

        Raises:
            InvalidInput: an argument is wrong.
            NotStorable: the objective cannot be sent to a worker; the message names what in it cannot.
            KeyboardInterrupt: Ctrl-C was pressed twice.
            BaseException: what the objective raised, unless `catch` has it.
        """
        budget = Budget(n_trials=n_trials, timeout=timeout, trial_timeout=trial_timeout, retries=retries)
        workers = checked_workers(workers)
        checked_objective(objective)
        factory = choose_executor(executor, workers=workers, trial_timeout=trial_timeout)
        told = checked_watchers(watchers)
        shown, screen = choose_watchers(self._view, budget, progress=progress)
        loop = Loop(budget, workers, monotonic())
        outer, self._loop = self._loop, loop
        driver = Driver(
            self._open_session(self._asktell.owner),
            loop,
            callbacks=[partial(callback, self) for callback in checked_callbacks(callbacks)],
            watchers=[*told, *shown],
            catch=checked_catch(catch),
        )
        try:
            with screen:
                driver.run(lambda respond: factory(objective, respond, workers))
        finally:
            self._loop = outer

    def stop(self) -> None:
        """Start no further trial in the running `optimize`; what runs finishes. For callbacks and objectives."""
        if self._loop is None:
            raise InvalidInput(
                explain(
                    "stop() inside a running optimize", "no optimize under way", "Call it from a callback."
                ),
            )
        self._loop.drain()

    @overload
    def ask(self) -> Trial: ...

    @overload
    def ask(self, n: int) -> list[Trial]: ...

    def ask(self, n: int | None = None) -> Trial | list[Trial]:
        """Start a trial, or n of them that know of each other, to be run by the caller and ended with `tell`.

        Where a finite search has less than n left, fewer come back. The claims are kept alive in the background for
        as long as this study object lives.

        Raises:
            SpaceExhausted: a finite search has nothing left.
            InvalidInput: n is negative or not whole.
        """
        return self._asktell.ask(1)[0] if n is None else self._asktell.ask(checked_count(n))

    def tell(
        self,
        trial: Trial | int,
        value: float | Sequence[float] | None = None,
        *,
        state: TrialState | str | None = None,
    ) -> TrialRecord:
        """End a trial that `ask` started, in this process or in another.

        Args:
            trial: the trial or its number.
            value: its value, or one per objective; arrays count. NaN, None or a wrong length make it FAILED, with the
                reason kept.
            state: FAILED, or PRUNED with `value` or else the report of the highest step; None or COMPLETE take `value`.

        Raises:
            InvalidInput: there is no such trial here, or it is not to be told so, or only where it runs.
            IllegalTransition: the trial is finished already.
            LeaseLost: another worker has taken the trial over; nothing was written.
        """
        return self._asktell.tell(trial, value, state)

    def declare(self, space: Mapping[str, Domain]) -> None:
        """Tell this study object of parameters before any trial has asked for them.

        So the very first trials are proposed jointly, and a grid is known as a whole. Trials still ask for their
        values, with `trial.suggest(name, domain)` or the other suggestions.

        Raises:
            InvalidInput: that is no mapping of names to domains.
        """
        ranges = checked_space(space)
        self._declared |= ranges
        self._view.declare(ranges)

    def enqueue(
        self,
        params: Mapping[str, Any],
        *,
        user_attrs: Mapping[str, Any] | None = None,
        skip_if_exists: bool = False,
    ) -> TrialRecord:
        """Queue a configuration to be tried before any proposal; parameters that it leaves out are proposed.

        Returns the WAITING trial, durable at once and taken up by whichever worker asks next, in the order queued. With
        `skip_if_exists` a trial of any state that has all these values is returned instead. The trial begins with the
        attributes `user_attrs`.

        Raises:
            NotStorable: a value has no durable form.
            InvalidInput: these are no mappings of names.
        """
        draft = queued(params, user_attrs)
        found = with_values(draft.given or {}, self.trials) if skip_if_exists else None
        return found or self._create([draft])[0]

    def add_trials(self, records: Iterable[TrialRecord]) -> None:
        """Add trials that ended elsewhere: earlier experience for the sampler. They get new numbers.

        A complete one with a NaN is FAILED, as if told so. Parameters without a range get the declared or known one.

        Raises:
            InvalidInput: a trial is not finished, or has values that are no numbers, or a wrong number of them.
        """
        self._view.sync()
        self._create([imported(record, len(self.directions), self._view.space) for record in records])

    def _create(self, drafts: Sequence[Draft]) -> list[TrialRecord]:
        """Create unclaimed trials."""
        created = self._storage.create_trials(self._view.study.study_id, drafts)
        return created or []

    def _open_session(self, owner: str, *, noting: bool = False) -> Session:
        """A session of this study under the name of a process."""
        return Session(self._view, self.sampler, scheduler=self.scheduler, owner=owner, noting=noting)


#: The attributes that a study has; those without a setter refuse by themselves.
PUBLIC = frozenset(dir(Study))


def reopened(
    storage: Storage,
    name: str,
    sampler: Search,
    scheduler: Scheduler | None,
    declared: Mapping[str, Domain],
) -> Study:
    """The study that was pickled or copied, opened in its store."""
    study = Study(storage, storage.get_study(name), sampler, scheduler)
    study.declare(declared)
    return study
