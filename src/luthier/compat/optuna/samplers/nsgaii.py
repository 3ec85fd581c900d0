"""`optuna.samplers.nsgaii`: crossovers and mutations, which luthier does not have."""

from luthier.compat.support import lazy

__all__: list[str] = []

INSTEAD = (
    'Use optuna.samplers.TPESampler(), or luthier.create_study(sampler="auto"): both take several objectives.'
)

__getattr__ = lazy(
    __name__,
    {},
    dict.fromkeys(
        (
            "BLXAlphaCrossover",
            "BaseCrossover",
            "BaseMutation",
            "PolynomialMutation",
            "SBXCrossover",
            "SPXCrossover",
            "UNDXCrossover",
            "UniformCrossover",
            "VSBXCrossover",
        ),
        INSTEAD,
    ),
)
