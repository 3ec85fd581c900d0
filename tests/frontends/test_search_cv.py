"""`luthier.SearchCV` as a user of scikit-learn sees it."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    ParameterGrid,
    RandomizedSearchCV,
    ShuffleSplit,
    cross_val_score,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

import luthier
from luthier.frontends.search_cv import SearchCV

X, y = load_iris(return_X_y=True)
C = {"C": (1e-3, 1e3, "log-uniform")}


class Toy(ClassifierMixin, BaseEstimator):
    """Scores `-(a - 3)²`; counts its fits; fails for a == `bad`, on folds of odd size alone unless `always`."""

    fits = 0

    def __init__(self, a: float = 0.0, bad: float | None = None, *, always: bool = True) -> None:
        self.a = a
        self.bad = bad
        self.always = always

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Toy":
        Toy.fits += 1
        if self.a == self.bad and (self.always or len(X) % 2):
            raise ValueError("no luck")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.repeat(self.classes_[:1], len(X))

    def score(self, X: Any, y: Any) -> float:
        return float(-((self.a - 3) ** 2))


class Pair(Toy):
    """Any two parameters."""

    def __init__(self, a: Any = None, b: Any = None) -> None:
        self.a = a
        self.b = b

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Pair":
        self.classes_ = np.unique(y)
        return self

    def score(self, X: Any, y: Any) -> float:
        return 0.0


@pytest.fixture(autouse=True)
def _count_from_zero() -> None:
    Toy.fits = 0


def test_cv_results_are_those_of_the_sibling() -> None:
    arguments: dict[str, Any] = {"n_iter": 4, "cv": 3, "random_state": 0, "return_train_score": True}
    ours = SearchCV(SVC(), {"C": (0.1, 10.0), "kernel": ["linear"]}, **arguments).fit(X, y)
    theirs = RandomizedSearchCV(SVC(), {"C": [0.1, 1, 5, 10], "kernel": ["linear"]}, **arguments).fit(X, y)
    assert set(ours.cv_results_) == set(theirs.cv_results_)
    for key, column in theirs.cv_results_.items():
        assert type(ours.cv_results_[key]) is type(column)
        assert len(ours.cv_results_[key]) == 4
    assert ours.cv_results_["rank_test_score"].dtype == theirs.cv_results_["rank_test_score"].dtype
    assert {key for key in vars(theirs) if key.endswith("_")} <= set(dir(ours))
    assert ours.best_score_ == ours.cv_results_["mean_test_score"][ours.best_index_]
    assert ours.score(X, y) == accuracy_score(y, ours.best_estimator_.predict(X))


def test_each_candidate_is_a_trial() -> None:
    search = SearchCV(SVC(), C, n_iter=5, cv=3, random_state=0).fit(X, y)
    study = search.study_
    assert [dict(trial.params) for trial in study.trials] == search.cv_results_["params"]
    assert [trial.value for trial in study.trials] == search.cv_results_["mean_test_score"].tolist()
    assert study.direction == "maximize"
    assert study.best_value == search.best_score_


def test_the_model_finds_what_chance_does_not() -> None:
    space = {"a": (-100.0, 100.0)}

    def best(sampler: str) -> float:
        arguments: dict[str, Any] = {"n_iter": 40, "cv": 2, "refit": False, "sampler": sampler}
        return float(
            np.median(
                [
                    SearchCV(Toy(), space, random_state=seed, **arguments).fit(X, y).best_score_
                    for seed in range(5)
                ]
            )
        )

    assert best("auto") > best("random")


def test_a_finite_space_ends_without_repeating_itself() -> None:
    search = SearchCV(Toy(), {"a": [1, 2, 3], "bad": [None, -1]}, n_iter=50, cv=2, random_state=0).fit(X, y)
    candidates = search.cv_results_["params"]
    assert sorted((each["a"], each["bad"] or 0) for each in candidates) == [
        (a, bad) for a in (1, 2, 3) for bad in (-1, 0)
    ]
    assert search.best_params_["a"] == 3


@pytest.mark.parametrize("sampler", ["auto", "tpe", "random", "grid"])
def test_dicts_that_overlap_share_their_candidates(sampler: str) -> None:
    space = [{"a": [1, 2]}, {"a": [2, 3], "bad": [7]}, {"a": [2, 3]}]
    search = SearchCV(Toy(), space, n_iter=50, cv=2, random_state=0, sampler=sampler, batch_size=3)
    candidates = search.fit(X, y).cv_results_["params"]
    found = sorted(str(sorted(each.items())) for each in candidates)
    assert found == sorted(
        str(sorted(each.items()))
        for each in ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 2, "bad": 7}, {"a": 3, "bad": 7})
    )


def test_a_countable_dict_beside_a_continuous_one_is_not_tried_twice() -> None:
    space = [{"a": [2.9, 3.1]}, {"a": (2.0, 4.0), "bad": [7]}]
    search = SearchCV(Toy(), space, n_iter=14, cv=2, random_state=0).fit(X, y)
    candidates = search.cv_results_["params"]
    listed = [each["a"] for each in candidates if "bad" not in each]
    assert sorted(listed) == [2.9, 3.1]
    assert len(candidates) == 14


def test_a_space_that_is_tried_whole_comes_in_the_order_of_a_grid() -> None:
    space = {"b": [1, 2], "a": ["x", "y"]}
    for random_state in (0, 1):
        search = SearchCV(Pair(), space, n_iter=4, cv=2, random_state=random_state).fit(X, y)
        assert search.cv_results_["params"] == list(ParameterGrid(space))


def test_parameters_of_another_dict_are_masked() -> None:
    space = [{"kernel": ["linear"], **C}, {"kernel": ["rbf"], "gamma": (1e-3, 1.0, "log-uniform"), **C}]
    search = SearchCV(SVC(), space, n_iter=8, cv=2, random_state=0).fit(X, y)
    gamma, kernel = search.cv_results_["param_gamma"], search.cv_results_["param_kernel"]
    assert set(kernel) == {"linear", "rbf"}
    assert gamma.mask.tolist() == [each == "linear" for each in kernel]


def test_objects_can_be_chosen() -> None:
    space = {"model": [SVC(), LinearSVC()], "scale": [StandardScaler(), "passthrough"]}
    pipeline = Pipeline([("scale", StandardScaler()), ("model", SVC())])
    search = SearchCV(pipeline, space, n_iter=9, cv=2, random_state=0).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert type(search.best_params_["model"]) in {SVC, LinearSVC}
    assert "0: SVC()" in {trial.params["model"] for trial in search.study_.trials}


def test_a_candidate_whose_fits_all_fail_is_one_failed_trial() -> None:
    with pytest.warns((FitFailedWarning, UserWarning)) as caught:
        search = SearchCV(Toy(bad=1), {"a": [1, 3, 5]}, n_iter=5, cv=3, random_state=0).fit(X, y)
    assert sum(warning.category is FitFailedWarning for warning in caught) == 1
    place = [each["a"] for each in search.cv_results_["params"]].index(1)
    assert np.isnan(search.cv_results_["mean_test_score"][place])
    assert search.cv_results_["rank_test_score"][place] == 3
    assert search.best_params_ == {"a": 3}
    trial = search.study_.trials[place]
    assert (trial.state, trial.reason) == ("FAILED", "ValueError: no luck")
    assert "Traceback" in (trial.detail or "")


def test_a_candidate_that_fails_on_some_folds_has_no_mean() -> None:
    with pytest.warns((FitFailedWarning, UserWarning)):
        search = SearchCV(
            Toy(bad=1, always=False),
            {"a": [1, 3]},
            cv=[(range(60), range(60, 90)), (range(61), range(61, 90))],
        ).fit(X, y)
    place = [each["a"] for each in search.cv_results_["params"]].index(1)
    assert search.cv_results_["split0_test_score"][place] == -4.0
    assert np.isnan(search.cv_results_["split1_test_score"][place])
    assert search.study_.trials[place].state == "FAILED"


def test_a_candidate_that_the_scorer_has_no_number_for_failed_and_says_so() -> None:
    def score(estimator: Any, *_: Any) -> float:
        return float("nan") if estimator.a == 1 else 0.5

    with pytest.warns(UserWarning, match="non-finite"):
        search = SearchCV(Toy(), {"a": [1, 3]}, scoring=score, cv=2).fit(X, y)
    assert [(each.state.value, each.reason) for each in search.study_.trials] == [
        ("FAILED", "The mean of its scores is NaN."),
        ("COMPLETE", None),
    ]


def test_a_number_stands_for_failed_fits() -> None:
    with pytest.warns(FitFailedWarning):
        search = SearchCV(Toy(bad=1), {"a": [1, 3]}, cv=2, error_score=-50.0).fit(X, y)
    assert sorted(search.cv_results_["mean_test_score"]) == [-50.0, 0.0]


def test_a_search_without_a_single_score_says_why() -> None:
    with pytest.warns(FitFailedWarning), pytest.raises(ValueError, match=r"(?s)fits failed.*no luck"):
        SearchCV(Toy(a=1, bad=1), {"always": [True]}, cv=2).fit(X, y)


def test_error_score_raise_raises_what_the_fit_raised() -> None:
    with pytest.raises(ValueError, match="no luck"):
        SearchCV(Toy(bad=1), {"a": [1]}, cv=2, error_score="raise").fit(X, y)


def test_what_a_fit_raised_leaves_its_candidate_to_the_next_run() -> None:
    storage = luthier.create_study().storage
    search = SearchCV(Toy(bad=1), {"a": [1, 3]}, cv=2, error_score="raise", storage=storage, study_name="s")
    with pytest.raises(ValueError, match="no luck"):
        search.fit(X, y)
    assert [trial.state for trial in search.study_.trials] == ["WAITING"]


def test_a_configuration_can_be_enqueued_for_a_search() -> None:
    study = luthier.create_study("s", direction="maximize")
    study.enqueue({"a": 3.0})
    search = SearchCV(Toy(), {"a": (0.0, 9.0)}, n_iter=3, cv=2, storage=study.storage, study_name="s").fit(
        X, y
    )
    assert search.cv_results_["params"][0] == {"a": 3.0}
    assert search.best_index_ == 0


def test_several_searchers_share_a_study() -> None:
    storage = luthier.create_study().storage
    arguments: dict[str, Any] = {"n_iter": 6, "cv": 2, "storage": storage, "study_name": "s"}

    def other(study: luthier.Study, trial: luthier.TrialRecord) -> None:
        if trial.number == 1:
            SearchCV(Toy(), {"a": (0.0, 9.0)}, **{**arguments, "n_iter": 4}).fit(X, y)

    search = SearchCV(Toy(), {"a": (0.0, 9.0)}, callbacks=[other], **arguments).fit(X, y)
    assert len(search.cv_results_["params"]) == 6
    assert len(search.study_.trials) == 6


def test_ctrl_c_ends_the_search_and_refits() -> None:
    def press(study: luthier.Study, trial: luthier.TrialRecord) -> None:
        if trial.number == 1:
            os.kill(os.getpid(), signal.SIGINT)

    search = SearchCV(Toy(), {"a": (0.0, 9.0)}, n_iter=9, cv=2, callbacks=[press]).fit(X, y)
    assert len(search.cv_results_["params"]) == 2
    assert search.best_estimator_.a == search.best_params_["a"]


def test_callbacks_of_scikit_learn_hear_of_every_fit() -> None:
    pytest.importorskip("sklearn.callback", reason="this scikit-learn has no callbacks")
    from sklearn.callback.tests._utils import RecordingCallback

    callback = RecordingCallback()
    search = SearchCV(Toy(), {"a": (0.0, 9.0)}, n_iter=3, cv=2, random_state=0).set_callbacks(callback)
    search.fit(X, y)
    root, searching, refit = 1, 1, 1
    assert callback.count_hooks("on_fit_task_begin") == root + searching + 3 * 2 + refit
    assert callback.count_hooks("on_fit_task_end") == root + searching + 3 * 2 + refit


def test_without_scikit_learn_the_extra_is_named() -> None:
    script = """
