"""Where the peer keeps the Hyperband of BOHB."""

from luthier.compat.tune.schedulers.hyperband import HyperBandForBOHB

__all__ = ["HyperBandForBOHB"]
