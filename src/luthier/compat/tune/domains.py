"""What the verbs of a search space make: a range of luthier's, with what the trainable gets for each of its values."""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, final

import numpy as np

from luthier.base.errors import InvalidInput, NotStorable, explain
from luthier.base.jsonvalue import to_json
from luthier.space.codec import decoder
from luthier.space.domains import Categorical as Choices
from luthier.space.domains import Domain as Native
from luthier.space.domains import choice_key

__all__ = ["Categorical", "Domain", "Float", "Function", "Integer", "Ranged", "contains_verbs"]


class Domain:
    """What a parameter may be. Made by a verb; equal verbs are equal.

    Args:
        verb: the function that made it, and
        arguments: its arguments: what is kept with an experiment.
    """

    def __init__(self, verb: str, *arguments: Any) -> None:
        self.verb = verb
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"tune.{self.verb}({', '.join(map(repr, self.arguments))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Domain) and (self.verb, self.arguments) == (other.verb, other.arguments)

    def __hash__(self) -> int:
        return hash((self.verb, repr(self.arguments)))

    @property
    def domain_str(self) -> str:
        """The range in short."""
        return f"({', '.join(map(str, self.arguments))})"

    def is_grid(self) -> bool:
        """Whether every value is tried."""
        return False

    def is_function(self) -> bool:
        """Whether it is a function of the rest of the configuration."""
        return False


class Ranged(Domain):
    """A parameter with a range of luthier's."""

    def __init__(self, native: Native, verb: str, *arguments: Any) -> None:
        super().__init__(verb, *arguments)
        self.native = native

    def is_valid(self, value: Any) -> bool:
        """Whether `value` is in the range."""
        return self.native.contains(value)

    def decode(self, value: Any) -> Any:
        """What the trainable gets for a value of `native`."""
        return value

    def encode(self, value: Any) -> Any:
        """The value of `native` that stands for `value`."""
        return value

    def sample(
        self,
        config: Any = None,
        size: int = 1,
        random_state: "int | np.random.Generator | np.random.RandomState | None" = None,
    ) -> Any:
        """Draw a value, or a list of `size` of them.

        Args:
            config: there for the peer's signature; only `sample_from` has a use for it.
            size: how many values.
            random_state: a seed or a generator; numpy's global generator when left out.
        """
        draw = np.random if random_state is None else random_state  # the peer's default: numpy's global state
        if isinstance(draw, int):
            draw = np.random.default_rng(draw)
        value_of = decoder(self.native)
        values = [self.decode(self.drawn(value_of, draw)) for _ in range(size)]
        return values if size > 1 else values[0]

    def drawn(self, value_of: Callable[[float], Any], draw: Any) -> Any:
        """One value of `native`."""
        return value_of(float(draw.uniform()))


@final
class Float(Ranged):
    """Real numbers."""

    @property
    def lower(self) -> float:
        """The lower bound; -inf for a normal distribution."""
        return -math.inf if self.verb.endswith("randn") else float(self.arguments[0])

    @property
    def upper(self) -> float:
        """The upper bound; inf for a normal distribution."""
        return math.inf if self.verb.endswith("randn") else float(self.arguments[1])

    def is_valid(self, value: Any) -> bool:
        """Whether `value` lies between the bounds."""
        return bool(self.lower <= value <= self.upper)


@final
class Integer(Ranged):
    """Integers."""

    @property
    def lower(self) -> int:
        """The lower bound."""
        return int(self.arguments[0])

    @property
    def upper(self) -> int:
        """The upper bound, as it was given."""
        return int(self.arguments[1])

    def is_valid(self, value: Any) -> bool:
        """Whether `value` lies between the bounds, ends included."""
        return bool(self.lower <= value <= self.upper)


