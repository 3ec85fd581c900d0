"""`optuna.artifacts`: files that belong to a trial or to a study, kept beside the store."""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.optuna.artifacts import exceptions
    from luthier.compat.optuna.artifacts.backoff import Backoff
    from luthier.compat.optuna.artifacts.filesystem import FileSystemArtifactStore
    from luthier.compat.optuna.artifacts.links import (
        ArtifactMeta,
        download_artifact,
        get_all_artifact_meta,
        upload_artifact,
    )

__all__ = [
    "ArtifactMeta",
    "Backoff",
    "FileSystemArtifactStore",
    "download_artifact",
    "exceptions",
    "get_all_artifact_meta",
    "upload_artifact",
]

HERE = "luthier.compat.optuna.artifacts"

BUCKET = (
    "Mount the bucket and use FileSystemArtifactStore, or pass any object with open_reader, write and remove."
)

__getattr__ = lazy(
    __name__,
    {
        "ArtifactMeta": f"{HERE}.links",
        "Backoff": f"{HERE}.backoff",
        "FileSystemArtifactStore": f"{HERE}.filesystem",
        "download_artifact": f"{HERE}.links",
        "exceptions": f"{HERE}.exceptions",
        "get_all_artifact_meta": f"{HERE}.links",
        "upload_artifact": f"{HERE}.links",
    },
    {"Boto3ArtifactStore": BUCKET, "GCSArtifactStore": BUCKET},
)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
