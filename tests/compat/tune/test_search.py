"""Searchers: what the runner is told of them, and what they propose in a study."""

import inspect
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import luthier
from luthier.base.errors import InvalidInput
from luthier.compat.support import CompatWarning
from luthier.compat.tune import contract, search, verbs
from luthier.compat.tune.contract import SearchPlan
from luthier.compat.tune.schedulers import HyperBandScheduler, MedianStoppingRule
from luthier.compat.tune.search import (
    BasicVariantGenerator,
    ConcurrencyLimiter,
    Repeater,
    Searcher,
    SearchGenerator,
    create_searcher,
)
from luthier.compat.tune.search.ax import AxSearch
from luthier.compat.tune.search.bayesopt import BayesOptSearch
from luthier.compat.tune.search.bohb import TuneBOHB
from luthier.compat.tune.search.hebo import HEBOSearch
from luthier.compat.tune.search.hyperopt import HyperOptSearch
from luthier.compat.tune.search.nevergrad import NevergradSearch
from luthier.compat.tune.search.optuna import OptunaSearch
from luthier.compat.tune.search.repeater import TRIAL_INDEX
from luthier.compat.tune.search.zoopt import ZOOptSearch
from luthier.compat.tune.trial import ERROR, TERMINATED, TuneTrial
from luthier.compat.tune.variants import ranges_of
from luthier.samplers import QuasiSampler

SPACE = {"x": verbs.uniform(0, 1), "net": {"width": verbs.randint(1, 9)}}


def plan_of(space: Mapping[str, Any], *, seed: int = 0) -> SearchPlan:
    return SearchPlan(
        metric="loss",
        mode="min",
        space=ranges_of(space),
        param_space=space,
        num_samples=10,
        seed=seed,
        directory=Path(),
        prefix="exp",
    )


def configs(
    algorithm: Any, count: int, *, space: Mapping[str, Any] = SPACE, seed: int = 0
) -> list[dict[str, Any]]:
    """The configurations that a search gives `count` trials of a study, one after the other."""
    engine = algorithm.search_algorithm().engine(plan_of(space, seed=seed))
    study = luthier.create_study(sampler=engine, seed=seed)
    found = []
    for _ in range(count):
        trial = study.ask()
        found.append({name: trial.suggest(name, domain) for name, domain in ranges_of(space).items()})
        study.tell(trial, found[-1].get("x", 0.0))
    return found


def member(number: int, status: str = TERMINATED, **result: Any) -> TuneTrial:
    trial = TuneTrial(number, trial_id=f"exp_{number:05d}", trainable_name="f", path=Path("x"), resources={})
    trial.status = status
    trial.take(result)
    return trial


@pytest.mark.parametrize("make", [BasicVariantGenerator, OptunaSearch, HyperOptSearch, Searcher])
def test_every_searcher_is_what_the_runner_takes(make: Callable[[], Any]) -> None:
    assert isinstance(make(), contract.SearchSource)
    assert isinstance(make().search_algorithm(), contract.SearchAlgorithm)


def test_random_search_is_seeded_and_allows_grids() -> None:
    generator = BasicVariantGenerator(random_state=3, max_concurrent=2, points_to_evaluate=[{"x": 0.5}])
    algorithm = generator.search_algorithm()
    assert (algorithm.seed, algorithm.max_concurrent, algorithm.grid) == (3, 2, True)
    assert algorithm.points_to_evaluate == [{"x": 0.5}]
    assert configs(generator, 4, seed=3) == configs(generator, 4, seed=3) != configs(generator, 4, seed=4)


@pytest.mark.parametrize("state", [np.random.default_rng(1), np.random.RandomState(1), np.int64(5)])
def test_a_generator_of_the_users_gives_a_seed(state: Any) -> None:
    assert isinstance(BasicVariantGenerator(random_state=state).search_algorithm().seed, int)


def test_something_else_gives_none() -> None:
    with pytest.raises(ValueError, match="seed"):
        BasicVariantGenerator(random_state="3")  # type: ignore[arg-type]  # wrong on purpose


def test_a_constant_grid_search_draws_once_for_all_combinations() -> None:
    space = {"x": verbs.uniform(0, 1), "a": verbs.grid_search([1, 2, 3])}
    drawn = [
        config["x"] for config in configs(BasicVariantGenerator(constant_grid_search=True), 6, space=space)
    ]
    assert drawn[0] == drawn[1] == drawn[2] != drawn[3]
    assert drawn[3] == drawn[4] == drawn[5]
    assert len({config["x"] for config in configs(BasicVariantGenerator(), 6, space=space)}) == 6


