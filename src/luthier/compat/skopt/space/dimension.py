"""One axis of a search space: `Real`, `Integer` and what all dimensions share.

A dimension works on *codes*, an array of numbers: the values of a numeric dimension, the places of a categorical one.

    values  --to_codes-->  codes  --encode-->  (n, k) what a model sees
    values  <--of_codes--  codes  <--decode--
"""

import math
from abc import ABC, abstractmethod
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from luthier.base.arrays import Array
from luthier.base.errors import InvalidDomain, InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.compat.skopt.rng import RandomLike, Rng, check_random_state
from luthier.compat.skopt.space.transformers import Identity, LogN, Normalize, Pipeline, Transformer

__all__ = ["Codes", "Dimension", "Integer", "Real", "SpaceError"]

Codes = NDArray[Any]

FLOATS = ("float", "float16", "float32", "float64")
INTS = ("int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
PRIORS = ("uniform", "log-uniform")


class SpaceError(InvalidInput, RuntimeError):
    """A point outside its space, or a space without points."""


class Dimension(ABC):
    """Base class of the dimensions of a search space."""

    prior: Any = None
    transform_: str
    transformer: Transformer
    _name: str | None = None

    @property
    def name(self) -> str | None:
        """The name of the parameter, if it has one."""
        return self._name

    @name.setter
    def name(self, value: str | None) -> None:
        if value is not None and not isinstance(value, str):
            raise InvalidInput(
                explain("the name of a dimension to be a string or None", repr(value), "Pass one.")
            )
        self._name = value

    def rvs(self, n_samples: int | None = 1, random_state: RandomLike = None) -> Any:
        """Draw a list of values, or one value when `n_samples` is None."""
        rng = check_random_state(random_state)
        values = self.of_codes(self.draw(rng, 1 if n_samples is None else n_samples))
        return values[0] if n_samples is None else values

    def transform(self, X: Any) -> Any:
        """Values to what a model sees; a single value to a single number."""
        return self.transformer.transform(X)

    def inverse_transform(self, Xt: Any) -> Any:
        """What a model sees to values, as Python's own types."""
        if np.ndim(Xt) == 0:
            return self.of_codes(self.decode(np.asarray(Xt).reshape(1, 1)))[0]
        return self.of_codes(self.decode(np.asarray(Xt)))

    @abstractmethod
    def set_transformer(self, transform: str = "identity") -> None:
        """Choose what a model sees."""

    @abstractmethod
    def to_codes(self, values: Any) -> Codes:
        """`(n,)` codes of values."""

    @abstractmethod
    def of_codes(self, codes: Codes) -> list[Any]:
        """The values of codes, as Python's own types."""

    @abstractmethod
    def encode(self, codes: Codes) -> Array:
        """`(n, transformed_size)`: what a model sees of codes."""

    @abstractmethod
    def decode(self, Xt: Any) -> Codes:
        """The codes nearest to what a model sees."""

    def draw(self, rng: Rng, n: int) -> Codes:
        """Draw n codes by the prior."""
        return self.spread(np.asarray(rng.uniform(size=n)))

    @abstractmethod
    def spread(self, unit: Array) -> Codes:
        """The codes at quantiles `unit: (n,)` of the prior, in [0, 1]."""

    @abstractmethod
    def distance(self, a: Any, b: Any) -> float:
        """How far two values are apart.

        Raises:
            SpaceError: one of them is not of the dimension.
        """

    @abstractmethod
    def __contains__(self, point: Any) -> bool: ...

    @property
    def size(self) -> int:
        """How many columns the dimension has in a point."""
        return 1

    @property
    def transformed_size(self) -> int:
        """How many columns a model sees."""
        return 1

    @property
    @abstractmethod
    def bounds(self) -> tuple[Any, ...]:
        """The ends, or the categories."""

    @property
    @abstractmethod
    def is_constant(self) -> bool:
        """Whether there is but one value."""

    @property
    @abstractmethod
    def transformed_bounds(self) -> Any:
        """The ends of what a model sees: one pair, or a list with one for each column."""

    def check_within(self, *points: Any) -> None:
        """Raise SpaceError for a value that is not of the dimension."""
        for point in points:
            if point not in self:
                raise SpaceError(
                    explain(f"values within {self}", repr(point), "Compare values of the space.")
                )


class Numeric(Dimension):
    """What `Real` and `Integer` share; the scale, linear or logarithmic, and its transformers."""

    whole: bool
    dtypes: tuple[str, ...]

    def configure(self, given: dict[str, Any]) -> None:
        """Check and take the arguments of a dimension."""
        self.low, self.high = self.bound(given["low"]), self.bound(given["high"])
        self.prior, self.base, self.dtype = given["prior"], given["base"], given["dtype"]
        self.name = given["name"]
        if self.high < self.low:
            raise InvalidDomain(
                explain("low <= high", f"low={self.low}, high={self.high}", "Swap the bounds.")
            )
        if self.prior not in PRIORS:
            raise InvalidInput(
                explain('prior to be "uniform" or "log-uniform"', repr(self.prior), "Pass one.")
            )
        if self.prior == "log-uniform" and self.low <= 0:
            raise InvalidDomain(
                explain('low > 0 with prior="log-uniform"', f"low={self.low}", "Raise low, or use uniform."),
            )
        if isinstance(self.base, bool) or not isinstance(self.base, int | float) or self.base <= 1:
            raise InvalidInput(explain("base > 1", repr(self.base), "Pass 2 or 10."))
        if np.dtype(self.dtype).name not in self.dtypes:
            raise InvalidInput(
                explain(f"dtype to be one of {self.dtypes}", repr(self.dtype), "Leave it out."),
            )
        self.set_transformer(given["transform"] or "identity")

    def bound(self, value: Any) -> Any:
        """One end of the range as a Python number."""
        value = native(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InvalidDomain(explain("finite bounds", repr(value), "Pass two numbers."))
        if self.whole:
            if value != int(value):
                raise InvalidDomain(explain("whole bounds of an Integer", repr(value), "Use Real."))
            return int(value)
        return value

    @property
    def log(self) -> bool:
        """Whether every order of magnitude counts alike."""
        return bool(self.prior == "log-uniform")

    def set_transformer(self, transform: str = "identity") -> None:
        """Choose what a model sees.

        Args:
            transform: "normalize" for [0, 1], "identity" for the value, or for its logarithm under a log-uniform prior.
        """
        if transform not in {"normalize", "identity"}:
            raise InvalidInput(
                explain('transform to be "normalize" or "identity"', repr(transform), "Pass one.")
            )
        self.transform_ = transform
        scale: Transformer = LogN(self.base) if self.log else Identity()
        if transform == "normalize":
            low, high = scale.transform(self.low), scale.transform(self.high)
            scale = Pipeline([scale, Normalize(low, high, is_int=self.whole and not self.log)])
        self.transformer = scale

    def to_codes(self, values: Any) -> Codes:
        """The values as an array."""
        return np.asarray(values, dtype=np.int64 if self.whole else np.float64).reshape(-1)

    def of_codes(self, codes: Codes) -> list[Any]:
        """Python numbers."""
        clipped = np.clip(codes, self.low, self.high)
        if not self.whole and np.dtype(self.dtype) != np.float64:
            clipped = np.clip(clipped.astype(self.dtype).astype(np.float64), self.low, self.high)
        found: list[Any] = clipped.astype(np.int64 if self.whole else np.float64).tolist()
        return found

    def encode(self, codes: Codes) -> Array:
        """One column."""
        return np.asarray(self.transformer.transform(codes), dtype=np.float64).reshape(-1, 1)

    def decode(self, Xt: Any) -> Codes:
        """The values nearest to one column."""
        Xt = np.asarray(Xt, dtype=np.float64).reshape(-1)
        if self.transform_ == "identity":
            Xt = np.clip(Xt, *self.transformed_bounds)
        codes: Codes = np.clip(self.transformer.inverse_transform(Xt), self.low, self.high)
        return np.round(codes).astype(np.int64) if self.whole else codes

    def spread(self, unit: Array) -> Codes:
        """Even on the scale; an integer owns half a unit on either side."""
        half = 0.5 if self.whole else 0.0
        low, high = self.low - half, self.high + half
        if self.log:
            drawn = np.exp(math.log(low) + (math.log(high) - math.log(low)) * unit)
        else:
            drawn = low + (high - low) * unit
        codes: Codes = np.clip(np.round(drawn) if self.whole else drawn, self.low, self.high)
        return codes.astype(np.int64 if self.whole else np.float64)

    def distance(self, a: Any, b: Any) -> float:
        """`|a - b|`.

        Raises:
            SpaceError: one of them is not of the dimension.
        """
        self.check_within(a, b)
        gap: float = abs(native(a) - native(b))
        return gap

    def __contains__(self, point: Any) -> bool:
        point = native(point)
        if isinstance(point, bool) or not isinstance(point, int | float):
            return False
        return bool(self.low <= point <= self.high) and (not self.whole or point == int(point))

    def __repr__(self) -> str:
        kind = type(self).__name__
        return (
            f"{kind}(low={self.low}, high={self.high}, prior={self.prior!r}, transform={self.transform_!r})"
        )

    @property
    def bounds(self) -> tuple[Any, Any]:
        """`(low, high)`."""
        return self.low, self.high

    @property
    def is_constant(self) -> bool:
        """Whether both ends are the same."""
        return bool(self.low == self.high)

    @property
    def transformed_bounds(self) -> tuple[float, float]:
        """The ends of what a model sees."""
        if self.transform_ == "normalize":
            return 0.0, 1.0
        low, high = self.transformer.transform(np.array([self.low, self.high], dtype=np.float64)).tolist()
        return low, high


@final
class Real(Numeric):
    """The reals in `[low, high]`, both ends included; `low == high` is a constant.

    Args:
        low: the smallest value.
        high: the largest value.
        prior: "uniform", or "log-uniform" when every order of magnitude counts alike.
        base: of the logarithm that a model sees with transform="identity".
        transform: "identity" (the default) or "normalize".
        name: names the parameter.
        dtype: the precision that values are rounded to; they are Python floats all the same.

    Raises:
        InvalidDomain: a range that cannot exist.
        InvalidInput: another argument is wrong.
    """

    whole = False
    dtypes = FLOATS

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        low: float,
        high: float,
        prior: str = "uniform",
        base: float = 10,
        transform: str | None = None,
        name: str | None = None,
        dtype: Any = float,
    ) -> None:
        self.configure({key: value for key, value in locals().items() if key not in {"self", "__class__"}})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Real)
            and np.allclose([self.low, self.high], [other.low, other.high])
            and (self.prior, self.transform_) == (other.prior, other.transform_)
        )

    __hash__ = None  # type: ignore[assignment]  # compared by value, and its transformer may change


@final
class Integer(Numeric):
    """The integers in `[low, high]`, both ends included; `low == high` is a constant.

    Args:
        low: the smallest value.
        high: the largest value.
        prior: "uniform", or "log-uniform" when every order of magnitude counts alike.
        base: of the logarithm that a model sees with transform="identity".
        transform: "identity" (the default) or "normalize".
        name: names the parameter.
        dtype: checked, for compatibility; values are Python ints.

    Raises:
        InvalidDomain: a range that cannot exist.
        InvalidInput: another argument is wrong.
    """

    whole = True
    dtypes = INTS

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        low: int,
        high: int,
        prior: str = "uniform",
        base: float = 10,
        transform: str | None = None,
        name: str | None = None,
        dtype: Any = np.int64,
    ) -> None:
        self.configure({key: value for key, value in locals().items() if key not in {"self", "__class__"}})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Integer) and self.bounds == other.bounds

    __hash__ = None  # type: ignore[assignment]  # compared by value, and its transformer may change
