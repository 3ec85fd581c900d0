"""Ask for a parameter that is a number."""

from luthier.testing.problems import Get

__all__ = ["number"]


def number(get: Get, name: str) -> float:
    """The value of a numeric parameter, typed."""
    return float(get(name))
