"""The libraries that are compared, each behind the same few verbs."""

from importlib import import_module
from typing import cast

from benchmarks.libraries.protocol import Library

__all__ = ["OURS", "PEERS", "load"]

OURS = "luthier"
PEERS = ("optuna", "rustuna")


def load(name: str) -> Library:
    """The library of that name; only now is it imported."""
    module = import_module(f"benchmarks.libraries.with_{name}")
    return cast("Library", module.LIBRARY)
