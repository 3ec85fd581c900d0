"""Where the peer keeps the classes of search spaces, and their verbs."""

from luthier.compat.support import lazy
from luthier.compat.tune import verbs

__all__: list[str] = []

__getattr__ = lazy(__name__, dict.fromkeys(verbs.__all__, verbs.__name__))
