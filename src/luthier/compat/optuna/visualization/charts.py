"""What each plot shows: the arguments of Optuna's functions, and a chart. Drawing comes after."""

from collections.abc import Callable, Sequence

from luthier.analysis import figures
from luthier.analysis.figures import Chart, Strands
from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.importance import (
    BaseImportanceEvaluator,
    PedAnovaImportanceEvaluator,
    get_param_importances,
)
from luthier.compat.optuna.seen import OBJECTIVE_VALUE, Target, subject_of
from luthier.compat.optuna.study.study import Study
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.records.trial import TrialRecord

__all__ = [
    "contour",
    "edf",
    "hypervolume_history",
    "intermediate_values",
    "optimization_history",
    "parallel_coordinate",
    "param_importances",
    "pareto_front",
    "rank",
    "slices",
    "timeline",
]


def optimization_history(
    study: Study | Sequence[Study],
    *,
    target: Target | None = None,
    target_name: str = OBJECTIVE_VALUE,
    error_bar: bool = False,
) -> Chart:
    """The value of each trial, and the best one so far.

    Args:
        study: one, or several to compare.
        target: what to show instead of the objective.
        target_name: its name.
        error_bar: show the mean over studies and its standard deviation.
    """
    subjects = [subject_of(one, target, target_name) for one in listed(study)]
    return figures.optimization_history(subjects, error_bar=error_bar)


def edf(
    study: Study | Sequence[Study], *, target: Target | None = None, target_name: str = OBJECTIVE_VALUE
) -> Chart:
    """The empirical distribution function of the values.

    Args:
        study: one, or several to compare.
        target: what to show instead of the objective.
        target_name: its name.
    """
    return figures.edf([subject_of(one, target, target_name) for one in listed(study)])


def intermediate_values(study: Study) -> Chart:
    """The learning curves of all trials."""
    return figures.intermediate_values(subject_of(study, reports=True))


def parallel_coordinate(
    study: Study,
    params: list[str] | None = None,
    *,
    target: Target | None = None,
    target_name: str = OBJECTIVE_VALUE,
) -> Strands:
    """One line per trial through its value and its parameters.

    Args:
        study: the study.
        params: only these parameters.
        target: what to show instead of the objective.
        target_name: its name.
    """
    return figures.parallel_coordinate(subject_of(study, target, target_name), params)


def contour(
    study: Study,
    params: list[str] | None = None,
    *,
    target: Target | None = None,
    target_name: str = OBJECTIVE_VALUE,
) -> Chart:
    """The objective over pairs of parameters; the arguments are those of the parallel coordinates."""
    return figures.contour(subject_of(study, target, target_name), params)


def slices(
    study: Study,
    params: list[str] | None = None,
    *,
    target: Target | None = None,
    target_name: str = OBJECTIVE_VALUE,
) -> Chart:
    """The objective against each parameter; the arguments are those of the parallel coordinates."""
    return figures.slices(subject_of(study, target, target_name), params)


def rank(
    study: Study,
    params: list[str] | None = None,
    *,
    target: Target | None = None,
    target_name: str = OBJECTIVE_VALUE,
) -> Chart:
    """Pairs of parameters, coloured by rank; the arguments are those of the parallel coordinates."""
    return figures.rank(subject_of(study, target, target_name), params)


def param_importances(
    study: Study,
    evaluator: BaseImportanceEvaluator | None = None,
    params: list[str] | None = None,
    *,
    target: Target | None = None,
    target_name: str = OBJECTIVE_VALUE,
) -> Chart:
    """The importance of each parameter, for each objective.

    Args:
        study: the study.
        evaluator: the method, PED-ANOVA by default.
        params: only these parameters.
        target: what to explain instead of the objectives.
        target_name: its name.
    """
    several = target is None and len(study.directions) > 1
    method = evaluator or PedAnovaImportanceEvaluator()
    if not several:
        label = target_name if target or not study.metric_names else study.metric_names[0]
        told = get_param_importances(study, evaluator=method, params=params, target=target)
        return figures.param_importances({label: told})
    labels = study.metric_names or [f"{target_name} {place}" for place in range(len(study.directions))]
    signs = [direction.sign for direction in study.native.directions]
    return figures.param_importances(
        {
            label: get_param_importances(
                study, evaluator=method, params=params, target=objective(place, signs[place])
            )
            for place, label in enumerate(labels)
        },
    )


def objective(place: int, sign: float) -> Target:
    """One of several objectives, minimised."""
    return lambda trial: sign * (trial.values or [])[place]


def pareto_front(
    study: Study,
    *,
    target_names: list[str] | None = None,
    include_dominated_trials: bool = True,
    constraints_func: Callable[[FrozenTrial], Sequence[float]] | None = None,
    targets: Callable[[FrozenTrial], Sequence[float]] | None = None,
) -> Chart:
    """Trials in the space of two or three objectives, the best ones apart.

    Args:
        study: the study.
        target_names: a name for each axis.
        include_dominated_trials: show the other trials too.
        constraints_func: a trial is feasible when none of these is positive; its own constraints by default.
        targets: what the axes are, instead of the objectives.

    Raises:
        ValueError: there are not two or three axes, or not as many names.
    """
    trials = {trial.number: trial for trial in study.get_trials(deepcopy=False)}

    def feasible(record: TrialRecord) -> bool:
        if constraints_func is None:
            return record.feasible
        return all(bound <= 0 for bound in constraints_func(trials[record.number]))

    return figures.pareto_front(
        subject_of(study),
        labels=target_names,
        dominated=include_dominated_trials,
        targets=None if targets is None else lambda record: checked(targets(trials[record.number])),
        feasible=feasible,
    )


def checked(places: object) -> Sequence[float]:
    """What `targets` returned.

    Raises:
        ValueError: it is no sequence.
    """
    if not isinstance(places, Sequence) or isinstance(places, str):
        raise InvalidInput(explain("a sequence of numbers from targets", repr(places), "Return a tuple."))
    return places


def hypervolume_history(study: Study, reference_point: Sequence[float]) -> Chart:
    """The hypervolume of the trials so far.

    Args:
        study: one with several objectives.
        reference_point: one value per objective; what is worse adds nothing.

    Raises:
        ValueError: there is one objective, or the point has another length.
    """
    return figures.hypervolume_history(subject_of(study), reference_point)


def timeline(study: Study, n_recent_trials: int | None = None) -> Chart:
    """When each trial ran.

    Args:
        study: the study.
        n_recent_trials: only so many, the newest ones.

    Raises:
        ValueError: `n_recent_trials` is not positive.
    """
    if n_recent_trials is not None and n_recent_trials <= 0:
        raise InvalidInput(explain("n_recent_trials > 0", str(n_recent_trials), "Pass how many to show."))
    return figures.timeline(subject_of(study), n_recent=n_recent_trials)


def listed(study: Study | Sequence[Study]) -> list[Study]:
    """One study or several, as a list."""
    return [study] if isinstance(study, Study) else list(study)
