"""Where the estimators of a sample table are run: first anywhere, then near the best found.

X  (n, d) points in the unit cube, single precision, NaN where inactive    y  (n,) losses
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.problems.axes import Axis, asked, space_of
from luthier.base.arrays import Array
from luthier.space.codec import Codec

__all__ = ["sampled"]

#: The share of the points drawn uniformly; the others are drawn near one of the best so far, so that the table is dense
#: where it counts.
UNIFORM = 0.6
BEST = 60

#: The standard deviations, in the unit cube, of a point's distance from the good one that it is near.
SPREADS = (0.02, 0.08, 0.2)

#: The share of a good point's parameters that move.
MOVED = 0.6

#: Points run between two saves.
SAVE_EVERY = 50


def sampled(
    name: str,
    axes: Sequence[Axis],
    loss: Callable[[Mapping[str, Any]], float],
    *,
    points: int,
    done: Mapping[str, Array] | None,
    save: Callable[[Mapping[str, Array]], None],
) -> Mapping[str, Array]:
    """The points of a table and their losses; `done` holds those of a run that was broken off."""
    codec = Codec(space_of(axes))
    X = [] if done is None else list(done["X"])
    y = [] if done is None else [float(value) for value in done["y"]]
    seen = {row.tobytes() for row in X}
    attempt = 0
    while len(X) < points:
        # A stream for each place and attempt: a run that goes on draws what an unbroken one would.
        rng = np.random.default_rng([crc32(name.encode()), len(X), attempt])
        values = codec.decode(drawn(X, y, rng, uniform=len(X) < UNIFORM * points, d=len(axes)).tolist())
        config = asked(axes, values.__getitem__)
        row = np.array(codec.encode(config), dtype=np.float32)
        attempt += 1
        if row.tobytes() in seen:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = loss(stored_values(codec, axes, row))
        X.append(row)
        y.append(float(np.float32(value)))
        seen.add(row.tobytes())
        attempt = 0
        if len(X) % SAVE_EVERY == 0:
            save({"X": np.array(X), "y": np.array(y, dtype=np.float32)})
    return {"X": np.array(X), "y": np.array(y, dtype=np.float32)}


def stored_values(codec: Codec, axes: Sequence[Axis], row: NDArray[np.float32]) -> dict[str, Any]:
    """The configuration of a stored row: what is run is what single precision keeps."""
    values = codec.decode([0.0 if np.isnan(u) else float(u) for u in row])
    return asked(axes, values.__getitem__)


def drawn(
    X: Sequence[Array], y: Sequence[float], rng: np.random.Generator, *, uniform: bool, d: int
) -> Array:
    """A point anywhere, or near one of the best."""
    point = rng.random(d)
    if uniform:
        return point
    good = X[int(rng.choice(np.argsort(y, kind="stable")[:BEST]))].astype(np.float64)
    near = np.clip(good + rng.choice(SPREADS) * rng.standard_normal(d), 0.0, 1.0)
    near = np.where(rng.random(d) < MOVED, near, good)
    return np.where(np.isnan(near), point, near)
