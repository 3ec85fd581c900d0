"""`Tuner`: run an experiment, and take it up again."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.analysis import ExperimentAnalysis
from luthier.compat.tune.attach import name_of_trainable
from luthier.compat.tune.error import NotRunError, TuneError
from luthier.compat.tune.keep import Restored, restored
from luthier.compat.tune.opening import SPEC
from luthier.compat.tune.request import Request, checked_trainable
from luthier.compat.tune.result_grid import ResultGrid
from luthier.compat.tune.runner import execute
from luthier.compat.tune.stored import study_at
from luthier.compat.tune.tune_config import ResumeConfig, RunConfig, TuneConfig

__all__ = ["Tuner"]


class Tuner:
    """Finds good configurations of a trainable.

    Args:
        trainable: a function of the config, a class derived from `tune.Trainable`, or a registered name.
        param_space: the search space.
        tune_config: how to search.
        run_config: where to keep it, and when to end.
    """

    def __init__(
        self,
        trainable: Any = None,
        *,
        param_space: Mapping[str, Any] | None = None,
        tune_config: TuneConfig | None = None,
        run_config: RunConfig | None = None,
    ) -> None:
        if trainable is None:
            raise TuneError(explain("a trainable", "none", "Pass a function of the config."))
        self._request = Request(
            trainable=trainable,
            space={} if param_space is None else param_space,
            tune=tune_config or TuneConfig(),
            run=run_config or RunConfig(),
        )
        self._grid: ResultGrid | None = None

    def fit(self) -> ResultGrid:
        """Run all trials; failed ones are results too.

        Raises:
            InvalidInput: something is asked for that cannot be.
            BaseException: the error of a trial, with `fail_fast="raise"`.
        """
        self._grid = ResultGrid(execute(self._request))
        return self._grid

    def get_results(self) -> ResultGrid:
        """The results of `fit`, or of an experiment that was restored.

        Raises:
            InvalidInput: there are none yet.
        """
        if self._grid is not None:
            return self._grid
        if self._request.resume is None:
            raise NotRunError(
                explain("a run", "none yet", "Call fit() first, or Tuner.restore(path, trainable).")
            )
        request = self._request
        return ResultGrid(
            ExperimentAnalysis(
                request.storage / request.name(),
                default_metric=request.tune.metric,
                default_mode=request.tune.mode,
            )
        )

    @classmethod
    def restore(  # noqa: PLR0917 - the peer's signature
        cls,
        path: Any,
        trainable: Any,
        resume_unfinished: bool = True,  # noqa: FBT001, FBT002 - the peer's signature
        resume_errored: bool = False,  # noqa: FBT001, FBT002 - the peer's signature
        restart_errored: bool = False,  # noqa: FBT001, FBT002 - the peer's signature
        param_space: Mapping[str, Any] | None = None,
        storage_filesystem: Any = None,
        *,
        tune_config: TuneConfig | None = None,
        run_config: RunConfig | None = None,
    ) -> "Tuner":
        """Take an experiment up again: `fit` goes on with it. Finished trials stay as they are.

        Args:
            path: the experiment's directory: `<storage_path>/<name>`.
            trainable: the one that it was run with; no code is kept.
            resume_unfinished: try unfinished trials again, from their newest checkpoints.
            resume_errored: try failed trials again, from their newest checkpoints.
            restart_errored: try failed trials again, from nothing.
            param_space: the search space, where it has what cannot be kept, such as `sample_from`.
            storage_filesystem: there for the peer's signature; must be left out.
            tune_config: in place of what was kept, for example with a larger `num_samples`.
            run_config: in place of what was kept.

        Raises:
            InvalidInput: there is no such experiment, another trainable, or something that must be given again.
        """
        if storage_filesystem is not None:
            raise absent("tune.Tuner.restore(storage_filesystem=...)", "Use a mounted directory.")
        directory = Path(str(path).removeprefix("file://")).expanduser().resolve()
        kept = spec_at(directory)
        trainable = checked_trainable(trainable)
        if name_of_trainable(trainable) != kept.trainable:
            raise InvalidInput(
                explain(f"the trainable {kept.trainable!r}", name_of_trainable(trainable), "Pass that one.")
            )
        check_gaps(kept, param_space=param_space, tune_config=tune_config, run_config=run_config)
        kind = ResumeConfig.ResumeType
        tuner = cls(
            trainable,
            param_space=param_space if param_space is not None else kept.space,
            tune_config=tune_config or kept.tune,
            run_config=replace(
                run_config or kept.run, name=directory.name, storage_path=str(directory.parent)
            ),
        )
        errored = kind.RESUME if resume_errored else kind.SKIP
        tuner._go_on(
            ResumeConfig(
                unfinished=kind.RESUME if resume_unfinished else kind.SKIP,
                errored=kind.RESTART if restart_errored else errored,
            ),
            kept.resources,
        )
        return tuner

    def _go_on(self, resume: ResumeConfig, resources: Any) -> None:
        """Make `fit` go on with an experiment."""
        self._request.resume, self._request.resources = resume, resources

    @classmethod
    def can_restore(cls, path: Any, storage_filesystem: Any = None) -> bool:
        """Whether there is an experiment in a directory."""
        try:
            spec_at(Path(str(path).removeprefix("file://")).expanduser().resolve())
        except InvalidInput:
            return False
        return storage_filesystem is None


def spec_at(directory: Path) -> Restored:
    """How the experiment in a directory was asked for.

    Raises:
        InvalidInput: there is none.
    """
    spec = study_at(directory).user_attrs.get(SPEC)
    if not isinstance(spec, Mapping):
        raise InvalidInput(
            explain(
                "an experiment of luthier.compat.tune",
                f"a study of another kind: {directory}",
                "Use luthier.",
            )
        )
    return restored(spec)


def check_gaps(kept: Restored, **given: Any) -> None:
    """Raise InvalidInput where something could not be kept and is not given again."""
    for path, what in kept.gaps.items():
        part = path.partition("/")[0]
        if given.get(part) is None:
            raise InvalidInput(
                explain(
                    f"{part}= again, for code is not kept",
                    f"{path}, which was {what}",
                    f"Pass {part}= to Tuner.restore.",
                )
            )
