"""What makes the scores of two candidates comparable: the estimator, the splits, the scoring and the data.

A search that goes on with the trials of an earlier one must be in the same setting; a study keeps it as an attribute.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import name_of
from luthier.frontends.study import Study

__all__ = ["FixedSplits", "check_setting", "setting_of"]

#: The attribute of a study that keeps its setting.
SETTING = "search_cv"

#: In the representation of an object that tells nothing but where it lies in memory.
ADDRESS = " at 0x"

#: What to do about a setting that differs, by what differs.
FIXES = {
    "splits": "Give cv the same random_state in every run, or use another study_name.",
}


class FixedSplits:
    """A cross-validation that gives the very same splits whenever it is asked: candidates are compared on them.

    Args:
        cv: the cross-validation that the user chose.
        splits: what it gave, once.
    """

    def __init__(self, cv: Any, splits: Sequence[Any]) -> None:
        self.cv = cv
        self.splits = splits

    def __repr__(self) -> str:
        return repr(self.cv)

    def get_n_splits(self, *args: Any, **kwargs: Any) -> int:
        """What the cross-validation itself says."""
        count: int = self.cv.get_n_splits(*args, **kwargs)
        return count

    def split(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """The splits."""
        return iter(self.splits)


def setting_of(search: Any, X: Any, y: Any, splits: Iterable[Any]) -> dict[str, Any]:
    """The setting of a search, to be kept with its study."""
    return {
        "estimator": type(search.estimator).__qualname__,
        "parameters": described(search.estimator.get_params()),
        "scoring": text(search.scoring),
        "error_score": text(search.error_score),
        "data": {"X": shape(X), "y": None if y is None else shape(y)},
        "splits": {"cv": described_cv(search.cv), "crc32": checksum(splits)},
    }


def check_setting(study: Study, setting: Mapping[str, Any]) -> None:
    """Keep the setting with a new study; compare it with that of one that has trials.

    Raises:
        InvalidInput: the study's trials were made in another setting.
    """
    known = study.user_attrs.get(SETTING)
    if known is None:
        if any(trial.state.finished for trial in study.trials):
            raise InvalidInput(
                explain(
                    f"study {study.name!r} to be one of a cross-validated search",
                    "one whose values came about in another way",
                    "Use another study_name.",
                ),
            )
        study.set_user_attr(SETTING, dict(setting))
        return
    for part, now in setting.items():
        if known.get(part) != now:
            raise InvalidInput(
                explain(
                    f"the {part} of study {study.name!r}, {known.get(part)}",
                    str(now),
                    FIXES.get(part, f"Search with the same {part}, or use another study_name."),
                ),
            )


def described(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of an estimator in words."""
    return {name: text(value) for name, value in sorted(parameters.items())}


def described_cv(cv: Any) -> str:
    """A cross-validation in words; one that is a list or a generator of splits is told by its splits alone."""
    return text(cv) if cv is None or isinstance(cv, int) or getattr(cv, "split", None) else "iterable"


def text(value: Any) -> str:
    """A value in words that are the same in the next run of the program."""
    shown = (name_of(value) if callable(value) else None) or " ".join(repr(value).split())
    return type(value).__qualname__ if ADDRESS in shown else shown


def shape(data: Any) -> list[int]:
    """The shape of an array, a frame, a sparse matrix or a list."""
    found = getattr(data, "shape", None)
    return [int(size) for size in found] if found is not None else [len(data)]


def checksum(splits: Iterable[Any]) -> int:
    """One number for the indices of all splits."""
    total = 0
    for train, test in splits:
        for part in (train, test):
            total = crc32(np.ascontiguousarray(np.asarray(part)).astype(np.int64).tobytes(), total)
    return total
