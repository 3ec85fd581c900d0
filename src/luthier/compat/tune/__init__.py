"""The door for scripts written for Ray Tune: `from luthier.compat import tune` in place of `from ray import tune`.

A run is a luthier study in `<storage_path>/luthier.db` under the experiment's name; trials run in worker processes of
this machine. What is supported, different and absent: docs/migrating/ray-tune.md.

How it is built. Nothing here runs trials: a run is one `Study.optimize`, and these modules translate.

    request      what `Tuner`, `run` or an Experiment ask for, checked; `parts` settles metric, space, search, scheduler
    runner       opens or makes the study (`opening`), hands it its three plugs, and returns the analysis
    proposals    the study's sampler: values by grid and preset, the rest from a searcher of `search`
    worker       the study's objective: settles a trial's configuration (`variants`) and runs the trainable in a
                 `session`, which is what `tune.report` and `get_checkpoint` speak to
    hub          the study's watcher and scheduler, in the driver: each result goes to callbacks, reporter, stoppers
                 and scheduler, and their verdict back to the worker; `contract` has the words that they share
    members      the study's records as TuneTrials: what goes on elsewhere (PBT) is a chain of trials, and one member
    analysis     answers from members and store; a ResultGrid is a view of it

One trial: `proposals` gives it values -> `worker` calls the trainable with its configuration -> `tune.report` sends a
Note and the metric -> `hub` hears both, asks everybody, and answers CONTINUE, STOP (PRUNED) or DONE (COMPLETE) ->
`report` returns, or raises Over inside the trainable -> `worker` returns the value -> `hub` takes in the end, and a
scheduler may have queued the trial that continues it.
"""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.tune import logger, schedulers, search, stopper, train
    from luthier.compat.tune.analysis import ExperimentAnalysis
    from luthier.compat.tune.attach import with_parameters, with_resources
    from luthier.compat.tune.callback import Callback
    from luthier.compat.tune.checkpoint import Checkpoint
    from luthier.compat.tune.entry import run, run_experiments
    from luthier.compat.tune.error import TuneError
    from luthier.compat.tune.experiment import Experiment
    from luthier.compat.tune.named import create_scheduler, create_searcher
    from luthier.compat.tune.placement import PlacementGroupFactory
    from luthier.compat.tune.progress_reporter import CLIReporter, JupyterNotebookReporter, ProgressReporter
    from luthier.compat.tune.registry import register_env, register_trainable
    from luthier.compat.tune.result import Result
    from luthier.compat.tune.result_grid import ResultGrid
    from luthier.compat.tune.session import TuneContext, checkpoint_dir, get_checkpoint, get_context, report
    from luthier.compat.tune.stopper import Stopper
    from luthier.compat.tune.trainable import Trainable
    from luthier.compat.tune.tune_config import (
        CheckpointConfig,
        FailureConfig,
        ResumeConfig,
        RunConfig,
        SyncConfig,
        TuneConfig,
    )
    from luthier.compat.tune.tuner import Tuner
    from luthier.compat.tune.verbs import (
        choice,
        grid_search,
        lograndint,
        loguniform,
        qlograndint,
        qloguniform,
        qrandint,
        qrandn,
        quniform,
        randint,
        randn,
        sample_from,
        uniform,
    )

__all__ = [
    "CLIReporter",
    "Callback",
    "Checkpoint",
    "CheckpointConfig",
    "Experiment",
    "ExperimentAnalysis",
    "FailureConfig",
    "JupyterNotebookReporter",
    "PlacementGroupFactory",
    "ProgressReporter",
    "Result",
    "ResultGrid",
    "ResumeConfig",
    "RunConfig",
    "Stopper",
    "SyncConfig",
    "Trainable",
    "TuneConfig",
    "TuneContext",
    "TuneError",
    "Tuner",
    "checkpoint_dir",
    "choice",
    "create_scheduler",
    "create_searcher",
    "get_checkpoint",
    "get_context",
    "grid_search",
    "logger",
    "lograndint",
    "loguniform",
    "qlograndint",
    "qloguniform",
    "qrandint",
    "qrandn",
    "quniform",
    "randint",
    "randn",
    "register_env",
    "register_trainable",
    "report",
    "run",
    "run_experiments",
    "sample_from",
    "schedulers",
    "search",
    "stopper",
    "train",
    "uniform",
    "with_parameters",
    "with_resources",
]

#: This package; where its names are, by module.
HERE = "luthier.compat.tune"
PLACES = {
    "analysis": ("ExperimentAnalysis",),
    "attach": ("with_parameters", "with_resources"),
    "callback": ("Callback",),
    "checkpoint": ("Checkpoint",),
    "error": ("TuneError",),
    "experiment": ("Experiment",),
    "placement": ("PlacementGroupFactory",),
    "progress_reporter": ("CLIReporter", "JupyterNotebookReporter", "ProgressReporter"),
    "registry": ("register_env", "register_trainable"),
    "result": ("Result",),
    "result_grid": ("ResultGrid",),
    "entry": ("run", "run_experiments"),
    "named": ("create_scheduler", "create_searcher"),
    "session": ("TuneContext", "checkpoint_dir", "get_checkpoint", "get_context", "report"),
    "stopper": ("Stopper",),
    "trainable": ("Trainable",),
    "tune_config": (
        "CheckpointConfig",
        "FailureConfig",
        "ResumeConfig",
        "RunConfig",
        "SyncConfig",
        "TuneConfig",
    ),
    "tuner": ("Tuner",),
    "verbs": (
        *(name for name in __all__ if name.endswith(("uniform", "randint", "randn"))),
        "choice",
        "grid_search",
        "sample_from",
    ),
}

__getattr__ = lazy(
    __name__,
    {name: f"{HERE}.{module}" for module, names in PLACES.items() for name in names}
    | {
        module: f"{HERE}.{module}"
        for module in ("integration", "logger", "schedulers", "search", "stopper", "train", "utils")
    },
    {
        "automl": "Use tune.run, or luthier's own study.",
        "execution": "tune.PlacementGroupFactory is here; there is nothing else to import.",
    },
)
