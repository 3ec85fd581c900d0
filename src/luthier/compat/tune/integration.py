"""`ray.tune.integration` and `ray.air.integrations`: each name tells what to write instead."""

from luthier.compat.tune.absences import stand_in

__all__: list[str] = []

#: So that modules of this one can be imported, though they are no files.
__path__: list[str] = []

REPORTING = ("TuneReportCallback", "TuneReportCheckpointCallback")
MLFLOW, WANDB = (
    "Call mlflow.start_run() in the trainable.",
    "Call wandb.init(config=config) in the trainable.",
)

stand_in(
    __name__,
    {
        "comet": {
            "CometLoggerCallback": "Derive a tune.Callback whose on_trial_result calls experiment.log_metrics."
        },
        "keras": dict.fromkeys(
            REPORTING, "Call tune.report({...}) in on_epoch_end of a keras.callbacks.Callback."
        ),
        "lightgbm": dict.fromkeys(
            REPORTING, "Call tune.report({...}) in a LightGBM callback, a function of its env."
        ),
        "mlflow": {
            "MLflowLoggerCallback": "Derive a tune.Callback whose on_trial_result calls mlflow.log_metrics.",
            **dict.fromkeys(("MLflowTrainableMixin", "mlflow_mixin", "setup_mlflow"), MLFLOW),
        },
        "pytorch_lightning": dict.fromkeys(
            (*REPORTING, "TuneCallback"),
            "Call tune.report({...}) in on_validation_end of the LightningModule.",
        ),
        "ray_train": {
            "TuneReportCallback": "Call the training loop inside a function trainable, and tune.report in it."
        },
        "wandb": {
            "WandbLoggerCallback": "Derive a tune.Callback whose on_trial_result calls wandb.log.",
            **dict.fromkeys(("WandbTrainableMixin", "setup_wandb", "wandb_mixin"), WANDB),
        },
        "xgboost": dict.fromkeys(
            REPORTING, "Call tune.report({...}) in after_iteration of an xgboost.callback.TrainingCallback."
        ),
    },
)
