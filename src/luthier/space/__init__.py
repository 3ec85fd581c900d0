"""Search spaces: domains, their algebra, and the one codec between configurations and the unit cube.

The codec needs numpy, which a worker process can do without: it is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.priors import Beta, Normal
from luthier.space.space import Space

if TYPE_CHECKING:
    from luthier.space.codec import Codec

__all__ = ["Beta", "Categorical", "Codec", "Domain", "Float", "Int", "Normal", "Space"]


def __getattr__(name: str) -> Any:
    """The codec, at its first use."""
    if name == "Codec":
        from luthier.space.codec import Codec

        return Codec
    raise AttributeError(f"module 'luthier.space' has no attribute {name!r}")
