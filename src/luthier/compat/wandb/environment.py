"""What a run's environment has for scripts that use wandb: its configuration as they read it, offline, and the tap."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from luthier.compat.wandb.standin.wandb.util import generate_id
from luthier.frontends.sweep.guard import number_of
from luthier.frontends.sweep.runner import RunFiles

__all__ = ["dress", "kill_delay"]

#: The folder of the `sitecustomize` that scripts run first.
TAP = Path(__file__).parent / "tap"

#: Characters that an id of wandb may not have.
ODD = re.compile(r"[^A-Za-z0-9_-]")


def dress(run: RunFiles) -> tuple[Mapping[str, str], Mapping[str, Any]]:
    """The variables of a run, and the attributes of its trial."""
    run_id = generate_id()
    path = run.folder / f"config-{run_id}.yaml"
    path.write_text(config_text(run.values), encoding="utf-8")
    variables = {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(TAP), os.environ.get("PYTHONPATH")))),
        "WANDB_DIR": os.environ.get("WANDB_DIR") or str(Path.cwd()),
        "WANDB_MODE": "disabled" if os.environ.get("WANDB_MODE") == "disabled" else "offline",
        "WANDB_RUN_ID": run_id,
        "WANDB_SILENT": os.environ.get("WANDB_SILENT", "true"),
        "WANDB_SWEEP_ID": ODD.sub("-", run.sweep),
        "WANDB_SWEEP_PARAM_PATH": str(path),
    }
    for key in ("entity", "project"):
        if run.config.get(key):
            variables[f"WANDB_{key.upper()}"] = run.config[key]
    return variables, {"run_id": run_id}


def config_text(values: Mapping[str, Any]) -> str:
    """The configuration of a run in the form of wandb's files: only the first level is wrapped."""
    import yaml

    wrapped = {name: {"value": value} for name, value in values.items()}
    return "wandb_version: 1\n\n" + yaml.safe_dump(wrapped, sort_keys=False)


def kill_delay(default: float) -> float:
    """Seconds from SIGTERM to SIGKILL, as wandb's agent reads them.

    Raises:
        InvalidInput: the variable is no number.
    """
    return number_of("WANDB_AGENT_KILL_DELAY", default)
