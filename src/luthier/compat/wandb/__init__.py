"""W&B Sweeps, here: offline, without an account, with one import changed.

    from luthier.compat import wandb

    sweep_id = wandb.sweep(config)
    wandb.agent(sweep_id, function=train, count=20)

`train` calls `wandb.init()`, reads `wandb.config` and calls `wandb.log(...)`. Scripts that a sweep file names need not
even change the import: `luthier sweep sweep.yaml`. What this door has of wandb beyond sweeps is what scripts call on
their way; see docs/migrating/wandb.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.wandb.sweeps import agent, sweep

__all__ = ["agent", "sweep"]

#: What is the same as where a script imports it under its own name.
STANDIN = "luthier.compat.wandb.standin.wandb"

own = lazy(__name__, {"agent": "luthier.compat.wandb.sweeps", "sweep": "luthier.compat.wandb.sweeps"})


def __getattr__(name: str) -> Any:
    """The two functions of sweeps; everything else is that of the stand-in."""
    return own(name) if name in __all__ else getattr(import_module(STANDIN), name)


def __dir__() -> list[str]:
    """The public names."""
    standin = import_module(STANDIN)
    return sorted({*__all__, *standin.__all__, "config", "run", "summary"})
