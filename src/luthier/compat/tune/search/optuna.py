"""OptunaSearch: the tree-structured Parzen estimator of luthier."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent, differs
from luthier.compat.tune.contract import SearchPlan, restorable
from luthier.compat.tune.search.own import USER, LuthierSearcher, gp, tpe, unused
from luthier.compat.tune.search.own_space import from_optuna
from luthier.engine.propose import Search
from luthier.samplers.compose import Distinct
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.uniform import UniformSampler

__all__ = ["OptunaSearch"]

#: Trials before Optuna's TPE and its Gaussian process ask their models.
STARTUP = 10


@dataclass(frozen=True)
class Defined:
    """A define-by-run space: a function that asks the live trial, and may return constants besides."""

    function: Callable[[Any], Mapping[str, Any] | None]

    def __call__(self, trial: Any) -> dict[str, Any]:
        """What the function asked for, and what it returned.

        Raises:
            InvalidInput: it returned something else than a dict or None.
        """
        before = set(trial.params)
        constants = self.function(trial)
        if not isinstance(constants, Mapping | None):
            fix = "Return a dict of constants, or nothing."
            raise InvalidInput(explain("a dict of the space's function", repr(constants), fix))
        asked = {name: value for name, value in trial.params.items() if name not in before}
        return {**asked, **(constants or {})}


@final
@restorable
class OptunaSearch(LuthierSearcher):
    """The method of Optuna's default sampler, by luthier's own implementation.

    Args:
        space: None for the `param_space` of the Tuner; a dict of Optuna's distributions, or a function that asks its
            trial by `suggest_float` and its like.
        metric: the entry of results that counts, or a list of them for several objectives.
        mode: "min" or "max", or one for each metric.
        points_to_evaluate: configurations to try first.
        sampler: one of Optuna's by name of its class (TPE, Gaussian process, CMA-ES, NSGA-II, NSGA-III,
            random or quasi-random), or one of luthier's.
        study_name: not needed: the study is named by `RunConfig(name=...)`.
        storage: not offered: the study is in the store of `RunConfig(storage_path=...)`.
        seed: of the study.
        evaluated_rewards: values of `points_to_evaluate` that are known already.

    Raises:
        NotImplementedError: a storage, a sampler or a distribution that luthier does not know.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        space: Mapping[str, Any] | Callable[[Any], Mapping[str, Any] | None] | None = None,
        metric: str | list[str] | None = None,
        mode: str | list[str] | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        sampler: Any = None,
        study_name: str | None = None,
        storage: Any = None,
        seed: int | None = None,
        evaluated_rewards: Sequence[float] | None = None,
    ) -> None:
        if storage is not None:
            fix = "Set storage_path in RunConfig: the study is kept there, with all others."
            raise absent("tune.search.optuna.OptunaSearch(storage=...)", fix)
        unused("OptunaSearch", study_name=study_name)
        if sampler is not None and seed is not None:
            differs(
                "tune.search.OptunaSearch(seed=...)",
                "it is the study's seed, and seeds the sampler, too",
                stacklevel=4,
            )
        if isinstance(space, list):
            raise absent("tune.search.optuna.OptunaSearch(space=list)", "Pass a dict of distributions.")
        self._function = space if callable(space) else None
        self._sampler = checked_sampler(sampler)
        super().__init__(
            metric,
            mode,
            seed=seed if seed is not None else getattr(sampler, "seed", None),
            points_to_evaluate=points_to_evaluate,
            evaluated_rewards=evaluated_rewards,
            wants=from_optuna(space) if isinstance(space, Mapping) else {},
        )

    def _engine(self, plan: SearchPlan) -> Search:
        """TPE, or the sampler that was named."""
        return (
            tpe(plan, startup=STARTUP, who="OptunaSearch") if self._sampler is None else self._sampler(plan)
        )

    def _define(self) -> Callable[[Any], Mapping[str, Any]] | None:
        """The function of the space, if it is one."""
        return None if self._function is None else Defined(self._function)


#: Optuna's samplers that ask a model after a start, by the names of their classes.
MODELS: Mapping[str, Callable[..., Sampler]] = {"GPSampler": gp, "TPESampler": tpe}

#: The others that luthier has, and their names here.
OTHERS = {
    "CmaEsSampler": "cma",
    "NSGAIIISampler": "nsga3",
    "NSGAIISampler": "nsga2",
    "QMCSampler": "quasi",
    "RandomSampler": "random",
}


def made(name: str, plan: SearchPlan) -> Sampler:
    """A sampler without a start of its own; it goes on when a finite space is exhausted."""
    if name == "random":
        return UniformSampler()
    if name == "quasi":
        return QuasiSampler(plan.seed)
    if name == "cma":
        from luthier.samplers.cma.sampler import CmaSampler

        return Distinct(CmaSampler(seed=plan.seed))
    from luthier.samplers.evolution.reference import Niching
    from luthier.samplers.evolution.sampler import NsgaSampler

    survival = Niching() if name == "nsga3" else None
    return Distinct(NsgaSampler(survival=survival, seed=plan.seed))


def checked_sampler(sampler: Any) -> Callable[[SearchPlan], Search] | None:
    """What makes luthier's sampler of the one that a user passed.

    Raises:
        NotImplementedError: luthier has none of its kind.
    """
    if sampler is None:
        return None
    if isinstance(sampler, Sampler):
        return lambda _: sampler
    named = getattr(sampler, "named", None)
    if callable(named):  # a sampler of luthier's own door for Optuna
        return lambda plan: named(plan.seed)
    kind = type(sampler).__name__
    if kind not in MODELS and kind not in OTHERS:
        fix = "Leave it out, or pass one of luthier.samplers."
        raise absent(f"tune.search.optuna.OptunaSearch(sampler={kind})", fix)
    differs(
        f"tune.search.OptunaSearch(sampler={kind})",
        "luthier's own implementation of it, with its defaults",
        stacklevel=USER,
    )
    if kind in MODELS:
        return partial(MODELS[kind], startup=STARTUP, who="OptunaSearch")
    name = OTHERS[kind]
    reason = f"OptunaSearch(sampler={kind})"
    return lambda plan: Named(made(name, plan), name=name, reason=reason)
