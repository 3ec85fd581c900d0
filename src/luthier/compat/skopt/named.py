"""Points as lists, as dicts and as keyword arguments."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.space.space import Dimension

__all__ = [
    "check_dimension_names",
    "check_list_types",
    "check_x_in_space",
    "dimensions_aslist",
    "is_2Dlistlike",
    "is_listlike",
    "point_asdict",
    "point_aslist",
    "use_named_args",
]


def use_named_args(
    dimensions: Sequence[Any],
) -> Callable[[Callable[..., Any]], Callable[[Sequence[Any]], Any]]:
    """A decorator: an objective of keyword arguments becomes one of a list, as searches call it.

    Args:
        dimensions: named dimensions, in the order of the list.

    Raises:
        InvalidInput: a dimension is none or has no name, or a point has another length.
    """

    def decorator(func: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
        check_list_types(dimensions, Dimension)
        check_dimension_names(dimensions)

        @wraps(func)
        def wrapper(x: Sequence[Any]) -> Any:
            if len(x) != len(dimensions):
                raise InvalidInput(
                    explain(f"{len(dimensions)} values", f"{len(x)}", "Pass one of each dimension.")
                )
            return func(**{dimension.name: value for dimension, value in zip(dimensions, x, strict=True)})

        return wrapper

    return decorator


def dimensions_aslist(search_space: Mapping[str, Any]) -> list[Any]:
    """The dimensions of a dict, by sorted name."""
    return [search_space[name] for name in sorted(search_space)]


def point_asdict(search_space: Mapping[str, Any], point_as_list: Sequence[Any]) -> "OrderedDict[str, Any]":
    """A point as a dict; the list has its values by sorted name."""
    return OrderedDict(zip(sorted(search_space), point_as_list, strict=False))


def point_aslist(search_space: Mapping[str, Any], point_as_dict: Mapping[str, Any]) -> list[Any]:
    """A point as the list of its values by sorted name."""
    return [point_as_dict[name] for name in sorted(search_space)]


def is_listlike(x: Any) -> bool:
    """Whether this is a list or a tuple."""
    return isinstance(x, list | tuple)


def is_2Dlistlike(x: Any) -> bool:  # noqa: N802 - the original's
    """Whether every item is a list or a tuple."""
    return all(is_listlike(item) for item in x)


def check_x_in_space(x: Any, space: Any) -> None:
    """Raise InvalidInput unless a point, or each of several, lies in a space."""
    if not is_listlike(x):
        raise InvalidInput(explain("a point as a list", repr(x), "Pass [value, …]."))
    if is_point(x, space):
        return
    if not x or not is_2Dlistlike(x):
        raise InvalidInput(explain(f"a point within {space.bounds}", repr(x), "Pass a point of the space."))
    for point in x:
        if not is_point(point, space):
            raise InvalidInput(
                explain(f"all points within {space.bounds}", repr(point), "Leave it out, or widen the space.")
            )


def is_point(x: Any, space: Any) -> bool:
    """Whether this is one point of a space."""
    return len(x) == space.n_dims and x in space


def check_list_types(x: Sequence[Any], types: Any) -> None:
    """Raise InvalidInput unless all items are of a type, or of one of several."""
    wrong = [item for item in x if not isinstance(item, types)]
    if wrong:
        raise InvalidInput(explain(f"items of type {types}", repr(wrong), "Correct the list."))


def check_dimension_names(dimensions: Sequence[Any]) -> None:
    """Raise InvalidInput unless all dimensions have names."""
    nameless = [dimension for dimension in dimensions if dimension.name is None]
    if nameless:
        raise InvalidInput(explain("a name for each dimension", repr(nameless), 'Pass name="…".'))
