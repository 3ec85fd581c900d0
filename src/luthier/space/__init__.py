"""Search spaces: domains, their algebra, and the one codec between configurations and the unit cube."""

from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.space import Space

__all__ = ["Categorical", "Codec", "Domain", "Float", "Int", "Space"]
