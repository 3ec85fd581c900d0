"""What a user shows or explains instead of the objective is a number, wherever it is asked for."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import luthier
from luthier.base.errors import InvalidInput

ASKED: dict[str, Callable[[Any, Any], Any]] = {
    "importances": lambda study, target: study.importances(target=target),
    "a figure of importances": lambda study, target: study.figures.importances(target=target),
    "history": lambda study, target: study.figures.optimization_history(target=target),
    "distribution": lambda study, target: study.figures.edf(target=target),
    "contour": lambda study, target: study.figures.contour(target=target),
    "parallel": lambda study, target: study.figures.parallel_coordinate(target=target),
}


@pytest.fixture(scope="module")
def study() -> luthier.Study:
    study = luthier.create_study(sampler="uniform", seed=0, directions=["minimize", "maximize"])
    study.optimize(
        lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)),
        n_trials=12,
        progress=False,
    )
    return study


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("answer", [[1.0], (1.0, 2.0), "a", "1.5", 1j, np.array([1.0]), {}], ids=repr)
def test_what_returns_no_number_is_refused_with_what_would_do(
    study: luthier.Study, name: str, answer: Any
) -> None:
    with pytest.raises(InvalidInput) as caught:
        ASKED[name](study, lambda _: answer)
    assert str(caught.value) == (
        f"Expected a number or None from target, got {answer!r}. Return one number, as "
        "target=lambda trial: trial.values[0] does for one of several objectives."
    )


@pytest.mark.parametrize("name", ASKED)
def test_what_is_no_function_is_refused(study: luthier.Study, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"^Expected a function as target, got 'duration'\. Pass a"):
        ASKED[name](study, "duration")


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("kind", [np.float32, np.array, Decimal], ids=lambda kind: kind.__name__)
def test_numbers_of_other_libraries_are_numbers(study: luthier.Study, name: str, kind: Any) -> None:
    told = ASKED[name](study, lambda record: kind(record.number))
    assert told == ASKED[name](study, lambda record: float(record.number))


@pytest.mark.parametrize("lacking", [None, math.nan, math.inf, 10**400], ids=["None", "nan", "inf", "huge"])
def test_a_trial_without_a_finite_number_is_left_out(study: luthier.Study, lacking: float | None) -> None:
    drawn = study.figures.edf(target=lambda record: lacking if record.number < 4 else record.number)
    assert list(drawn.data[0].x) == list(range(4, 12))
