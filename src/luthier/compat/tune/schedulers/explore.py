"""A configuration perturbed: the explore step of population based training.

Source: Jaderberg et al. 2017, "Population Based Training of Neural Networks" (arXiv:1711.09846), Algorithm 1, explore.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from numpy.random import Generator

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.schedulers.mutate import Choices, Drawn, Mutation, Neighbours, Within, chance
from luthier.compat.tune.verbs import Categorical, Domain, Float, Function, Integer, choice, sample_from
from luthier.space.domains import Float as Reals
from luthier.space.domains import Int as Integers

__all__ = ["Mutations", "as_mutations", "as_space", "explore", "summary"]

#: Parameter -> how it is mutated; nested as the configuration is.
Mutations: TypeAlias = Mapping[str, "Mutation | Mutations"]


def as_mutations(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What a user asked for, parameter by parameter.

    A list is an order of neighbours, a verb of the space a range, a function without arguments draws anew, a dict holds
    nested parameters.

    Raises:
        InvalidInput: something else, or `tune.sample_from`.
    """
    return {name: as_mutation(name, value) for name, value in wanted.items()}


def as_mutation(name: str, value: Any) -> Any:
    """One parameter's."""
    if isinstance(value, Mapping):
        return as_mutations(value)
    if isinstance(value, Categorical):
        return Choices(value.categories)
    if isinstance(value, Float | Integer) and isinstance(value.native, Reals | Integers):
        return Within(value.native)
    if isinstance(value, list | tuple) and value:
        return Neighbours(tuple(value))
    if callable(value) and not isinstance(value, Domain):
        return Drawn(value)
    fix = "Use such as tune.loguniform(1e-5, 1e-1), a list, or a function without arguments."
    if isinstance(value, Function):
        raise InvalidInput(explain(f"a range of {name!r}", "tune.sample_from", fix))
    raise MutationTypeError(explain(f"a list, a dict, a range or a function for {name!r}", repr(value), fix))


class MutationTypeError(InvalidInput, TypeError):
    """A mutation that is none of those that there are."""


def as_space(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a search space, for the first values of trials whose space does not name them."""
    space: dict[str, Any] = {}
    for name, value in wanted.items():
        if isinstance(value, Mapping):
            space[name] = as_space(value)
        elif isinstance(value, list | tuple):
            space[name] = choice(list(value))
        else:
            space[name] = value if isinstance(value, Domain) else sample_from(drawn(value))
    return space


def drawn(function: Callable[[], Any]) -> Callable[[Any], Any]:
    """A function of nothing as one of the configuration."""
    return lambda _: function()


def explore(
    config: Mapping[str, Any],
    mutations: Mapping[str, Any],
    rng: Generator,
    *,
    resample_probability: float,
    factors: Sequence[float],
    custom: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A perturbed configuration.

    Args:
        config: the configuration of the parent, nested; it is not changed.
        mutations: of `as_mutations`.
        rng: the source of all chance, also of that in the user's functions.
        resample_probability: how often a value is drawn anew.
        factors: of which one multiplies a number.
        custom: called last with the new configuration; what it returns is taken.

    Returns:
        The new configuration, and for each mutated parameter what was done, nested alike.

    Raises:
        InvalidInput: `custom` returned no dict.
    """
    new = deepcopy(dict(config))
    operations = mutate_all(new, mutations, rng, resample_probability=resample_probability, factors=factors)
    if custom is not None:
        with chance(rng):
            new = custom(new)
        if not isinstance(new, dict):
            raise InvalidInput(
                explain(
                    "custom_explore_fn to return the configuration", repr(new), "End it with `return config`."
                )
            )
    return new, operations


def mutate_all(
    config: dict[str, Any],
    mutations: Mapping[str, Any],
    rng: Generator,
    *,
    resample_probability: float,
    factors: Sequence[float],
) -> dict[str, Any]:
    """Mutate a configuration in place."""
    operations: dict[str, Any] = {}
    for name, mutation in mutations.items():
        if isinstance(mutation, Mapping):
            config[name] = dict(config.get(name) or {})
            operations[name] = mutate_all(
                config[name], mutation, rng, resample_probability=resample_probability, factors=factors
            )
        elif name not in config or rng.random() < resample_probability:
            config[name], operations[name] = mutation.resample(rng), "resample"
        else:
            config[name], operations[name] = mutation.perturb(config[name], factors, rng)
    return operations


def summary(
    old: Mapping[str, Any], new: Mapping[str, Any], operations: Mapping[str, Any], prefix: str = ""
) -> str:
    """What was done to each mutated parameter, in one line: `lr: 0.1 (* 1.2) -> 0.12, ...`."""
    parts: list[str] = []
    for name, operation in operations.items():
        before, after = old.get(name), new.get(name)
        if isinstance(operation, Mapping):
            parts.append(summary(before or {}, after or {}, operation, f"{prefix}{name}/"))
        else:
            parts.append(f"{prefix}{name}: {before!r} ({operation}) -> {after!r}")
    return ", ".join(part for part in parts if part)