def test_optuna_search_is_tpe_with_all_that_was_asked_for() -> None:
    searcher = OptunaSearch(
        metric=["loss", "size"],
        mode=["min", "max"],
        points_to_evaluate=[{"x": 1}],
        seed=7,
        evaluated_rewards=[3.0],
    )
    algorithm = searcher.search_algorithm()
    assert (algorithm.metric, algorithm.mode, algorithm.seed) == (["loss", "size"], ["min", "max"], 7)
    assert (algorithm.points_to_evaluate, algorithm.evaluated_rewards) == ([{"x": 1}], [3.0])
    assert not algorithm.grid


def test_a_space_of_optunas_distributions_comes_along() -> None:
    kinds = {
        name: type(name, (SimpleNamespace,), {})
        for name in ("FloatDistribution", "IntDistribution", "CategoricalDistribution")
    }
    space = {
        "lr": kinds["FloatDistribution"](low=1e-4, high=1.0, log=True, step=None),
        "n": kinds["IntDistribution"](low=1, high=9, log=False, step=2),
        "act": kinds["CategoricalDistribution"](choices=("a", "b")),
        "own": verbs.uniform(0, 1),
        "fixed": 3,
    }
    wants = OptunaSearch(space).search_algorithm().wants
    assert ranges_of(wants) == {
        "lr": luthier.Float(1e-4, 1.0, log=True),
        "n": luthier.Int(1, 9, step=2),
        "act": luthier.Categorical(("a", "b")),
        "own": luthier.Float(0, 1),
    }
    assert wants["fixed"] == 3
    strange = type("OddDistribution", (), {})()
    with pytest.raises(NotImplementedError, match="param_space"):
        OptunaSearch({"x": strange})


def define(trial: Any) -> dict[str, Any]:
    """A define-by-run space."""
    kind = trial.suggest_categorical("kind", ["a", "b"])
    trial.suggest_float("of_a", 0, 1) if kind == "a" else trial.suggest_int("of_b", 1, 3)
    return {"constant": kind}


def test_a_define_by_run_space_adds_what_it_asked_for_and_what_it_returned() -> None:
    function = OptunaSearch(define).search_algorithm().define
    assert function is not None
    study = luthier.create_study(seed=0)
    for _ in range(5):
        trial = study.ask()
        trial.suggest_float("elsewhere", 0, 1)
        config = pickle.loads(pickle.dumps(function))(trial)  # noqa: S301 - our own
        assert set(config) == {"kind", "constant", "of_a" if config["kind"] == "a" else "of_b"}
        study.tell(trial, 0.0)
    wrong = OptunaSearch(lambda _: [1]).search_algorithm().define  # type: ignore[arg-type, return-value]  # wrong on purpose
    assert wrong is not None
    with pytest.raises(InvalidInput, match="dict"):
        wrong(study.ask())


def test_a_sampler_is_taken_by_its_kind() -> None:
    random_like = type("RandomSampler", (), {})()
    with pytest.warns(CompatWarning, match="RandomSampler"):
        OptunaSearch(sampler=random_like)
    own = QuasiSampler(3)
    assert OptunaSearch(sampler=own).search_algorithm().engine(plan_of(SPACE)) is own
    doors = SimpleNamespace(named=QuasiSampler, seed=11)
    through_a_door = OptunaSearch(sampler=doors).search_algorithm()
    assert through_a_door.seed == 11
    assert isinstance(through_a_door.engine(plan_of(SPACE, seed=5)), QuasiSampler)
    with pytest.raises(NotImplementedError, match="BruteForceSampler"):
        OptunaSearch(sampler=type("BruteForceSampler", (), {})())


def test_what_optuna_search_lacks_is_named() -> None:
    with pytest.raises(NotImplementedError, match="storage_path"):
        OptunaSearch(storage="sqlite:///x.db")
    with pytest.raises(NotImplementedError, match="dict of distributions"):
        OptunaSearch([("x", 1)])  # type: ignore[arg-type]  # an old form
    with pytest.warns(CompatWarning, match="study_name"):
        OptunaSearch(study_name="mine")


