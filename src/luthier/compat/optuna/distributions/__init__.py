"""Search ranges as objects: `optuna.distributions`."""

from luthier.compat.optuna.distributions.base import BaseDistribution
from luthier.compat.optuna.distributions.forms import (
    DISTRIBUTION_CLASSES,
    check_distribution_compatibility,
    distribution_to_json,
    json_to_distribution,
)
from luthier.compat.optuna.distributions.kinds import (
    CategoricalChoiceType,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from luthier.compat.optuna.distributions.old import (
    DiscreteUniformDistribution,
    IntLogUniformDistribution,
    IntUniformDistribution,
    LogUniformDistribution,
    UniformDistribution,
)

__all__ = [
    "DISTRIBUTION_CLASSES",
    "BaseDistribution",
    "CategoricalChoiceType",
    "CategoricalDistribution",
    "DiscreteUniformDistribution",
    "FloatDistribution",
    "IntDistribution",
    "IntLogUniformDistribution",
    "IntUniformDistribution",
    "LogUniformDistribution",
    "UniformDistribution",
    "check_distribution_compatibility",
    "distribution_to_json",
    "json_to_distribution",
]
