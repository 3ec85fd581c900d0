"""Warnings in the words of the original's users: what is deprecated there still works here."""

import warnings

__all__ = ["deprecated", "warn_user"]


def deprecated(what: str, instead: str, *, stacklevel: int = 3) -> None:
    """Warn with a FutureWarning, as the original does, that `what` is about to go there."""
    warnings.warn(
        f"{what} is deprecated in Optuna, which removes it in version 6. Use {instead} instead.",
        FutureWarning,
        stacklevel=stacklevel,
    )


def warn_user(message: str, *, stacklevel: int = 3) -> None:
    """Warn with a UserWarning."""
    warnings.warn(message, UserWarning, stacklevel=stacklevel)
