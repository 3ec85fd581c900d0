"""What keeps the bytes of artifacts."""

from typing import BinaryIO, Protocol

__all__ = ["ArtifactStore"]


class ArtifactStore(Protocol):
    """Keeps bytes by id. Any object with these methods is one."""

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """The bytes of an artifact, open for reading.

        Raises:
            ArtifactNotFound: there is none of that id.
        """

    def write(self, artifact_id: str, content_body: BinaryIO) -> None:
        """Keep bytes under an id."""

    def remove(self, artifact_id: str) -> None:
        """Forget an artifact.

        Raises:
            ArtifactNotFound: there is none of that id.
        """
