"""Figures of a study, drawn by plotly: `study.figures.optimization_history().show()`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, final

from luthier.analysis import figures
from luthier.analysis.figures.subject import OBJECTIVE_LABEL, Subject, Target
from luthier.analysis.importance import importances
from luthier.engine.view import StudyView

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Figures", "subject_of"]


def subject_of(
    view: StudyView,
    *,
    target: Target | None = None,
    target_name: str = OBJECTIVE_LABEL,
    reports: bool = False,
) -> Subject:
    """The subject of figures about a study, as it is now; with `reports` it has what trials reported."""
    view.sync()
    told = {}
    if reports:
        curves = view.curves
        for record in view.records:
            curve = curves.curve(record.number)
            told[record.number] = {
                step: curves.sign * value for step, value in zip(curve.steps, curve.values, strict=True)
            }
    return Subject(
        records=list(view.records),
        signs=view.signs,
        name=view.study.name,
        metric_names=view.study.metric_names,
        reports=told,
        target=target,
        target_name=target_name,
    )


@final
class Figures:
    """The figures of one study, each a `plotly.graph_objects.Figure`.

    `target` stands for what is shown instead of the objective: a function of a trial record. A study with several
    objectives needs it, but for the front, its hypervolume, importances and the timeline.

    Raises:
        InvalidInput: there is no such parameter, or the figure is not for this number of objectives.
        MissingExtra: plotly is not installed.
    """

    def __init__(self, view: StudyView) -> None:
        self._subject = partial(subject_of, view)

    def optimization_history(self, target: Target | None = None) -> "go.Figure":
        """Each value and the best so far, by trial."""
        return drawn(figures.optimization_history, self._subject(target=target))

    def edf(self, target: Target | None = None) -> "go.Figure":
        """The share of trials up to each value: where less is better, of those at least so good."""
        return drawn(figures.edf, self._subject(target=target))

    def learning_curves(self) -> "go.Figure":
        """What each trial reported, by step."""
        return drawn(figures.intermediate_values, self._subject(reports=True))

    def slices(self, params: Sequence[str] | None = None, target: Target | None = None) -> "go.Figure":
        """The objective against each parameter."""
        return drawn(figures.slices, self._subject(target=target), params)

    def contour(self, params: Sequence[str] | None = None, target: Target | None = None) -> "go.Figure":
        """The objective over pairs of parameters."""
        return drawn(figures.contour, self._subject(target=target), params)

    def rank(self, params: Sequence[str] | None = None, target: Target | None = None) -> "go.Figure":
        """The rank of each trial over pairs of parameters."""
        return drawn(figures.rank, self._subject(target=target), params)

    def parallel_coordinate(
        self, params: Sequence[str] | None = None, target: Target | None = None
    ) -> "go.Figure":
        """One line per trial through its value and its parameters."""
        return drawn(figures.parallel_coordinate, self._subject(target=target), params)

    def importances(self, params: Sequence[str] | None = None, target: Target | None = None) -> "go.Figure":
        """The share of each parameter in how good a trial is."""
        subject = self._subject(target=target)
        shares = importances(subject.records, subject.signs, params=params, target=target)
        return drawn(figures.param_importances, {subject.label: shares})

    def pareto_front(self) -> "go.Figure":
        """Trials in the plane or the space of two or three objectives, the best ones apart."""
        return drawn(figures.pareto_front, self._subject())

    def hypervolume_history(self, reference: Sequence[float]) -> "go.Figure":
        """The volume that the front dominates, below a reference point, by trial."""
        return drawn(figures.hypervolume_history, self._subject(), reference)

    def timeline(self) -> "go.Figure":
        """When each trial ran, and how it ended."""
        return drawn(figures.timeline, self._subject())


def drawn(prepare: Callable[..., Any], *arguments: Any) -> Any:
    """A figure, prepared and drawn."""
    return figures.to_plotly(prepare(*arguments))