import sys
sys.modules["sklearn"] = None
import luthier
for name in ("luthier.frontends.search_cv", "luthier.compat.skopt.searchcv"):
    try:
        __import__(name)
    except luthier.MissingExtra as error:
        print(error)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.count("pip install 'luthier[sklearn]'") == 2


def test_several_metrics_are_led_by_refit() -> None:
    scoring = {"bad": make_scorer(lambda y, p: -accuracy_score(y, p)), "good": "accuracy"}
    search = SearchCV(SVC(), C, n_iter=5, cv=2, scoring=scoring, refit="good", random_state=0).fit(X, y)
    results = search.cv_results_
    np.testing.assert_allclose(results["mean_test_bad"], -results["mean_test_good"])
    assert [trial.value for trial in search.study_.trials] == results["mean_test_good"].tolist()
    assert search.study_.metric_names == ("good",)
    assert search.multimetric_


def test_several_metrics_without_refit_are_led_by_the_objective() -> None:
    search = SearchCV(
        SVC(), C, n_iter=3, cv=2, scoring=["accuracy", "f1_macro"], refit=False, objective="f1_macro"
    ).fit(X, y)
    values = [trial.value for trial in search.study_.trials]
    assert values == search.cv_results_["mean_test_f1_macro"].tolist()
    with pytest.raises(luthier.InvalidInput, match="the objective to be one of"):
        clone(search).set_params(objective="f2").fit(X, y)