def test_hyperopt_search_starts_with_so_many_points() -> None:
    algorithm = HyperOptSearch(
        metric="loss", mode="min", n_initial_points=4, random_state_seed=5
    ).search_algorithm()
    assert algorithm.seed == 5
    with pytest.raises(NotImplementedError, match="param_space"):
        HyperOptSearch(space={"x": object()})
    with pytest.warns(CompatWarning, match="gamma"):
        HyperOptSearch(gamma=0.1)


@pytest.mark.parametrize(
    ("make", "seed", "most"),
    [
        (lambda: AxSearch(metric="loss", mode="min"), None, 0),
        (lambda: BayesOptSearch(metric="loss", mode="min"), 42, 0),
        (lambda: TuneBOHB(metric="loss", mode="min", seed=1, max_concurrent=3), 1, 3),
        (lambda: NevergradSearch(metric="loss", mode="min"), None, 0),
        (lambda: HEBOSearch(metric="loss", mode="min", random_state_seed=2), 2, 8),
        (lambda: ZOOptSearch(budget=20, metric="loss", mode="min", parallel_num=4), None, 4),
    ],
)
def test_other_methods_are_answered_by_luthiers_own_and_a_warning(
    make: Callable[[], Any], seed: Any, most: int
) -> None:
    with pytest.warns(CompatWarning, match="takes its place"):
        searcher = make()
    algorithm = searcher.search_algorithm()
    assert (algorithm.metric, algorithm.mode) == ("loss", "min")
    assert (algorithm.seed, algorithm.max_concurrent) == (seed, most)
    assert len(configs(searcher, 3)) == 3


@pytest.mark.parametrize(
    "make",
    [
        NevergradSearch,
        lambda: OptunaSearch(study_name="x"),
        lambda: OptunaSearch(sampler=type("RandomSampler", (), {})()),
        HyperBandScheduler,
        lambda: MedianStoppingRule(min_time_slice=1),
        lambda: create_searcher("optuna", gamma=1),
    ],
)
def test_a_warning_points_at_the_users_line(make: Callable[[], Any]) -> None:
    with pytest.warns(CompatWarning) as caught:
        make()
    assert [Path(warning.filename).name for warning in caught] == [Path(__file__).name]


@pytest.mark.parametrize("kind", [TuneBOHB, NevergradSearch, HEBOSearch])
def test_a_space_of_another_library_is_to_be_given_in_verbs(kind: Any) -> None:
    with pytest.raises(NotImplementedError, match="param_space"):
        kind(space={"x": object()})


@pytest.mark.filterwarnings("ignore::luthier.compat.support.CompatWarning")
def test_spaces_that_other_libraries_share_come_along() -> None:
    ax: list[dict[str, Any]] = [
        {"name": "lr", "type": "range", "bounds": [1e-3, 1.0], "log_scale": True},
        {"name": "n", "type": "range", "bounds": [1, 4]},
        {"name": "act", "type": "choice", "values": ["a", "b"]},
        {"name": "fixed", "type": "fixed", "value": 3},
    ]
    wants = AxSearch(ax).search_algorithm().wants
    assert ranges_of(wants) == {
        "lr": luthier.Float(1e-3, 1.0, log=True),
        "n": luthier.Int(1, 4),
        "act": luthier.Categorical(("a", "b")),
    }
    assert wants["fixed"] == 3
    assert ranges_of(BayesOptSearch({"x": (0, 20)}).search_algorithm().wants) == {"x": luthier.Float(0, 20)}
    with pytest.raises(ValueError, match="low, high"):
        BayesOptSearch({"x": 3})
    with pytest.raises(NotImplementedError, match="set_constraint"):
        AxSearch(outcome_constraints=["x <= 3"])
    with pytest.raises(NotImplementedError, match="analysis"):
        BayesOptSearch(analysis=object())


class Halving(Searcher):
    """A searcher of the user's own."""

    def __init__(self, most: int = 99) -> None:
        super().__init__(metric="loss", mode="min")
        self.seed = "its own business"
        self.points_to_evaluate = "its own business"
        self.most = most
        self.heard: list[Any] = []

    def suggest(self, trial_id: str) -> dict[str, Any] | str:
        number = int(trial_id.rpartition("_")[2])
        self.heard.append(trial_id)
        return (
            {"x": 0.5**number, "net": {"width": number + 1, "act": "relu"}}
            if number < self.most
            else Searcher.FINISHED
        )

    def on_trial_result(self, trial_id: str, result: Mapping[str, Any]) -> None:
        self.heard.append((trial_id, result["loss"]))

    def on_trial_complete(
        self,
        trial_id: str,
        result: Mapping[str, Any] | None = None,
        error: bool = False,  # noqa: FBT001, FBT002 - of the base
    ) -> None:
        self.heard.append((trial_id, result and result["loss"], error))


