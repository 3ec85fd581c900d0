"""Search spaces: `Real`, `Integer`, `Categorical`, and the `Space` of several."""

from luthier.compat.skopt.space.space import (
    Categorical,
    Dimension,
    Integer,
    Real,
    Space,
    check_dimension,
)
from luthier.compat.skopt.space.transformers import (
    CategoricalEncoder,
    Identity,
    LabelEncoder,
    LogN,
    Normalize,
    Pipeline,
    StringEncoder,
    Transformer,
)

__all__ = [
    "Categorical",
    "CategoricalEncoder",
    "Dimension",
    "Identity",
    "Integer",
    "LabelEncoder",
    "LogN",
    "Normalize",
    "Pipeline",
    "Real",
    "Space",
    "StringEncoder",
    "Transformer",
    "check_dimension",
]