def test_refit_can_be_a_function_of_the_results() -> None:
    search = SearchCV(
        Toy(), {"a": [1, 2, 3]}, cv=2, refit=lambda results: int(np.argmin(results["mean_test_score"]))
    )
    assert search.fit(X, y).best_params_ == {"a": 1}


def test_groups_reach_the_splitter() -> None:
    groups = np.arange(len(y)) % 5
    search = SearchCV(Toy(), {"a": [1, 2]}, cv=GroupKFold(n_splits=5)).fit(X, y, groups=groups)
    assert search.n_splits_ == 5


def test_metadata_is_routed() -> None:
    weights = np.ones(len(y))
    with config_context(enable_metadata_routing=True):
        estimator = LogisticRegression(max_iter=2000).set_fit_request(sample_weight=True)
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        search = SearchCV(estimator, C, n_iter=2, cv=GroupKFold(n_splits=3), scoring=scorer)
        search.fit(X, y, sample_weight=weights, groups=np.arange(len(y)) % 3)
    assert search.n_splits_ == 3


def test_a_search_is_a_step_of_a_pipeline_and_can_be_cross_validated() -> None:
    pipeline = make_pipeline(PCA(2), SearchCV(SVC(), C, n_iter=3, cv=2, random_state=0))
    assert cross_val_score(pipeline, X, y, cv=2).mean() > 0.8


