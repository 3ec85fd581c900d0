"""The door for scripts written for Optuna: `from luthier.compat import optuna`.

Names are loaded when first used. `docs/migrating/optuna.md` says of every public name whether it is supported, differs
or is absent.
"""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.optuna import (
        distributions,
        exceptions,
        integration,
        logging,
        pruners,
        samplers,
        search_space,
        storages,
        study,
        trial,
        version,
    )
    from luthier.compat.optuna.exceptions import TrialPruned
    from luthier.compat.optuna.study import (
        Study,
        copy_study,
        create_study,
        delete_study,
        get_all_study_names,
        get_all_study_summaries,
        load_study,
    )
    from luthier.compat.optuna.trial import Trial, create_trial
    from luthier.compat.optuna.version import __version__

__all__ = [
    "Study",
    "Trial",
    "TrialPruned",
    "__version__",
    "artifacts",
    "copy_study",
    "create_study",
    "create_trial",
    "delete_study",
    "distributions",
    "exceptions",
    "get_all_study_names",
    "get_all_study_summaries",
    "importance",
    "integration",
    "load_study",
    "logging",
    "pruners",
    "samplers",
    "search_space",
    "storages",
    "study",
    "terminator",
    "trial",
    "version",
    "visualization",
]

STUDIES = "luthier.compat.optuna.study"
TRIALS = "luthier.compat.optuna.trial"

PLACES = {
    "Study": STUDIES,
    "Trial": TRIALS,
    "TrialPruned": "luthier.compat.optuna.exceptions",
    "__version__": "luthier.compat.optuna.version",
    "copy_study": STUDIES,
    "create_study": STUDIES,
    "create_trial": TRIALS,
    "delete_study": STUDIES,
    "get_all_study_names": STUDIES,
    "get_all_study_summaries": STUDIES,
    "load_study": STUDIES,
}
MODULES = tuple(name for name in __all__ if name not in PLACES)

__getattr__ = lazy(
    __name__,
    PLACES | {name: f"luthier.compat.optuna.{name}" for name in MODULES},
    {
        "cli": "Use the command line of luthier, which has the verbs of optuna: luthier create-study, ask, tell."
    },
)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
