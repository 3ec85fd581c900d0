"""`ray.tune.utils` as luthier has it: helpers for trainables."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.support import lazy
from luthier.compat.tune.flat import FlatResult
from luthier.compat.tune.flat import flatten as flatten_dict

__all__ = [
    "GPUBusy",
    "date_str",
    "deep_update",
    "flatten_dict",
    "merge_dicts",
    "unflattened_lookup",
    "validate_save_restore",
    "wait_for_gpu",
]

#: Which GPUs this process sees, by place or by UUID.
VISIBLE = "CUDA_VISIBLE_DEVICES"

#: One line for each GPU: place, UUID, MiB in use, MiB in all.
QUERY = ("--query-gpu=index,uuid,memory.used,memory.total", "--format=csv,noheader,nounits")

__getattr__ = lazy(
    __name__,
    {},
    {
        "UtilMonitor": "Log psutil's figures with tune.report.",
        "diagnose_serialization": "luthier names what cannot be shipped in the error of the run itself.",
        "warn_if_slow": "Measure with time.perf_counter.",
    },
)


class GPUBusy(InvalidInput, RuntimeError):  # noqa: N818 - what is the matter
    """There is no such GPU, or its memory was not freed in time."""


def wait_for_gpu(
    gpu_id: int | str | None = None,
    target_util: float = 0.01,
    retry: int = 20,
    delay_s: float = 5,
    gpu_memory_limit: float | None = None,  # noqa: ARG001 - the signature of the original
) -> bool:
    """Wait until the memory of a GPU is free: a trial before this one may still let go of it.

    Args:
        gpu_id: its place in `nvidia-smi`, or its UUID; None for the first one that this process sees.
        target_util: how much of its memory may be in use, between 0 and 1.
        retry: how often to look.
        delay_s: seconds between looks.
        gpu_memory_limit: no longer in use.

    Returns:
        True.

    Raises:
        GPUBusy: there is no such GPU, or its memory was not freed.
    """
    wanted = str(gpu_id if gpu_id is not None else os.environ.get(VISIBLE, "0").partition(",")[0])
    for _ in range(int(retry)):
        used = memory_in_use(wanted)
        if used <= target_util:
            return True
        logger.info("Waiting for GPU %s: %.1f %% of its memory is in use.", wanted, 100 * used)
        time.sleep(delay_s)
    raise GPUBusy(
        explain(f"GPU {wanted} to be free", "memory in use", "End the process that holds it, or wait longer.")
    )


def memory_in_use(gpu: str) -> float:
    """How much of a GPU's memory is in use, between 0 and 1.

    Raises:
        GPUBusy: there is no such GPU, or no driver to ask.
    """
    command = shutil.which("nvidia-smi")
    if command is None:
        raise GPUBusy(
            explain("nvidia-smi", "no such command", "wait_for_gpu is for machines with NVIDIA GPUs.")
        )
    output = subprocess.run([command, *QUERY], capture_output=True, text=True, check=False).stdout  # noqa: S603 - no user input
    rows = [
        [cell.strip() for cell in line.split(",")] for line in output.splitlines() if line.count(",") == 3
    ]
    for place, uuid, used, total in rows:
        if gpu in {place, uuid}:
            return float(used) / float(total)
    known = ", ".join(place for place, *_ in rows) or "none"
    raise GPUBusy(explain(f"one of the GPUs {known}", repr(gpu), "Pass its place or its UUID."))


def date_str() -> str:
    """The time as names of folders have it."""
    return datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")


def deep_update(  # noqa: PLR0917 - the signature of the original
    original: dict[str, Any],
    new_dict: Mapping[str, Any],
    new_keys_allowed: bool = False,  # noqa: FBT001, FBT002 - the signature of the original
    allow_new_subkey_list: list[str] | None = None,
    override_all_if_type_changes: list[str] | None = None,
    override_all_key_list: list[str] | None = None,
) -> dict[str, Any]:
    """Put values over those of a nested dict, in place.

    Args:
        original: what is changed.
        new_dict: what is put over it.
        new_keys_allowed: whether `new_dict` may have keys that `original` lacks.
        allow_new_subkey_list: keys below which there may be new ones.
        override_all_if_type_changes: keys whose dict is replaced as a whole where its "type" differs.
        override_all_key_list: keys whose dict is replaced as a whole.

    Raises:
        InvalidInput: there is a new key that may not be there.
    """
    for key, value in new_dict.items():
        if key not in original and not new_keys_allowed:
            raise InvalidInput(
                explain(f"one of the keys {sorted(original)}", repr(key), "Pass new_keys_allowed=True.")
            )
        old = original.get(key)
        if not isinstance(old, dict) or not isinstance(value, Mapping):
            original[key] = value
            continue
        typed = key in (override_all_if_type_changes or ()) and value.get("type", old.get("type")) != old.get(
            "type"
        )
        if typed or key in (override_all_key_list or ()):
            original[key] = value
        else:
            deep_update(old, value, new_keys_allowed=new_keys_allowed or key in (allow_new_subkey_list or ()))
    return original


def merge_dicts(d1: Mapping[str, Any], d2: Mapping[str, Any]) -> dict[str, Any]:
    """A new nested dict: the second over the first."""
    return deep_update(deepcopy(dict(d1)), d2, new_keys_allowed=True)


def unflattened_lookup(flat_key: str, lookup: Mapping[str, Any], delimiter: str = "/", **kwargs: Any) -> Any:
    """An entry of a nested dict by its flat name.

    Raises:
        KeyError: there is none, and no `default` was given.
    """
    found = FlatResult(lookup)
    key = flat_key.replace(delimiter, "/")
    return found.get(key, kwargs["default"]) if "default" in kwargs else found[key]


def validate_save_restore(
    trainable_cls: type,
    config: dict[str, Any] | None = None,
    num_gpus: int = 0,  # noqa: ARG001 - the signature of the original
) -> bool:
    """Check that a class trainable goes on from a checkpoint where it was.

    Args:
        trainable_cls: derived from `tune.Trainable`.
        config: of its trials.
        num_gpus: nothing is shared out here: the check runs in this process.

    Raises:
        InvalidInput: it does not.
    """
    first, second = trainable_cls(config), trainable_cls(config)
    try:
        for _ in range(2):
            first.train()
        with TemporaryDirectory() as folder:
            second.restore(first.save(folder))
        wanted, found = first.train()["training_iteration"], second.train()["training_iteration"]
    finally:
        first.stop()
        second.stop()
    if wanted != found:
        fix = "Save in save_checkpoint what load_checkpoint needs."
        raise InvalidInput(explain(f"iteration {wanted} after a restore", str(found), fix))
    return True
