"""Which artifacts belong to which trial or study: system attributes that name them, under the keys of Optuna."""

import json
import mimetypes
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.artifacts.store import ArtifactStore
from luthier.compat.optuna.attrs import prefixed, system_part
from luthier.compat.optuna.storages.base import BaseStorage
from luthier.compat.optuna.study.study import Study
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.live import Trial

__all__ = ["ArtifactMeta", "download_artifact", "get_all_artifact_meta", "upload_artifact"]

PREFIX = "artifacts:"

#: What is said of a file whose name tells nothing.
UNKNOWN_TYPE = "application/octet-stream"


@dataclass
class ArtifactMeta:
    """What is known of an artifact beside its bytes."""

    artifact_id: str
    filename: str
    mimetype: str
    encoding: str | None


def upload_artifact(
    *,
    artifact_store: ArtifactStore,
    file_path: str,
    study_or_trial: Trial | FrozenTrial | Study,
    storage: BaseStorage | None = None,
    mimetype: str | None = None,
    encoding: str | None = None,
) -> str:
    """Keep a file with a trial or a study; returns the artifact's id.

    The file is written first, and linked to the trial once it is there.

    Args:
        artifact_store: where the bytes go.
        file_path: the file.
        study_or_trial: what it belongs to; a trial that did not end yet.
        storage: the study's store, needed for a FrozenTrial.
        mimetype: guessed from the name when left out.
        encoding: the same.

    Raises:
        ValueError: a FrozenTrial without `storage`.
        UpdateFinishedTrialError: the trial is finished.
    """
    path = Path(file_path)
    guessed, packed = mimetypes.guess_type(path.name)
    meta = ArtifactMeta(str(uuid4()), path.name, mimetype or guessed or UNKNOWN_TYPE, encoding or packed)
    if isinstance(study_or_trial, FrozenTrial):
        needed(storage)
    with path.open("rb") as file:
        artifact_store.write(meta.artifact_id, file)
    link(study_or_trial, storage, f"{PREFIX}{meta.artifact_id}", json.dumps(asdict(meta)))
    return meta.artifact_id


def link(owner: Trial | FrozenTrial | Study, storage: BaseStorage | None, key: str, value: str) -> None:
    """Set a system attribute; that of a live trial travels with it, whatever process it runs in."""
    # ruff: noqa: SLF001 - ids and storages are of this door
    if isinstance(owner, Trial):
        ((name, text),) = prefixed({key: value}).items()
        owner.set_user_attr(name, text)
    elif isinstance(owner, Study):
        (storage or owner._storage).set_study_system_attr(owner._study_id, key, value)
    else:
        needed(storage).set_trial_system_attr(owner._trial_id, key, value)


def get_all_artifact_meta(
    study_or_trial: Trial | FrozenTrial | Study, *, storage: BaseStorage | None = None
) -> list[ArtifactMeta]:
    """The artifacts of a trial, or those of a study itself, in the order uploaded.

    Args:
        study_or_trial: whose.
        storage: the study's store, needed for a FrozenTrial.

    Raises:
        ValueError: a FrozenTrial without `storage`.
    """
    attrs = attrs_of(study_or_trial, storage)
    return [ArtifactMeta(**json.loads(text)) for key, text in attrs.items() if key.startswith(PREFIX)]


def attrs_of(owner: Trial | FrozenTrial | Study, storage: BaseStorage | None) -> Mapping[str, Any]:
    """The system attributes of a trial or of a study."""
    if isinstance(owner, Trial):
        return system_part(owner._live.user_attrs)
    if isinstance(owner, Study):
        return (storage or owner._storage).get_study_system_attrs(owner._study_id)
    return needed(storage).get_trial_system_attrs(owner._trial_id)


def needed(storage: BaseStorage | None) -> BaseStorage:
    """The store of a frozen trial.

    Raises:
        ValueError: it was not passed.
    """
    if storage is None:
        raise InvalidInput(explain("storage= with a FrozenTrial", "none", "Pass the study's storage."))
    return storage


def download_artifact(*, artifact_store: ArtifactStore, file_path: str, artifact_id: str) -> None:
    """Copy an artifact into a new file.

    Raises:
        FileExistsError: the file is there already.
        ArtifactNotFound: there is no artifact of that id.
    """
    path = Path(file_path)
    if path.exists():
        raise FileExistsError(explain("a new file", f"{path}, which exists", "Choose another path."))
    with artifact_store.open_reader(artifact_id) as reader, path.open("xb") as writer:
        shutil.copyfileobj(reader, writer)
