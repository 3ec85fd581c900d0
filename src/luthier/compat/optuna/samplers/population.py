"""Optuna's NSGA-II and NSGA-III on luthier's genetic search."""

from typing import Any

from numpy.typing import ArrayLike

from luthier.compat.optuna.notices import deprecated
from luthier.compat.optuna.samplers.base import ConstraintsFunc
from luthier.compat.optuna.samplers.native import SamplerOfLuthier
from luthier.compat.optuna.samplers.nsgaii import CrossoverOfLuthier, PolynomialMutation
from luthier.compat.support import absent
from luthier.samplers.compose import Distinct
from luthier.samplers.evolution.reference import Niching
from luthier.samplers.evolution.sampler import NsgaSampler
from luthier.samplers.evolution.survival import Survival
from luthier.samplers.protocol import Sampler

__all__ = ["NSGAIIISampler", "NSGAIISampler"]

INSTEAD = "Leave it out, or write a BaseSampler or a BaseGASampler of your own."


class NSGAIISampler(SamplerOfLuthier):
    """A genetic search for any number of objectives, whose members compete trial by trial.

    Args:
        population_size: how many trials survive.
        mutation: `nsgaii.PolynomialMutation`, the default; choices are drawn anew.
        mutation_prob: the chance that a parameter mutates; 1 / d by default.
        crossover: one of `nsgaii`; BLX-alpha by default.
        crossover_prob: the chance that a child has several parents.
        swapping_prob: the chance that a choice comes from the second parent.
        seed: as for `RandomSampler`.
        constraints_func: deprecated, and called after each trial; `trial.set_constraint` is what to use.
        elite_population_selection_strategy: not in luthier.
        child_generation_strategy: not in luthier.
        after_trial_strategy: not in luthier.
    """

    called = "nsga2"

    def __init__(
        self,
        *,
        population_size: int = 50,
        mutation: PolynomialMutation | None = None,
        mutation_prob: float | None = None,
        crossover: CrossoverOfLuthier | None = None,
        crossover_prob: float = 0.9,
        swapping_prob: float = 0.5,
        seed: int | None = None,
        constraints_func: ConstraintsFunc | None = None,
        elite_population_selection_strategy: Any = None,
        child_generation_strategy: Any = None,
        after_trial_strategy: Any = None,
    ) -> None:
        unavailable = {
            "mutation": None if isinstance(mutation, PolynomialMutation) else mutation,
            "crossover": None if isinstance(crossover, CrossoverOfLuthier) else crossover,
            "elite_population_selection_strategy": elite_population_selection_strategy,
            "child_generation_strategy": child_generation_strategy,
            "after_trial_strategy": after_trial_strategy,
        }
        for name, given in unavailable.items():
            if given is not None:
                raise absent(f"optuna.samplers.{type(self).__name__}({name}=…)", INSTEAD)
        if constraints_func is not None:
            deprecated("constraints_func", "trial.set_constraint")
        self.seed = seed
        self.constraints_func = constraints_func
        self.arguments: dict[str, Any] = {
            "population_size": population_size,
            "mutation_prob": mutation_prob,
            "mutation_eta": (mutation or PolynomialMutation()).eta,
            "crossover": None if crossover is None else crossover.native(),
            "crossover_prob": crossover_prob,
            "swapping_prob": swapping_prob,
        }
        self.build(0)  # says at once what is wrong with the arguments

    def survival(self) -> Survival | None:
        """Who survives; None for NSGA-II."""
        return None

    def build(self, seed: int) -> Sampler:
        """Luthier's NsgaSampler; nothing small is tried twice."""
        return Distinct(NsgaSampler(**self.arguments, survival=self.survival(), seed=seed))


class NSGAIIISampler(NSGAIISampler):
    """The same with survivors spread over reference directions.

    Args:
        reference_points: `(H, m)`, one row for each direction.
        dividing_parameter: divisions of each objective for the default points; by default as many as give at most
            `population_size` points.
        arguments: those of `NSGAIISampler`.
    """

    called = "nsga3"

    def __init__(
        self,
        *,
        reference_points: ArrayLike | None = None,
        dividing_parameter: int | None = None,
        **arguments: Any,
    ) -> None:
        self.niching = Niching(reference_points, divisions=dividing_parameter)
        super().__init__(**arguments)

    def survival(self) -> Survival | None:
        """Niches around the reference points."""
        return self.niching
