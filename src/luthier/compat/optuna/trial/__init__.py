"""Trials: `optuna.trial`."""

from luthier.compat.optuna.trial.base import BaseTrial
from luthier.compat.optuna.trial.fixed import FixedTrial
from luthier.compat.optuna.trial.frozen import FrozenTrial, create_trial
from luthier.compat.optuna.trial.live import Trial
from luthier.compat.optuna.trial.state import TrialState

__all__ = ["BaseTrial", "FixedTrial", "FrozenTrial", "Trial", "TrialState", "create_trial"]
