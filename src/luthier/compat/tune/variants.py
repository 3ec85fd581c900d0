"""From a search space to configurations: walking nested dicts and lists, grids, and functions of the rest.

{"lr": loguniform(...), "net": {"layers": [choice(...), 64]}}     as the user wrote it
"lr", "net/layers/0"                                             flat names of what is open
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.base.seeding import purpose_of, rng_for
from luthier.compat.support import absent
from luthier.compat.tune.domains import Categorical, Domain, Function, Ranged
from luthier.space.domains import Domain as Native

__all__ = [
    "Choose",
    "Guard",
    "RecursiveDependency",
    "grids_of",
    "merged",
    "open_verb",
    "overlay",
    "ranges_of",
    "resolve",
    "seeded",
    "values_at",
    "values_in",
]

#: Where something stands: the keys and indices that lead to it.
Path: TypeAlias = tuple[Any, ...]

#: Gives the value of a name and its verb.
Choose: TypeAlias = Callable[[str, Ranged], Any]

#: How often values may bring new verbs with them, and functions may wait for each other.
PASSES = 20

#: Seeds of numpy's and random's global generators.
SEEDS = 2**32


class RecursiveDependency(InvalidInput):
    """A function of the space reads what depends on itself, or what is never settled."""


class Unsettled(Exception):  # noqa: N818 - a signal between guard and loop, not an error
    """A function read a parameter that has no value yet."""


class Guard(dict[str, Any]):
    """A configuration as a function of the space reads it: by key or attribute, also as `spec.config`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Any:
        value = dict.__getitem__(self, name)
        if open_verb(value) is not None:
            raise Unsettled(name)
        return Guard(value) if isinstance(value, dict) else value

    def __missing__(self, name: str) -> Any:
        if name == "config":
            return self
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or `default`."""
        return self[name] if name in self else default  # noqa: SIM401 - `get` is this very method

    def items(self) -> Any:
        """Names and values."""
        return [(name, self[name]) for name in self]

    def values(self) -> Any:
        """The values."""
        return [self[name] for name in self]


def resolve(
    space: Mapping[str, Any], choose: Choose, *, seed: int, number: int, functions: bool = True
) -> Any:
    """A configuration: `space` with every verb replaced by a value.

    Verbs with a range come first; what they bring may hold verbs again. Functions come after, in as many rounds as they
    depend on each other, each under seeded global generators.

    Args:
        space: as the user wrote it.
        choose: gives values.
        seed: of the study, and
        number: of the trial: functions that draw at random draw the same each time.
        functions: False leaves functions, and what may come of them, as they are.

    Raises:
        RecursiveDependency: functions wait for each other.
    """
    config = copied(space)
    asked: set[str] = set()
    for _ in range(PASSES):
        found = list(open_verbs(config))
        ranged = [(path, verb) for path, verb in found if isinstance(verb, Ranged)]
        for path, verb in ranged:
            name = new_name(path, asked)
            place_at(config, path, copied(verb.decode(choose(name, verb))))
        waiting = [(path, verb) for path, verb in found if isinstance(verb, Function)]
        if not ranged and (not waiting or not functions):
            return config
        if not ranged:
            call_functions(config, waiting, seed=seed, number=number)
    stuck = ", ".join(joined(path) for path, _ in open_verbs(config))
    raise RecursiveDependency(
        explain("functions that do not wait for each other", stuck, "Break the circle in param_space."),
    )


def call_functions(
    config: dict[str, Any], waiting: Sequence[tuple[Path, Function]], *, seed: int, number: int
) -> None:
    """Call the functions whose arguments are settled, in the order of the space."""
    settled = 0
    for path, verb in waiting:
        with seeded(seed, number, joined(path)):
            try:
                value = verb.sample(Guard(config))
            except Unsettled:
                continue
        place_at(config, path, copied(value))
        settled += 1
    if not settled:
        names = ", ".join(joined(path) for path, _ in waiting)
        raise RecursiveDependency(
            explain("functions that do not wait for each other", names, "Break the circle in param_space.")
        )


@contextmanager
def seeded(seed: int, number: int, name: str) -> Iterator[None]:
    """Seed the global generators of numpy and random for one function of one trial; as before at the end."""
    # ruff: noqa: NPY002 - what the user's functions draw from
    before, numpy_before = random.getstate(), np.random.get_state()
    start = int(rng_for(seed, number, purpose_of(name)).integers(SEEDS))
    random.seed(start)
    np.random.seed(start)
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(numpy_before)


def ranges_of(space: Mapping[str, Any]) -> dict[str, Native]:
    """The ranges of all parameters that every trial has, by flat name; without grids."""
    return {
        joined(path): verb.native
        for path, verb in open_verbs(space)
        if isinstance(verb, Ranged) and not verb.is_grid()
    }


def values_in(space: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a configuration for the ranges of a space, as those ranges have them, by flat name.

    They may lie outside, where a scheduler has put them.
    """
    values: dict[str, Any] = {}
    for path, verb in open_verbs(space):
        if isinstance(verb, Ranged):
            try:
                values[joined(path)] = verb.encode(value_at(config, path))
            except (KeyError, IndexError, TypeError):
                continue
    return values


