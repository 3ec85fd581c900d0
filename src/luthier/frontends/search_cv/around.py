"""What scikit-learn keeps around the function that it hands to a search.

`BaseSearchCV.fit` makes `evaluate_candidates` inside itself, and keeps the data, the routed parameters and the results
in variables around it. That is the one thing here that scikit-learn does not document. It has been so since 0.22.
"""

from collections.abc import Callable, Sequence
from types import CellType
from typing import Any

from luthier.base.errors import LuthierError, explain

__all__ = ["Around"]


class Around:
    """The variables around `evaluate_candidates`.

    Args:
        evaluate: the function that `BaseSearchCV.fit` passed to `_run_search`.
        searcher: whose `fit` it is.

    Raises:
        LuthierError: scikit-learn is of a version that keeps them elsewhere.
    """

    def __init__(self, evaluate: Callable[..., Any], searcher: Any) -> None:
        function: Any = evaluate
        self.cells: dict[str, CellType] = dict(
            zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        )
        missing = {"X", "y", "all_out", "results", "routed_params"} - self.cells.keys()
        if missing:
            raise LuthierError(
                explain(
                    "a scikit-learn that keeps results around evaluate_candidates",
                    f"one without {', '.join(sorted(missing))} there",
                    "Install a version that luthier supports: pip install 'luthier[sklearn]'",
                ),
            )
        self.X: Any = self.cells["X"].cell_contents
        self.y: Any = self.cells["y"].cell_contents
        #: The cross-validation, and what goes to its `split` beside X and y, such as groups.
        own = self.cells.get("cv_orig")
        self.cv: Any = vars(searcher)["_checked_cv_orig"] if own is None else own.cell_contents
        self.split_params: Any = self.cells["routed_params"].cell_contents.splitter.split

    def splits(self) -> list[Any]:
        """The splits of the data."""
        return list(self.cv.split(self.X, self.y, **self.split_params))

    def n_splits(self) -> int:
        """How many splits there are to be."""
        count: int = self.cv.get_n_splits(self.X, self.y, **self.split_params)
        return count

    def keep(self, fits: Sequence[Any], results: Any) -> None:
        """Have `fit` go on with these fits, and these `cv_results_`."""
        self.cells["all_out"].cell_contents[:] = fits
        self.cells["results"].cell_contents = results
