"""The search spaces of `BayesSearchCV`: dicts of dimensions, each with its number of iterations."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.optimizer.optimizer import Optimizer
from luthier.compat.skopt.space.check import check_dimension
from luthier.compat.skopt.space.dimension import Dimension
from luthier.compat.skopt.space.space import Space
from luthier.compat.skopt.trials import domain_of
from luthier.compat.support import absent
from luthier.frontends.search_cv.knobs import Knob
from luthier.frontends.search_cv.quiet import quiet
from luthier.space.domains import Categorical as LuthierCategorical
from luthier.space.domains import Domain

__all__ = ["SearchSpaceError", "Subspace", "knob_of", "model_of", "subspaces_of"]

EXPECTED = "a dict of dimensions, or a list of dicts or of (dict, n_iter)"


class SearchSpaceError(InvalidInput, TypeError):
    """Something that is no search space."""


class Subspace(NamedTuple):
    """One of the spaces that are searched one after the other."""

    #: The dimensions by the name of their parameter, sorted by name.
    dimensions: Mapping[str, Dimension]
    n_iter: int

    @property
    def space(self) -> Space:
        """The space of its points: lists of values, sorted by the name of their parameter."""
        named = []
        for name, dimension in self.dimensions.items():
            one = copy(dimension)
            one.name = one.name or name
            named.append(one)
        return Space(named)


def subspaces_of(search_spaces: Any, n_iter: int) -> list[Subspace]:
    """The subspaces of what a user passed.

    Args:
        search_spaces: a dict, or a list of dicts or of (dict, iterations).
        n_iter: the iterations of a subspace that says nothing else.

    Raises:
        InvalidInput: there is nothing to search, a dimension is none, or a number of iterations is no number.
        SearchSpaceError: it has another form.
    """
    listed = [search_spaces] if isinstance(search_spaces, Mapping) else search_spaces
    if not isinstance(listed, list):
        raise SearchSpaceError(explain(EXPECTED, repr(search_spaces), "Pass {'parameter': dimension}."))
    if not listed or not search_spaces:
        raise InvalidInput(explain("at least one search space", repr(search_spaces), "Pass one."))
    return [subspace_of(item, n_iter) for item in listed]


def subspace_of(item: Any, n_iter: int) -> Subspace:
    """The subspace of one item of the list."""
    if isinstance(item, tuple):
        if len(item) != 2:
            raise InvalidInput(explain("(dict, n_iter)", repr(item), "Pass two items."))
        item, n_iter = item
        if isinstance(n_iter, bool) or not isinstance(n_iter, int) or n_iter < 0:
            raise InvalidInput(explain("n_iter to be an int >= 0", repr(n_iter), "Pass a number."))
    if not isinstance(item, Mapping):
        raise SearchSpaceError(explain(EXPECTED, repr(item), "Pass {'parameter': dimension}."))
    return Subspace({name: check_dimension(item[name]) for name in sorted(item)}, n_iter)


def knob_of(dimension: Dimension) -> Knob:
    """What a study sees of a dimension."""
    domain = domain_of(dimension)
    return Knob(domain, partial(value_of, dimension, domain), discrete=domain.levels is not None)


def value_of(dimension: Dimension, domain: Domain, kept: Any) -> Any:
    """The value of a dimension that the study keeps as `kept`."""
    if isinstance(domain, LuthierCategorical):
        return dimension.of_codes(np.array([domain.place_of(kept)]))[0]
    return dimension.of_codes(dimension.to_codes([kept]))[0]


def model_of(
    subspace: Subspace, keys: Mapping[str, str], optimizer_kwargs: Mapping[str, Any], random_state: Any
) -> Any:
    """The sampler of an Optimizer of these arguments.

    Args:
        subspace: what it searches.
        keys: the study's name of each parameter that has more than one value; the others are left out.
        optimizer_kwargs: arguments of `Optimizer`.
        random_state: of the searcher; it has the last word.
    """
    dimensions = []
    for name, key in keys.items():
        one = copy(subspace.dimensions[name])
        one.name = key
        dimensions.append(one)
    own = {"dimensions": dimensions, "random_state": random_state}
    constraint = optimizer_kwargs.get("space_constraint")
    if constraint is not None and len(keys) < len(subspace.dimensions):
        own["space_constraint"] = partial(completed, constraint, subspace, list(keys))
    with quiet(0):  # the study that an Optimizer makes for itself stays empty
        study = Optimizer(**{**optimizer_kwargs, **own}).study
    if len(study.directions) > 1:
        raise absent(
            f"skopt.BayesSearchCV(optimizer_kwargs={dict(optimizer_kwargs)!r})",
            'Use acq_func="EI" or "gp_hedge".',
        )
    return study.sampler


def completed(
    constraint: Callable[[list[Any]], bool], subspace: Subspace, names: Sequence[str], point: Sequence[Any]
) -> bool:
    """What a constraint says of a point once it has the parameters with a single value too."""
    given = dict(zip(names, point, strict=True))
    alone = {
        name: dimension.rvs(1)[0] for name, dimension in subspace.dimensions.items() if name not in given
    }
    return constraint([{**given, **alone}[name] for name in subspace.dimensions])
