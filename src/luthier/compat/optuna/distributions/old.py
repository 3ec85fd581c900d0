"""The five distributions that Optuna deprecated in version 3. They work, and say so."""

from typing import Any

from luthier.compat.optuna.distributions.base import BaseDistribution
from luthier.compat.optuna.distributions.kinds import FloatDistribution, IntDistribution
from luthier.compat.optuna.notices import deprecated

__all__ = [
    "DiscreteUniformDistribution",
    "IntLogUniformDistribution",
    "IntUniformDistribution",
    "LogUniformDistribution",
    "UniformDistribution",
    "modern",
]


class UniformDistribution(FloatDistribution):
    """`FloatDistribution(low, high)`."""

    def __init__(self, low: float, high: float) -> None:
        deprecated("UniformDistribution", "FloatDistribution")
        super().__init__(low, high)

    def _asdict(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high}


class LogUniformDistribution(FloatDistribution):
    """`FloatDistribution(low, high, log=True)`."""

    def __init__(self, low: float, high: float) -> None:
        deprecated("LogUniformDistribution", "FloatDistribution(..., log=True)")
        super().__init__(low, high, log=True)

    def _asdict(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high}


class DiscreteUniformDistribution(FloatDistribution):
    """`FloatDistribution(low, high, step=q)`."""

    def __init__(self, low: float, high: float, q: float) -> None:
        deprecated("DiscreteUniformDistribution", "FloatDistribution(..., step=...)")
        super().__init__(low, high, step=q)

    @property
    def q(self) -> float | None:
        """The step."""
        return self.step

    def _asdict(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "q": self.step}


class IntUniformDistribution(IntDistribution):
    """`IntDistribution(low, high, step=step)`."""

    def __init__(self, low: int, high: int, step: int = 1) -> None:
        deprecated("IntUniformDistribution", "IntDistribution")
        super().__init__(low, high, step=step)

    def _asdict(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "step": self.step}


class IntLogUniformDistribution(IntDistribution):
    """`IntDistribution(low, high, log=True)`."""

    def __init__(self, low: int, high: int, step: int = 1) -> None:
        deprecated("IntLogUniformDistribution", "IntDistribution(..., log=True)")
        super().__init__(low, high, log=True, step=step)

    def _asdict(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "step": self.step}


def modern(distribution: BaseDistribution) -> BaseDistribution:
    """The distribution of today for a deprecated one; any other as it is."""
    if isinstance(distribution, FloatDistribution) and type(distribution) is not FloatDistribution:
        return FloatDistribution(distribution.low, distribution.high, distribution.log, distribution.step)
    if isinstance(distribution, IntDistribution) and type(distribution) is not IntDistribution:
        return IntDistribution(distribution.low, distribution.high, distribution.log, distribution.step)
    return distribution