def test_every_candidate_sees_the_same_splits() -> None:
    class Seen(Toy):
        splits: ClassVar[set[bytes]] = set()

        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Seen":
            Seen.splits.add(np.asarray(X).tobytes())
            super().fit(X, y)
            return self

    SearchCV(Seen(), {"a": (0.0, 1.0)}, n_iter=4, cv=ShuffleSplit(3), refit=False).fit(X, y)
    assert len(Seen.splits) == 3


def test_equal_seeds_make_equal_searches() -> None:
    runs = [SearchCV(Toy(), {"a": (0.0, 9.0)}, n_iter=9, cv=2, random_state=7).fit(X, y) for _ in range(2)]
    assert runs[0].cv_results_["params"] == runs[1].cv_results_["params"]
    state = np.random.RandomState(0)
    runs = [
        SearchCV(Toy(), {"a": (0.0, 9.0)}, n_iter=9, cv=2, random_state=state).fit(X, y) for _ in range(2)
    ]
    assert runs[0].cv_results_["params"] != runs[1].cv_results_["params"]


def test_workers_fit_the_same_candidates() -> None:
    runs = [
        SearchCV(SVC(), C, n_iter=4, cv=2, random_state=0, n_jobs=jobs, batch_size=2).fit(X, y)
        for jobs in (1, 2)
    ]
    assert runs[0].cv_results_["params"] == runs[1].cv_results_["params"]


