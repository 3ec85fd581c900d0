"""Doors: the public APIs of other tuners, each a thin translation onto the one engine.

    from luthier.compat import optuna | tune | skopt | wandb

A study made through a door is a study like any other: it sits in the same store, shows in the same command line, and
can be continued through another door. What a door does not cover raises NotImplementedError with the native way; what
it takes but cannot honour is said with a CompatWarning. Nothing is ignored in silence.
"""

from luthier.compat.support import CompatWarning

__all__ = ["CompatWarning"]
