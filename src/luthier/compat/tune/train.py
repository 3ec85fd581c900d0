"""What a function trainable of older scripts takes from `ray.train`: `from luthier.compat.tune import train`."""

from luthier.compat.support import lazy
from luthier.compat.tune.checkpoint import Checkpoint
from luthier.compat.tune.result import Result
from luthier.compat.tune.session import get_checkpoint, get_context, report
from luthier.compat.tune.tune_config import CheckpointConfig, FailureConfig, RunConfig, SyncConfig

__all__ = [
    "Checkpoint",
    "CheckpointConfig",
    "FailureConfig",
    "Result",
    "RunConfig",
    "SyncConfig",
    "get_checkpoint",
    "get_context",
    "report",
]

#: The native way of training on several machines.
ALONE = "A trial is one process here: start what it needs inside the trainable, such as torch.distributed."

__getattr__ = lazy(
    __name__, {}, dict.fromkeys(("DataConfig", "ScalingConfig", "get_dataset_shard", "torch"), ALONE)
)
