"""Ask for a parameter: its number, or how far it is from its best value."""

import math

from luthier.testing.problems import Get

__all__ = ["number", "off"]


def number(get: Get, name: str) -> float:
    """The value of a numeric parameter, typed."""
    return float(get(name))


def off(get: Get, name: str, target: float) -> float:
    """How many decades a parameter is from its best value, squared."""
    return (math.log10(get(name)) - target) ** 2
