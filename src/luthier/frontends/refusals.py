"""What a study refuses at once, since it would be ignored or fail late: unknown attributes, watchers that are none."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.names import correction
from luthier.engine.callbacks import Watcher

__all__ = ["checked_watchers", "no_attribute"]

#: What can be set on a study.
SETTABLE = ("sampler", "scheduler")

#: What other tuners call these.
ELSEWHERE: Mapping[str, str] = MappingProxyType({"pruner": "scheduler", "searchalg": "sampler"})

#: What a watcher has.
METHODS = ("started", "heard", "ended")


def no_attribute(name: str) -> InvalidInput:
    """The error for a study's attribute that does not exist and would have no effect."""
    fix = correction(name, SETTABLE, ELSEWHERE, otherwise="To keep a value with it: study.set_user_attr().")
    return InvalidInput(explain("one of 'sampler', 'scheduler' to be set on a study", repr(name), fix))


def checked_watchers(watchers: Any) -> list[Watcher]:
    """The watchers, once they are known to be some.

    Raises:
        InvalidInput: they are none.
    """
    found = list(watchers) if isinstance(watchers, Iterable) else [watchers]
    wrong = [one for one in found if not all(callable(getattr(one, name, None)) for name in METHODS)]
    if not wrong and isinstance(watchers, Iterable):
        return found
    raise InvalidInput(
        explain(
            "a list of watchers, objects with started(record), heard(message) and ended(record, best)",
            repr((wrong or [watchers])[0]),
            "A function that is called after each trial belongs to callbacks=[…].",
        ),
    )
