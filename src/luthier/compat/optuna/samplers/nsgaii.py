"""`optuna.samplers.nsgaii`: crossovers and mutations. They are luthier's; those of your own are absent."""

from dataclasses import dataclass
from typing import Protocol, final, runtime_checkable

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import differs, lazy
from luthier.samplers.evolution import crossover as native

__all__ = [
    "BLXAlphaCrossover",
    "CrossoverOfLuthier",
    "PolynomialMutation",
    "SBXCrossover",
    "SPXCrossover",
    "UNDXCrossover",
    "UniformCrossover",
    "VSBXCrossover",
]

#: What the original says of `eta` where it is None: one objective spreads wider than several.
ETA = 20.0


@runtime_checkable
class CrossoverOfLuthier(Protocol):
    """A crossover of the original that has a native one."""

    def native(self) -> native.Crossover:
        """Luthier's crossover."""


@final
class BLXAlphaCrossover:
    """Uniform in the box of two parents, enlarged by `alpha`."""

    def __init__(self, alpha: float = 0.5) -> None:
        self.alpha = alpha

    def native(self) -> native.Crossover:
        """Luthier's `Blend`."""
        return native.Blend(self.alpha)


@final
class SBXCrossover:
    """Simulated binary crossover.

    Args:
        eta: the larger, the nearer are children to parents; 20 by default, for one objective too.
        uniform_crossover_prob: taken; the child is one of the two by equal chances.
        use_child_gene_prob: the chance that a parameter is crossed.
    """

    def __init__(
        self,
        eta: float | None = None,
        uniform_crossover_prob: float = 0.5,
        use_child_gene_prob: float = 0.5,
    ) -> None:
        self.eta, self.share = checked(eta, uniform_crossover_prob, use_child_gene_prob)

    def native(self) -> native.Crossover:
        """Luthier's `Sbx`."""
        return native.Sbx(self.eta, self.share)


@final
class VSBXCrossover:
    """Simulated binary crossover that reaches the middle between the parents; arguments as for `SBXCrossover`."""

    def __init__(
        self,
        eta: float | None = None,
        uniform_crossover_prob: float = 0.5,
        use_child_gene_prob: float = 0.5,
    ) -> None:
        self.eta, self.share = checked(eta, uniform_crossover_prob, use_child_gene_prob)

    def native(self) -> native.Crossover:
        """Luthier's `Vsbx`."""
        return native.Vsbx(self.eta, self.share)


@final
class SPXCrossover:
    """Uniform in the simplex of three parents, enlarged by `epsilon`."""

    def __init__(self, epsilon: float | None = None) -> None:
        self.epsilon = epsilon

    def native(self) -> native.Crossover:
        """Luthier's `Simplex`."""
        return native.Simplex(self.epsilon)


@final
class UNDXCrossover:
    """Normal about the middle of two parents; `sigma_xi` along their line, `sigma_eta` across it times root d."""

    def __init__(self, sigma_xi: float = 0.5, sigma_eta: float | None = None) -> None:
        self.along, self.across = sigma_xi, sigma_eta

    def native(self) -> native.Crossover:
        """Luthier's `Undx`."""
        return native.Undx(self.along) if self.across is None else native.Undx(self.along, self.across)


@final
class UniformCrossover:
    """Each parameter from one of two parents, from the second with `swapping_prob`."""

    def __init__(self, swapping_prob: float = 0.5) -> None:
        if not 0.0 <= swapping_prob <= 1.0:
            raise InvalidInput(explain("swapping_prob within [0, 1]", f"{swapping_prob}", "Correct it."))
        self.swapping_prob = swapping_prob

    def native(self) -> native.Crossover:
        """Luthier's `Uniform`."""
        return native.Uniform(self.swapping_prob)


@final
@dataclass(frozen=True, slots=True)
class PolynomialMutation:
    """A number moves a little, seldom far; the larger `eta`, the less."""

    eta: float = 20.0


def checked(eta: float | None, uniform: float, share: float) -> tuple[float, float]:
    """`eta` and `use_child_gene_prob`, in range."""
    if eta is not None and eta < 0.0:
        raise InvalidInput(explain("eta >= 0", f"{eta}", "Correct it."))
    if uniform != 0.5:  # noqa: PLR2004 - the default
        differs("uniform_crossover_prob", "the child is one of the two by equal chances.", stacklevel=4)
    return ETA if eta is None else eta, share


INSTEAD = "Use one of the crossovers here, or luthier.samplers.NsgaSampler(crossover=…) natively."

__getattr__ = lazy(__name__, {}, dict.fromkeys(("BaseCrossover", "BaseMutation"), INSTEAD))
