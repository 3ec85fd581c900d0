"""Which parameters mattered: shares of importance from the trials of a study."""

from luthier.analysis.importance.shares import METHODS, importances

__all__ = ["METHODS", "importances"]
