"""The study: Optuna's verbs on luthier's."""

import os
from collections.abc import Callable, Container, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from luthier.base.errors import InvalidInput, NoTrials, explain
from luthier.base.log import logger
from luthier.compat.optuna.attrs import user_part
from luthier.compat.optuna.direction import StudyDirection, directions_of
from luthier.compat.optuna.distributions import BaseDistribution
from luthier.compat.optuna.distributions.native import domain_of
from luthier.compat.optuna.distributions.old import modern
from luthier.compat.optuna.pruners.base import BasePruner, DoorScheduler
from luthier.compat.optuna.pruners.native import MedianPruner
from luthier.compat.optuna.samplers.base import BaseSampler
from luthier.compat.optuna.samplers.native import chosen_sampler
from luthier.compat.optuna.samplers.search import StudySearch
from luthier.compat.optuna.storages.finishing import finishing
from luthier.compat.optuna.storages.opened import StorageLike, get_storage
from luthier.compat.optuna.study.adding import FIXED, enqueued, tried, write_trials
from luthier.compat.optuna.study.ending import with_notes
from luthier.compat.optuna.study.frame import ATTRS, frame_of
from luthier.compat.optuna.study.limits import MaxTrialsCallback
from luthier.compat.optuna.study.objective import Objective, running_here
from luthier.compat.optuna.study.reach import Elsewhere, Here
from luthier.compat.optuna.study.telling import check_running, told_state, told_trial
from luthier.compat.optuna.trial.frozen import FrozenTrial, copied
from luthier.compat.optuna.trial.live import Trial
from luthier.compat.optuna.trial.state import NATIVE_STATES, TrialState
from luthier.frontends.choose import SamplerLike
from luthier.frontends.study import Study as NativeStudy
from luthier.records.trial import TrialRecord
from luthier.storage.protocol import Update

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ObjectiveFuncType", "Study"]

ObjectiveFuncType: TypeAlias = Callable[[Trial], float | Sequence[float]]


