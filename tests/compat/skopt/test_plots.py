"""What is drawn, as matplotlib has it; nothing is compared with a picture."""

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from luthier.compat.skopt import forest_minimize, gp_minimize
from luthier.compat.skopt.plots import (
    partial_dependence,
    plot_convergence,
    plot_evaluations,
    plot_gaussian_process,
    plot_histogram,
    plot_objective,
    plot_objective_2D,
    plot_regret,
)
from luthier.compat.skopt.results import create_result
from luthier.compat.skopt.space import Categorical, Integer, Real


@pytest.fixture(autouse=True)
def figures() -> Iterator[Any]:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    yield plt
    plt.close("all")


@pytest.fixture(scope="module")
def result() -> Any:
    space = [
        Real(-3.0, 3.0, name="x"),
        Integer(1, 100, "log-uniform", name="k"),
        Categorical(["a", "b", "c"], name="c"),
        Real(2.0, 2.0),
    ]
    return forest_minimize(
        lambda x: x[0] ** 2 + np.log(x[1]) + (x[2] == "b"),
        space,
        n_calls=12,
        n_initial_points=10,
        n_points=100,
        random_state=0,
    )


@pytest.fixture(scope="module")
def line() -> Any:
    return gp_minimize(
        lambda x: x[0] ** 2, [(-3.0, 3.0)], n_calls=8, n_initial_points=5, n_points=100, random_state=0
    )


def test_convergence_is_the_smallest_value_so_far() -> None:
    one = create_result([[0], [1], [2]], [3.0, float("nan"), 1.0])
    other = create_result([[0], [1]], [5.0, 4.0])
    ax = plot_convergence(one, true_minimum=0.0)
    assert ax.lines[0].get_ydata().tolist() == [3.0, 3.0, 1.0]
    assert ax.lines[1].get_ydata()[0] == 0.0
    with pytest.warns(UserWarning, match="different numbers of calls"):
        ax = plot_convergence(("both", [one, other]), yscale="log")
    assert ax.lines[-1].get_ydata().tolist() == [4.0, 3.5]
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()][-1] == "both"
    with pytest.raises(ValueError, match="a result"):
        plot_convergence([1, 2])


def test_regret_is_the_sum_of_what_was_missed() -> None:
    ax = plot_regret(create_result([[0], [1], [2]], [3.0, 1.0, 2.0]))
    assert ax.lines[0].get_ydata().tolist() == [2.0, 2.0, 3.0]
    ax = plot_regret(("a", create_result([[0]], [3.0])), true_minimum=1.0, ax=ax)
    assert ax.lines[-1].get_ydata().tolist() == [2.0]


def test_a_histogram_counts_every_category_and_bins_on_the_scale(result: Any, figures: Any) -> None:
    ax = plot_histogram(result, "c", rotate_labels=45)
    counts = [bar.get_height() for bar in ax.patches]
    assert counts == [[x[2] for x in result.x_iters].count(name) for name in "abc"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c"]
    _, ax = figures.subplots()
    plot_histogram(result, 1, bins=5, ax=ax)
    assert sum(bar.get_height() for bar in ax.patches) == 12
    assert ax.get_xscale() == "log"
    with pytest.raises(ValueError, match="X_3"):
        plot_histogram(result, "nothing")


def test_a_matrix_leaves_constants_out_and_names_its_axes(result: Any) -> None:
    for axes in (plot_evaluations(result, bins=5), plot_objective(result, n_points=6, n_samples=10)):
        assert axes.shape == (3, 3)
        assert axes[2, 0].get_xlabel() == "x"
        assert axes[1, 0].get_ylabel() == "k"
        assert axes[1, 0].get_yscale() == "log"
        assert [label.get_text() for label in axes[2, 0].get_yticklabels()] == ["a", "b", "c"]
        assert not axes[0, 1].axison
        assert len({axes[place, place].get_ylim() for place in range(3)}) == 1


def test_a_matrix_of_some_dimensions_with_labels_of_ones_own(result: Any) -> None:
    axes = plot_objective(
        result,
        n_points=5,
        plot_dims=["c", 0],
        dimensions=["choice", "first"],
        sample_source="result",
        minimum="expected_minimum_random",
        n_minimum_search=50,
        zscale="log",
        show_points=False,
    )
    assert axes.shape == (2, 2)
    assert axes[1, 0].get_ylabel() == "first"
    assert plot_evaluations(result, plot_dims=["x"]).get_xlabel() == "x"
    with pytest.raises(ValueError, match="2 labels"):
        plot_evaluations(result, plot_dims=["c", 0], dimensions=["one"])


def test_minima_are_marked_as_asked(result: Any, line: Any) -> None:
    assert plot_objective(line, n_points=5, minimum=[1.5]).lines[1].get_xdata()[0] == 1.5
    found = (
        plot_objective(line, n_points=5, minimum="expected_minimum", n_minimum_search=2)
        .lines[1]
        .get_xdata()[0]
    )
    assert found == pytest.approx(0.0, abs=0.3)
    for wrong in ("expected_minimum", "nothing", [1.0]):
        with pytest.raises(ValueError, match="Expected"):
            plot_objective(result, minimum=wrong)


def test_a_landscape_has_the_points_and_a_star(result: Any) -> None:
    ax = plot_objective_2D(result, "x", "k", n_points=5, n_samples=10, minimum=[0.0, 1, "a", 2.0])
    points, star = ax.collections[-2:]
    assert points.get_offsets().tolist() == [[float(x[0]), float(x[1])] for x in result.x_iters]
    assert star.get_offsets().tolist() == [[0.0, 1.0]]


def test_a_process_is_drawn_with_what_it_promises(line: Any, result: Any) -> None:
    ax = plot_gaussian_process(
        line,
        n_points=50,
        objective=lambda x: x[0] ** 2,
        noise_level=0.1,
        show_acq_func=True,
        show_next_point=True,
    )
    labels = [line.get_label() for line in ax.lines]
    assert labels == ["True (unknown)", r"$\mu_{GP}(x)$", "Observations"]
    (other,) = [axes for axes in ax.figure.axes if axes is not ax]
    assert [line.get_label() for line in other.lines] == ["EI(x)", "Next query point"]
    first = plot_gaussian_process(line, n_calls=0, n_points=20, show_mu=False, show_legend=False)
    assert len(first.lines[-1].get_xdata()) == 5
    with pytest.raises(ValueError, match="one dimension"):
        plot_gaussian_process(result)


def test_partial_dependence_averages_over_the_other_dimensions() -> None:
    class Sum:
        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.asarray(X.sum(axis=1))

    from luthier.compat.skopt import Space

    space = Space([(0.0, 1.0), (1.0, 100.0, "log-uniform"), ["a", "b", "c"]])
    samples = space.transform([[0.0, 1.0, "a"], [0.5, 100.0, "b"]])
    xi, yi = partial_dependence(space, Sum(), 0, sample_points=samples, n_points=3)
    assert xi.tolist() == [0.0, 0.5, 1.0]
    assert yi.tolist() == [2.0, 2.5, 3.0]
    xi, yi, zi = partial_dependence(space, Sum(), 1, 2, n_points=3, x_eval=[0.25, 1.0, "a"])
    assert xi.tolist() == [0.0, 1.0, 2.0]
    assert yi == pytest.approx([1.0, 10.0, 100.0])
    np.testing.assert_allclose(zi, 1.25 + np.array([[0.0], [1.0], [2.0]]) + np.zeros(3))
