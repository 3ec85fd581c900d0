"""The base of searchers of the user's own, and how they take part in a study."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.base.seeding import purpose_of, rng_for
from luthier.compat.support import absent
from luthier.compat.tune.contract import SearchAlgorithm, SearchPlan
from luthier.compat.tune.flat import flatten, nest
from luthier.compat.tune.trial import ERROR, TuneTrial
from luthier.engine.propose import Proposal, Proposer
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.records.state import TrialState
from luthier.records.trial import NOTHING, TrialRecord
from luthier.space.codec import decoder
from luthier.storage.protocol import Draft

__all__ = ["Searcher"]


class Searcher:
    """Base of searchers. A subclass proposes in `suggest`, and hears of results.

    It runs in the driver's thread. A study that exists already is told to it by `add_evaluated_point`, where it has
    one; its own state is never pickled.

    Args:
        metric: the entry of results that counts, or a list of them.
        mode: "min" or "max", or one for each metric.
    """

    FINISHED = "FINISHED"

    _metric: Any = None
    _mode: Any = None

    def __init__(self, metric: str | list[str] | None = None, mode: str | list[str] | None = None) -> None:
        checked_modes(metric, mode)
        self._metric, self._mode = metric, mode

    @property
    def metric(self) -> Any:
        """The entry of results that counts."""
        return self._metric

    @property
    def mode(self) -> Any:
        """Whether it is to be small or large."""
        return self._mode

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: Mapping[str, Any], **spec: Any
    ) -> bool:
        """Take over metric, mode and search space of the experiment; False where the searcher has its own space."""
        return False

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        """A configuration; None to be asked again later, FINISHED when nothing is left."""
        raise NotImplementedError

    def on_trial_result(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """Called at each result."""

    def on_trial_complete(
        self,
        trial_id: str,
        result: Mapping[str, Any] | None = None,
        error: bool = False,  # noqa: FBT001, FBT002 - of the original
    ) -> None:
        """Called when a trial ended: with its last result, or as an error."""

    def add_evaluated_point(
        self,
        parameters: dict[str, Any],
        value: float,
        error: bool = False,  # noqa: FBT001, FBT002 - of the original
        pruned: bool = False,  # noqa: FBT001, FBT002 - of the original
        intermediate_values: list[float] | None = None,
    ) -> None:
        """Called for each trial that the study has from before."""
        raise NotImplementedError

    def add_evaluated_trials(self, trials_or_analysis: Any, metric: str) -> None:
        """Tell the searcher of trials, a list of them or an object with `trials`."""
        for trial in getattr(trials_or_analysis, "trials", trials_or_analysis):
            value = trial.last_result.get(metric)
            if value is not None:
                self.add_evaluated_point(dict(trial.config), value, error=trial.status == ERROR)

    def set_max_concurrency(self, max_concurrent: int) -> bool:
        """Told by `ConcurrencyLimiter`; True where the searcher itself keeps to it."""
        return False

    def save(self, checkpoint_path: str) -> None:
        """For a subclass that keeps its state in a file of its own."""
        raise absent("tune.search.Searcher.save", "Nothing is to be saved: the study's store has all trials.")

    def restore(self, checkpoint_path: str) -> None:
        """For a subclass that keeps its state in a file of its own."""
        raise absent("tune.search.Searcher.restore", "Use Tuner.restore: the searcher is told of all trials.")

    def get_state(self) -> dict[str, Any]:
        """For a subclass that can tell its state."""
        raise NotImplementedError

    def set_state(self, state: dict[str, Any]) -> None:
        """For a subclass that can take back its state."""
        raise NotImplementedError

    def search_algorithm(self) -> SearchAlgorithm:
        """The search as the runner knows it."""
        foreign = ForeignSearch(self)
        return SearchAlgorithm(
            engine=foreign.engine,
            metric=self.metric,
            mode=self.mode,
            brings=None,
            native=False,
            on_result=foreign.on_result,
            on_end=foreign.on_end,
        )


def checked_modes(metric: Any, mode: Any) -> None:
    """Raise InvalidInput unless metric and mode fit each other."""
    if metric is None or mode is None:
        legal = mode in {None, "min", "max"} if not isinstance(mode, list | tuple) else True
    elif isinstance(metric, list | tuple):
        legal = isinstance(mode, list | tuple) and len(mode) == len(metric)
        legal = legal and set(mode) <= {"min", "max", "obs"}
    else:
        legal = mode in {"min", "max"}
    if not legal:
        got = f"metric={metric!r}, mode={mode!r}"
        raise InvalidInput(explain('mode "min" or "max", or one for each metric', got, "Correct the mode."))


@final
class ForeignSearch:
    """A searcher of the user's own in a study: its values go in as they are, and results come back to it."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.prefix = ""
        #: Numbers of earlier trials that the searcher was told of.
        self.told: set[int] = set()

    def engine(self, plan: SearchPlan) -> "ForeignSearch":
        """Itself, once the searcher knows the space.

        Raises:
            InvalidInput: both the searcher and the experiment have a space.
        """
        self.prefix = plan.prefix
        metric = None if self.searcher.metric else plan.metric
        mode = None if self.searcher.mode else plan.mode
        taken = self.searcher.set_search_properties(metric, mode, dict(plan.param_space))
        if not taken and plan.space:
            fix = "Leave it out, or take it over in set_search_properties and return True."
            raise InvalidInput(
                explain("a search space in one place", "one in param_space and a searcher", fix)
            )
        return self

    def proposer(self, view: StudyView) -> Proposer:
        """The searcher in one study, told of the trials that are there."""
        view.sync()
        for record in view.told:
            self.remember(record)
        return Suggestions(self.searcher, view, self.trial_id)

    def trial_id(self, number: int) -> str:
        """The id of a trial."""
        return f"{self.prefix}_{number:05d}"

    def remember(self, record: TrialRecord) -> None:
        """Tell the searcher of a trial from before."""
        if record.values is None or record.number in self.told:
            return
        self.told.add(record.number)
        pruned, failed = record.state is TrialState.PRUNED, record.state is TrialState.FAILED
        try:
            self.searcher.add_evaluated_point(
                nest(record.params), record.values[0], error=failed, pruned=pruned
            )
        except NotImplementedError:
            logger.warning(
                "%s has no add_evaluated_point: it knows nothing of earlier trials.", self.searcher
            )

    def on_result(self, trial: TuneTrial, result: Mapping[str, Any]) -> None:
        """Tell the searcher of a result."""
        self.searcher.on_trial_result(self.trial_id(trial.member), dict(result))

    def on_end(self, trial: TuneTrial) -> None:
        """Tell the searcher of an end."""
        name, failed = self.trial_id(trial.member), trial.status == ERROR
        result = None if failed else dict(trial.last_result)
        self.searcher.on_trial_complete(name, result=result, error=failed)


@final
class Suggestions:
    """What a searcher suggests, as the proposals of a study."""

    def __init__(self, searcher: Searcher, view: StudyView, trial_id: Any) -> None:
        self.searcher = searcher
        self.view = view
        self.trial_id = trial_id
        self.over = False
        #: What was suggested, and did not start yet.
        self.open: dict[int, dict[str, Any]] = {}

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """The flat values of a suggestion; None when there is none now."""
        if number not in self.open:
            suggested = None if self.over else self.searcher.suggest(self.trial_id(number))
            self.over = self.over or suggested == Searcher.FINISHED
            if suggested is None or self.over:
                return None
            if not isinstance(suggested, Mapping):
                fix = "Return a dict, None or Searcher.FINISHED."
                raise InvalidInput(explain("a configuration of suggest()", repr(suggested), fix))
            self.open = {number: flatten(suggested)}
        return self.open[number], NOTHING

    def answer(self, message: Suggest) -> Any:
        """A value for a parameter that the suggestion did not have: by chance."""
        rng = rng_for(self.view.study.seed, message.trial, purpose_of(message.name))
        return decoder(message.domain)(float(rng.random()))
