"""The default: what to use when nothing is known of the objective."""

from functools import cached_property

from numpy.random import Generator

from luthier.records.history import History
from luthier.samplers.arguments import checked_seed
from luthier.samplers.centre import CentreSampler
from luthier.samplers.compose import Distinct, StartupThen
from luthier.samplers.fidelity.parzen import parzen
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["STARTUP", "AutoSampler", "started"]

#: How many trials a model-based search starts with. On functions of 2 to 15 dimensions 3 to 8 were alike at 50 and 100
#: trials and all better than the field's 10.
STARTUP = 5

#: A Gaussian process proposes up to so many trials: half a second each, and by then cheaper models find as much.
MOST_TRIALS = 1000

#: In wider spaces a Gaussian process takes more than half a second: it sees every choice as a column of its own.
MOST_COLUMNS = 100
MOST_FEATURES = 500


class AutoSampler:
    """Picks what suits the study, trial by trial, by what is known: never by the clock.

    1. The middle of the space, then a few quasi-random points.
    2. A Gaussian process, with any kind of parameters, constraints, running trials, one or two objectives.
       Once a scheduler stops trials it is one of parameters and resource, which learns from all that was reported.
    3. The tree-structured Parzen estimator, where the process would think for about a second: after 1,000 trials,
       beyond 100 parameters or 500 numbers and choices; with more than two objectives; and for trials that a scheduler
       stops while fewer than three came near their end; and while half of the trials are equal and none is better. It
       learns from their reports too.

    The process handles constraints, noise and trials that run in parallel itself.

    On a finite space of up to 131,072 configurations nothing is tried twice, and the search ends when everything was
    tried. `TrialRecord.origin` says what was picked and why.

    Args:
        seed: decides the quasi-random points; 0 by default, that of the study with `sampler="auto"`.
        ends: False goes on when everything was tried, with repeats, which teach something where values are noisy.

    Raises:
        InvalidInput: the seed is no whole number, or negative.
    """

    __slots__ = ("__dict__", "ends", "seed")

    def __init__(self, seed: int = 0, *, ends: bool = True) -> None:
        self.seed = checked_seed(seed)
        self.ends = ends

    @cached_property
    def sampler(self) -> Sampler:
        """The samplers behind this one, made at first use."""
        centre = Named(CentreSampler(), name="centre", reason="the first trial, the middle of every range")
        started_choice = StartupThen(1, first=centre, then=started(Choice(), seed=self.seed))
        return Distinct(started_choice, ends=self.ends)

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history and its reports, for any space; a finite one ends unless told otherwise."""
        return Capabilities(uses_reports=True, finite=self.ends)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points."""
        return self.sampler.propose(space, history, rng, n)


class Choice:
    """The model that suits a history."""

    __slots__ = ("__dict__",)

    @cached_property
    def process(self) -> Sampler:
        """The Gaussian process, which leaves some histories to the estimator too."""
        from luthier.samplers.gp.sampler import GPSampler

        return Named(GPSampler(), name="gp", reason="the model that needs the fewest trials")

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history and its reports, for any space."""
        return Capabilities(uses_reports=True)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points by the model for this many trials, parameters and objectives."""
        return self.model(space, history).propose(space, history, rng, n)

    def model(self, space: Space, history: History) -> Sampler:
        """The model."""
        if len(history) > MOST_TRIALS:
            return parzen(f"more than {MOST_TRIALS} trials")
        if len(space) > MOST_COLUMNS:
            return parzen(f"more than {MOST_COLUMNS} parameters")
        if features(space) > MOST_FEATURES:
            return parzen(f"more than {MOST_FEATURES} numbers and choices")
        if history.Y.shape[1] > 2:
            return parzen("more than two objectives")
        return self.process


def features(space: Space) -> int:
    """How many numbers and choices a space has."""
    return sum(domain.levels if isinstance(domain, Categorical) else 1 for domain in space.values())


def started(model: Sampler, *, seed: int) -> Sampler:
    """A sampler with a model, behind a quasi-random start."""
    first = Named(QuasiSampler(seed), name="quasi", reason="one of the first trials, spread over the space")
    return StartupThen(STARTUP, first=first, then=model)