def test_a_callback_ends_the_search() -> None:
    def enough(study: luthier.Study, trial: luthier.TrialRecord) -> None:
        if trial.number == 2:
            study.stop()

    search = SearchCV(Toy(), {"a": (0.0, 9.0)}, n_iter=9, cv=2, callbacks=[enough]).fit(X, y)
    assert len(search.cv_results_["params"]) == 3


def test_a_timeout_ends_the_search() -> None:
    with pytest.raises(luthier.InvalidInput, match="at least one candidate, got none"):
        SearchCV(Toy(), {"a": (0.0, 9.0)}, n_iter=9, cv=2, timeout=0.0).fit(X, y)


def test_silence_is_the_default(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    SearchCV(Toy(), {"a": [1, 2]}, cv=2).fit(X, y)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    SearchCV(Toy(), {"a": [1, 2]}, cv=2, verbose=1).fit(X, y)
    assert "Fitting 2 folds" in capfd.readouterr().out
    assert "Trial 0 finished with value" in caplog.text


def test_a_pickled_search_brings_its_study_along(tmp_path: Path) -> None:
    stored = SearchCV(
        Toy(), {"a": [1, 2, 3]}, cv=2, storage=f"sqlite:///{tmp_path}/a.db", study_name="s"
    ).fit(X, y)
    in_memory = SearchCV(Toy(), {"a": [1, 2, 3]}, cv=2).fit(X, y)
    for search in (stored, in_memory):
        again = pickle.loads(pickle.dumps(search))  # noqa: S301 - made just now
        assert again.best_params_ == search.best_params_
        assert [trial.params for trial in again.study_.trials] == [
            trial.params for trial in search.study_.trials
        ]
        assert again.study_.name == search.study_.name


def test_a_clone_searches_on_the_same_store() -> None:
    storage = luthier.create_study().storage
    search = SearchCV(Toy(), {"a": [1, 2]}, cv=2, storage=storage, study_name="one")
    search.fit(X, y)
    again = clone(search)
    assert again.storage is storage
    Toy.fits = 0
    again.fit(X, y)
    assert Toy.fits == 1


def test_before_fit_there_is_no_study() -> None:
    with pytest.raises(AttributeError, match="Call fit"):
        _ = SearchCV(Toy(), {"a": [1]}).study_


def test_done_candidates_are_not_fitted_again(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path}/s.db"

    def search(n_iter: int) -> SearchCV:
        return SearchCV(
            Toy(), {"a": (0.0, 9.0)}, n_iter=n_iter, cv=3, storage=storage, study_name="s", random_state=0
        ).fit(X, y)

    first = search(4)
    assert Toy.fits == 4 * 3 + 1
    Toy.fits = 0
    longer = search(6)
    assert Toy.fits == 2 * 3 + 1
    assert longer.cv_results_["params"][:4] == first.cv_results_["params"]
    np.testing.assert_array_equal(
        longer.cv_results_["mean_test_score"][:4], first.cv_results_["mean_test_score"]
    )
    Toy.fits = 0
    same = search(6)
    assert Toy.fits == 1
    assert same.best_params_ == longer.best_params_
    assert same.cv_results_.keys() == longer.cv_results_.keys()


def test_failed_candidates_are_not_fitted_again() -> None:
    storage = luthier.create_study().storage
    for fits in (2 * 2 + 1, 1):
        Toy.fits = 0
        with pytest.warns((FitFailedWarning, UserWarning)):
            search = SearchCV(Toy(bad=1), {"a": [1, 3]}, cv=2, storage=storage, study_name="s").fit(X, y)
        assert Toy.fits == fits
        assert np.isnan(search.cv_results_["mean_test_score"]).sum() == 1


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"estimator": Toy(bad=8)}, "parameters"),
        ({"estimator": SVC()}, "estimator"),
        ({"cv": KFold(4)}, "splits"),
        ({"scoring": "accuracy"}, "scoring"),
        ({"error_score": 0.0}, "error_score"),
        ({"scoring": ["accuracy"], "refit": False}, "scoring"),
    ],
)
def test_another_setting_does_not_go_on(change: dict[str, Any], part: str) -> None:
    storage = luthier.create_study().storage
    search = SearchCV(Toy(), {"a": [1, 2]}, cv=2, storage=storage, study_name="s").fit(X, y)
    with pytest.raises(luthier.InvalidInput, match=f"Expected the {part} of study 's'"):
        clone(search).set_params(**change).fit(X, y)
    with pytest.raises(luthier.InvalidInput, match="Expected the data of study 's'"):
        clone(search).fit(X[:, :2], y)


