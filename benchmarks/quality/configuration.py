"""The configuration of a trial as its objective reads it: each value is asked of the tuner when it is needed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, final

from luthier.space.space import Space

__all__ = ["Configuration"]


@final
class Configuration(Mapping[str, Any]):
    """The parameters of a space; `ask` gives the value of one, and is asked once for each.

    Raises:
        ValueError: a value that is not of its domain was read. It is the adapter that is wrong then.
    """

    def __init__(self, space: Space, ask: Callable[[str], Any]) -> None:
        self.space = space
        self.ask = ask
        self.asked: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.asked:
            value = self.ask(name)
            if not self.space[name].contains(value):
                raise ValueError(f"expected a value of {self.space[name]} for {name}, got {value!r}")
            self.asked[name] = value
        return self.asked[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.space)

    def __len__(self) -> int:
        return len(self.space)
