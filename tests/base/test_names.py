"""Names that a user got wrong, and classes passed in the place of their objects."""

from typing import Any

import pytest

from luthier.base.names import correction, making, near

KNOWN = ("brute_force", "cma", "gp", "grid", "nsga2", "nsga3", "quasi", "random", "tpe")
ELSEWHERE = {"bayes": "gp", "nsga": "nsga2", "rf": "forest"}


@pytest.mark.parametrize(
    ("got", "meant"),
    [
        ("tpee", "tpe"),
        ("GP", "gp"),
        ("bruteforce", "brute_force"),
        ("Brute Force", "brute_force"),
        ("cmaes", "cma"),
        ("CMA-ES", "cma"),
        ("rand", "random"),
        ("RandomSampler", "random"),
        ("bayes", "gp"),
        ("BayesianOptimization", "gp"),
        ("nsga", "nsga2"),
        ("NSGA", "nsga2"),
        ("rf", None),
        ("simulated annealing", None),
        ("", None),
        (3, None),
        (None, None),
        (["tpe"], None),
    ],
)
def test_the_nearest_name_is_found_if_any_is_near(got: Any, meant: str | None) -> None:
    assert near(got, KNOWN, ELSEWHERE) == meant


def test_it_is_asked_for_as_a_question() -> None:
    assert correction("tpee", KNOWN) == 'Did you mean "tpe"?'
    assert correction("annealing", KNOWN) == "Correct the name."
    assert correction("annealing", KNOWN, otherwise="Remove it.") == "Remove it."


class Wrapper:
    """Has arguments of all kinds."""

    def __init__(self, inner: Any, /, part: Any, most: int = 3, *rest: Any, last: Any, **more: Any) -> None:
        """Not called here."""


def test_a_class_says_what_its_objects_need() -> None:
    assert making(Wrapper) == "Wrapper(inner, part=…, last=…)"
    assert making(ValueError) == "ValueError()"
    assert making(object) == "object()"
