"""What the peer has for XGBoost: not here, and what to write instead."""

from luthier.compat.support import lazy

__all__: list[str] = []

NAMES = ("TuneReportCallback", "TuneReportCheckpointCallback")

__getattr__ = lazy(
    __name__,
    {},
    dict.fromkeys(
        NAMES, "Call tune.report({...}) in after_iteration of an xgboost.callback.TrainingCallback."
    ),
)
