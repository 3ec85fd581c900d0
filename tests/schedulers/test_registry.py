"""Schedulers by name."""

from typing import Any

import pytest

from luthier.base.errors import InvalidInput
from luthier.schedulers import ASHA, Percentile
from luthier.schedulers.registry import SCHEDULERS, resolve


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_name_gives_the_scheduler_with_its_defaults(name: str) -> None:
    assert resolve(name.upper()) == resolve(name) == SCHEDULERS[name].make()


def test_a_scheduler_is_taken_as_it_is() -> None:
    mine = ASHA(reduction_factor=4)
    assert resolve(mine) is mine
    assert resolve(None) is None


@pytest.mark.parametrize("wrong", ["ahsa", ASHA, 3], ids=str)
def test_anything_else_is_refused_with_the_names_there_are(wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="one of asha, hyperband, median, threshold, got"):
        resolve(wrong)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ("ahsa", 'Did you mean "asha"?'),
        ("MedianPruner", 'Did you mean "median"?'),
        ("successive_halving", 'Did you mean "asha"?'),
        ("nonsense", "Pass a name, an instance such as luthier.schedulers.ASHA(), or None."),
        (ASHA, "got the class ASHA. Make one: scheduler=ASHA()."),
        (Percentile, "got the class Percentile. Make one: scheduler=Percentile(percentile=…)."),
    ],
)
def test_it_says_what_may_have_been_meant(wrong: Any, advice: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve(wrong)
    assert str(caught.value).endswith(advice)
