"""Stands in for the package wandb where that is not installed: offline, without an account, standard library only.

What a run logs goes to the sweep that runs it, and nowhere outside of one. Names that only upload are accepted and do
nothing; those that would download raise NotImplementedError.
"""

from typing import Any

from . import plot, state, util
from .configuration import Config
from .errors import CommError, Error, UsageError, absent
from .media import (
    Artifact,
    Audio,
    Classes,
    Graph,
    Histogram,
    Html,
    Image,
    JoinedTable,
    Molecule,
    Object3D,
    Plotly,
    Table,
    Video,
    box3d,
)
from .plot import plot_table
from .runs import Run
from .session import (
    AlertLevel,
    Settings,
    alert,
    define_metric,
    ensure_configured,
    finish,
    init,
    join,
    log,
    log_artifact,
    log_model,
    login,
    mark_preempting,
    require,
    save,
    setup,
    teardown,
    termerror,
    termlog,
    termwarn,
    unwatch,
    watch,
)
from .summaries import Summary

__all__ = [
    "AlertLevel",
    "Artifact",
    "Audio",
    "Classes",
    "CommError",
    "Config",
    "Error",
    "Graph",
    "Histogram",
    "Html",
    "Image",
    "JoinedTable",
    "Molecule",
    "Object3D",
    "Plotly",
    "Run",
    "Settings",
    "Summary",
    "Table",
    "UsageError",
    "Video",
    "alert",
    "box3d",
    "define_metric",
    "ensure_configured",
    "finish",
    "init",
    "join",
    "log",
    "log_artifact",
    "log_model",
    "login",
    "mark_preempting",
    "plot",
    "plot_table",
    "require",
    "save",
    "setup",
    "teardown",
    "termerror",
    "termlog",
    "termwarn",
    "unwatch",
    "util",
    "watch",
]

__version__ = "0.31.0+luthier"

DOOR = "Write `from luthier.compat import wandb` in place of `import wandb`."
DOWNLOAD = "Nothing was uploaded, so there is nothing to fetch: read the file from where it was saved."

INSTALL = "Install wandb: in sweeps it is used offline."

#: Names of the original that this one lacks -> the way without them.
MISSING = {
    **dict.fromkeys(
        (
            "EvalTable",
            "apis",
            "catboost",
            "data_types",
            "gym",
            "integration",
            "jupyter",
            "keras",
            "lightgbm",
            "profiler",
            "sacred",
            "sdk",
            "sklearn",
            "tensorboard",
            "tensorflow",
            "xgboost",
        ),
        INSTALL,
    ),
    "Api": "Read the study with luthier.load_study(name, storage=...).",
    "agent": DOOR,
    "attach": "Log in the process that called wandb.init().",
    "controller": "Use luthier sweep on the command line, or luthier.create_study.",
    "link_model": DOWNLOAD,
    "restore": DOWNLOAD,
    "sweep": DOOR,
    "use_artifact": DOWNLOAD,
    "use_model": DOWNLOAD,
}

#: Names that follow the current run.
CURRENT = {"config": state.config, "run": state.run, "summary": state.summary}


def __getattr__(name: str) -> Any:
    """What depends on the current run, and what there is not."""
    if name in CURRENT:
        return CURRENT[name]()
    if name in MISSING:
        raise absent(f"wandb.{name}", MISSING[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
