"""Small networks that were trained once at every entry of a grid; the whole validation curve is stored.

What each was trained on, and how, is in `benchmarks.quality.tabulate.networks`.
"""

from collections.abc import Mapping

from benchmarks.quality.problems.axes import Axis
from benchmarks.quality.problems.networks import Network, log_axis, network
from luthier.space.domains import Categorical, Float, Int

__all__ = ["DEV_NETWORKS"]


#: For development.
DEV_NETWORKS: Mapping[str, Network] = dict(
    [
        network(
            "net-friedman",
            50,
            log_axis("rate", -4, 0, 2),
            log_axis("weight_decay", -6, -1),
            Axis("optimizer", Categorical(("sgd", "adam"))),
            Axis("log2_width", Int(3, 6)),
            Axis("depth", Int(1, 3)),
            Axis("activation", Categorical(("relu", "tanh"))),
        ),
        network(
            "net-classes",
            50,
            Axis("log10_rate", Float(-4.0, 0.0, step=0.5)),
            Axis("dropout", Float(0.0, 0.6, step=0.15)),
            Axis("log2_width", Int(3, 6)),
            Axis("depth", Int(1, 3)),
            Axis("optimizer", Categorical(("sgd", "adam"))),
            Axis("momentum", Float(0.0, 0.9, step=0.45), when=("optimizer", ("sgd",))),
        ),
    ],
)
