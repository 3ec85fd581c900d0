"""The study: what a user holds. It reads from a view, writes through sessions, and has no logic of search itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, overload

from luthier.analysis.best import best_record, pareto_front
from luthier.analysis.frame import trials_frame
from luthier.base.errors import InvalidInput, SpaceExhausted, explain
from luthier.base.jsonvalue import to_json
from luthier.engine.budget import Budget
from luthier.engine.callbacks import Watcher
from luthier.engine.drive import Driver
from luthier.engine.loop import Loop
from luthier.engine.propose import Search
from luthier.engine.session import Session
from luthier.engine.view import StudyView
from luthier.executors.protocol import Objective
from luthier.executors.registry import Factory
from luthier.executors.trial import Trial, named
from luthier.frontends.asktell import AskTell
from luthier.frontends.choose import (
    checked_callbacks,
    checked_catch,
    checked_objective,
    checked_space,
    choose_executor,
    choose_watchers,
)
from luthier.frontends.told import checked_count, existing, imported, number_of, queued, with_values
from luthier.records.state import TrialState
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import OBJECTIVE, TrialRecord
from luthier.schedulers.protocol import Scheduler
from luthier.space.domains import Domain
from luthier.storage.protocol import Draft, Storage

if TYPE_CHECKING:
    import pandas as pd

    from luthier.analysis.importance.evidence import Target
    from luthier.analysis.recommend import Recommendation
    from luthier.frontends.figures import Figures

__all__ = ["Study"]


class Study:
    """A search for the best configuration, kept in a store.

    Made by `luthier.create_study` and `luthier.load_study`. A study may be open in many processes at once; each reads
    what the others wrote when it is asked something.
    """

    def __init__(
        self, storage: Storage, record: StudyRecord, sampler: Search, scheduler: Scheduler | None
    ) -> None:
        self._storage = storage
        self._view = StudyView(storage, record)
        self._loop: Loop | None = None
        self.sampler = sampler
        self.scheduler = scheduler
        self._asktell = AskTell(self._view, self._open_session)

    def __repr__(self) -> str:
        return f"<Study {self.name!r} with {len(self.trials)} trials>"

    @property
    def storage(self) -> Storage:
        """The store that keeps the study."""
        return self._storage

    @property
    def view(self) -> StudyView:
        """What this process knows of the study, for those who build another front end on it."""
        return self._view

    @property
    def name(self) -> str:
        """The study's name, unique in its store."""
        return self._view.study.name

    @property
    def directions(self) -> tuple[Direction, ...]:
        """One direction per objective."""
        return self._view.study.directions

    @property
    def direction(self) -> Direction:
        """The only direction.

        Raises:
            InvalidInput: the study has several objectives.
        """
        self._one_objective("direction", "directions")
        return self.directions[0]

    @property
    def seed(self) -> int:
        """The seed of every random stream of the study."""
        return self._view.study.seed

    @property
    def metric_names(self) -> tuple[str, ...] | None:
        """Names of the objectives, None when they have none."""
        return self._view.study.metric_names

    @property
    def user_attrs(self) -> Mapping[str, Any]:
        """Attributes of the study as a whole."""
        self._view.sync()
        return self._view.study.user_attrs

    def set_user_attr(self, key: str, value: Any) -> None:
        """Set an attribute of the study.

        Raises:
            NotStorable: the value has no durable form.
        """
        to_json(value)
        named(key, "a user attribute")
        self._storage.update_study(self._view.study.study_id, user_attrs={key: value})

    @property
    def trials(self) -> list[TrialRecord]:
        """All trials by number, as they are now. Records are immutable: nothing is copied."""
        self._view.sync()
        return list(self._view.records)

    @property
    def best_trial(self) -> TrialRecord:
        """The COMPLETE feasible trial with the best value; among equals the earliest.

        Raises:
            InvalidInput: the study has several objectives.
            NoTrials: there is none yet.
        """
        self._one_objective("best_trial", "best_trials")
        self._view.sync()
        return best_record(self._view.best, self._view.records)

    @property
    def best_params(self) -> Mapping[str, Any]:
        """The parameters of `best_trial`."""
        return self.best_trial.params

    @property
    def best_value(self) -> float:
        """The value of `best_trial`."""
        values = self.best_trial.values or ()
        return values[0]

    @property
    def best_trials(self) -> list[TrialRecord]:
        """The Pareto front: COMPLETE feasible trials that no other one dominates, by number."""
        self._view.sync()
        return pareto_front(self._view.records, self._view.signs)

    def recommend(self) -> "Recommendation":
        """The tried configuration that a model believes to be the best, with its value less noise and how sure that is.

        `best_trial` is the best as observed; when trials that repeat would differ, it owes a part of its value to luck.

        Raises:
            InvalidInput: the study has several objectives.
            NoTrials: there is no complete, feasible trial yet.
        """
        from luthier.analysis.recommend import recommendation

        self._one_objective("recommend", "best_trials")
        best = self.best_trial
        kept = [record for record in self._view.records if record.state is best.state and record.feasible]
        return recommendation(kept, self._view.space, sign=self._view.signs[0])

    def reports(self, trial: int, metric: str = OBJECTIVE) -> dict[int, float]:
        """What a trial reported, by step: its objective, or a metric that it logged; of the newest attempt.

        Raises:
            InvalidInput: there is no such trial.
        """
        self._view.sync()
        number = existing(number_of(trial), self._view.records, study=self.name).number
        return self._view.reports(number, metric)

    def trials_frame(self) -> "pd.DataFrame":
        """All trials as a pandas DataFrame, one row each.

        Columns: number, state, value (or values_<name>), started, finished, duration, params_*, constraints_*,
        user_attrs_*, reason.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return trials_frame(self.trials, self.metric_names, len(self.directions))

    def importances(
        self,
        *,
        method: str | None = None,
        params: Sequence[str] | None = None,
        target: "Target | None" = None,
    ) -> dict[str, float]:
        """Parameter -> its share in how good a trial is, largest first; shares sum to 1.

        Args:
            method: "sobol" (by default), "ped-anova" (of several objectives), or by scikit-learn "fanova", "impurity".
            params: only these.
            target: what to explain instead of the objective, lower is better: a function of a trial record.

        Raises:
            InvalidInput: there is no such method or parameter, or it is not for several objectives.
        """
        from luthier.analysis.importance import importances

        signs = self._view.signs
        return importances(self.trials, signs, method=method, params=params, target=target)

    @property
    def figures(self) -> "Figures":
        """Figures of the study, such as `study.figures.optimization_history()`. They need plotly."""
        from luthier.frontends.figures import Figures

        return Figures(self._view)

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
            executor: "inline", "process", or a factory of your own; None chooses by `workers` and `trial_timeout`.
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
        checked_objective(objective)
        factory = choose_executor(executor, workers=workers, trial_timeout=trial_timeout)
        shown, screen = choose_watchers(self._view, budget, progress=progress)
        outer, self._loop = self._loop, Loop(budget, workers, monotonic())
        driver = Driver(
            self._open_session(self._asktell.owner),
            self._loop,
            callbacks=[partial(callback, self) for callback in checked_callbacks(callbacks)],
            watchers=[*watchers, *shown],
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
        """
        if n is not None:
            checked_count(n)
        trials: list[Trial] = []
        while len(trials) < (1 if n is None else n):
            started = self._asktell.start(1 if n is None else n - len(trials))
            trials += started
            if not started:
                break
        if not trials and n != 0:
            raise SpaceExhausted(
                explain(
                    "something left to propose",
                    "a finite space, all of it tried",
                    "Widen the space with study.declare(), or stop.",
                ),
            )
        return trials[0] if n is None else trials

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
            value: its value, or one per objective. NaN, None or a wrong length make it FAILED, with the reason kept.
            state: PRUNED (the last report becomes the value) or FAILED; None or COMPLETE take `value`.

        Raises:
            InvalidInput: there is no such trial, or it is not to be told so.
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
        self._view.declare(checked_space(space))

    def enqueue(
        self,
        params: Mapping[str, Any],
        *,
        user_attrs: Mapping[str, Any] | None = None,
        skip_if_exists: bool = False,
    ) -> TrialRecord:
        """Queue a configuration to be tried before any proposal; parameters that it leaves out are proposed.

        Returns the WAITING trial, durable at once and taken up by whichever worker asks next, in the order queued. With
        `skip_if_exists` a trial of any state that has all these values is returned instead.

        Raises:
            NotStorable: a value has no durable form.
            InvalidInput: these are no mappings of names.
        """
        draft = queued(params, user_attrs)
        found = with_values(draft.given or {}, self.trials) if skip_if_exists else None
        return found or self._create([draft])[0]

    def add_trials(self, records: Iterable[TrialRecord]) -> None:
        """Add trials that ended elsewhere: earlier experience for the sampler. They get new numbers.

        Raises:
            InvalidInput: a trial is not finished, or has a wrong number of values.
        """
        self._create([imported(record, len(self.directions)) for record in records])

    def _create(self, drafts: Sequence[Draft]) -> list[TrialRecord]:
        """Create unclaimed trials."""
        created = self._storage.create_trials(self._view.study.study_id, drafts)
        return created or []

    def _open_session(self, owner: str) -> Session:
        """A session of this study under the name of a process."""
        return Session(self._view, self.sampler, scheduler=self.scheduler, owner=owner)

    def _one_objective(self, name: str, plural: str) -> None:
        """Raise InvalidInput in a study of several objectives."""
        if len(self.directions) > 1:
            raise InvalidInput(
                explain(f"one objective for {name}", f"{len(self.directions)}", f"Use {plural} instead."),
            )
