"""Optuna's Gaussian-process sampler on luthier's."""

from luthier.compat.optuna.notices import deprecated
from luthier.compat.optuna.samplers.base import BaseSampler, ConstraintsFunc
from luthier.compat.optuna.samplers.native import SamplerOfLuthier, behind_start
from luthier.compat.support import differs
from luthier.samplers.gp.sampler import GPSampler as NativeGPSampler
from luthier.samplers.protocol import Sampler

__all__ = ["GPSampler"]


class GPSampler(SamplerOfLuthier):
    """Bayesian optimisation with Gaussian processes over all parameters together, conditional ones included.

    Args:
        seed: as for `RandomSampler`.
        independent_sampler: not needed, for the model takes all parameters; CompatWarning.
        n_startup_trials: how many trials are quasi-random before the model is asked.
        deterministic_objective: the noise is learnt in any case; True is answered by a CompatWarning.
        constraints_func: deprecated, and called after each trial; `trial.set_constraint` is what to use.
        warn_independent_sampling: nothing to warn of.
    """

    called = "gp"

    def __init__(
        self,
        *,
        seed: int | None = None,
        independent_sampler: BaseSampler | None = None,
        n_startup_trials: int = 10,
        deterministic_objective: bool = False,
        constraints_func: ConstraintsFunc | None = None,
        warn_independent_sampling: bool = True,
    ) -> None:
        if independent_sampler is not None:
            differs("GPSampler(independent_sampler=…)", "the model takes conditional parameters as well.")
        if deterministic_objective:
            differs("GPSampler(deterministic_objective=True)", "the model learns how much noise there is.")
        if constraints_func is not None:
            deprecated("constraints_func", "trial.set_constraint")
        self.seed = seed
        self.n_startup_trials = n_startup_trials
        self.constraints_func = constraints_func

    def build(self, seed: int) -> Sampler:
        """The middle of the space, quasi-random points, then luthier's GPSampler; nothing small is tried twice."""
        return behind_start(NativeGPSampler(), self.n_startup_trials, seed=seed)
