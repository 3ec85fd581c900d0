"""The version of Optuna whose API this door speaks."""

__all__ = ["__version__"]

__version__ = "5.0.0"
