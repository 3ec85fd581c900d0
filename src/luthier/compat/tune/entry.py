"""`tune.run` and `tune.run_experiments`."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.analysis import ExperimentAnalysis
from luthier.compat.tune.error import TuneError
from luthier.compat.tune.experiment import Experiment
from luthier.compat.tune.request import Request
from luthier.compat.tune.runner import execute
from luthier.compat.tune.trial import ERROR, TuneTrial
from luthier.compat.tune.tune_config import (
    CheckpointConfig,
    FailureConfig,
    ResumeConfig,
    RunConfig,
    TuneConfig,
)

__all__ = ["run", "run_experiments"]

#: Names of `resume` that start anew where there is nothing to go on with.
AUTO = "AUTO"

#: Marks an argument that the peer has taken out of use.
DEPRECATED = "DEPRECATED"


def run(
    run_or_experiment: Any,
    *,
    name: str | None = None,
    metric: str | None = None,
    mode: str | None = None,
    stop: Any = None,
    time_budget_s: Any = None,
    config: dict[str, Any] | None = None,
    resources_per_trial: Any = None,
    num_samples: int = 1,
    storage_path: Any = None,
    storage_filesystem: Any = None,
    search_alg: Any = None,
    scheduler: Any = None,
    checkpoint_config: CheckpointConfig | None = None,
    verbose: Any = None,
    progress_reporter: Any = None,
    log_to_file: Any = False,
    trial_name_creator: Any = None,
    trial_dirname_creator: Any = None,
    sync_config: Any = None,
    export_formats: Any = None,
    max_failures: int = 0,
    fail_fast: bool | str = False,
    restore: str | None = None,
    resume: bool | str | None = None,
    resume_config: ResumeConfig | None = None,
    reuse_actors: bool = False,
    raise_on_failed_trial: bool = True,
    callbacks: Sequence[Any] | None = None,
    max_concurrent_trials: int | None = None,
    keep_checkpoints_num: int | None = None,
    checkpoint_score_attr: str | None = None,
    checkpoint_freq: int = 0,
    checkpoint_at_end: bool = False,
    chdir_to_trial_dir: Any = DEPRECATED,
    local_dir: Any = None,
) -> ExperimentAnalysis:
    """Run an experiment, and return its analysis.

    The arguments are those of `Tuner`, `TuneConfig`, `RunConfig`, `FailureConfig` and `CheckpointConfig` in one list,
    and `restore`, a checkpoint that every trial starts from; `resume`, True to go on with the experiment of that name,
    or "AUTO" to start it where there is none, both also with "+ERRORED", "+ERRORED_ONLY" or "+RESTART_ERRORED";
    `raise_on_failed_trial`, whether failed trials raise once all are done.

    Raises:
        TuneError: trials failed.
        InvalidInput: an argument is wrong.
        NotImplementedError: an argument asks for what this door does not offer; the message says what to do.
    """
    return run_with(dict(locals()))


def run_with(given: dict[str, Any]) -> ExperimentAnalysis:
    """Run an experiment, with the arguments of `run`."""
    if given["export_formats"]:
        raise absent("tune.run(export_formats=...)", "Export the model from the best checkpoint.")
    experiment = given["run_or_experiment"]
    search = TuneConfig(**{field.name: given[field.name] for field in fields(TuneConfig)})
    given["failure_config"] = FailureConfig(given["max_failures"], given["fail_fast"])
    given["checkpoint_config"] = given["checkpoint_config"] or older_checkpoints(given)
    settings = RunConfig(**{field.name: given[field.name] for field in fields(RunConfig)})
    if isinstance(experiment, Experiment):
        request = experiment.request(search, settings)
    else:
        request = Request(
            trainable=experiment,
            space={} if given["config"] is None else given["config"],
            tune=search,
            run=settings,
            resources=given["resources_per_trial"],
            restore=given["restore"],
        )
    request.resume, request.or_start = resume_of(given["resume"], given["resume_config"])
    analysis = execute(request)
    if given["raise_on_failed_trial"]:
        raise_for(analysis.trials)
    return analysis


def run_experiments(  # noqa: PLR0917 - the peer's signature
    experiments: Any,
    scheduler: Any = None,
    verbose: Any = None,
    progress_reporter: Any = None,
    resume: bool | str | None = None,  # noqa: FBT001 - the peer's signature
    resume_config: ResumeConfig | None = None,
    reuse_actors: bool = False,  # noqa: FBT001, FBT002 - the peer's signature
    raise_on_failed_trial: bool = True,  # noqa: FBT001, FBT002 - the peer's signature
    concurrent: bool = True,  # noqa: ARG001, FBT001, FBT002 - the peer's signature
    callbacks: Sequence[Any] | None = None,
) -> list[TuneTrial]:
    """Run experiments, one after the other, and return all their trials.

    Args:
        experiments: an Experiment, a list of them, or a dict of names and specifications.
        scheduler: for each of them.
        verbose: 0 for silence.
        progress_reporter: for each of them.
        resume: as in `run`, and
        resume_config: likewise.
        reuse_actors: as in `run`.
        raise_on_failed_trial: whether failed trials raise.
        concurrent: there for the peer's signature: each experiment has the whole machine.
        callbacks: for each of them.
    """
    if isinstance(experiments, Mapping):
        experiments = [Experiment.from_json(name, spec) for name, spec in experiments.items()]
    several = experiments if isinstance(experiments, list | tuple) else [experiments]
    trials: list[TuneTrial] = []
    for experiment in several:
        if not isinstance(experiment, Experiment):
            raise InvalidInput(explain("a tune.Experiment", repr(experiment), "Pass one, or a dict of them."))
        trials += run(
            experiment,
            scheduler=scheduler,
            verbose=verbose,
            progress_reporter=progress_reporter,
            resume=resume,
            resume_config=resume_config,
            reuse_actors=reuse_actors,
            raise_on_failed_trial=raise_on_failed_trial,
            callbacks=callbacks,
        ).trials
    return trials


def raise_for(trials: Sequence[TuneTrial]) -> None:
    """Raise TuneError if trials failed."""
    errors = [trial for trial in trials if trial.status == ERROR]
    if errors:
        told = "\n".join(f"{trial}: {trial.error}" for trial in errors)
        raise TuneError(f"{len(errors)} of {len(trials)} trials failed: {told}") from errors[0].error


def resume_of(resume: Any, config: ResumeConfig | None) -> tuple[ResumeConfig | None, bool]:
    """How to go on with an experiment, None to start one; and whether to start where there is none.

    Raises:
        InvalidInput: an unknown word.
        NotImplementedError: a word that would ask the user.
    """
    if not resume and config is None:
        return None, False
    if resume is True or not resume:
        return config or ResumeConfig(), False
    kind = ResumeConfig.ResumeType
    first, _, rest = str(resume).upper().partition("+")
    known = {"LOCAL", AUTO, "ERRORED_ONLY", "REMOTE"}
    words = {word for word in [rest, first if first == "ERRORED_ONLY" else ""] if word}
    if first == "PROMPT":
        raise absent(
            'tune.run(resume="PROMPT")', 'Pass resume="AUTO", which goes on where there is something.'
        )
    errored = {"ERRORED": kind.RESUME, "ERRORED_ONLY": kind.RESUME, "RESTART_ERRORED": kind.RESTART}
    errored["RESTART_ERRORED_ONLY"] = kind.RESTART
    if first not in known or not words <= set(errored):
        raise InvalidInput(explain('resume=True, "AUTO" or "AUTO+ERRORED"', repr(resume), "Correct it."))
    how = config or ResumeConfig(errored=next((errored[word] for word in words), kind.SKIP))
    return how, first == AUTO


def older_checkpoints(given: Mapping[str, Any]) -> CheckpointConfig | None:
    """The CheckpointConfig of older arguments of `run`; None when there are none."""
    keep, score = given["keep_checkpoints_num"], given["checkpoint_score_attr"]
    frequency, at_end = given["checkpoint_freq"], given["checkpoint_at_end"]
    if keep is None and score is None and not frequency and not at_end:
        return None
    smallest = score is not None and score.startswith("min-")
    return CheckpointConfig(
        num_to_keep=keep,
        checkpoint_score_attribute=None if score is None else score.removeprefix("min-"),
        checkpoint_score_order="min" if smallest else "max",
        checkpoint_frequency=frequency,
        checkpoint_at_end=at_end,
    )
