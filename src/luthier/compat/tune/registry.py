"""Trainables and environments by name."""

from collections.abc import Callable
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.error import WrongUseError

__all__ = ["register_env", "register_trainable", "trainable_named"]

#: What `register_trainable` registered in this process.
trainables: dict[str, Any] = {}


def register_trainable(
    name: str,
    trainable: Any,
    warn: bool = True,  # noqa: ARG001, FBT001, FBT002 - the peer's signature
) -> None:
    """Let a string stand for a function or class.

    Raises:
        InvalidInput: it is neither.
    """
    if not callable(trainable):
        raise InvalidInput(explain("a function or a tune.Trainable", repr(trainable), "Pass one."))
    trainables[name] = trainable


def register_env(name: str, env_creator: Callable[..., Any]) -> None:  # noqa: ARG001 - the peer's signature
    """Not offered: environments belong to reinforcement learning with RLlib."""
    raise absent("tune.register_env", "Make the environment inside the trainable.")


def trainable_named(name: str) -> Any:
    """The trainable that was registered under a name.

    Raises:
        InvalidInput: there is none.
    """
    if name not in trainables:
        known = ", ".join(sorted(trainables)) or "none"
        raise WrongUseError(
            explain(f"a registered trainable, of these: {known}", repr(name), "Register it first.")
        )
    return trainables[name]
