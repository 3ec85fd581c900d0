"""What figures show, as values; and that both libraries draw every one of them."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from luthier.analysis import figures
from luthier.analysis.figures import Chart, Strands, Subject, to_matplotlib, to_plotly
from luthier.base.errors import InvalidInput
from luthier.numerics.hypervolume import hypervolume
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.space.domains import Categorical, Float


def trial(number: int, *values: float, state: TrialState = TrialState.COMPLETE, **fields: Any) -> TrialRecord:
    return TrialRecord(
        number=number,
        state=state,
        values=values or None,
        started=100.0 + number,
        finished=102.0 + number,
        **fields,
    )


KINDS = ("a", None, (3, 3))
DOMAINS = {"lr": Float(1e-4, 1, log=True), "kind": Categorical(KINDS)}


def rich(n: int = 30, m: int = 1) -> Subject:
    """A study with a branch, an infeasible, a pruned, a failed and a running trial."""
    rng = np.random.default_rng(0)
    records = []
    for number in range(n):
        params = {"lr": float(10 ** -rng.uniform(0, 4)), "kind": KINDS[number % 3]}
        domains: dict[str, Any] = dict(DOMAINS)
        if number % 2:
            params["width"] = float(rng.uniform(0, 9))
            domains["width"] = Float(0, 9)
        constraints = {"memory": 1.0} if number == 4 else {}
        values = [float(rng.normal()) for _ in range(m)]
        records.append(trial(number, *values, params=params, domains=domains, constraints=constraints))
    records += [
        trial(n, 0.5, state=TrialState.PRUNED, params=params, domains=domains),
        trial(n + 1, state=TrialState.FAILED)._replace(params=params, domains=domains),
        TrialRecord(number=n + 2, state=TrialState.RUNNING, started=150.0),
        TrialRecord(number=n + 3, state=TrialState.WAITING),
    ]
    if m > 1:
        records[n] = records[n]._replace(values=(0.5,) * m)
    reports = {number: {0: 1.0, 5: 0.5, 2: math.nan} for number in range(3)}
    return Subject(records=records, signs=(1.0,) * m, reports=reports)


def test_the_best_line_has_only_what_improved() -> None:
    subject = Subject(
        records=[trial(n, value) for n, value in enumerate([3.0, 4.0, 1.0, 1.0, 2.0, math.inf])]
    )
    points, best = figures.optimization_history(subject).panels[0].series
    assert (list(points.x), list(points.y)) == ([0, 1, 2, 3, 4], [3.0, 4.0, 1.0, 1.0, 2.0])
    assert (list(best.x), list(best.y)) == ([0, 2, 5], [3.0, 1.0, 1.0])


def test_an_infeasible_trial_is_never_the_best() -> None:
    records = [trial(0, 5.0), trial(1, 1.0, constraints={"c": 1.0}), trial(2, 4.0)]
    _, best, infeasible = figures.optimization_history(Subject(records=records)).panels[0].series
    assert list(best.y) == [5.0, 4.0]
    assert (list(infeasible.x), infeasible.label) == ([1], "Infeasible Trial")


def test_a_maximised_objective_climbs() -> None:
    subject = Subject.of(
        [trial(n, value) for n, value in enumerate([1.0, 3.0, 2.0])], directions=["maximize"]
    )
    assert list(figures.optimization_history(subject).panels[0].series[1].y) == [1.0, 3.0, 3.0]


def test_several_studies_are_named_or_averaged() -> None:
    pair = [
        Subject(records=[trial(0, value), trial(1, value - 1)], name=f"s{value:.0f}") for value in (2.0, 4.0)
    ]
    labels = [series.label for series in figures.optimization_history(pair).panels[0].series]
    assert labels == [
        "Objective Value of s2",
        "Best Value of s2",
        "Objective Value of s4",
        "Best Value of s4",
    ]
    mean, best = figures.optimization_history(pair, error_bar=True).panels[0].series
    assert (list(mean.y), list(mean.error or ())) == ([3.0, 2.0], [1.0, 1.0])
    assert list(best.y) == [3.0, 2.0]


def test_the_distribution_climbs_to_one() -> None:
    (series,) = (
        figures.edf(Subject(records=[trial(n, v) for n, v in enumerate([2.0, 1.0, 2.0, 3.0])]))
        .panels[0]
        .series
    )
    assert (list(series.x), list(series.y)) == ([1.0, 2.0, 3.0], [0.25, 0.75, 1.0])


def test_curves_are_sorted_by_step_and_many_share_a_series() -> None:
    few = figures.intermediate_values(rich()).panels[0].series
    assert [(series.label, list(series.x)) for series in few][:1] == [("Trial0", [0, 2, 5])]
    records = [trial(n, 1.0) for n in range(300)]
    many = Subject(records=records, reports={n: {0: 1.0, 1: 2.0} for n in range(300)})
    (series,) = figures.intermediate_values(many).panels[0].series
    assert (series.label, len(series.x)) == ("COMPLETE", 900)


def test_a_slice_leaves_out_trials_without_the_parameter() -> None:
    kind, lr, width = figures.slices(rich()).panels
    assert [panel.x.label for panel in (kind, lr, width)] == ["kind", "lr", "width"]
    assert (kind.x.ticks, lr.x.log) == ([(0.0, "a"), (1.0, "None"), (2.0, "(3, 3)")], True)
    assert sum(len(series.x) for series in width.series) == 15
    assert [series.label for series in lr.series] == ["Feasible Trial", "Infeasible Trial"]


def test_ranks_run_from_the_best_trial_to_the_worst() -> None:
    domains = {"x": Float(0, 9), "y": Float(0, 9)}
    records = [trial(n, -float(n), params={"x": 1.0 * n, "y": 2.0}, domains=domains) for n in range(5)]
    (panel,) = figures.rank(Subject(records=records)).panels
    assert list(panel.series[0].shade or ()) == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_a_surface_passes_near_its_trials() -> None:
    domains = {"x": Float(0, 1), "y": Float(1, 100, log=True)}
    corners = [(x, y) for x in (0.0, 1.0) for y in (1.0, 100.0)]
    records = [trial(n, x + y, params={"x": x, "y": y}, domains=domains) for n, (x, y) in enumerate(corners)]
    surface = figures.contour(Subject(records=records)).panels[0].series[0]
    heights = np.array(surface.z)
    assert heights[0, 0] == pytest.approx(1.0, abs=0.01)
    assert heights[-1, -1] == pytest.approx(101.0, abs=0.01)
    assert list(surface.y)[-1] == pytest.approx(100.0)


@pytest.mark.parametrize("unit", [1e300, 1e-300, np.finfo(np.float64).max / 2])
def test_a_surface_is_the_same_in_any_unit(unit: float) -> None:
    """Sums of huge values are no numbers, and nobody is warned of them either."""
    domains = {"x": Float(0, 1), "y": Float(0, 1)}
    spots = np.random.default_rng(0).random((12, 2)).tolist()

    def heights(unit: float) -> Any:
        records = [
            trial(n, unit * (x + y - 1), params={"x": x, "y": y}, domains=domains)
            for n, (x, y) in enumerate(spots)
        ]
        chart = figures.contour(Subject(records=records))
        assert to_plotly(chart).to_json()
        return np.array(chart.panels[0].series[0].z)

    np.testing.assert_allclose(heights(unit) / unit, heights(1.0), rtol=1e-9, atol=1e-12)


def test_a_surface_over_the_largest_floats_stays_between_them() -> None:
    most = np.finfo(np.float64).max
    domains = {"x": Float(0, 1), "y": Float(0, 1)}
    records = [
        trial(n, most, params={"x": x, "y": x}, domains=domains) for n, x in enumerate([0.0, 0.3, 1.0])
    ]
    assert (np.array(figures.contour(Subject(records=records)).panels[0].series[0].z) == most).all()


def test_means_over_studies_of_huge_values_are_numbers() -> None:
    pair = [Subject(records=[trial(0, value)]) for value in (1.5e308, 1.7e308)]
    mean, best = figures.optimization_history(pair, error_bar=True).panels[0].series
    assert list(mean.y) == [pytest.approx(1.6e308)]
    assert list(best.y) == [pytest.approx(1.6e308)]
    assert list(mean.error or ()) == [pytest.approx(1e307)]


def test_parallel_coordinates_have_one_strand_for_each_feasible_trial() -> None:
    strands = figures.parallel_coordinate(rich())
    assert [axis.label for axis in strands.axes] == ["Objective Value", "kind", "lr", "width"]
    assert {len(column) for column in strands.columns} == {29}
    assert sum(map(math.isnan, strands.columns[3])) == 14


def test_the_front_stands_apart_and_the_rest_can_be_left_out() -> None:
    records = [
        trial(0, 0.0, 2.0),
        trial(1, 1.0, 1.0),
        trial(2, 2.0, 2.0),
        trial(3, -9.0, -9.0, constraints={"c": 1.0}),
    ]
    subject = Subject(records=records, signs=(1.0, 1.0), metric_names=("loss", "size"))
    (panel,) = figures.pareto_front(subject).panels
    assert {series.label: list(series.x) for series in panel.series} == {
        "Infeasible Trial": [-9.0],
        "Feasible Trial": [2.0],
        "Best Trial": [0.0, 1.0],
    }
    assert (panel.x.label, panel.y.label) == ("loss", "size")
    (only,) = figures.pareto_front(subject, dominated=False).panels[0].series
    assert only.label == "Best Trial"


def test_the_front_of_a_maximised_objective_is_at_its_other_end() -> None:
    records = [trial(0, 0.0, 1.0), trial(1, 1.0, 1.0)]
    (panel,) = figures.pareto_front(Subject(records=records, signs=(-1.0, 1.0))).panels
    assert [list(series.x) for series in panel.series if series.label == "Best Trial"] == [[1.0]]


def test_the_hypervolume_grows_to_that_of_all_trials() -> None:
    subject = rich(m=2)
    (series,) = figures.hypervolume_history(subject, [2.0, 2.0]).panels[0].series
    volumes = list(series.y)
    assert volumes == sorted(volumes)
    complete = [r for r in subject.records if r.state is TrialState.COMPLETE and r.feasible]
    everything = hypervolume(np.array([record.values for record in complete]), np.array([2.0, 2.0]))
    assert volumes[-1] == pytest.approx(everything)


def test_bars_of_time_end_with_the_trial_or_now() -> None:
    series = {one.label: one for one in figures.timeline(rich(), now=160.0).panels[0].series}
    assert list(series["RUNNING"].x) == [10.0]
    assert set(series) == {"COMPLETE", "INFEASIBLE", "PRUNED", "FAILED", "RUNNING"}
    recent = figures.timeline(rich(), n_recent=2).panels[0].series
    assert sorted(number for one in recent for number in one.y) == [31, 32]


def test_importances_are_grouped_by_objective_with_the_largest_on_top() -> None:
    chart = figures.param_importances({"a": {"x": 0.7, "y": 0.3}, "b": {"x": 0.4, "z": 0.6}})
    first, second = chart.panels[0].series
    assert list(first.y) == list(second.y) == ["y", "z", "x"]
    assert list(second.x) == [0.0, 0.6, 0.4]


ONE_OBJECTIVE: list[Callable[[Subject], Any]] = [
    figures.optimization_history,
    figures.edf,
    figures.slices,
    figures.rank,
    figures.contour,
    figures.parallel_coordinate,
]


@pytest.mark.parametrize("figure", ONE_OBJECTIVE)
def test_several_objectives_need_a_target(figure: Callable[[Subject], Any]) -> None:
    with pytest.raises(InvalidInput, match="target"):
        figure(rich(m=2))
    told = rich(m=2)
    figure(
        Subject(records=told.records, signs=told.signs, target=lambda record: (record.values or (None,))[0])
    )


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(InvalidInput, match="nope"):
        figures.slices(rich(), ["nope"])
    with pytest.raises(InvalidInput, match="two or three"):
        figures.pareto_front(rich())
    with pytest.raises(InvalidInput, match="reference"):
        figures.hypervolume_history(rich(m=2), [1.0])


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ([math.inf, 1], r"finite numbers as reference, got \[inf, 1\]"),
        ([math.nan, 1], r"finite numbers as reference, got \[nan, 1\]"),
        ([10**400, 1], "finite numbers as reference, got"),
        (["a", 1], r"finite numbers as reference, got \['a', 1\]"),
        (["1", 1], r"finite numbers as reference, got \['1', 1\]"),
        ([None, 1], r"finite numbers as reference, got \[None, 1\]"),
        ("ab", "one reference value for each, got 2 and 'ab'"),
        (5, "one reference value for each, got 2 and 5"),
        (None, "one reference value for each, got 2 and None"),
        ({1, 2}, "one reference value for each, got 2 and {1, 2}"),
        (np.ones((2, 2)), "finite numbers as reference, got array"),
    ],
    ids=repr,
)
def test_a_reference_that_is_no_point_is_refused(reference: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=f"^Expected .*{message}"):
        figures.hypervolume_history(rich(m=2), reference)


def test_a_reference_may_be_of_any_library() -> None:
    expected = figures.hypervolume_history(rich(m=2), [2.0, 2.0])
    several: list[Any] = [(2, 2), np.array([2.0, 2.0]), [np.float32(2), np.int64(2)]]
    for reference in several:
        assert figures.hypervolume_history(rich(m=2), reference) == expected


CHARTS: dict[str, Callable[[Subject, Subject], Chart | Strands]] = {
    "history": lambda one, _: figures.optimization_history(one),
    "average": lambda one, _: figures.optimization_history([one, one], error_bar=True),
    "curves": lambda one, _: figures.intermediate_values(one),
    "parallel": lambda one, _: figures.parallel_coordinate(one),
    "contour": lambda one, _: figures.contour(one),
    "contour of two": lambda one, _: figures.contour(one, ["lr", "kind"]),
    "slices": lambda one, _: figures.slices(one),
    "one slice": lambda one, _: figures.slices(one, ["lr"]),
    "rank": lambda one, _: figures.rank(one),
    "edf": lambda one, _: figures.edf(one),
    "importances": lambda *_: figures.param_importances({"value": {"x": 0.7, "y": 0.3}}),
    "front": lambda _, two: figures.pareto_front(two),
    "front in space": lambda *_: figures.pareto_front(rich(m=3)),
    "hypervolume": lambda _, two: figures.hypervolume_history(two, [3, 3]),
    "timeline": lambda one, _: figures.timeline(one),
}


@pytest.fixture
def off_screen() -> Iterator[None]:
    mpl.use("agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.mark.parametrize("filled", ["filled", "empty"])
@pytest.mark.parametrize("name", CHARTS)
def test_both_libraries_draw_every_chart(name: str, filled: str, off_screen: None) -> None:
    one, two = (
        (Subject(records=[]), Subject(records=[], signs=(1.0, 1.0)))
        if filled == "empty"
        else (rich(), rich(m=2))
    )
    chart = CHARTS[name](one, two)
    drawn = to_plotly(chart)
    assert drawn.layout.title.text == chart.title
    traces = 1 if isinstance(chart, Strands) else sum(len(panel.series) for panel in chart.panels)
    assert len(drawn.data) == traces
    assert drawn.to_json()
    for axes in np.ravel(to_matplotlib(chart))[:1]:
        axes.figure.canvas.draw()


def test_a_large_study_stays_light() -> None:
    domains = {"x": Float(0, 1), "y": Float(0, 1)}
    rng = np.random.default_rng(0)
    records = [
        trial(n, float(x + y), params={"x": float(x), "y": float(y)}, domains=domains)
        for n, (x, y) in enumerate(rng.random((5000, 2)))
    ]
    history = to_plotly(figures.optimization_history(Subject(records=records)))
    assert history.data[0].type == "scattergl"
    assert len(history.data[1].x) < 50
    panel = figures.rank(Subject(records=records)).panels[0]
    assert 1000 < len(panel.series[0].x) <= 2000
    assert len(to_plotly(figures.contour(Subject(records=records))).to_json()) < 500_000
