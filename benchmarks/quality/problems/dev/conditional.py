"""Trees of choices: which parameters exist hangs on a category, on a category below it, or on a number of layers."""

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.reading import number, off
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["DEV_CONDITIONAL"]


def kernels(get: Get) -> float:
    """A choice of learner; one of them has a choice of kernel below it."""
    shared = 2.0 * (number(get, "features") - 0.35) ** 2
    match get("learner"):
        case "svm":
            loss = 0.05 * off(get, "c", 1.5)
            if get("kernel") == "rbf":
                return shared + loss + 0.1 * off(get, "gamma", -2.4)
            return shared + loss + 0.1 + 0.05 * (number(get, "degree") - 3) ** 2
        case "trees":
            return shared + 0.15 + 0.03 * (number(get, "depth") - 9) ** 2 + 0.2 * off(get, "count", 2.2)
        case _:
            return shared + 0.3 + 0.3 * off(get, "neighbours", 0.9)


def stages(get: Get) -> float:
    """A schedule of one to four stages, each with a rate; every further stage helps, but costs a misfit of its own."""
    count = get("stages")
    loss = (0.6, 0.25, 0.0, 0.05)[count - 1]
    for stage in range(count):
        loss += 0.15 * off(get, f"rate_{stage}", -1.2 - 0.7 * stage)
    return loss + 0.5 * (number(get, "warmup") - 0.12) ** 2


#: For development.
DEV_CONDITIONAL = (
    Draft(
        name="kernels",
        suite="conditional",
        space=Space(
            {
                "features": Float(0.0, 1.0),
                "learner": Categorical(("trees", "neighbours", "svm")),
                "kernel": Categorical(("poly", "rbf")),
                "c": Float(1e-4, 1e4, log=True),
                "gamma": Float(1e-6, 1e2, log=True),
                "degree": Int(2, 6),
                "depth": Int(1, 30),
                "count": Int(10, 1000, log=True),
                "neighbours": Int(1, 100, log=True),
            },
        ),
        value=kernels,
        start={"features": 0.35, "learner": "svm", "kernel": "rbf", "c": 10**1.5, "gamma": 10**-2.4},
    ),
    Draft(
        name="stages",
        suite="conditional",
        space=Space(
            {
                "stages": Int(1, 4),
                "warmup": Float(0.0, 0.5),
                **{f"rate_{stage}": Float(1e-6, 1.0, log=True) for stage in range(4)},
            },
        ),
        value=stages,
        start={"stages": 3, "warmup": 0.12} | {f"rate_{k}": 10 ** (-1.2 - 0.7 * k) for k in range(3)},
    ),
)