def test_a_searcher_of_ones_own_proposes_and_hears() -> None:
    searcher = Halving(most=2)
    algorithm = searcher.search_algorithm()
    assert algorithm.seed is None
    assert not algorithm.points_to_evaluate
    study = luthier.create_study(sampler=algorithm.engine(plan_of({})))
    trials = [study.ask(), study.ask()]
    assert [dict(trial.given) for trial in trials] == [
        {"x": 1.0, "net/width": 1, "net/act": "relu"},
        {"x": 0.5, "net/width": 2, "net/act": "relu"},
    ]
    with pytest.raises(luthier.SpaceExhausted):
        study.ask()
    algorithm.on_result(member(0), {"loss": 4.0})
    algorithm.on_end(member(0, loss=3.0))
    algorithm.on_end(member(1, ERROR, loss=9.0))
    assert searcher.heard == [
        "exp_00000",
        "exp_00001",
        "exp_00002",
        ("exp_00000", 4.0),
        ("exp_00000", 3.0, False),
        ("exp_00001", None, True),
    ]


def test_a_searcher_with_a_space_of_its_own_leaves_none_to_the_run() -> None:
    with pytest.raises(InvalidInput, match="one place"):
        Halving().search_algorithm().engine(plan_of(SPACE))


def test_a_searcher_may_take_the_space_of_the_run_over() -> None:
    class Takes(Searcher):
        def set_search_properties(self, metric: Any, mode: Any, config: Any, **spec: Any) -> bool:
            self._metric, self._mode, self.space = metric, mode, config
            return True

        def suggest(self, trial_id: str) -> dict[str, Any]:
            return {"x": 0.25}

    searcher = Takes()
    study = luthier.create_study(sampler=searcher.search_algorithm().engine(plan_of(SPACE)), seed=1)
    trial = study.ask()
    assert (searcher.metric, searcher.mode, searcher.space) == ("loss", "min", SPACE)
    assert trial.suggest("x", luthier.Float(0, 1)) == 0.25
    assert 1 <= trial.suggest("net/width", luthier.Int(1, 8)) <= 8  # not suggested: by chance


def test_a_searcher_is_told_of_the_trials_that_a_study_has() -> None:
    told: list[Any] = []

    class Told(Halving):
        def add_evaluated_point(self, parameters: Any, value: Any, *_: Any, **how: Any) -> None:
            told.append((parameters, value, how["error"], how["pruned"]))

    study = luthier.create_study()
    trial = study.ask()
    trial.suggest_float("net/x", 0.5, 0.5)
    study.tell(trial, 3.0)
    Told().search_algorithm().engine(plan_of({})).proposer(study.view)  # type: ignore[union-attr]  # a source
    assert told == [({"net": {"x": 0.5}}, 3.0, False, False)]


@pytest.mark.parametrize("answer", [3, [("x", 1)]])
def test_a_suggestion_is_a_configuration(answer: Any) -> None:
    class Wrong(Searcher):
        def suggest(self, trial_id: str) -> Any:
            return answer

    study = luthier.create_study(sampler=Wrong().search_algorithm().engine(plan_of({})))
    with pytest.raises(InvalidInput, match="suggest"):
        study.ask()


@pytest.mark.parametrize("wrong", [("loss", "up"), (["a", "b"], ["min"]), (["a"], "min")])
def test_metric_and_mode_must_fit(wrong: Any) -> None:
    with pytest.raises(ValueError, match="mode"):
        Searcher(*wrong)


