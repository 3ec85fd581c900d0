"""luthier finds the best hyperparameters of a training job.

    import luthier

    def objective(trial):
        x = trial.suggest_float("x", -10, 10)
        return (x - 2) ** 2

    study = luthier.create_study()
    study.optimize(objective, n_trials=100)
    study.best_params

Names are loaded when first used, so that `import luthier` takes a few milliseconds and loads no numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from luthier import samplers, schedulers, storage
    from luthier.base.errors import (
        IllegalTransition,
        InvalidDomain,
        InvalidInput,
        LeaseLost,
        LuthierError,
        MissingExtra,
        NewerSchema,
        NoTrials,
        NotStorable,
        ObjectiveFailed,
        SpaceExhausted,
        StorageError,
        StudyExists,
        StudyNotFound,
        TrialPruned,
    )
    from luthier.base.log import set_verbosity
    from luthier.executors.trial import Trial
    from luthier.frontends import sweep
    from luthier.frontends.search_cv import SearchCV
    from luthier.frontends.studies import copy_study, create_study, delete_study, list_studies, load_study
    from luthier.frontends.study import Study
    from luthier.records.state import TrialState
    from luthier.records.study import Direction, StudySummary
    from luthier.records.trial import TrialRecord
    from luthier.space.domains import Categorical, Float, Int
    from luthier.space.priors import Beta, Normal
    from luthier.space.space import Space

    __version__: str

__all__ = [
    "Beta",
    "Categorical",
    "Direction",
    "Float",
    "IllegalTransition",
    "Int",
    "InvalidDomain",
    "InvalidInput",
    "LeaseLost",
    "LuthierError",
    "MissingExtra",
    "NewerSchema",
    "NoTrials",
    "Normal",
    "NotStorable",
    "ObjectiveFailed",
    "SearchCV",
    "Space",
    "SpaceExhausted",
    "StorageError",
    "Study",
    "StudyExists",
    "StudyNotFound",
    "StudySummary",
    "Trial",
    "TrialPruned",
    "TrialRecord",
    "TrialState",
    "__version__",
    "copy_study",
    "create_study",
    "delete_study",
    "list_studies",
    "load_study",
    "samplers",
    "schedulers",
    "set_verbosity",
    "storage",
    "sweep",
]

#: Module -> the public names that live in it.
HOMES = {
    "luthier.base.log": ("set_verbosity",),
    "luthier.executors.trial": ("Trial",),
    "luthier.frontends.search_cv": ("SearchCV",),
    "luthier.frontends.studies": ("copy_study", "create_study", "delete_study", "list_studies", "load_study"),
    "luthier.frontends.study": ("Study",),
    "luthier.records.state": ("TrialState",),
    "luthier.records.study": ("Direction", "StudySummary"),
    "luthier.records.trial": ("TrialRecord",),
    "luthier.space.domains": ("Categorical", "Float", "Int"),
    "luthier.space.priors": ("Beta", "Normal"),
    "luthier.space.space": ("Space",),
}
PLACES = {name: module for module, names in HOMES.items() for name in names}
#: Public packages -> where they are.
SHELVES = {
    "samplers": "luthier.samplers",
    "schedulers": "luthier.schedulers",
    "storage": "luthier.storage",
    "sweep": "luthier.frontends.sweep",
}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use."""
    if name in SHELVES:
        return import_module(SHELVES[name])
    if name == "__version__":
        value: Any = import_module("importlib.metadata").version("luthier")
    elif name in __all__:
        value = getattr(import_module(PLACES.get(name, "luthier.base.errors")), name)
    else:
        raise AttributeError(f"module 'luthier' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
