"""Samplers by name that the user gives arguments."""

from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.names import correction, near
from luthier.samplers.protocol import Sampler
from luthier.samplers.registry import ELSEWHERE, SAMPLERS

__all__ = ["Configured"]

#: What a study takes as `sampler=` by name alone.
BARE = ("brute_force",)


class Configured:
    """A sampler by name with arguments, such as `Configured("tpe", n_candidates=48)`.

    In all else it is what the name alone stands for: it begins alike, tries nothing twice, learns from stopped trials
    and takes the seed of its study. An object of the class behind the name does none of that by itself. A study makes
    the sampler, so it is no part for the samplers that wrap others.

    Args:
        name: as in `sampler="tpe"`, in any case.
        arguments: those of the class behind the name, see there; the seed is that of the study if left out.

    Raises:
        InvalidInput: there is no sampler of that name, or an argument is wrong.
    """

    __slots__ = ("arguments", "name")

    def __init__(self, name: str, /, **arguments: Any) -> None:
        if not isinstance(name, str) or name.lower() not in SAMPLERS:
            names = ", ".join(f'"{known}"' for known in SAMPLERS)
            fix = correction(name, SAMPLERS, ELSEWHERE)
            if near(name, BARE):
                fix = f'Pass sampler="{near(name, BARE)}": it takes no arguments.'
            raise InvalidInput(explain(f"one of {names}", repr(name), fix))
        self.name = name.lower()
        self.arguments = arguments
        self.made(0)  # says at once what is wrong with the arguments

    def __repr__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.arguments.items())
        return f"Configured({self.name!r}{given})"

    def made(self, seed: int) -> Sampler:
        """The sampler for a study of this seed."""
        return SAMPLERS[self.name](seed, **self.arguments)
