"""The tuners by name: which library each is, which of its ways to search, and where that library is installed."""

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from benchmarks.quality.tuners.protocol import FrontSearch, Setup, StoppingSearch

__all__ = ["ALL", "FRONTIERS", "OURS", "PEERS", "REVISIONS", "STOPPERS", "TUNERS", "Tuner", "named"]

OURS = "luthier"

#: Library -> how often its adapter changed what its runs are: raise it when that happens, and they are made anew. A
#: library that is not listed has the adapter that it began with.
REVISIONS = {"hyperopt": 1, "skopt": 1, "smac": 1}

#: Our samplers by name; a name that the registry does not have yet is reported as a failure.
SAMPLERS = ("auto", "tpe", "quasi", "gp", "cma", "random")

#: Sampler and scheduler, ours and Optuna's.
STOPPING = ("auto+asha", "auto+hyperband", "random+asha")
PEER_STOPPING = ("random+asha", "tpe+asha", "tpe+hyperband", "gp+asha", "gp+hyperband")


@dataclass(frozen=True, slots=True)
class Tuner:
    """A way to search, by its name in tables."""

    name: str
    #: `tuners/with_<library>.py` opens it, in the environment of that name.
    library: str
    #: Which of the library's ways to search.
    variant: str
    title: str

    def open(self, setup: Setup) -> StoppingSearch:
        """Begin a search; only now is the library imported.

        A library that stops no trainings has no `report`, and only trials are asked of it.
        """
        module = import_module(f"benchmarks.quality.tuners.with_{self.library}")
        return cast("StoppingSearch", module.open_search(self.variant, setup))

    def open_front(self, setup: Setup) -> FrontSearch:
        """Begin a search of a problem of two objectives, by a library that takes such."""
        return cast("FrontSearch", self.open(setup))


#: Name -> tuner, the cheap ones first: this is the order in which they run.
TUNERS: dict[str, Tuner] = {
    tuner.name: tuner
    for tuner in (
        *(Tuner(name, OURS, name, f"luthier {name}") for name in SAMPLERS),
        Tuner("rustuna", "rustuna", "tpe", "Rustuna TPE"),
        Tuner("optuna-tpe", "optuna", "tpe", "Optuna TPE"),
        Tuner("optuna-tpe-group", "optuna", "tpe-group", "Optuna TPE, multivariate, group"),
        Tuner("optuna-cmaes", "optuna", "cmaes", "Optuna CMA-ES"),
        Tuner("hyperopt", "hyperopt", "tpe", "Hyperopt TPE"),
        Tuner("optuna-gp", "optuna", "gp", "Optuna GP"),
        Tuner("smac", "smac", "hpo", "SMAC3 HPO facade"),
        Tuner("skopt", "skopt", "gp", "scikit-optimize GP"),
        Tuner("hebo", "hebo", "hebo", "HEBO"),
        Tuner("ax", "ax", "ax", "Ax"),
    )
}

#: Name -> tuner that stops trainings early: these run on learning curves.
STOPPERS: dict[str, Tuner] = {
    tuner.name: tuner
    for tuner in (
        *(Tuner(name, OURS, name, f"luthier {name}") for name in STOPPING),
        Tuner("optuna-random+asha1", "optuna", "random+asha1", "Optuna random + ASHA from epoch 1"),
        Tuner("optuna-tpe+asha1", "optuna", "tpe+asha1", "Optuna TPE + ASHA from epoch 1"),
        *(Tuner(f"optuna-{name}", "optuna", name, f"Optuna {name}") for name in PEER_STOPPING),
    )
}

#: Name -> tuner that takes two objectives.
FRONTIERS: dict[str, Tuner] = {
    **{name: TUNERS[name] for name in ("auto", "tpe", "random", "optuna-tpe", "optuna-gp")},
    "nsga2": Tuner("nsga2", OURS, "nsga2", "luthier nsga2"),
    "optuna-nsga2": Tuner("optuna-nsga2", "optuna", "nsga2", "Optuna NSGA-II"),
}

#: Every tuner of every kind.
ALL = TUNERS | STOPPERS | FRONTIERS

#: The tuners of other libraries.
PEERS = tuple(name for name, tuner in ALL.items() if tuner.library != OURS)


def named(name: str) -> Tuner:
    """The tuner of a name, of whatever kind."""
    return ALL[name]
