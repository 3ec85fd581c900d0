"""`optuna.integration`: what ties Optuna to other libraries. None of it is here; this names what to do instead."""

from luthier.compat.support import lazy

__all__: list[str] = []

PRUNE = "Call trial.report(value, epoch) and trial.should_prune() in a callback of the library's own."
LOG = "Call the library in a callback of study.optimize: callbacks=[lambda study, trial: …]."
SAMPLE = "Use optuna.samplers.TPESampler()."
TUNE = "Write the objective yourself, or use luthier's BayesSearchCV: from luthier.compat import skopt."

INSTEAD = {
    "BoTorchSampler": SAMPLE,
    "CatBoostPruningCallback": PRUNE,
    "DaskStorage": 'Use storage="sqlite:///study.db": for the processes of one machine; several cannot share yet.',
    "FastAIPruningCallback": PRUNE,
    "FastAIV2PruningCallback": PRUNE,
    "KerasPruningCallback": PRUNE,
    "LightGBMPruningCallback": PRUNE,
    "LightGBMTuner": TUNE,
    "LightGBMTunerCV": TUNE,
    "MLflowCallback": LOG,
    "OptunaSearchCV": TUNE,
    "PyCmaSampler": SAMPLE,
    "PyTorchIgnitePruningHandler": PRUNE,
    "PyTorchLightningPruningCallback": PRUNE,
    "ShapleyImportanceEvaluator": "Use optuna.importance.get_param_importances(study).",
    "SkorchPruningCallback": PRUNE,
    "TFKerasPruningCallback": PRUNE,
    "TensorBoardCallback": LOG,
    "TensorFlowPruningHook": PRUNE,
    "TorchDistributedTrial": "Suggest on rank 0 and broadcast trial.params.",
    "WeightsAndBiasesCallback": LOG,
    "XGBoostPruningCallback": PRUNE,
}

#: The modules of it that scripts import whole.
MODULES = {
    "botorch": SAMPLE,
    "catboost": PRUNE,
    "cma": SAMPLE,
    "fastaiv2": PRUNE,
    "keras": PRUNE,
    "lightgbm": TUNE,
    "mlflow": LOG,
    "pytorch_distributed": INSTEAD["TorchDistributedTrial"],
    "pytorch_ignite": PRUNE,
    "pytorch_lightning": PRUNE,
    "sklearn": TUNE,
    "skorch": PRUNE,
    "tensorboard": LOG,
    "tensorflow": PRUNE,
    "tfkeras": PRUNE,
    "wandb": LOG,
    "xgboost": PRUNE,
}

__getattr__ = lazy(__name__, {}, {**INSTEAD, **MODULES})
