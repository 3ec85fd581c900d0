"""What all generators of initial points share: points of the unit cube become points of a space."""

from collections.abc import Iterable
from typing import Any, Self

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.rng import RandomLike, Rng, check_random_state
from luthier.compat.skopt.space.space import Space

__all__ = ["InitialPointGenerator"]


class InitialPointGenerator:
    """Generates the points that a search starts with; one of your own overrides `generate`."""

    def generate(
        self, dimensions: Iterable[Any], n_samples: int, random_state: RandomLike = None
    ) -> list[list[Any]]:
        """`n_samples` points, as lists of Python's own types.

        Args:
            dimensions: dimensions or their shorthands.
            n_samples: how many points.
            random_state: makes them reproducible.

        Raises:
            InvalidInput: a parameter of the generator is wrong.
        """
        space = Space(dimensions)
        if isinstance(n_samples, bool) or not isinstance(n_samples, int) or n_samples < 0:
            raise InvalidInput(explain("n_samples to be an int >= 0", repr(n_samples), "Pass how many."))
        if n_samples == 0:
            return []
        unit = self.unit_points(space.n_dims, n_samples, check_random_state(random_state))
        codes = [dimension.spread(unit[:, j]) for j, dimension in enumerate(space.dimensions)]
        return space.of_codes(codes)

    def unit_points(self, n_dims: int, n_samples: int, rng: Rng) -> Array:
        """`(n_samples, n_dims)` points of the unit cube."""
        raise NotImplementedError

    def set_params(self, **params: Any) -> Self:
        """Set parameters of the generator by name.

        Raises:
            InvalidInput: it has no such parameter.
        """
        for key, value in params.items():
            if key not in vars(self):
                raise InvalidInput(explain(f"one of {sorted(vars(self))}", repr(key), "Correct the name."))
            setattr(self, key, value)
        return self
