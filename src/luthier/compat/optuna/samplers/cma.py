"""Optuna's CMA-ES sampler on luthier's."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, final

import numpy as np
from numpy.random import Generator

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.samplers.base import BaseSampler
from luthier.compat.optuna.samplers.native import SamplerOfLuthier, quasi
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState
from luthier.compat.support import differs
from luthier.engine.propose import Proposer, SamplerProposer
from luthier.records.history import History
from luthier.samplers.cma.sampler import CmaSampler
from luthier.samplers.compose import Distinct, StartupThen
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.space.codec import Codec
from luthier.space.space import Space

__all__ = ["CmaEsSampler"]


class CmaEsSampler(SamplerOfLuthier):
    """CMA-ES over the numbers that every trial asks for; another sampler chooses the rest.

    Args:
        x0: where to begin, by name; the middle of the range by default.
        sigma0: the first standard deviation, as a part of the range.
        n_startup_trials: how many trials `independent_sampler`, or quasi-random numbers, choose first.
        independent_sampler: chooses the other parameters; luthier's estimator by default. A sampler of your own is
            answered by a CompatWarning, and the estimator is used.
        warn_independent_sampling: nothing to warn of.
        seed: as for `RandomSampler`.
        consider_pruned_trials: pruned trials count in any case, after all that ran to their end; True is answered by a
            CompatWarning.
        restart_strategy: "ipop" or "bipop"; without one a search that has converged restarts with the same size.
        popsize: trials of a generation.
        inc_popsize: 2, by which a restart multiplies them; others are answered by a CompatWarning.
        use_separable_cma: adapt deviations only.
        with_margin: keep a margin on integers and steps.
        lr_adapt: adapt the learning rates.
        source_trials: begin around the best tenth of these.
    """

    called = "cma"

    def __init__(  # noqa: PLR0917 - the original's signature
        self,
        x0: dict[str, Any] | None = None,
        sigma0: float | None = None,
        n_startup_trials: int = 1,
        independent_sampler: BaseSampler | None = None,
        warn_independent_sampling: bool = True,  # noqa: FBT001, FBT002 - as above
        seed: int | None = None,
        *,
        consider_pruned_trials: bool = False,
        restart_strategy: str | None = None,
        popsize: int | None = None,
        inc_popsize: int = -1,
        use_separable_cma: bool = False,
        with_margin: bool = False,
        lr_adapt: bool = False,
        source_trials: list[FrozenTrial] | None = None,
    ) -> None:
        together = {
            "source_trials": source_trials is not None,
            "x0": x0 is not None,
            "sigma0": sigma0 is not None,
            "use_separable_cma": use_separable_cma,
            "with_margin": with_margin,
            "lr_adapt": lr_adapt,
        }
        refuse_pairs({name for name, given in together.items() if given})
        if consider_pruned_trials:
            differs(
                "CmaEsSampler(consider_pruned_trials=True)", "they rank after trials that ran to their end."
            )
        if inc_popsize not in {-1, 2}:
            differs(f"CmaEsSampler(inc_popsize={inc_popsize})", "a restart doubles the population.")
        if independent_sampler is not None and not isinstance(independent_sampler, SamplerOfLuthier):
            differs(
                f"CmaEsSampler({independent_sampler=!s})", "luthier's estimator chooses those parameters."
            )
            independent_sampler = None
        self.n_startup_trials = n_startup_trials
        self.independent_sampler = independent_sampler
        self.seed = seed
        self.source_trials = source_trials
        self.arguments: dict[str, Any] = {
            "x0": x0,
            "sigma0": sigma0,
            "population_size": popsize,
            "kind": "separable" if use_separable_cma else "cautious" if lr_adapt else "full",
            "margin": with_margin,
            "restarts": restart_strategy or "same",
        }
        self.build(0)  # says at once what is wrong with the arguments

    def build(self, seed: int) -> Sampler:
        """The start, then luthier's CmaSampler; nothing small is tried twice."""
        inner = None if self.independent_sampler is None else self.independent_sampler.named(seed)
        learn = self.source_trials is not None
        model = CmaSampler(**self.arguments, learn=learn, inner=inner, seed=seed)
        first = inner or quasi(self.n_startup_trials, seed=seed)
        return Distinct(StartupThen(self.n_startup_trials, first=first, then=model))

    def proposer(self, study: Any) -> Proposer:
        """The sampler in one study, with the source trials as an earlier one.

        Raises:
            InvalidInput: none of the source trials ran to its end.
        """
        view = study._view  # noqa: SLF001 - of the door
        sampler = self.named(view.study.seed)
        if self.source_trials is None:
            return SamplerProposer(view, sampler)
        return SamplerProposer(view, Sourced(sampler, self.source_trials, view.signs[0]))


#: Arguments that exclude each other.
PAIRS = (
    {"source_trials", "x0"},
    {"source_trials", "sigma0"},
    {"source_trials", "use_separable_cma"},
    {"lr_adapt", "use_separable_cma"},
    {"lr_adapt", "with_margin"},
    {"use_separable_cma", "with_margin"},
)


def refuse_pairs(given: set[str]) -> None:
    """Raise InvalidInput for two arguments that exclude each other."""
    for pair in PAIRS:
        if pair <= given:
            names = " and ".join(sorted(pair))
            raise InvalidInput(
                explain("one of two CMA-ES arguments that exclude each other", names, "Drop one.")
            )


@final
class Sourced:
    """A sampler that sees trials of another study as an earlier one.

    Args:
        sampler: proposes.
        trials: of the other study; those that ran to their end count.
        sign: 1 to minimise, -1 to maximise.

    Raises:
        InvalidInput: none of them did.
    """

    def __init__(self, sampler: Sampler, trials: Sequence[FrozenTrial], sign: float) -> None:
        ended = [each for each in trials if each.state is TrialState.COMPLETE and each.values]
        if not ended:
            raise InvalidInput(explain("source_trials that are COMPLETE", "none", "Pass others, or none."))
        self.sampler = sampler
        self.params = [trial.params for trial in ended]
        self.Y = sign * np.array([[(trial.values or [math.nan])[0]] for trial in ended])
        self.space = Space({})
        self.earlier = History.empty(0)

    @property
    def capabilities(self) -> Capabilities:
        """Those of the sampler within."""
        return self.sampler.capabilities

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points."""
        if space is not self.space:
            k = len(self.params)
            self.space = space
            self.earlier = History(
                X=Codec(space).encode_many(self.params),
                Y=self.Y,
                violation=np.zeros(k),
                fidelity=np.full(k, math.inf),
                number=np.arange(k, dtype=np.int64),
                pending=np.empty((0, len(space))),
                all_tags=[{} for _ in range(k)],
            )
        known = replace(history, earlier=[*history.earlier, self.earlier])
        return self.sampler.propose(space, known, rng, n)
