"""A search space: an ordered list of dimensions, and the maps between its points and what a model sees."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, final

import numpy as np

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.base.optional import require
from luthier.compat.skopt.rng import RandomLike, Rng, check_random_state
from luthier.compat.skopt.space.categorical import Categorical
from luthier.compat.skopt.space.check import check_dimension
from luthier.compat.skopt.space.dimension import Codes, Dimension, Integer, Real, SpaceError

__all__ = [
    "Categorical",
    "Dimension",
    "Integer",
    "Real",
    "Space",
    "SpaceError",
    "check_dimension",
]

Constraint = Callable[[list[Any]], bool]

#: Draws of a whole sample before a constraint counts as one that nothing meets.
TRIES = 10_000

#: More dimensions than twice this are shown by their ends.
SHOWN = 15


@final
class Space:
    """A search space.

    Args:
        dimensions: dimensions or their shorthands, see `check_dimension`; or another Space, whose constraint is kept.
        constraint: gets a point as a list, and says whether it may be tried.

    Raises:
        InvalidInput: a dimension is none, or the constraint is no function.
    """

    def __init__(self, dimensions: Iterable[Any], constraint: Constraint | None = None) -> None:
        self.dimensions: list[Dimension] = [check_dimension(dimension) for dimension in dimensions]
        if constraint is None and isinstance(dimensions, Space):
            constraint = dimensions.constraint
        self.constraint: Constraint | None = constraint
        if constraint is not None and not callable(constraint):
            raise InvalidInput(
                explain("a constraint that can be called, or None", repr(constraint), "Pass a function.")
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self.dimensions == other.dimensions

    __hash__ = None  # type: ignore[assignment]  # compared by value, and its dimensions may change

    def __repr__(self) -> str:
        shown = [str(dimension) for dimension in self.dimensions]
        if len(shown) > 2 * SHOWN + 1:
            shown = [*shown[:SHOWN], "...", *shown[-SHOWN:]]
        lines = ",\n       ".join(shown)
        return f"Space([{lines}])"

    def __iter__(self) -> Iterator[Dimension]:
        return iter(self.dimensions)

    def __contains__(self, point: Sequence[Any]) -> bool:
        if not all(value in dimension for value, dimension in zip(point, self.dimensions, strict=False)):
            return False
        return self.constraint is None or bool(self.constraint(list(point)))

    def __getitem__(self, dimension_names: Any) -> Any:
        """`(index, dimension)` of a name or index, `(None, None)` for an unknown one; a list of pairs for a list."""
        if isinstance(dimension_names, str | int):
            for index, dimension in enumerate(self.dimensions):
                if dimension_names in (dimension.name, index):
                    return index, dimension
            return None, None
        if isinstance(dimension_names, list | tuple):
            return [self[name] for name in dimension_names]
        raise InvalidInput(
            explain("a name, an index or a list of these", repr(dimension_names), "Name the dimension.")
        )

    @classmethod
    def from_yaml(cls, yml_path: str | Path, namespace: str | None = None) -> "Space":
        """The space of a YAML file: a list of one-key mappings from a class to its arguments.

        Args:
            yml_path: the file.
            namespace: the key of the list; the first one when left out.

        Raises:
            InvalidInput: the file has no such list.
        """
        import yaml

        config = yaml.safe_load(Path(yml_path).read_text(encoding="utf-8"))
        if isinstance(config, dict):
            config = config.get(namespace) if namespace is not None else next(iter(config.values()), None)
        if not isinstance(config, list):
            got = f"{type(config).__name__} under namespace {namespace!r}"
            raise SpaceFileError(
                explain(f"a list of dimensions in {yml_path}", got, "Correct the file or the namespace.")
            )
        return cls([dimension_of(option) for option in config])

    @classmethod
    def from_df(
        cls,
        df: Any,
        priors: Mapping[Any, Any] | None = None,
        bases: Mapping[Any, Any] | None = None,
        transforms: Mapping[Any, Any] | None = None,
    ) -> "Space":
        """The space that a DataFrame spans: a Real or Integer from smallest to largest, a Categorical otherwise.

        Args:
            df: one column for each dimension.
            priors: by column.
            bases: by column.
            transforms: by column.

        Raises:
            MissingExtra: pandas is not installed.
        """
        pd = require("pandas", extra="frame", needed_for="Space.from_df")
        dimensions: list[Dimension] = []
        for column in df.columns:
            series = df[column]
            named = {"prior": priors, "base": bases, "transform": transforms}
            given = {key: table[column] for key, table in named.items() if table and column in table}
            given["name"] = str(column)
            if pd.api.types.is_float_dtype(series.dtype):
                dimensions.append(Real(series.min(), series.max(), **given))
            elif pd.api.types.is_integer_dtype(series.dtype):
                dimensions.append(Integer(series.min(), series.max(), **given))
            else:
                dimensions.append(Categorical(series.unique(), **given))
        return cls(dimensions)

    def rvs(self, n_samples: int = 1, random_state: RandomLike = None) -> list[list[Any]]:
        """Draw points, as lists of Python's own types.

        Raises:
            SpaceError: the constraint was not met in ten thousand draws.
        """
        rng = check_random_state(random_state)
        points: list[list[Any]] = []
        for _ in range(TRIES):
            drawn = self.of_codes(self.draw(rng, n_samples))
            points += drawn if self.constraint is None else [p for p in drawn if self.constraint(p)]
            if len(points) >= n_samples:
                return points[:n_samples]
        raise SpaceError(
            explain("points that meet the constraint", f"none in {TRIES} draws", "Loosen the constraint.")
        )

    def set_transformer(self, transform: str | list[str]) -> None:
        """Choose what a model sees: one name for all dimensions, or a list with one for each."""
        names = transform if isinstance(transform, list) else [transform] * self.n_dims
        for dimension, name in zip(self.dimensions, names, strict=True):
            dimension.set_transformer(name)

    def set_transformer_by_type(self, transform: str, dim_type: type[Dimension]) -> None:
        """Choose what a model sees of all dimensions of a type."""
        for dimension in self.dimensions:
            if isinstance(dimension, dim_type):
                dimension.set_transformer(transform)

    def get_transformer(self) -> list[str]:
        """What a model sees of each dimension."""
        return [dimension.transform_ for dimension in self.dimensions]

    def transform(self, X: Sequence[Sequence[Any]]) -> Array:
        """`(n, transformed_n_dims)`: what a model sees of n points."""
        return self.encode(self.to_codes(X))

    def inverse_transform(self, Xt: Any) -> list[list[Any]]:
        """The points nearest to what a model sees, as Python's own types."""
        return self.of_codes(self.decode(Xt))

    def draw(self, rng: Rng, n: int) -> list[Codes]:
        """Codes of n random points, one array for each dimension; the constraint is not looked at."""
        return [dimension.draw(rng, n) for dimension in self.dimensions]

    def to_codes(self, X: Sequence[Sequence[Any]]) -> list[Codes]:
        """Codes of points, one array for each dimension."""
        return [dimension.to_codes([x[j] for x in X]) for j, dimension in enumerate(self.dimensions)]

    def of_codes(self, codes: Sequence[Codes]) -> list[list[Any]]:
        """The points of codes."""
        columns = [
            dimension.of_codes(column) for dimension, column in zip(self.dimensions, codes, strict=True)
        ]
        return [list(point) for point in zip(*columns, strict=True)]

    def encode(self, codes: Sequence[Codes]) -> Array:
        """`(n, transformed_n_dims)`: what a model sees of codes."""
        columns = [dimension.encode(column) for dimension, column in zip(self.dimensions, codes, strict=True)]
        return np.hstack(columns)

    def decode(self, Xt: Any) -> list[Codes]:
        """The codes nearest to what a model sees."""
        Xt = np.asarray(Xt)
        ends = np.cumsum([dimension.transformed_size for dimension in self.dimensions])
        parts = np.split(Xt, ends[:-1], axis=1)
        return [dimension.decode(part) for dimension, part in zip(self.dimensions, parts, strict=True)]

    def distance(self, point_a: Sequence[Any], point_b: Sequence[Any]) -> float:
        """The sum of the distances in each dimension.

        Raises:
            SpaceError: a value is not of its dimension.
        """
        pairs = zip(self.dimensions, point_a, point_b, strict=True)
        return sum(dimension.distance(a, b) for dimension, a, b in pairs)

    @property
    def dimension_names(self) -> list[str]:
        """The names; a dimension without one is called by its place, "X_0"."""
        return [dimension.name or f"X_{index}" for index, dimension in enumerate(self.dimensions)]

    @dimension_names.setter
    def dimension_names(self, names: Sequence[str]) -> None:
        if len(names) != len(self.dimensions):
            raise InvalidInput(
                explain(f"{len(self.dimensions)} names, one for each dimension", repr(names), "Name each.")
            )
        for dimension, name in zip(self.dimensions, names, strict=True):
            dimension.name = name

    @property
    def n_dims(self) -> int:
        """How many dimensions there are."""
        return len(self.dimensions)

    @property
    def transformed_n_dims(self) -> int:
        """How many columns a model sees."""
        return sum(dimension.transformed_size for dimension in self.dimensions)

    @property
    def bounds(self) -> list[Any]:
        """The ends or categories of each dimension."""
        return [dimension.bounds for dimension in self.dimensions]

    @property
    def transformed_bounds(self) -> list[tuple[float, float]]:
        """The ends of each column that a model sees."""
        pairs: list[tuple[float, float]] = []
        for dimension in self.dimensions:
            ends = dimension.transformed_bounds
            pairs += ends if isinstance(ends, list) else [ends]
        return pairs

    @property
    def is_real(self) -> bool:
        """Whether all dimensions are Real."""
        return all(isinstance(dimension, Real) for dimension in self.dimensions)

    @property
    def is_categorical(self) -> bool:
        """Whether all dimensions are Categorical."""
        return all(isinstance(dimension, Categorical) for dimension in self.dimensions)

    @property
    def is_partly_categorical(self) -> bool:
        """Whether any dimension is Categorical."""
        return any(isinstance(dimension, Categorical) for dimension in self.dimensions)

    @property
    def n_constant_dimensions(self) -> int:
        """How many dimensions have but one value."""
        return sum(dimension.is_constant for dimension in self.dimensions)


class SpaceFileError(InvalidInput, TypeError):
    """A file that holds no list of dimensions."""


def dimension_of(option: Any) -> Dimension:
    """The dimension of a mapping such as `{"Integer": {"low": 1, "high": 5}}`; class and arguments in any case."""
    classes: dict[str, Callable[..., Dimension]] = {
        "real": Real,
        "integer": Integer,
        "categorical": Categorical,
    }
    kind, given = next(iter(option.items())) if isinstance(option, dict) and option else (None, None)
    if str(kind).lower() not in classes or not isinstance(given, dict):
        raise SpaceFileError(
            explain("Real, Integer or Categorical with its arguments", repr(option), "Correct the file.")
        )
    return classes[str(kind).lower()](**{str(key).lower(): value for key, value in given.items()})
