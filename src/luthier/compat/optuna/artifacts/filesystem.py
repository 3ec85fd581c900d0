"""Artifacts as files of one folder."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.artifacts.exceptions import ArtifactNotFound

__all__ = ["FileSystemArtifactStore"]


class FileSystemArtifactStore:
    """Keeps each artifact in a file named after its id.

    Args:
        base_path: a folder that is there.
    """

    def __init__(self, base_path: str | os.PathLike[str]) -> None:
        self._base_path = Path(base_path)

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """The bytes of an artifact, open for reading.

        Raises:
            ArtifactNotFound: there is none of that id.
        """
        try:
            return self._path(artifact_id).open("rb")
        except FileNotFoundError as error:
            raise missing(artifact_id) from error

    def write(self, artifact_id: str, content_body: BinaryIO) -> None:
        """Keep bytes under an id: all of them, or none when this is cut off."""
        path = self._path(artifact_id)
        part = path.with_name(f".{path.name}-{uuid4().hex}")
        try:
            with part.open("wb") as file:
                shutil.copyfileobj(content_body, file)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def remove(self, artifact_id: str) -> None:
        """Remove the file of an artifact.

        Raises:
            ArtifactNotFound: there is none of that id.
        """
        try:
            self._path(artifact_id).unlink()
        except FileNotFoundError as error:
            raise missing(artifact_id) from error

    def _path(self, artifact_id: str) -> Path:
        """The file of an id; an id is a name, and never leads out of the folder."""
        if not artifact_id or Path(artifact_id).name != artifact_id:
            raise InvalidInput(
                explain("the id of an artifact", repr(artifact_id), "Pass what upload_artifact returned.")
            )
        return self._base_path / artifact_id


def missing(artifact_id: str) -> ArtifactNotFound:
    """The error for an id that no artifact has."""
    return ArtifactNotFound(explain("an artifact that was uploaded", artifact_id, "Correct the id."))
