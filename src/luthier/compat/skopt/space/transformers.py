"""Maps between the values of one dimension and what a model sees; each has an inverse."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.space.domains import choice_key

__all__ = [
    "CategoricalEncoder",
    "Identity",
    "LabelEncoder",
    "LogN",
    "Normalize",
    "Pipeline",
    "StringEncoder",
    "Transformer",
    "indices_of",
]

#: Rounding may leave a normalised value this far outside [0, 1].
SLACK = 1e-8


class Transformer:
    """Base class: `transform` and its inverse, for the values of one dimension."""

    def fit(self, X: Any) -> "Transformer":
        """Learn the categories, where there are any."""
        return self

    def transform(self, X: Any) -> Any:
        """Values to what a model sees."""
        raise NotImplementedError

    def inverse_transform(self, Xt: Any) -> Any:
        """What a model sees to values."""
        raise NotImplementedError


class Identity(Transformer):
    """Leaves values as they are."""

    def transform(self, X: Any) -> Any:
        """The values themselves."""
        return X

    def inverse_transform(self, Xt: Any) -> Any:
        """The values themselves."""
        return Xt


class LogN(Transformer):
    """The logarithm to a base.

    Args:
        base: of the logarithm, such as 2 or 10.
    """

    def __init__(self, base: float) -> None:
        self.base = base

    def transform(self, X: Any) -> Any:
        """`log(X) / log(base)`."""
        return np.log(np.asarray(X, dtype=np.float64)) / np.log(self.base)

    def inverse_transform(self, Xt: Any) -> Any:
        """`base ** Xt`."""
        return np.power(float(self.base), np.asarray(Xt, dtype=np.float64))


class Normalize(Transformer):
    """Scales `[low, high]` to `[0, 1]`; a range of one value becomes 0.

    Args:
        low: the smallest value.
        high: the largest value.
        is_int: whether the inverse rounds.
    """

    def __init__(self, low: float, high: float, is_int: bool = False) -> None:  # noqa: FBT001, FBT002 - the peer's
        self.low = float(low)
        self.high = float(high)
        self.is_int = is_int

    def transform(self, X: Any) -> Any:
        """`(X - low) / (high - low)`."""
        X = np.asarray(X, dtype=np.float64)
        self.check(X, self.low, self.high)
        return (X - self.low) / (self.high - self.low or 1.0)

    def inverse_transform(self, Xt: Any) -> Any:
        """`low + Xt * (high - low)`, rounded for integers."""
        Xt = np.asarray(Xt, dtype=np.float64)
        self.check(Xt, 0.0, 1.0)
        X = np.clip(Xt, 0.0, 1.0) * (self.high - self.low) + self.low
        return np.round(X).astype(np.int64) if self.is_int else X

    def check(self, X: NDArray[np.float64], low: float, high: float) -> None:
        """Raise InvalidInput when a value lies outside its range by more than rounding."""
        slack = SLACK * max(1.0, abs(low), abs(high))
        if X.size and (X.min() < low - slack or X.max() > high + slack):
            raise InvalidInput(
                explain(
                    f"values in [{low}, {high}]", f"{X.min()} to {X.max()}", "Pass values of the dimension."
                )
            )


class Encoder(Transformer):
    """A table of categories, told apart by type and value."""

    def __init__(self) -> None:
        self.categories: tuple[Any, ...] = ()
        self.places: dict[Any, int] = {}

    def fit(self, X: Sequence[Any]) -> "Encoder":
        """Take the categories, in their order."""
        self.categories = tuple(native(category) for category in X)
        self.places = {choice_key(category): place for place, category in enumerate(self.categories)}
        return self

    def indices(self, X: Any) -> NDArray[np.int64]:
        """The places of values among the categories."""
        return indices_of(X, self.categories, self.places)

    def pick(self, indices: Any) -> list[Any]:
        """The categories at places; one out of range is the nearest."""
        places = np.clip(np.asarray(indices, dtype=np.int64), 0, len(self.categories) - 1)
        return [self.categories[place] for place in places.tolist()]


class CategoricalEncoder(Encoder):
    """One column for each category, 1 in its own; two categories share one column of 0 and 1."""

    def transform(self, X: Any) -> NDArray[np.float64]:
        """`(n, k)` columns."""
        return self.columns(self.indices(X))

    def columns(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """The columns of places."""
        size = len(self.categories)
        if size <= 2:
            return indices.astype(np.float64).reshape(-1, 1)
        columns: NDArray[np.float64] = np.eye(size)[indices]
        return columns

    def inverse_transform(self, Xt: Any) -> list[Any]:
        """The category with the largest column; of two, the second from 1/2 on."""
        return self.pick(self.largest(Xt))

    def largest(self, Xt: Any) -> NDArray[np.int64]:
        """The places that columns stand for."""
        Xt = np.asarray(Xt, dtype=np.float64)
        if len(self.categories) <= 2:
            second = Xt.reshape(-1) >= 0.5 if len(self.categories) == 2 else np.zeros(Xt.size)  # noqa: PLR2004 - half
            return second.astype(np.int64)
        places: NDArray[np.int64] = np.argmax(Xt.reshape(-1, len(self.categories)), axis=1)
        return places


class LabelEncoder(Encoder):
    """The place of each category as a number.

    Args:
        X: the categories, if `fit` is not to be called.
    """

    def __init__(self, X: Sequence[Any] | None = None) -> None:
        super().__init__()
        if X is not None:
            self.fit(X)

    def transform(self, X: Any) -> NDArray[np.int64]:
        """The places."""
        return self.indices(X)

    def inverse_transform(self, Xt: Any) -> list[Any]:
        """The categories at rounded places."""
        return self.pick(np.round(np.asarray(Xt, dtype=np.float64)))


class StringEncoder(Encoder):
    """The text of each category.

    Args:
        dtype: taken for compatibility; the inverse finds the category itself.
    """

    def __init__(self, dtype: type = str) -> None:
        super().__init__()
        self.dtype = dtype

    def transform(self, X: Any) -> list[str]:
        """`str` of each."""
        return [str(value) for value in X]

    def inverse_transform(self, Xt: Any) -> list[Any]:
        """The categories with these texts."""
        texts = [str(category) for category in self.categories]
        return self.pick([texts.index(str(text)) for text in Xt])


class Pipeline(Transformer):
    """Several maps in a row.

    Args:
        transformers: applied first to last, and inverted last to first.
    """

    def __init__(self, transformers: Sequence[Transformer]) -> None:
        self.transformers = list(transformers)

    def transform(self, X: Any) -> Any:
        """Through all maps."""
        for transformer in self.transformers:
            X = transformer.transform(X)
        return X

    def inverse_transform(self, Xt: Any) -> Any:
        """Back through all maps."""
        for transformer in reversed(self.transformers):
            Xt = transformer.inverse_transform(Xt)
        return Xt


def indices_of(
    values: Any, categories: Sequence[Any], places: dict[Any, int] | None = None
) -> NDArray[np.int64]:
    """The places of values among categories: by type and value, or else by equality.

    Raises:
        InvalidInput: a value is none of them.
    """
    if places is None:
        places = {choice_key(category): place for place, category in enumerate(categories)}
    found = [place_of(native(value), categories, places) for value in values]
    if None in found:
        wrong = list(values)[found.index(None)]
        raise InvalidInput(explain(f"one of {tuple(categories)!r}", repr(wrong), "Pass a category."))
    return np.array(found, dtype=np.int64)


def place_of(value: Any, categories: Sequence[Any], places: dict[Any, int]) -> int | None:
    """The place of one value, None when it is no category."""
    place = places.get(choice_key(value))
    if place is not None:
        return place
    return next((place for place, category in enumerate(categories) if same(category, value)), None)


def same(category: Any, value: Any) -> bool:
    """Whether two values are equal; such as are not compared by truth are not."""
    try:
        return bool(category == value) and isinstance(value, str) == isinstance(category, str)
    except (TypeError, ValueError):
        return False
