"""What the peer has for Ray Train: not here, and what to write instead."""

from luthier.compat.support import lazy

__all__: list[str] = []

#: Where to report.
REPORT = "Call the training loop inside a function trainable, and tune.report in it."

__getattr__ = lazy(
    __name__,
    {},
    {
        "TuneReportCallback": REPORT,
    },
)
