"""Ints, steps and categories that act together: what is best for one depends on another."""

import math
from itertools import product

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import levelled
from benchmarks.quality.problems.smooth import placed
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["REPORTED_MIXED"]


def recipes(name: str, *, seed: int, kinds: int, choices: int, d: int) -> Draft:
    """Categories with a cost for each pair of choices, and floats whose best values the first category decides."""
    rng = np.random.default_rng(seed)
    costs = {pair: rng.gamma(1.0, 0.3, (choices, choices)) for pair in product(range(kinds), repeat=2)}
    targets = np.array([placed(rng, d) for _ in range(choices)])
    weights = rng.uniform(1.0, 6.0, d)

    def cost(places: tuple[int, ...]) -> float:
        return float(sum(costs[i, j][places[i], places[j]] for i in range(kinds) for j in range(i)))

    def value(get: Get) -> float:
        places = tuple(int(get(f"kind_{k}")[1:]) for k in range(kinds))
        return cost(places) + float(weights @ (vector(get, d) - targets[places[0]]) ** 2)

    best = min(product(range(choices), repeat=kinds), key=cost)
    labels = tuple(f"c{k}" for k in range(choices))
    space = Space(
        {f"kind_{k}": Categorical(labels) for k in range(kinds)}
        | {f"x{k}": Float(0.0, 1.0) for k in range(d)},
    )
    start = {f"kind_{k}": labels[best[k]] for k in range(kinds)} | {
        f"x{k}": float(targets[best[0], k]) for k in range(d)
    }
    return Draft(name=name, suite="mixed", space=space, value=value, start=start)


#: Optimizer -> the best decade of the rate for a network of one layer, and the loss it cannot beat.
OPTIMIZERS = {"momentum": (-1.2, 0.1), "adamw": (-2.6, 0.0), "lion": (-3.7, 0.05), "adagrad": (-1.8, 0.3)}


#: Activation -> the loss it cannot beat, and how much each layer beyond the third costs it.
ACTIVATIONS = {"tanh": (0.02, 0.15), "relu": (0.05, 0.02), "gelu": (0.0, 0.0), "sigmoid": (0.3, 0.3)}


def training(get: Get) -> float:
    """The loss of a job: deeper networks want lower rates, wider ones more dropout, small batches lower rates."""
    decade, floor = OPTIMIZERS[get("optimizer")]
    activation, each = ACTIVATIONS[get("activation")]
    layers, width, batch = get("layers"), math.log2(get("width")), math.log2(get("batch"))
    rate = math.log10(get("rate")) - decade + 0.12 * (layers - 1) - 0.15 * (batch - 6.0)
    drop = get("dropout") - 0.05 * max(width - 5.0, 0.0)
    size = 0.04 * (layers - 5) ** 2 + 0.05 * (width - 9.0) ** 2 + 0.02 * (batch - 5.0) ** 2
    loss = floor + activation + each * max(layers - 3, 0) + 0.8 * rate**2 + 3.0 * drop**2 + size
    return levelled(loss, 6.0)


TRAINING_SPACE = Space(
    {
        "optimizer": Categorical(tuple(OPTIMIZERS)),
        "rate": Float(1e-6, 1.0, log=True),
        "layers": Int(1, 12),
        "width": Int(16, 2048, log=True),
        "activation": Categorical(tuple(ACTIVATIONS)),
        "dropout": Float(0.0, 0.6, step=0.05),
        "batch": Int(8, 512, log=True),
    },
)


TRAINING_BEST = {
    "optimizer": "adamw",
    "rate": 10 ** (-2.6 - 0.12 * 4 - 0.15),
    "layers": 5,
    "width": 512,
    "activation": "gelu",
    "dropout": 0.2,
    "batch": 32,
}


#: Held out.
REPORTED_MIXED = (
    Draft(name="training-job", suite="mixed", space=TRAINING_SPACE, value=training, start=TRAINING_BEST),
    recipes("recipes", seed=221, kinds=4, choices=5, d=3),
)
