"""Optuna's samplers on luthier's: TPE, random, quasi-random."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.notices import deprecated
from luthier.compat.optuna.samplers.base import BaseSampler, ConstraintsFunc, DoorSampler
from luthier.compat.support import absent, differs
from luthier.engine.propose import Proposer, ProposerSource, SamplerProposer, proposer_of
from luthier.frontends.choose import SamplerLike, choose_sampler
from luthier.samplers.auto import STARTUP
from luthier.samplers.centre import CentreSampler
from luthier.samplers.compose import Distinct, StartupThen
from luthier.samplers.configured import Configured
from luthier.samplers.fidelity.sampler import AnyFidelity
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler as NativeTPESampler
from luthier.samplers.uniform import UniformSampler

__all__ = [
    "NativeSampler",
    "QMCSampler",
    "RandomSampler",
    "SamplerOfLuthier",
    "TPESampler",
    "behind_start",
    "chosen_sampler",
    "quasi",
]


class SamplerOfLuthier(DoorSampler):
    """A door to one of luthier's samplers."""

    #: What luthier calls the method.
    called: str

    @abstractmethod
    def build(self, seed: int) -> Sampler:
        """The native sampler, for the seed of its study."""

    def named(self, seed: int) -> Named:
        """The same; trials say which method they came by, and that this sampler stands for it."""
        return Named(self.build(seed), name=self.called, reason=f"sampler={type(self).__name__}")

    def proposer(self, study: Any) -> Proposer:
        """The sampler in one study."""
        view = study._view  # noqa: SLF001 - of the door
        return SamplerProposer(view, self.named(view.study.seed))


def quasi(n: int, *, seed: int) -> Named:
    """The quasi-random start of a search, which is so many trials long."""
    return Named(QuasiSampler(seed), name="quasi", reason=f"one of n_startup_trials={n}")


def behind_start(model: Sampler, n: int, *, seed: int) -> Sampler:
    """The middle of the space, quasi-random points, n trials in all, then a model; nothing small is tried twice."""
    centre = Named(CentreSampler(), name="centre", reason="the first trial, the middle of every range")
    started = StartupThen(n, first=quasi(n, seed=seed), then=model)
    return Distinct(StartupThen(min(1, n), first=centre, then=started))


class RandomSampler(SamplerOfLuthier):
    """Draws every parameter by chance.

    Args:
        seed: of a study that is created with this sampler; one that exists keeps its own.
    """

    called = "random"

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def build(self, seed: int) -> Sampler:
        """The native UniformSampler, which does not repeat itself on a small finite space."""
        return Distinct(UniformSampler())


class QMCSampler(SamplerOfLuthier):
    """A scrambled Sobol sequence.

    Args:
        qmc_type: "sobol"; "halton" is answered by a CompatWarning.
        scramble: the sequence is scrambled in any case.
        seed: as for `RandomSampler`.
        independent_sampler: not needed, for conditional parameters have a place in the sequence; CompatWarning.
        warn_asynchronous_seeding: nothing to warn of: every process takes the next place.
        warn_independent_sampling: nothing to warn of.
    """

    called = "quasi"

    def __init__(
        self,
        *,
        qmc_type: str = "sobol",
        scramble: bool = False,
        seed: int | None = None,
        independent_sampler: BaseSampler | None = None,
        warn_asynchronous_seeding: bool = True,
        warn_independent_sampling: bool = True,
    ) -> None:
        if qmc_type not in {"sobol", "halton"}:
            raise InvalidInput(explain('qmc_type "sobol" or "halton"', repr(qmc_type), "Correct it."))
        if qmc_type == "halton":
            differs('QMCSampler(qmc_type="halton")', "luthier draws a scrambled Sobol sequence.")
        if independent_sampler is not None:
            differs(
                "QMCSampler(independent_sampler=…)", "new parameters are drawn from the sequence as well."
            )
        self.seed = seed

    def build(self, seed: int) -> Sampler:
        """The native QuasiSampler."""
        return QuasiSampler(seed)


