"""The scikit-optimize door: scripts written for `skopt` 0.10 run here with one changed import.

    from luthier.compat.skopt import gp_minimize, Optimizer, BayesSearchCV
    from luthier.compat.skopt.space import Real, Integer, Categorical

Each run is a luthier study. With `storage=` and `study_name=`, which the original lacks, it is durable: it shows in the
command line, and the same script takes it up where it ended.
"""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    import luthier.compat.skopt.plots  # noqa: F401 - so that mypy knows it below
    from luthier.compat.skopt import (
        acquisition,
        benchmarks,
        callbacks,
        learning,
        optimizer,
        plots,
        sampler,
        searchcv,
        space,
        utils,
    )
    from luthier.compat.skopt.files import dump, load
    from luthier.compat.skopt.minima import expected_minimum, expected_minimum_random_sampling
    from luthier.compat.skopt.optimizer.minimize import (
        dummy_minimize,
        forest_minimize,
        gbrt_minimize,
        gp_minimize,
    )
    from luthier.compat.skopt.optimizer.optimizer import Optimizer
    from luthier.compat.skopt.searchcv import BayesSearchCV
    from luthier.compat.skopt.space.space import Space
    from luthier.compat.skopt.versions import __version__, show_versions

__all__ = [
    "BayesSearchCV",
    "Optimizer",
    "Space",
    "__version__",
    "acquisition",
    "benchmarks",
    "callbacks",
    "dummy_minimize",
    "dump",
    "expected_minimum",
    "expected_minimum_random_sampling",
    "forest_minimize",
    "gbrt_minimize",
    "gp_minimize",
    "learning",
    "load",
    "optimizer",
    "plots",
    "sampler",
    "searchcv",
    "show_versions",
    "space",
    "utils",
]

MODULES = (
    "acquisition",
    "benchmarks",
    "callbacks",
    "learning",
    "optimizer",
    "plots",
    "sampler",
    "searchcv",
    "space",
    "utils",
)

#: Public name -> the module of this package that has it.
HOMES = {
    "BayesSearchCV": "searchcv",
    "Optimizer": "optimizer.optimizer",
    "Space": "space.space",
    "__version__": "versions",
    "dummy_minimize": "optimizer.minimize",
    "dump": "files",
    "expected_minimum": "minima",
    "expected_minimum_random_sampling": "minima",
    "forest_minimize": "optimizer.minimize",
    "gbrt_minimize": "optimizer.minimize",
    "gp_minimize": "optimizer.minimize",
    "load": "files",
    "show_versions": "versions",
} | {name: name for name in MODULES}

__getattr__ = lazy(__name__, {name: f"{__name__}.{home}" for name, home in HOMES.items()})


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
