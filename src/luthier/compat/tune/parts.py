"""What a run is made of: the search, the scheduler, the metric that they go by, and the space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent, differs
from luthier.compat.tune.attach import resources_of
from luthier.compat.tune.contract import SearchAlgorithm, SearchPlan, SearchSource
from luthier.compat.tune.domains import Domain
from luthier.compat.tune.placement import Needs, needs_of, slots
from luthier.compat.tune.proposals import SpaceSearch, Variants
from luthier.compat.tune.request import Request
from luthier.compat.tune.schedulers.trial_scheduler import FIFOScheduler, TrialScheduler
from luthier.compat.tune.settings import prefix_of
from luthier.compat.tune.variants import grids_of, merged, ranges_of
from luthier.engine.propose import Search
from luthier.frontends.choose import choose_sampler
from luthier.frontends.study import Study
from luthier.samplers.origin import Named
from luthier.samplers.registry import SAMPLERS
from luthier.samplers.uniform import UniformSampler
from luthier.schedulers.registry import SCHEDULERS, resolve

__all__ = ["Parts", "assembled", "concurrency", "searcher", "stoppers_of"]


@dataclass
class Parts:
    """What a run is made of."""

    search: Any
    scheduler: Any
    metrics: tuple[str, ...]
    modes: tuple[str, ...]
    space: Mapping[str, Any]
    variants: Variants
    needs: Needs


def assembled(request: Request) -> Parts:
    """Settle search, scheduler, metric and space."""
    tune = request.tune
    scheduler, search = scheduler_of(tune.scheduler), search_of(tune.search_alg)
    metrics, modes = settled_metric(request, scheduler, search)
    space: Mapping[str, Any] = request.space
    for part in (scheduler, search):
        if isinstance(part, TrialScheduler | SearchAlgorithm):
            space = merged(part.wants, space)
    presets: Sequence[Mapping[str, Any]] = ()
    if isinstance(search, SearchAlgorithm):
        presets = () if search.evaluated_rewards else search.points_to_evaluate or ()
        if not search.grid and grids_of(space) != [{}]:
            raise InvalidInput(
                explain(
                    "no grid_search with a search_alg", "one", "Use tune.choice, or leave search_alg out."
                )
            )
    if not isinstance(tune.num_samples, int) or tune.num_samples < -1 or tune.num_samples == 0:
        raise InvalidInput(explain("num_samples >= 1, or -1", repr(tune.num_samples), "Correct it."))
    constants = {key: value for key, value in space.items() if not isinstance(value, Domain)}
    asked = request.resources if request.resources is not None else resources_of(request.trainable, constants)
    variants = Variants(space, tune.num_samples, presets)
    return Parts(search, scheduler, metrics, modes, space, variants, needs_of(asked))


def check_several(request: Request, scheduler: Any, metric: Any) -> None:
    """Raise NotImplementedError where a run of several objectives asks for what compares trials on their way."""
    if not isinstance(metric, list | tuple) or len(metric) < 2:
        return
    if scheduler is not None and type(scheduler) is not FIFOScheduler:
        raise absent(
            "tune.TuneConfig(scheduler=...) with several metrics", "Leave it out, or name one metric."
        )
    if stoppers_of(request.run.stop):
        fix = 'Pass thresholds, as stop={"training_iteration": 10}, or let the trainable return.'
        raise absent("tune.RunConfig(stop=function or Stopper) with several metrics", fix)


def settled_metric(request: Request, scheduler: Any, search: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Metric and mode, from wherever they were named; both empty where they were not.

    Raises:
        InvalidInput: two places contradict each other, or a mode is neither "min" nor "max".
    """
    metric, mode = request.tune.metric, request.tune.mode
    check_several(request, scheduler, metric or getattr(search, "metric", None))
    for part in (search, scheduler):
        if not isinstance(part, TrialScheduler | SearchAlgorithm):
            continue
        for name, known, own in (("metric", metric, part.metric), ("mode", mode, part.mode)):
            if known and own and known != own:
                raise InvalidInput(
                    explain(f"one {name}", f"{known!r} and {own!r}", f"Name the {name} in one place.")
                )
        metric, mode = metric or part.metric, mode or part.mode
    metrics = tuple(metric) if isinstance(metric, list | tuple) else (metric,) if metric else ()
    modes = tuple(mode) if isinstance(mode, list | tuple) else (mode,) if mode else ()
    if any(one not in {"min", "max"} for one in modes) or (len(metrics) > 1 and len(modes) != len(metrics)):
        raise InvalidInput(explain('a mode "min" or "max" for each metric', repr(mode), "Correct the mode."))
    if metrics and not modes:
        differs(f"tune.TuneConfig(metric={metric!r}) without a mode", "it is minimised; pass the mode")
    return metrics, modes


