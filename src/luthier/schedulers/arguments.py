"""What schedulers are made of, checked when they are made."""

from numbers import Real
from typing import Any

from luthier.base.errors import InvalidInput, explain

__all__ = ["at_least", "is_number"]


def is_number(value: Any) -> bool:
    """Whether `value` is a real number of any library; text is none, even when it spells one."""
    return isinstance(value, Real)


def at_least(least: int, **arguments: Any) -> None:
    """Raise InvalidInput unless every named argument is `least` or more."""
    for name, value in arguments.items():
        if not is_number(value) or not value >= least:
            raise InvalidInput(explain(f"{name} >= {least}", repr(value), f"Pass {name}={least} or more."))
