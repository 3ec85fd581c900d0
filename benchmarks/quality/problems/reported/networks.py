"""Small networks that were trained once at every entry of a grid; the whole validation curve is stored.

What each was trained on, and how, is in `benchmarks.quality.tabulate.networks`.
"""

from collections.abc import Mapping

from benchmarks.quality.problems.axes import Axis
from benchmarks.quality.problems.networks import Network, log_axis, network
from luthier.space.domains import Categorical, Float, Int

__all__ = ["REPORTED_NETWORKS"]


#: Held out.
REPORTED_NETWORKS: Mapping[str, Network] = dict(
    [
        network(
            "net-cancer",
            81,
            Axis("log10_rate", Float(-4.0, 0.0, step=0.5)),
            Axis("log2_batch", Int(3, 6)),
            Axis("depth", Int(1, 3)),
            Axis("log2_width", Int(2, 6)),
            Axis("optimizer", Categorical(("adam", "sgd", "rmsprop"))),
        ),
        network(
            "net-photo",
            27,
            log_axis("rate", -4, 0, 2),
            Axis("frequency", Float(0.5, 16.0, log=True), (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)),
            Axis("log2_width", Int(4, 6)),
            Axis("depth", Int(1, 3)),
            Axis("activation", Categorical(("relu", "tanh", "sine"))),
            Axis("optimizer", Categorical(("adam", "rmsprop"))),
        ),
        network(
            "net-digits",
            27,
            log_axis("rate", -4, 0, 2),
            log_axis("weight_decay", -5, -1),
            Axis("dropout", Float(0.0, 0.6), (0.0, 0.2, 0.4, 0.6)),
            Axis("log2_width", Int(3, 6)),
            Axis("optimizer", Categorical(("rmsprop", "sgd", "adam"))),
            Axis("momentum", Float(0.0, 0.9, step=0.45), when=("optimizer", ("sgd",))),
        ),
        network(
            "net-convolution",
            27,
            log_axis("rate", -4, 0, 2),
            log_axis("weight_decay", -4, -1),
            Axis("dropout", Float(0.0, 0.5), (0.0, 0.5)),
            Axis("channels", Int(4, 12, step=4)),
            Axis("optimizer", Categorical(("sgd", "adam"))),
            Axis("activation", Categorical(("tanh", "relu"))),
        ),
    ],
)
