"""An objective that cannot travel is named down to the variable."""

import threading
from functools import partial
from typing import Any

import pytest

from luthier.base.errors import NotStorable
from luthier.executors.shipping import pack_objective

LOCK = threading.Lock()


def uses_global(trial: Any) -> bool:
    return LOCK.locked()


class Holder:
    def __init__(self) -> None:
        self.handle = threading.Lock()

    def __call__(self, trial: Any) -> float:
        return 0.0

    def method(self, trial: Any) -> float:
        return 0.0


def closure() -> Any:
    connection = threading.Lock()

    def helper() -> bool:
        return connection.locked()

    return lambda _: helper()


def by_value(function: Any) -> Any:
    """The function as if a script had defined it: not importable, so its globals travel with it."""
    function.__module__ = "__main__"
    return function


@pytest.mark.parametrize(
    ("objective", "named"),
    [
        (closure(), "closure variable 'helper', which has the closure variable 'connection'"),
        (by_value(uses_global), "global variable 'LOCK'"),
        (Holder(), "attribute 'handle'"),
        (Holder().method, "its object, which has the attribute 'handle'"),
        (partial(lambda *_: 0.0, threading.Lock()), "argument = <unlocked _thread.lock"),
    ],
)
def test_the_message_names_what_cannot_be_pickled_and_what_to_do(objective: Any, named: str) -> None:
    with pytest.raises(NotStorable) as caught:
        pack_objective(objective)
    assert named in str(caught.value)
    assert "_thread.lock" in str(caught.value)
    assert "inside the objective" in str(caught.value)


def test_what_can_be_pickled_is() -> None:
    factor = 2
    assert isinstance(pack_objective(lambda trial: factor * trial), bytes)