class TPESampler(SamplerOfLuthier):
    """The tree-structured Parzen estimator over all parameters together, conditional ones and choices included.

    Args:
        consider_prior: deprecated; the prior is always considered.
        prior_weight: not in luthier.
        consider_magic_clip: deprecated; luthier's bandwidths have bounds of their own.
        consider_endpoints: deprecated; so have the ends.
        n_startup_trials: how many trials are quasi-random before the model is asked.
        n_ei_candidates: how many candidates are drawn for each proposal.
        gamma: not in luthier: a tenth of the trials is good, 25 at most.
        weights: not in luthier: trials count alike.
        seed: as for `RandomSampler`.
        multivariate: parameters are modelled together; False is answered by a CompatWarning.
        group: taken; conditional parameters are modelled in any case.
        warn_independent_sampling: nothing to warn of.
        constant_liar: running trials count in any case; False is answered by a CompatWarning.
        constraints_func: deprecated, and called after each trial; `trial.set_constraint` is what to use.
    """

    called = "tpe"

    def __init__(
        self,
        *,
        consider_prior: bool | None = None,
        prior_weight: float | None = None,
        consider_magic_clip: bool | None = None,
        consider_endpoints: bool | None = None,
        n_startup_trials: int = 10,
        n_ei_candidates: int = 24,
        gamma: Callable[[int], int] | None = None,
        weights: Callable[[int], Any] | None = None,
        seed: int | None = None,
        multivariate: bool | None = None,
        group: bool = False,
        warn_independent_sampling: bool | None = None,
        constant_liar: bool = True,
        constraints_func: ConstraintsFunc | None = None,
    ) -> None:
        unavailable = {"prior_weight": prior_weight, "gamma": gamma, "weights": weights}
        for name, given in unavailable.items():
            if given is not None:
                raise absent(f"optuna.samplers.TPESampler({name}=…)", TUNE)
        for name, flag in (
            ("consider_prior", consider_prior is False),
            ("consider_magic_clip", consider_magic_clip is False),
            ("consider_endpoints", consider_endpoints is True),
            ("multivariate", multivariate is False),
            ("constant_liar", not constant_liar),
        ):
            if flag:
                differs(f"TPESampler({name}=…)", f"luthier's estimator has one way: {ONE_WAY[name]}.")
        if constraints_func is not None:
            deprecated("constraints_func", "trial.set_constraint")
        self.n_startup_trials = n_startup_trials
        self.n_ei_candidates = n_ei_candidates
        self.seed = seed
        self.constraints_func = constraints_func
        self.build(0)  # says at once what is wrong with the arguments

    @staticmethod
    def hyperopt_parameters() -> dict[str, Any]:
        """Not in luthier: these parameters include functions that it does not take."""
        raise absent("optuna.samplers.TPESampler.hyperopt_parameters", TUNE)

    def build(self, seed: int) -> Sampler:
        """The middle of the space, quasi-random points, then luthier's TPESampler; nothing small is tried twice."""
        model = AnyFidelity(NativeTPESampler(n_candidates=self.n_ei_candidates))
        return behind_start(model, self.n_startup_trials, seed=seed)


TUNE = 'Leave it out, or pass sampler=luthier.samplers.Configured("tpe", good_share=…, most_good=…).'

#: What luthier's estimator does where the original leaves a choice.
ONE_WAY = {
    "consider_prior": "the prior is considered",
    "consider_magic_clip": "bandwidths have a lower bound",
    "consider_endpoints": "the ends of a range are no points of it",
    "multivariate": "parameters are modelled together",
    "constant_liar": "running trials count as in vain",
}


class NativeSampler(DoorSampler):
    """A sampler as `luthier.create_study` takes it: a name, one with arguments, or an object.

    Args:
        sampler: it.

    Raises:
        InvalidInput: there is no sampler of that name.
    """

    def __init__(self, sampler: SamplerLike) -> None:
        self.sampler = sampler
        choose_sampler(sampler, seed=0)  # says at once what is wrong

    def proposer(self, study: Any) -> Proposer:
        """The sampler in one study."""
        view = study._view  # noqa: SLF001 - of the door
        return proposer_of(choose_sampler(self.sampler, seed=view.study.seed), view)


def chosen_sampler(sampler: Any) -> BaseSampler:
    """The sampler that a study was given; the original's default, with luthier's shorter start, where it was none."""
    if sampler is None:
        return TPESampler(n_startup_trials=STARTUP)
    native = isinstance(sampler, str | type | Configured | Sampler | ProposerSource)
    return NativeSampler(sampler) if native and not isinstance(sampler, BaseSampler) else sampler
