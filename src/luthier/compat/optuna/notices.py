"""Warnings in the words of the original's users: what is deprecated there still works here."""

import warnings

from luthier.base.callsite import outside

__all__ = ["deprecated", "warn_user"]


def deprecated(what: str, instead: str) -> None:
    """Warn with a FutureWarning, as the original does, that `what` is about to go there."""
    warnings.warn(
        f"{what} is deprecated in Optuna, which removes it in version 6. Use {instead} instead.",
        FutureWarning,
        stacklevel=outside(),
    )


def warn_user(message: str) -> None:
    """Warn with a UserWarning."""
    warnings.warn(message, UserWarning, stacklevel=outside())
