"""Names that a user got wrong: the one that was meant; and how an object is made of a class passed in its place."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["correction", "making", "near"]

#: What says nothing in a name: libraries write brute_force, brute-force and BruteForce.
MARKS = str.maketrans("", "", "-_ ")

#: The beginning of a name stands for it if it is so long.
LEAST_PREFIX = 3

NOTHING: Mapping[str, str] = MappingProxyType({})


def near(got: Any, known: Iterable[str], elsewhere: Mapping[str, str] = NOTHING) -> str | None:
    """The known name that `got` may stand for; None where none is near.

    Args:
        got: what the user wrote. Its case does not count, nor do hyphens, underscores and spaces.
        known: the names that there are.
        elsewhere: what other libraries call them, in lower case without such marks, and the known name.
    """
    if not isinstance(got, str):
        return None
    names = {bare(name): name for name in known}
    names |= {name: here for name, here in elsewhere.items() if here in names.values()}
    word = bare(got)
    if word in names:
        return names[word]
    begun = {here for name, here in names.items() if begins(name, word) or begins(word, name)}
    if len(begun) == 1:
        return begun.pop()
    import difflib  # only where something is wrong

    close = difflib.get_close_matches(word, names, n=1)
    return names[close[0]] if close else None


def bare(name: str) -> str:
    """`name` without what says nothing."""
    return name.lower().translate(MARKS)


def begins(short: str, word: str) -> bool:
    """Whether `word` begins with as much of a name."""
    return len(short) >= LEAST_PREFIX and word.startswith(short)


def correction(
    got: Any,
    known: Iterable[str],
    elsewhere: Mapping[str, str] = NOTHING,
    *,
    otherwise: str = "Correct the name.",
) -> str:
    """What to do about an unknown name: a question where one is near, see there."""
    meant = near(got, known, elsewhere)
    return otherwise if meant is None else f'Did you mean "{meant}"?'


def making(kind: type) -> str:
    """How an object of a class is made, with the arguments that it needs: `Percentile(percentile=…)`."""
    import inspect  # only where something is wrong

    try:
        parameters = inspect.signature(kind).parameters.values()
    except ValueError:  # a class of C need not tell
        return f"{kind.__name__}()"
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [each for each in parameters if each.default is each.empty and each.kind not in optional]
    shown = (each.name if each.kind is each.POSITIONAL_ONLY else f"{each.name}=…" for each in needed)
    return f"{kind.__name__}({', '.join(shown)})"
