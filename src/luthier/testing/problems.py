"""Small problems with known optima: continuous, mixed, conditional, noisy and with several objectives.

A problem asks for its values by name, so a conditional one asks only for the parameters of the branch it takes.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.space import Space

__all__ = ["PROBLEMS", "Get", "Problem", "problem"]

#: Gives the value of a parameter by name.
Get: TypeAlias = Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something to minimise whose answer is known."""

    name: str
    space: Space
    #: The objectives of a configuration, one number each, all minimised.
    evaluate: Callable[[Get], tuple[float, ...]]
    #: The least value of each objective over the space.
    optimum: tuple[float, ...]

    def __call__(self, trial: Any) -> float | tuple[float, ...]:
        """The objective in the form users write it: `trial` has the field's `suggest_*` methods."""
        values = self.evaluate(lambda name: suggest(trial, name, self.space[name]))
        return values[0] if len(values) == 1 else values

    def run(self, config: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[float, ...]]:
        """The values asked for, in the order asked, and the objectives of a configuration."""
        asked: dict[str, Any] = {}

        def get(name: str) -> Any:
            return asked.setdefault(name, config[name])

        return asked, self.evaluate(get)


def suggest(trial: Any, name: str, domain: Domain) -> Any:
    """The value of one parameter, asked of a trial."""
    if isinstance(domain, Categorical):
        return trial.suggest_categorical(name, list(domain.choices))
    if isinstance(domain, Int):
        return trial.suggest_int(name, domain.low, domain.high, step=domain.step, log=domain.log)
    return trial.suggest_float(name, domain.low, domain.high, step=domain.step, log=domain.log)


def box(low: float, high: float, d: int) -> Space:
    """As many floats `x0, x1, …` in one range."""
    return Space({f"x{column}": Float(low, high) for column in range(d)})


def vector(get: Get, d: int) -> np.ndarray:
    """The values of `x0, x1, …`."""
    return np.array([get(f"x{column}") for column in range(d)])


def sphere(d: int, *, centre: float = 1.3) -> Problem:
    """A bowl whose bottom is not the middle of the range."""
    return Problem(
        name=f"sphere{d}",
        space=box(-5.0, 5.0, d),
        evaluate=lambda get: (float(np.sum((vector(get, d) - centre) ** 2)),),
        optimum=(0.0,),
    )


def rosenbrock(d: int) -> Problem:
    """A bent valley (Rosenbrock 1960); least at (1, …, 1)."""

    def evaluate(get: Get) -> tuple[float, ...]:
        x = vector(get, d)
        return (float(np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)),)

    return Problem(name=f"rosenbrock{d}", space=box(-2.0, 2.0, d), evaluate=evaluate, optimum=(0.0,))


def branin() -> Problem:
    """Three equal minima (Dixon and Szegö 1978)."""

    def evaluate(get: Get) -> tuple[float, ...]:
        x, y = get("x"), get("y")
        bend = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
        return (bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10,)

    space = Space({"x": Float(-5.0, 10.0), "y": Float(0.0, 15.0)})
    return Problem(name="branin", space=space, evaluate=evaluate, optimum=(0.397887,))


HARTMANN_A = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ],
)
HARTMANN_P = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ],
)
HARTMANN_ALPHA = np.array([1.0, 1.2, 3.0, 3.2])


def hartmann6() -> Problem:
    """Four Gaussian pits in six dimensions (Dixon and Szegö 1978)."""

    def evaluate(get: Get) -> tuple[float, ...]:
        depth = np.exp(-np.sum(HARTMANN_A * (vector(get, 6) - HARTMANN_P) ** 2, axis=1))
        return (-float(HARTMANN_ALPHA @ depth),)

    return Problem(name="hartmann6", space=box(0.0, 1.0, 6), evaluate=evaluate, optimum=(-3.32237,))


def mixed() -> Problem:
    """The shape of a training job: a log-scaled rate, a depth, a step, and an optimiser that shifts the best rate."""
    best_rate = {"sgd": -1.0, "adam": -3.0, "rmsprop": -3.5}
    penalty = {"sgd": 0.15, "adam": 0.0, "rmsprop": 0.1}

    def evaluate(get: Get) -> tuple[float, ...]:
        optimizer = get("optimizer")
        rate = (math.log10(get("rate")) - best_rate[optimizer]) ** 2
        return (
            0.3 * rate + penalty[optimizer] + 0.05 * (get("layers") - 4) ** 2 + (get("dropout") - 0.2) ** 2,
        )

    space = Space(
        {
            "rate": Float(1e-6, 1.0, log=True),
            "optimizer": Categorical(("sgd", "adam", "rmsprop")),
            "layers": Int(1, 8),
            "dropout": Float(0.0, 0.9, step=0.1),
            "width": Int(8, 1024, log=True),
        },
    )
    return Problem(name="mixed", space=space, evaluate=evaluate, optimum=(0.0,))


def conditional() -> Problem:
    """A choice of model, each with parameters of its own, and one parameter that both share."""

    def evaluate(get: Get) -> tuple[float, ...]:
        shared = (get("subsample") - 0.7) ** 2
        if get("model") == "svm":
            log_c, log_gamma = math.log10(get("c")), math.log10(get("gamma"))
            return (shared + 0.2 + 0.1 * (log_c - 1.0) ** 2 + 0.1 * (log_gamma + 2.0) ** 2,)
        if get("model") == "forest":
            return (shared + 0.1 * (math.log2(get("trees")) - 6.0) ** 2 + 0.02 * (get("depth") - 11) ** 2,)
        return (shared + 0.5,)

    space = Space(
        {
            "subsample": Float(0.0, 1.0),
            "model": Categorical(("svm", "forest", "constant")),
            "c": Float(1e-3, 1e3, log=True),
            "gamma": Float(1e-5, 1e1, log=True),
            "trees": Int(4, 512, log=True),
            "depth": Int(1, 20),
        },
    )
    return Problem(name="conditional", space=space, evaluate=evaluate, optimum=(0.0,))


def noisy() -> Problem:
    """A bowl under noise of standard deviation 0.3 that depends on the point alone, so that runs repeat."""

    def evaluate(get: Get) -> tuple[float, ...]:
        x = vector(get, 3)
        phase = math.sin(float(x @ np.array([12.9898, 78.233, 37.719]))) * 43758.5453
        return (float(np.sum((x - 1.3) ** 2)) + 0.3 * math.sqrt(12.0) * (phase - math.floor(phase) - 0.5),)

    return Problem(name="noisy", space=box(-5.0, 5.0, 3), evaluate=evaluate, optimum=(-0.3 * math.sqrt(3.0),))


def zdt1() -> Problem:
    """Two objectives with a convex front (Zitzler, Deb and Thiele 2000), in five dimensions."""

    def evaluate(get: Get) -> tuple[float, ...]:
        x = vector(get, 5)
        g = 1.0 + 9.0 * float(np.mean(x[1:]))
        return float(x[0]), g * (1.0 - math.sqrt(float(x[0]) / g))

    return Problem(name="zdt1", space=box(0.0, 1.0, 5), evaluate=evaluate, optimum=(0.0, 0.0))


#: The problems by name.
PROBLEMS: Mapping[str, Problem] = {
    made.name: made
    for made in (
        sphere(2),
        sphere(5),
        rosenbrock(2),
        rosenbrock(4),
        branin(),
        hartmann6(),
        mixed(),
        conditional(),
        noisy(),
        zdt1(),
    )
}


def problem(name: str) -> Problem:
    """The problem of that name."""
    return PROBLEMS[name]
