"""scikit-learn's own checks of estimators, on the searchers around three kinds of estimator."""

from typing import Any

import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from luthier.compat.skopt import BayesSearchCV
from luthier.frontends.search_cv import SearchCV

#: scikit-learn's own RandomizedSearchCV around Ridge fails this one as well.
ALIKE = {"check_supervised_y_2d": "a search warns of no DataConversion"}

#: scikit-optimize refuses a search space in the constructor, and scripts for it may count on that.
OF_SKOPT = {"check_do_not_raise_errors_in_init_or_set_params": "the constructor checks search_spaces"}

SEARCHERS = [
    SearchCV(LogisticRegression(), {"C": (0.1, 1.0)}, n_iter=2, cv=2, error_score="raise", random_state=0),
    SearchCV(
        Ridge(), {"alpha": (0.1, 1.0, "log-uniform")}, n_iter=2, cv=2, error_score="raise", random_state=0
    ),
    BayesSearchCV(LogisticRegression(), {"C": (0.1, 1.0)}, n_iter=2, cv=2, random_state=0),
]
MORE = [
    SearchCV(
        make_pipeline(PCA(), LogisticRegression()),
        {"logisticregression__C": [0.1, 1.0]},
        n_iter=2,
        cv=2,
        error_score="raise",
        random_state=0,
    ),
    BayesSearchCV(Ridge(), {"alpha": (0.1, 1.0, "log-uniform")}, n_iter=2, cv=2, random_state=0),
]


def alike(searcher: Any) -> dict[str, str]:
    known = ALIKE if isinstance(searcher.estimator, Ridge) else {}
    return known | OF_SKOPT if isinstance(searcher, BayesSearchCV) else known


@pytest.mark.filterwarnings("ignore")  # the checks provoke warnings, and look for those that matter
@parametrize_with_checks(SEARCHERS, expected_failed_checks=alike)
def test_a_search_passes_the_checks_of_its_siblings(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the checks provoke warnings, and look for those that matter
@parametrize_with_checks(MORE, expected_failed_checks=alike)
def test_a_search_around_others_passes_them_too(estimator: Any, check: Any) -> None:
    check(estimator)
