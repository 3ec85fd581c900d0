"""What names of regressors are in luthier: the samplers that model in their way, and what trials say of themselves."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from luthier.records.trial import Constant
from luthier.samplers.compose import Distinct
from luthier.samplers.origin import origin_tags
from luthier.samplers.protocol import Sampler

__all__ = ["native_sampler", "said_by_model", "said_by_start"]

#: What each name of a regressor is called in luthier.
PLAIN = MappingProxyType(
    {"DUMMY": "random", "ET": "forest", "GBRT": "boosting", "GP": "gp", "RF": "forest"},
)


def gp() -> Sampler:
    """Gaussian processes."""
    from luthier.samplers.gp.sampler import GPSampler

    return GPSampler()


def forest() -> Sampler:
    """Random forests."""
    from luthier.samplers.forest import ForestSampler

    return ForestSampler()


#: Those that have a sampler of luthier's own.
NATIVE: Mapping[str, Callable[[], Sampler]] = MappingProxyType({"ET": forest, "GP": gp, "RF": forest})


def native_sampler(name: str) -> Sampler | None:
    """Luthier's own sampler for the name of a regressor; it repeats nothing as long as anything is left."""
    return Distinct(NATIVE[name]()) if name in NATIVE else None


def said_by_start(generator: str, *, name: str, n_initial: int) -> Constant:
    """The origin of an initial point: the generator, and the argument that asked for it."""
    if name == "DUMMY":
        return origin_tags(f"{generator}: base_estimator='DUMMY'")
    return origin_tags(f"{generator}: one of n_initial_points={n_initial}")


def said_by_model(name: str, *, regressor: str, acq_func: str | None) -> Constant:
    """The origin of a point that a model chose.

    Args:
        name: of the regressor; "" for one of the user's own.
        regressor: its class.
        acq_func: the acquisition function; None where luthier's own sampler has its own.
    """
    asked = repr(name) if name else regressor
    reason = f"base_estimator={asked}" + ("" if acq_func is None else f", acq_func={acq_func!r}")
    return origin_tags(f"{PLAIN.get(name, 'regressor')}: {reason}")
