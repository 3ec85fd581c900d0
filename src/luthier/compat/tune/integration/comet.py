"""What the peer has for Comet: not here, and what to write instead."""

from luthier.compat.support import lazy

__all__: list[str] = []

__getattr__ = lazy(
    __name__,
    {},
    {
        "CometLoggerCallback": "Derive a tune.Callback whose on_trial_result calls experiment.log_metrics.",
    },
)