def scheduler_of(scheduler: Any) -> Any:
    """The scheduler that was asked for: of this door, of luthier, or by name."""
    check_object("scheduler", scheduler)
    if isinstance(scheduler, str):
        from luthier.compat.tune.schedulers import create_scheduler

        if scheduler.lower() in SCHEDULERS and scheduler.lower() not in {"hyperband", "asha"}:
            return resolve(scheduler)
        return create_scheduler(scheduler)
    if scheduler is None or isinstance(scheduler, TrialScheduler):
        return scheduler
    return resolve(scheduler)


def search_of(search: Any) -> Any:
    """The search that was asked for: of this door, of luthier, or by name."""
    check_object("search_alg", search)
    if isinstance(search, str) and search not in SAMPLERS:
        from luthier.compat.tune.search import create_searcher

        search = create_searcher(search)
    return search.search_algorithm() if isinstance(search, SearchSource) else search


def check_object(argument: str, value: Any) -> None:
    """Raise InvalidInput for a class where an object of it belongs."""
    if isinstance(value, type):
        raise InvalidInput(
            explain(f"an object as {argument}", f"the class {value.__name__}", f"Pass {value.__name__}().")
        )


def stoppers_of(stop: Any) -> list[Any]:
    """Those rules of `stop` that are asked in the driver.

    Raises:
        InvalidInput: it is no rule.
    """
    if stop is None or isinstance(stop, Mapping):
        for name, threshold in (stop or {}).items():
            if isinstance(threshold, str):
                raise InvalidInput(explain(f"a number for stop[{name!r}]", repr(threshold), "Pass a number."))
        return []
    rules = list(stop) if isinstance(stop, list | tuple) else [stop]
    if not all(map(callable, rules)):
        raise InvalidInput(explain("a dict, a function or a Stopper", repr(stop), "Pass one as stop."))
    return rules


def concurrency(request: Request, parts: Parts) -> int:
    """How many trials run at once."""
    limits = [request.tune.max_concurrent_trials or 0]
    if isinstance(parts.search, SearchAlgorithm):
        limits.append(parts.search.max_concurrent)
    limit = min((one for one in limits if one > 0), default=None)
    return int(max(1, min(slots(parts.needs, limit), parts.variants.total)))


def searcher(parts: Parts, study: Study, directory: Path, request: Request) -> Search:
    """The search over the space, as the engine takes it."""
    inner: Any = parts.search
    if inner is None:
        inner = Named(UniformSampler(), name="random", reason="no search_alg")
    elif isinstance(inner, SearchAlgorithm):
        inner = inner.engine(
            SearchPlan(
                metric=parts.metrics[0] if parts.metrics else None,
                mode=parts.modes[0] if parts.modes else "min",
                space=ranges_of(parts.space),
                param_space=parts.space,
                num_samples=request.tune.num_samples,
                seed=study.seed,
                directory=directory,
                prefix=prefix_of(study.name, study.seed),
            )
        )
    else:
        inner = choose_sampler(inner, seed=study.seed)
    return SpaceSearch(parts.variants, inner, seed=study.seed)
