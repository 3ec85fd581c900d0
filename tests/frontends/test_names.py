"""Names of parts as users write them: in any case, and with the one that was meant where there is none."""

from collections.abc import Callable
from typing import Any

import pytest

import luthier
from luthier.samplers import Configured, PartialFixed, StartupThen, TPESampler
from luthier.schedulers import ASHA, Patience


def objective(trial: luthier.Trial) -> float:
    return trial.suggest_float("x", -1.0, 1.0) ** 2


def searched(sampler: Any) -> list[Any]:
    study = luthier.create_study(sampler=sampler, seed=3)
    study.optimize(objective, n_trials=8, progress=False)
    return [(trial.params, trial.origin) for trial in study.trials]


@pytest.mark.parametrize("name", ["TPE", "Random", "NSGA2", "Quasi"])
def test_the_case_of_a_sampler_does_not_count(name: str) -> None:
    assert searched(name) == searched(Configured(name)) == searched(name.lower())
    assert repr(Configured(name)) == f"Configured({name.lower()!r})"


def test_nor_does_that_of_other_searches_and_executors() -> None:
    study = luthier.create_study(sampler="Brute_Force", seed=0)
    study.optimize(lambda trial: float(trial.suggest_int("n", 1, 3)), 9, executor="Thread", progress=False)
    assert sorted(trial.params["n"] for trial in study.trials) == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("tpee", "tpe"),
        ("bruteforce", "brute_force"),
        ("cmaes", "cma"),
        ("CMA-ES", "cma"),
        ("CmaEsSampler", "cma"),
        ("nsga", "nsga2"),
        ("NSGA-II", "nsga2"),
        ("NSGAIIISampler", "nsga3"),
        ("sobol", "quasi"),
        ("halton", "quasi"),
        ("QMCSampler", "quasi"),
        ("bayes", "gp"),
        ("BO", "gp"),
        ("BayesianOptimization", "gp"),
        ("GPSampler", "gp"),
        ("TPESampler", "tpe"),
        ("hyperopt", "tpe"),
        ("random_search", "random"),
        ("GridSearch", "grid"),
        ("random_forest", "forest"),
        ("smac", "forest"),
    ],
)
def test_an_unknown_sampler_names_the_one_that_was_meant(name: str, meant: str) -> None:
    with pytest.raises(luthier.InvalidInput, match=rf'got {name!r}\. Did you mean "{meant}"\?$'):
        luthier.create_study(sampler=name)


def optimized(**options: Any) -> Callable[[], Any]:
    return lambda: luthier.create_study(seed=0).optimize(objective, 1, progress=False, **options)


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: luthier.create_study(sampler="annealing"), "Correct the name."),
        (lambda: luthier.create_study(direction="max"), 'Did you mean "maximize"?'),
        (lambda: luthier.create_study(direction="maximise"), 'Did you mean "maximize"?'),
        (lambda: luthier.create_study(directions=["MIN", "maximize"]), 'Did you mean "minimize"?'),
        (lambda: luthier.create_study(direction="up"), "Correct the direction."),
        (lambda: luthier.create_study(scheduler="ahsa"), 'Did you mean "asha"?'),
        (optimized(executor="threads"), 'Did you mean "thread"?'),
        (optimized(executor="multiprocessing"), 'Did you mean "process"?'),
        (optimized(executor="sequential"), 'Did you mean "inline"?'),
        (lambda: Configured("cma", popsize=4), 'Did you mean "population_size"?'),
        (lambda: Configured("cma", sigma=0.1), 'Did you mean "sigma0"?'),
        (lambda: Configured("tpe", n_ei_candidates=24), 'Did you mean "n_candidates"?'),
        (lambda: Configured("tpe", gamma=3), "Correct the name."),
        (lambda: Configured("sobol"), 'Did you mean "quasi"?'),
        (lambda: Configured("tpee", n_candidates=3), 'Did you mean "tpe"?'),
        (lambda: Configured("random", n=3), "Leave it out."),
        (lambda: Configured("cma", kind="seperable"), 'Did you mean "separable"?'),
        (lambda: Configured("cma", restarts="pop"), 'Did you mean "ipop"?'),
    ],
)
def test_any_other_name_says_so_too(call: Callable[[], Any], advice: str) -> None:
    with pytest.raises(luthier.InvalidInput, match=r"^Expected .*, got ") as caught:
        call()
    assert str(caught.value).endswith(advice)


def test_the_names_there_are_follow_an_article() -> None:
    with pytest.raises(luthier.InvalidInput, match=r'"thread", or an executor of your own, got \[\]'):
        optimized(executor=[])()
    with pytest.raises(luthier.InvalidInput, match='"uniform", or a sampler of your own, got 3'):
        luthier.create_study(sampler=3)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda wrong: luthier.create_study(sampler=wrong(TPESampler)), "sampler=TPESampler()."),
        (lambda wrong: luthier.create_study(sampler=wrong(Configured)), 'sampler=Configured("tpe").'),
        (
            lambda wrong: luthier.create_study(sampler=wrong(PartialFixed)),
            "sampler=PartialFixed(sampler=…, fixed=…).",
        ),
        (lambda wrong: luthier.create_study(scheduler=wrong(ASHA)), "scheduler=ASHA()."),
        (
            lambda wrong: luthier.create_study(scheduler=wrong(Patience)),
            "scheduler=Patience(scheduler=…, patience=…).",
        ),
        (lambda wrong: StartupThen(5, first=wrong(TPESampler), then=TPESampler()), "Make one: TPESampler()."),
        (
            lambda wrong: StartupThen(5, first=wrong(PartialFixed), then=TPESampler()),
            "Make one: PartialFixed(sampler=…, fixed=…).",
        ),
        (
            lambda wrong: StartupThen(5, first=wrong(Configured), then=TPESampler()),
            "Pass an object such as luthier.samplers.AutoSampler().",
        ),
        (
            lambda wrong: StartupThen(5, first=wrong("TPE"), then=TPESampler()),
            "Pass luthier.samplers.TPESampler().",
        ),
    ],
)
def test_a_class_or_a_name_says_what_to_write(call: Callable[[Any], Any], advice: str) -> None:
    def untyped(value: Any) -> Any:
        return value

    with pytest.raises(luthier.InvalidInput) as caught:
        call(untyped)
    assert str(caught.value).endswith(advice)
