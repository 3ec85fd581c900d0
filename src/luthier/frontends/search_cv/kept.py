"""What a pickled searcher takes along of its study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luthier.frontends.search_cv.quiet import quiet
from luthier.frontends.studies import create_study, load_study
from luthier.frontends.study import Study
from luthier.records.trial import TrialRecord

__all__ = ["KeptStudy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStudy:
    """A study by the address of its store, or, where that is none that another process knows, by its trials."""

    name: str
    seed: int
    url: str | None
    metric_names: tuple[str, ...] | None
    user_attrs: Mapping[str, Any]
    trials: Sequence[TrialRecord]

    @classmethod
    def of(cls, study: Study, storage: Any) -> "KeptStudy":
        """The study, kept in `storage` as its searcher was told."""
        url = storage if isinstance(storage, str) else None
        return cls(
            name=study.name,
            seed=study.seed,
            url=url,
            metric_names=study.metric_names,
            user_attrs=dict(study.user_attrs),
            trials=[] if url else [trial for trial in study.trials if trial.state.finished],
        )

    def open(self) -> Study:
        """The live study: the one in the store, or one in memory with the same trials."""
        if self.url is not None:
            return load_study(self.name, storage=self.url)
        with quiet(0):
            study = create_study(
                self.name, direction="maximize", seed=self.seed, metric_names=self.metric_names
            )
        for key, value in self.user_attrs.items():
            study.set_user_attr(key, value)
        study.add_trials(self.trials)
        return study