def test_another_objective_does_not_go_on() -> None:
    arguments: dict[str, Any] = {"scoring": ["accuracy", "f1_macro"], "n_iter": 1, "cv": 2, "study_name": "s"}
    storage = luthier.create_study().storage
    SearchCV(SVC(), C, refit="accuracy", storage=storage, **arguments).fit(X, y)
    with pytest.raises(luthier.InvalidInput, match="the objective of study 's', accuracy, got f1_macro"):
        SearchCV(SVC(), C, refit="f1_macro", storage=storage, **arguments).fit(X, y)


def test_a_study_of_another_kind_does_not_go_on() -> None:
    study = luthier.create_study("s", direction="maximize")
    study.tell(study.ask(), 1.0)
    with pytest.raises(luthier.InvalidInput, match="came about in another way"):
        SearchCV(Toy(), {"a": [1]}, storage=study.storage, study_name="s").fit(X, y)


KILLED = """
import os, sys
from sklearn.datasets import load_iris
from sklearn.svm import SVC
from luthier.frontends.search_cv import SearchCV

def count(study, trial):
    print(trial.number, flush=True)
    if trial.number == int(sys.argv[2]):
        os.kill(os.getpid(), 9)

search = SearchCV(SVC(), {"C": (1e-3, 1e3, "log-uniform")}, n_iter=6, cv=3, storage=sys.argv[1], study_name="s",
                  callbacks=[count]).fit(*load_iris(return_X_y=True))
print("done", len(search.cv_results_["params"]))
"""


def test_a_killed_search_goes_on_where_it_was(tmp_path: Path) -> None:
    said = []
    for last in (3, 99):
        arguments = [sys.executable, "-c", KILLED, f"sqlite:///{tmp_path}/s.db", str(last)]
        said.append(subprocess.run(arguments, capture_output=True, text=True, check=False).stdout.split("\n"))
    assert said[0][:4] == ["0", "1", "2", "3"]
    assert said[1][:3] == ["4", "5", "done 6"]


def test_a_continuous_dict_beside_a_finite_one_that_runs_out_repeats_nothing() -> None:
    X, y = load_iris(return_X_y=True)
    spaces: Any = [
        {"kernel": ["linear"], "C": (1e-2, 1e2, "log-uniform")},
        {"kernel": ["rbf"], "gamma": ["scale", "auto"]},
    ]
    for seed in range(6):
        search = SearchCV(SVC(), spaces, n_iter=12, cv=2, random_state=seed, refit=False).fit(X, y)
        assert len({str(params) for params in search.cv_results_["params"]}) == 12
