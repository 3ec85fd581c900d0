"""Where the newest model of a search believes the minimum to be."""

from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.rng import RandomLike, check_random_state

__all__ = ["expected_minimum", "expected_minimum_random_sampling"]


def expected_minimum(
    res: Any, n_random_starts: int = 20, random_state: RandomLike = None
) -> tuple[list[Any], float]:
    """The minimum of the mean that the newest model predicts, by descents; at random where there are categories.

    Args:
        res: the result of a search with a model.
        n_random_starts: descents, beside the one from the best point.
        random_state: of their starts.

    Raises:
        InvalidInput: the result has no model.
    """
    model = newest(res)
    if res.space.is_partly_categorical:
        return expected_minimum_random_sampling(res, random_state=random_state)
    from scipy.optimize import Bounds, minimize

    points = [res.x, *res.space.rvs(n_random_starts, random_state=random_state)]
    bounds = np.array(res.space.transformed_bounds)
    starts = np.clip(res.space.transform(points), bounds[:, 0], bounds[:, 1])

    def mean(x: Any) -> float:
        return float(model.predict(x.reshape(1, -1))[0])

    box = Bounds(bounds[:, 0], bounds[:, 1])
    ends = [minimize(mean, start, bounds=box).x for start in starts]
    return best_of(res, model, res.space.inverse_transform(np.array(ends)) + points)


def expected_minimum_random_sampling(
    res: Any, n_random_starts: int = 100_000, random_state: RandomLike = None
) -> tuple[list[Any], float]:
    """The random point with the smallest mean that the newest model predicts.

    Args:
        res: the result of a search with a model.
        n_random_starts: how many points.
        random_state: of the points.

    Raises:
        InvalidInput: the result has no model.
    """
    model, space = newest(res), res.space
    if space.constraint is not None:
        return best_of(res, model, space.rvs(n_random_starts, random_state=random_state))
    codes = space.draw(check_random_state(random_state), n_random_starts)
    values = model.predict(space.encode(codes))
    best = int(np.argmin(values))
    return space.of_codes([column[best : best + 1] for column in codes])[0], float(values[best])


def best_of(res: Any, model: Any, points: list[list[Any]]) -> tuple[list[Any], float]:
    """The point with the smallest prediction."""
    values = model.predict(res.space.transform(points))
    best = int(np.argmin(values))
    return points[best], float(values[best])


def newest(res: Any) -> Any:
    """The newest model of a result."""
    if not res.models:
        raise InvalidInput(
            explain("a result with a model", "one without", "Tell more than n_initial_points evaluations.")
        )
    return res.models[-1]
