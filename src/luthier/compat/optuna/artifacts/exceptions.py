"""The exceptions of artifacts."""

from luthier.compat.optuna.exceptions import OptunaError

__all__ = ["ArtifactNotFound"]


class ArtifactNotFound(OptunaError):  # noqa: N818 - the name that scripts catch
    """There is no artifact of that id."""
