"""What the peer has for Lightning: not here, and what to write instead."""

from luthier.compat.support import lazy

__all__: list[str] = []

NAMES = ("TuneReportCallback", "TuneReportCheckpointCallback", "TuneCallback")

__getattr__ = lazy(
    __name__, {}, dict.fromkeys(NAMES, "Call tune.report({...}) in on_validation_end of the LightningModule.")
)