def test_a_limit_holds_luthiers_own_samplers_and_ones_own() -> None:
    assert ConcurrencyLimiter(OptunaSearch(seed=3), 2).search_algorithm().max_concurrent == 2
    assert ConcurrencyLimiter(OptunaSearch(seed=3), 2).search_algorithm().seed == 3
    limiter = ConcurrencyLimiter(Halving(), max_concurrent=2)
    assert limiter.search_algorithm().max_concurrent == 2
    assert [limiter.suggest(f"t_{n}") is None for n in (0, 1, 2)] == [False, False, True]
    limiter.on_trial_complete("t_0", {"loss": 1.0})
    assert limiter.suggest("t_2") is not None
    with pytest.raises(ValueError, match="max_concurrent"):
        ConcurrencyLimiter(Halving(), 0)


def test_a_batch_is_told_as_one() -> None:
    searcher = Halving()
    limiter = ConcurrencyLimiter(searcher, 2, batch=True)
    for name in ("t_0", "t_1"):
        limiter.suggest(name)
    limiter.on_trial_complete("t_1", {"loss": 2.0})
    assert limiter.suggest("t_2") is None
    assert not any(isinstance(entry, tuple) for entry in searcher.heard)
    limiter.on_trial_complete("t_0", {"loss": 1.0})
    assert searcher.heard[-2:] == [("t_0", 1.0, False), ("t_1", 2.0, False)]
    assert limiter.suggest("t_2") is not None
    with pytest.warns(CompatWarning, match="batch"):
        ConcurrencyLimiter(OptunaSearch(), 2, batch=True).search_algorithm()


def test_each_suggestion_is_repeated_and_its_mean_told() -> None:
    searcher = Halving()
    repeater = Repeater(searcher, repeat=2)
    suggested = [repeater.suggest(f"t_{n}") for n in range(3)]
    assert [one[TRIAL_INDEX] for one in suggested] == [0, 1, 0]
    assert suggested[0]["x"] == suggested[1]["x"] != suggested[2]["x"]
    repeater.on_trial_complete("t_0", {"loss": 1.0})
    assert searcher.heard == ["t_0", "t_2"]
    repeater.on_trial_complete("t_1", {"loss": 2.0})
    assert searcher.heard[-1] == ("t_0", 1.5, False)
    with pytest.raises(ValueError, match="repeat"):
        Repeater(searcher, repeat=0)


def test_luthiers_own_samplers_are_repeated_too() -> None:
    with pytest.warns(CompatWarning, match="each repeat"):
        algorithm = Repeater(OptunaSearch(seed=1), repeat=3).search_algorithm()
    assert algorithm.brings == (TRIAL_INDEX,)
    study = luthier.create_study(sampler=algorithm.engine(plan_of(SPACE)), seed=1)
    seen = []
    for _ in range(6):
        trial = study.ask()
        values = {name: trial.suggest(name, domain) for name, domain in ranges_of(SPACE).items()}
        seen.append((trial.given[TRIAL_INDEX], values))
        study.tell(trial, values["x"])
    assert [index for index, _ in seen] == [0, 1, 2, 0, 1, 2]
    assert seen[0][1] == seen[1][1] == seen[2][1] != seen[3][1]
    assert seen[3][1] == seen[4][1] == seen[5][1]


def test_a_wrapped_searcher_is_the_searcher() -> None:
    wrapped = SearchGenerator(OptunaSearch(metric="loss", mode="min", seed=4))
    assert wrapped.metric == "loss"
    assert wrapped.search_algorithm().seed == 4


def test_searchers_are_made_by_name() -> None:
    assert isinstance(create_searcher("Optuna", seed=3), OptunaSearch)
    assert isinstance(create_searcher("random", random_state=3), BasicVariantGenerator)
    with pytest.warns(CompatWarning, match="gamma"):
        create_searcher("optuna", gamma=1)
    with pytest.raises(ValueError, match="hebo"):
        create_searcher("skopt")


def test_what_searchers_lack_is_named() -> None:
    with pytest.raises(NotImplementedError, match=r"tune\.search\.Searcher"):
        _ = search.SearchAlgorithm
    with pytest.raises(NotImplementedError, match="ask"):
        OptunaSearch().suggest("t_0")
    for method in ("save", "restore"):
        with pytest.raises(NotImplementedError, match=r"store|Tuner"):
            getattr(Searcher(), method)("path")


def test_the_modules_of_the_original_are_there() -> None:
    assert search.optuna.OptunaSearch is OptunaSearch
    assert search.sample.Float is verbs.Float
    names = set(inspect.signature(OptunaSearch).parameters)
    assert {"space", "metric", "mode", "points_to_evaluate", "sampler", "seed", "evaluated_rewards"} <= names
