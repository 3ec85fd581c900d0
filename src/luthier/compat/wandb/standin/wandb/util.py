"""The helper of `wandb.util` that scripts use."""

import secrets
import string

__all__ = ["generate_id"]


def generate_id(length: int = 8) -> str:
    """A fresh id of lower-case letters and digits."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(length))
