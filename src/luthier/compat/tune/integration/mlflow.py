"""What the peer has for MLflow: not here, and what to write instead."""

from luthier.compat.support import lazy

__all__: list[str] = []

__getattr__ = lazy(
    __name__,
    {},
    {
        "MLflowLoggerCallback": "Derive a tune.Callback whose on_trial_result calls mlflow.log_metrics.",
        "MLflowTrainableMixin": "Call mlflow.start_run() in the trainable.",
        "mlflow_mixin": "Call mlflow.start_run() in the trainable.",
        "setup_mlflow": "Call mlflow.start_run() in the trainable.",
    },
)
