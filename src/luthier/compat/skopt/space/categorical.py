"""A dimension of choices without order."""

from collections.abc import Iterable, Sequence
from typing import Any, final

import numpy as np

from luthier.base.arrays import Array
from luthier.base.errors import InvalidDomain, InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.compat.skopt.rng import RandomLike
from luthier.compat.skopt.space.dimension import Codes, Dimension
from luthier.compat.skopt.space.transformers import (
    CategoricalEncoder,
    Identity,
    LabelEncoder,
    Normalize,
    Pipeline,
    StringEncoder,
    Transformer,
    place_of,
)
from luthier.space.domains import choice_key

__all__ = ["Categorical"]

TRANSFORMS = ("onehot", "string", "label", "identity", "normalize")

#: More categories than this are shown by their ends.
SHOWN = 7


@final
class Categorical(Dimension):
    """One of several categories: any objects, such as strings, numbers, None, tuples, lists or functions.

    Args:
        categories: what to choose from.
        prior: the probability of each category in random draws; alike when left out.
        transform: what a model sees: "onehot" (the default), "label", "normalize", "string" or "identity".
        name: names the parameter.

    Raises:
        InvalidDomain: no categories, or the same one twice.
        InvalidInput: another argument is wrong.
    """

    def __init__(
        self,
        categories: Iterable[Any],
        prior: Sequence[float] | None = None,
        transform: str | None = None,
        name: str | None = None,
    ) -> None:
        self.categories = tuple(native(category) for category in categories)
        self.places = {choice_key(category): place for place, category in enumerate(self.categories)}
        if not self.categories or len(self.places) < len(self.categories):
            raise InvalidDomain(
                explain("one category or more, all different", repr(self.categories), "Correct the list.")
            )
        self.name = name
        self.prior = prior
        self.prior_ = probabilities(prior, len(self.categories))
        self.set_transformer(transform or "onehot")

    def set_transformer(self, transform: str = "onehot") -> None:
        """Choose what a model sees.

        Args:
            transform: "onehot", "label" (the place), "normalize" (the place scaled to [0, 1]), "string" or "identity".
        """
        if transform not in TRANSFORMS:
            raise InvalidInput(explain(f"transform to be one of {TRANSFORMS}", repr(transform), "Pass one."))
        self.transform_ = transform
        self.encoder = CategoricalEncoder()
        self.encoder.fit(self.categories)
        last = len(self.categories) - 1
        self.transformer: Transformer = {
            "onehot": self.encoder,
            "string": StringEncoder().fit(self.categories),
            "label": LabelEncoder(self.categories),
            "normalize": Pipeline([LabelEncoder(self.categories), Normalize(0, last, is_int=True)]),
            "identity": Identity(),
        }[transform]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Categorical)
            and list(self.places) == list(other.places)
            and np.allclose(self.prior_, other.prior_)
        )

    __hash__ = None  # type: ignore[assignment]  # compared by value, and its transformer may change

    def __repr__(self) -> str:
        return f"Categorical(categories={shortened(self.categories)}, prior={shortened(self.prior)})"

    def __contains__(self, point: Any) -> bool:
        return place_of(native(point), self.categories, self.places) is not None

    def rvs(self, n_samples: int | None = None, random_state: RandomLike = None) -> Any:
        """Draw a category by the prior, or a list of n_samples."""
        return super().rvs(n_samples, random_state)

    def transform(self, X: Any) -> Any:
        """Categories to what a model sees."""
        return self.transformer.transform(X)

    def inverse_transform(self, Xt: Any) -> list[Any]:
        """What a model sees to categories: the very objects."""
        return self.of_codes(self.decode(Xt))

    def to_codes(self, values: Any) -> Codes:
        """The places of categories."""
        return self.encoder.indices(values)

    def of_codes(self, codes: Codes) -> list[Any]:
        """The categories at places."""
        return self.encoder.pick(codes)

    def encode(self, codes: Codes) -> Array:
        """One-hot columns, or one column of places or objects."""
        if self.transform_ == "onehot":
            return self.encoder.columns(codes)
        column = np.empty(
            (len(codes), 1), dtype=object if self.transform_ in {"identity", "string"} else float
        )
        for row, shown in enumerate(self.transformer.transform(self.of_codes(codes))):
            column[row, 0] = shown
        return column

    def decode(self, Xt: Any) -> Codes:
        """The places nearest to columns."""
        if self.transform_ == "onehot":
            return self.encoder.largest(Xt)
        flat = list(Xt) if self.transform_ == "identity" else np.asarray(Xt).reshape(-1)
        if self.transform_ == "label":
            flat = np.clip(np.asarray(flat, dtype=np.float64), 0, len(self.categories) - 1)
        return self.encoder.indices(self.transformer.inverse_transform(flat))

    def spread(self, unit: Array) -> Codes:
        """Places by the prior."""
        edges = np.cumsum(self.prior_)
        found = np.searchsorted(edges / edges[-1], unit, side="right")
        return np.minimum(found, len(self.categories) - 1).astype(np.int64)

    def distance(self, a: Any, b: Any) -> float:
        """0 for the same category, else 1.

        Raises:
            SpaceError: one of them is not of the dimension.
        """
        self.check_within(a, b)
        first, second = self.to_codes([a, b])
        return float(first != second)

    @property
    def transformed_size(self) -> int:
        """How many columns a model sees: two categories take one."""
        many = self.transform_ == "onehot" and len(self.categories) > 2
        return len(self.categories) if many else 1

    @property
    def bounds(self) -> tuple[Any, ...]:
        """The categories."""
        return self.categories

    @property
    def is_constant(self) -> bool:
        """Whether there is but one category."""
        return len(self.categories) <= 1

    @property
    def transformed_bounds(self) -> Any:
        """[0, 1] for each column; the largest place for labels."""
        if self.transform_ == "label":
            return 0.0, float(len(self.categories) - 1)
        size = self.transformed_size
        return (0.0, 1.0) if size == 1 else [(0.0, 1.0)] * size


def probabilities(prior: Sequence[float] | None, size: int) -> Array:
    """`(size,)` probabilities that add up to 1."""
    if prior is None:
        return np.full(size, 1.0 / size)
    weights = np.asarray(prior, dtype=np.float64)
    if weights.shape != (size,) or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum():
        raise InvalidInput(
            explain(
                f"{size} probabilities in prior, one for each category", repr(prior), "Correct the prior."
            )
        )
    return np.asarray(weights / weights.sum())


def shortened(items: Any) -> str:
    """Items as text; many of them by their first and last three."""
    if items is None or len(items) <= SHOWN:
        return repr(items)
    ends = [*map(repr, items[:3]), "...", *map(repr, items[-3:])]
    left, right = "()" if isinstance(items, tuple) else "[]"
    return f"{left}{', '.join(ends)}{right}"