class Study:
    """A search for the best parameters. Made by `create_study` and `load_study`.

    Args:
        study_name: of a study that exists.
        storage: its store.
        sampler: chooses parameters; TPESampler when None. One of luthier's own will do, such as "auto".
        pruner: stops trials; MedianPruner when None.

    Raises:
        KeyError: there is no such study.
    """

    def __init__(
        self,
        study_name: str,
        storage: StorageLike,
        sampler: BaseSampler | SamplerLike | None = None,
        pruner: BasePruner | None = None,
    ) -> None:
        self.study_name = study_name
        self._sampler = chosen_sampler(sampler)
        self.pruner = pruner or MedianPruner()
        self._storage = get_storage(storage)
        record = self._storage.native.get_study(study_name)
        self._limits: list[MaxTrialsCallback] = []
        store = finishing(self._storage.native, self._last_word)
        self._native = NativeStudy(store, record, StudySearch(self), DoorScheduler(self))
        self._view = self._native.view
        self._book = self._storage.register(self._view)
        self._study_id = record.study_id
        self._objectives = len(record.directions)
        self._here = Here(self, self._book)

    def __repr__(self) -> str:
        return f"<Study {self.study_name!r} in {self._storage!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Study, (self.study_name, self._storage, self.sampler, self.pruner)

    @property
    def sampler(self) -> Any:
        """What chooses parameters; another one may take its place at any time."""
        return self._sampler

    @sampler.setter
    def sampler(self, sampler: BaseSampler | SamplerLike) -> None:
        self._sampler = chosen_sampler(sampler)

    @property
    def native(self) -> NativeStudy:
        """The study as luthier's own, for what Optuna has no word for."""
        return self._native

    @property
    def directions(self) -> list[StudyDirection]:
        """One direction per objective."""
        return directions_of(self._native.directions)

    @property
    def direction(self) -> StudyDirection:
        """The only direction.

        Raises:
            RuntimeError: the study has several objectives.
        """
        self._one_objective("direction", "directions")
        return self.directions[0]

    @property
    def metric_names(self) -> list[str] | None:
        """Names of the objectives, None when they have none."""
        self._view.sync()
        names = self._native.metric_names
        return None if names is None else list(names)

    def set_metric_names(self, metric_names: list[str]) -> None:
        """Name the objectives, for log lines and tables.

        Raises:
            ValueError: not one name per objective.
        """
        if len(metric_names) != self._objectives:
            raise InvalidInput(
                explain(f"{self._objectives} names, one per objective", repr(metric_names), "Name each.")
            )
        self._storage.native.update_study(self._study_id, metric_names=list(metric_names))
        self._view.sync()

    @property
    def user_attrs(self) -> dict[str, Any]:
        """Attributes of the study as a whole."""
        return user_part(self._native.user_attrs)

    def set_user_attr(self, key: str, value: Any) -> None:
        """Set an attribute of the study."""
        self._native.set_user_attr(key, value)

    @property
    def system_attrs(self) -> dict[str, Any]:
        """What samplers keep with the study."""
        return self._storage.get_study_system_attrs(self._study_id)

    def set_system_attr(self, key: str, value: Any) -> None:
        """Keep a value with the study that is not the user's."""
        self._storage.set_study_system_attr(self._study_id, key, value)

    @property
    def trials(self) -> list[FrozenTrial]:
        """All trials by number, as copies. `get_trials(deepcopy=False)` spares the copies."""
        return self._book.copies()

    def get_trials(
        self,
        deepcopy: bool = True,  # noqa: FBT001, FBT002 - the original's signature
        states: Container[TrialState] | None = None,
    ) -> list[FrozenTrial]:
        """All trials by number, in certain states where given. Without `deepcopy` they are not to be changed."""
        return self._book.copies(states) if deepcopy else self._book.trials(states)

    def _get_trials(
        self,
        deepcopy: bool = True,  # noqa: FBT001, FBT002 - the signature that samplers call
        states: Container[TrialState] | None = None,
        use_cache: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> list[FrozenTrial]:
        return self.get_trials(deepcopy, states)

    @property
    def best_trial(self) -> FrozenTrial:
        """The complete feasible trial with the best value; among equals the earliest.

        Raises:
            RuntimeError: the study has several objectives.
            ValueError: there is none yet.
        """
        self._one_objective("best_trial", "best_trials")
        try:
            return copied(self._book.trial(self._native.best_trial.number))
        except NoTrials as error:
            raise NoTrials(f"No trials are completed yet. {error}") from None

    @property
    def best_params(self) -> dict[str, Any]:
        """The parameters of `best_trial`."""
        return self.best_trial.params

    @property
    def best_value(self) -> float:
        """The value of `best_trial`."""
        return (self.best_trial.values or [])[0]

    @property
    def best_trials(self) -> list[FrozenTrial]:
        """The Pareto front: complete feasible trials that no other one dominates."""
        return [copied(self._book.trial(record.number)) for record in self._native.best_trials]

    def trials_dataframe(
        self,
        attrs: tuple[str, ...] = ATTRS,
        multi_index: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    ) -> "pd.DataFrame":
        """All trials as a pandas DataFrame.

        Columns: number, value (values_0, … for several objectives), datetime_start, datetime_complete, duration,
        params_*, user_attrs_*, system_attrs_*, state.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame_of(
            self._book.trials(),
            attrs,
            objectives=self._objectives,
            metric_names=self.metric_names,
            multi_index=multi_index,
        )

    def optimize(  # noqa: PLR0917 - the original's signature
        self,
        func: ObjectiveFuncType,
        n_trials: int | None = None,
        timeout: float | None = None,
        n_jobs: int = 1,
        catch: Iterable[type[Exception]] | type[Exception] = (),
        callbacks: Iterable[Callable[["Study", FrozenTrial], None]] | None = None,
        gc_after_trial: bool = False,  # noqa: FBT001, FBT002 - the original's signature
        show_progress_bar: bool = False,  # noqa: FBT001, FBT002 - as above
        *,
        executor: str | None = None,
        trial_timeout: float | None = None,
        retries: int = 0,
    ) -> None:
        """Run trials until a limit is reached, `stop` is called, or nothing is left to try.

        The arguments after `show_progress_bar` are luthier's own.

        Args:
            func: gets a `Trial`, returns a number (or one per objective), or raises `TrialPruned`.
            n_trials: how many trials to bring to an end in this call; None for no limit.
            timeout: seconds after which no further trial starts.
            n_jobs: how many trials run at once, in threads; -1 for one per processor.
            catch: exceptions after which the study goes on.
            callbacks: called as `callback(study, trial)` after each finished trial.
            gc_after_trial: run the garbage collector after each trial.
            show_progress_bar: show a live table instead of a line for each trial.
            executor: "process" for `n_jobs` processes instead of threads.
            trial_timeout: seconds after which a trial is killed; needs `executor="process"`.
            retries: how often a trial that raised or crashed is tried again.

        Raises:
            RuntimeError: it is called from within an objective.
            Exception: what the objective raised, unless `catch` has it.
        """
        if running_here(self):
            raise RuntimeError("Nested invocation of `Study.optimize` method isn't allowed.")
        jobs = (os.cpu_count() or 1) if n_jobs == -1 else n_jobs
        where = executor or ("inline" if jobs == 1 else "thread")
        done = [*(callbacks or ())]
        limits, self._limits = self._limits, [each for each in done if isinstance(each, MaxTrialsCallback)]
        try:
            self._native.optimize(
                Objective(
                    func, self._elsewhere() if where == "process" else self._here, collect=gc_after_trial
                ),
                n_trials,
                timeout=timeout,
                workers=jobs,
                executor=where,
                trial_timeout=trial_timeout,
                retries=retries,
                catch=catch,
                callbacks=[partial(self._call, each) for each in done],
                progress=show_progress_bar,
            )
        finally:
            self._limits = limits

    def stop(self) -> None:
        """Start no further trial in the running `optimize`. For callbacks and objectives.

        Raises:
            RuntimeError: no `optimize` is under way.
        """
        try:
            self._native.stop()
        except InvalidInput as error:
            raise RuntimeError(str(error)) from None

    def ask(self, fixed_distributions: dict[str, BaseDistribution] | None = None) -> Trial:
        """Start a trial, to be run by the caller and ended with `tell`.

        Args:
            fixed_distributions: parameters to suggest at once; they are then in `trial.params`.
        """
        live = self._native.ask()
        self._book.live[live.number] = live
        for name, distribution in (fixed_distributions or {}).items():
            live.suggest(name, domain_of(modern(distribution)))
        return Trial(self._here, live)

    def tell(
        self,
        trial: Trial | int,
        values: float | Sequence[float] | None = None,
        state: TrialState | None = None,
        skip_if_finished: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    ) -> FrozenTrial:
        """End a trial that `ask` started.

        Raises:
            TypeError: neither a trial nor a number.
            ValueError: there is no such trial, it is not running, or values and state contradict each other.
        """
        number = trial.number if isinstance(trial, Trial) else trial
        known = told_trial(self._book, number)
        if known.state.is_finished() and skip_if_finished:
            logger.info("Skipped telling trial %d: it is finished.", number)
            return copied(known)
        check_running(known)
        end = told_state(state, values, objectives=self._objectives)
        live = trial._live if isinstance(trial, Trial) else self._book.live.get(number, number)  # noqa: SLF001 - of the door
        self._native.tell(live, values if end is TrialState.COMPLETE else None, state=NATIVE_STATES[end])
        return copied(self._book.trial(number))

    def enqueue_trial(
        self,
        params: dict[str, Any],
        user_attrs: dict[str, Any] | None = None,
        skip_if_exists: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    ) -> None:
        """Queue a configuration to be tried next; parameters that it leaves out are chosen by the sampler.

        Raises:
            TypeError: `params` is no dict.
        """
        if not isinstance(params, dict):
            raise TypeError(explain("a dict of parameters", repr(params), "Pass {'name': value}."))
        if skip_if_exists and tried(params, self._book.trials()):
            logger.info("A trial with parameters %s exists: not enqueued.", params)
            return
        self._native.storage.create_trials(self._study_id, [enqueued(params, user_attrs)])

    def add_trial(self, trial: FrozenTrial) -> None:
        """Add a trial that ended elsewhere, or one that waits. It gets a new number.

        Raises:
            ValueError: the trial contradicts itself, or has another number of values.
        """
        self.add_trials([trial])

    def add_trials(self, trials: Iterable[FrozenTrial]) -> None:
        """Add several trials in one transaction."""
        write_trials(self._storage.native, self._study_id, list(trials), objectives=self._objectives)

    def _is_multi_objective(self) -> bool:
        return self._objectives > 1

    def _proposed(self, number: int) -> dict[str, Any]:
        """What a trial was given before its objective started, less what was enqueued."""
        self._view.sync()
        fixed = self._book.trial(number).system_attrs.get(FIXED, {})
        given = self._view.records[number].given or {}
        return {name: value for name, value in given.items() if name not in fixed}

    def _has_enough(self, starting: int) -> bool:
        """Whether a MaxTrialsCallback of the running `optimize` wants no further trial."""
        return any(limit.reached(self._view, starting) for limit in self._limits)

    def _call(
        self, callback: Callable[["Study", FrozenTrial], None], _: NativeStudy, record: TrialRecord
    ) -> None:
        """Call a callback for a trial that ended."""
        callback(self, copied(self._book.trial(record.number)))

    def _last_word(self, update: Update) -> Update:
        """Let the sampler know that a trial is about to end, and write what it keeps with it."""
        return with_notes(self, self._book, update)

    def _elsewhere(self) -> Elsewhere:
        """How a trial in a worker process finds this study."""
        url = getattr(self._storage, "url", None)
        return Elsewhere(
            Study, url, name=self.study_name, study_id=self._study_id, objectives=self._objectives
        )

    def _one_objective(self, name: str, plural: str) -> None:
        if self._is_multi_objective():
            raise RuntimeError(explain(f"one objective for {name}", f"{self._objectives}", f"Use {plural}."))