def grids_of(space: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The combinations of all grids of a space: flat name -> value of its native range. Without any, one empty one.

    The first grid by name varies fastest. A grid inside a value of a grid counts for that value only.
    """
    grids = sorted(
        (joined(path), path, verb)
        for path, verb in open_verbs(space)
        if isinstance(verb, Categorical) and verb.is_grid()
    )
    if not grids:
        return [{}]
    combinations: list[dict[str, Any]] = []
    for picked in products([verb for _, _, verb in grids]):
        config = copied(space)
        chosen: dict[str, Any] = {}
        for (name, path, verb), label in zip(grids, picked, strict=True):
            chosen[name] = label
            place_at(config, path, copied(verb.decode(label)))
        combinations += [{**chosen, **deeper} for deeper in grids_of(config)]
    return combinations


def products(grids: Sequence[Categorical]) -> Iterator[tuple[Any, ...]]:
    """All combinations of the grids' labels, the first one fastest."""
    if not grids:
        yield ()
        return
    *rest, last = grids
    for label in last.native.choices:  # type: ignore[union-attr]  # of a Categorical
        for before in products(rest):
            yield (*before, label)


def overlay(config: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put values over those of a configuration: nested dicts one by one, flat names where they lead."""
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(config.get(key), dict):
            overlay(config[key], value)
            continue
        path = path_of(config, key)
        if path is None:
            config[key] = value
        else:
            place_at(config, path, value)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """A space laid over another; nested dicts one by one."""
    whole = copied(dict(below))
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(whole.get(key), dict)
        plain = both and open_verb(value) is None and open_verb(whole[key]) is None
        whole[key] = merged(whole[key], value) if plain else value
    result: dict[str, Any] = whole
    return result


def values_at(config: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What a configuration has at flat names, of those that it has."""
    values: dict[str, Any] = {}
    for name in names:
        path = (name,) if name in config else path_of(config, name)
        if path is not None:
            values[name] = value_at(config, path)
    return values


def path_of(config: Any, name: str) -> Path | None:
    """The path that a flat name means in a configuration, None when it leads nowhere."""
    if not isinstance(name, str) or "/" not in name:
        return None
    path: Path = ()
    for part in name.split("/"):
        if isinstance(config, dict) and part in config:
            path, config = (*path, part), config[part]
        elif isinstance(config, list | tuple) and part.isdigit() and int(part) < len(config):
            path, config = (*path, int(part)), config[int(part)]
        else:
            return None
    return path


def open_verb(value: Any) -> Domain | None:
    """The verb that `value` is; a dict of one key "grid_search" is one."""
    if isinstance(value, Domain):
        return value
    if isinstance(value, Mapping) and len(value) == 1:
        if "grid_search" in value:
            return Categorical(value["grid_search"], "grid_search")
        if isinstance(value.get("eval"), str):
            raise absent(
                'tune.Tuner(param_space={"eval": "..."})', "Use tune.sample_from(lambda config: ...)."
            )
    return None


def open_verbs(value: Any, path: Path = ()) -> Iterator[tuple[Path, Domain]]:
    """Every verb inside a space, in its order."""
    verb = open_verb(value) if path else None
    if verb is not None:
        yield path, verb
        return
    for key, item in inside(value):
        yield from open_verbs(item, (*path, key))


def inside(value: Any) -> Iterator[tuple[Any, Any]]:
    """Keys and items of a dict, list or tuple; nothing of anything else."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def copied(value: Any) -> Any:
    """`value` with dicts and lists copied, as far as they are plain; what they hold is shared."""
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, Guard):
        return {key: copied(item) for key, item in dict.items(value)}
    if type(value) is list:
        return [copied(item) for item in value]
    if type(value) is tuple:
        return tuple(copied(item) for item in value)
    return value


def place_at(config: Any, path: Path, value: Any) -> None:
    """Put a value where a path leads; tuples on the way are made anew."""
    *way, last = path
    parent = value_at(config, way)
    if isinstance(parent, tuple):
        place_at(config, tuple(way), (*parent[:last], value, *parent[last + 1 :]))
    else:
        parent[last] = value


def value_at(config: Any, path: Sequence[Any]) -> Any:
    """What stands where a path leads."""
    for key in path:
        config = config[key]
    return config


def joined(path: Path) -> str:
    """The flat name of a path."""
    return "/".join(map(str, path))


def new_name(path: Path, asked: set[str]) -> str:
    """The flat name of a path; a verb that came in the place of another gets a name of its own."""
    name, count = joined(path), 1
    while name in asked:
        count += 1
        name = f"{joined(path)}#{count}"
    asked.add(name)
    return name