@final
class Categorical(Ranged):
    """One of several objects, whatever they are.

    Equal ones count together: `choice(["a", "a", "b"])` takes "a" twice as often. Objects without a durable form, such
    as lambdas or spaces of their own, are told apart in the store by a label of their place.
    """

    def __init__(self, categories: Iterable[Any], verb: str) -> None:
        self.categories = list(categories)
        if not self.categories:
            raise InvalidInput(explain("something to choose from", "nothing", "Pass at least one value."))
        labels = labelled(self.categories)
        weights: dict[Any, int] = {}
        self.objects: dict[Any, Any] = {}
        for label, item in zip(labels, self.categories, strict=True):
            key = choice_key(label)
            weights[key] = weights.get(key, 0) + 1
            self.objects.setdefault(key, (label, item))
        counts = list(weights.values())
        uneven = tuple(count / len(labels) for count in counts) if len(set(counts)) > 1 else None
        native = Choices(tuple(label for label, _ in self.objects.values()), uneven)
        super().__init__(native, verb, tuple(self.categories))

    def __len__(self) -> int:
        return len(self.categories)

    def __getitem__(self, place: int) -> Any:
        return self.categories[place]

    @property
    def domain_str(self) -> str:
        """The choices."""
        return f"{self.categories}"

    def is_grid(self) -> bool:
        """Whether every value is tried."""
        return self.verb == "grid_search"

    def is_valid(self, value: Any) -> bool:
        """Whether `value` is one of the choices."""
        return any(value is item or value == item for item in self.categories)

    def decode(self, value: Any) -> Any:
        """The object that a label stands for."""
        return self.objects.get(choice_key(value), (value, value))[1]

    def encode(self, value: Any) -> Any:
        """The label of an object; the object itself, or a name for it, when it is none of the choices."""
        for label, item in self.objects.values():
            if item is value or (type(item) is type(value) and item == value):
                return label
        return value if storable(value) else short(value)

    def drawn(self, value_of: Callable[[float], Any], draw: Any) -> Any:
        """One label, by its weight."""
        return self.encode(self.categories[min(int(draw.uniform() * len(self)), len(self) - 1)])


@final
class Function(Domain):
    """A function of the configuration, or of nothing.

    Raises:
        InvalidInput: it takes more than one argument.
    """

    def __init__(self, func: Callable[..., Any]) -> None:
        super().__init__("sample_from", func)
        self.func = func
        self.pass_config = takes(func, 1)
        if not self.pass_config and not takes(func, 0):
            raise InvalidInput(
                explain("a function of the configuration, or of nothing", repr(func), "Give it one argument.")
            )

    def is_function(self) -> bool:
        """It is one."""
        return True

    def is_valid(self, value: Any) -> bool:
        """Any value may come of it."""
        return True

    def sample(self, config: Any = None, size: int = 1, random_state: Any = None) -> Any:
        """Call the function, `size` times."""
        values = [self.func(config) if self.pass_config else self.func() for _ in range(size)]
        return values if size > 1 else values[0]


def takes(func: Callable[..., Any], count: int) -> bool:
    """Whether a function can be called with so many arguments."""
    try:
        inspect.signature(func).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # a builtin that does not tell
        return count == 1
    return True


def labelled(categories: Sequence[Any]) -> list[Any]:
    """The categories themselves, or where any of them has no durable form, a label for each such one."""
    return [item if storable(item) else f"{place}: {short(item)}" for place, item in enumerate(categories)]


def storable(item: Any) -> bool:
    """Whether a store can keep `item`, and tell it from others."""
    if isinstance(item, Domain) or contains_verbs(item):
        return False
    try:
        to_json(item)
    except NotStorable:
        return False
    return True


def contains_verbs(item: Any) -> bool:
    """Whether a space stands somewhere inside `item`."""
    if isinstance(item, Domain):
        return True
    if isinstance(item, Mapping):
        return set(item) == {"grid_search"} or any(map(contains_verbs, item.values()))
    return isinstance(item, list | tuple) and any(map(contains_verbs, item))


def short(item: Any) -> str:
    """A name for an object that fits a table, and is the same in every process."""
    name = getattr(item, "__qualname__", None) or (
        repr(item) if isinstance(item, dict | list | tuple | Domain) else type(item).__qualname__
    )
    text = str(name)
    return text if " at 0x" not in text else type(item).__qualname__
