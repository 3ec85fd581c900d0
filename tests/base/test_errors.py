"""The tree of errors is the one drawn in its docstring."""

import inspect

from luthier.base import errors


def test_every_error_is_listed_drawn_and_documented() -> None:
    classes = {name for name, value in vars(errors).items() if inspect.isclass(value)}

    assert set(errors.__all__) == classes | {"explain"}
    for name in classes:
        assert name in (errors.__doc__ or "")
        assert inspect.getdoc(getattr(errors, name))


def test_every_error_but_the_signal_is_caught_as_one() -> None:
    classes = [value for value in vars(errors).values() if inspect.isclass(value)]

    assert [cls.__name__ for cls in classes if not issubclass(cls, errors.LuthierError)] == ["TrialPruned"]


def test_a_message_says_expected_got_and_what_to_do() -> None:
    assert errors.explain("a", "b", "Do c.") == "Expected a, got b. Do c."
