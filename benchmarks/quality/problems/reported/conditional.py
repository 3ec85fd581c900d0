"""Trees of choices: which parameters exist hangs on a category, on a category below it, or on a number of layers."""

import math

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.reading import number, off
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["REPORTED_CONDITIONAL"]


def families(get: Get) -> float:
    """Three families of models, each with a choice below it, and a parameter that all share."""
    shared = 1.5 * (number(get, "subsample") - 0.82) ** 2
    match get("family"):
        case "linear":
            strength = 0.04 * off(get, "strength", -3.0)
            if get("penalty") == "elastic":
                return shared + strength + 0.22 + 0.5 * (number(get, "ratio") - 0.15) ** 2
            return shared + strength + (0.3 if get("penalty") == "l1" else 0.35)
        case "boosting":
            grown = off(get, "eta", -1.4 + 0.08 * (6 - get("depth")))
            loss = 0.12 + 0.25 * grown + 0.015 * (number(get, "depth") - 6) ** 2
            if get("booster") == "dart":
                return shared + loss - 0.05 + 1.5 * (number(get, "drop") - 0.12) ** 2
            return shared + loss
        case _:
            loss = 0.3 * off(get, "rate", -3.1 if get("optimizer") == "adam" else -1.5)
            if get("optimizer") == "sgd":
                loss += 0.03 + 2.0 * (number(get, "momentum") - 0.93) ** 2
            depth = get("layers")
            loss += (0.3, 0.1, 0.0, 0.04)[depth - 1]
            for layer in range(depth):
                loss += 0.02 * (math.log2(get(f"units_{layer}")) - (7.0 - layer)) ** 2
            return shared + loss


def blocks(get: Get) -> float:
    """One to six blocks in a row, each with a width and a kind; the widths should taper, and one kind go last."""
    count = int(get("blocks"))
    loss = 0.03 * (count - 4) ** 2 + 0.2 * off(get, "rate", -2.8 - 0.1 * (count - 4))
    for block in range(count):
        loss += 0.03 * (math.log2(get(f"width_{block}")) - (8.0 - 0.75 * block)) ** 2
        wanted = "attention" if block == count - 1 else "convolution"
        loss += 0.08 * (get(f"kind_{block}") != wanted)
    return loss


#: Held out.
REPORTED_CONDITIONAL = (
    Draft(
        name="families",
        suite="conditional",
        space=Space(
            {
                "subsample": Float(0.2, 1.0),
                "family": Categorical(("linear", "network", "boosting")),
                "penalty": Categorical(("l1", "l2", "elastic")),
                "strength": Float(1e-8, 1e2, log=True),
                "ratio": Float(0.0, 1.0),
                "booster": Categorical(("tree", "dart")),
                "eta": Float(1e-3, 1.0, log=True),
                "depth": Int(1, 14),
                "drop": Float(0.0, 0.5),
                "optimizer": Categorical(("adam", "sgd")),
                "rate": Float(1e-6, 1.0, log=True),
                "momentum": Float(0.0, 0.99),
                "layers": Int(1, 4),
                **{f"units_{layer}": Int(4, 1024, log=True) for layer in range(4)},
            },
        ),
        value=families,
        start={
            "subsample": 0.82,
            "family": "network",
            "optimizer": "adam",
            "rate": 10**-3.1,
            "layers": 3,
            "units_0": 128,
            "units_1": 64,
            "units_2": 32,
        },
    ),
    Draft(
        name="blocks",
        suite="conditional",
        space=Space(
            {
                "blocks": Int(1, 6),
                "rate": Float(1e-6, 1e-1, log=True),
                **{f"width_{block}": Int(8, 1024, log=True) for block in range(6)},
                **{f"kind_{block}": Categorical(("convolution", "attention", "dense")) for block in range(6)},
            },
        ),
        value=blocks,
        start={"blocks": 4, "rate": 10**-2.8}
        | dict(zip([f"width_{k}" for k in range(4)], (256, 152, 91, 54), strict=True))
        | dict(zip([f"kind_{k}" for k in range(4)], ["convolution"] * 3 + ["attention"], strict=True)),
    ),
)
