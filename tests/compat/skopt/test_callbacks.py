from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from luthier.compat.skopt.callbacks import (
    CheckpointSaver,
    DeadlineStopper,
    DeltaXStopper,
    DeltaYStopper,
    EarlyStopper,
    HollowIterationsStopper,
    StdStopper,
    ThresholdStopper,
    check_callback,
)
from luthier.compat.skopt.results import create_result, eval_callbacks
from luthier.compat.skopt.space import Space


def result(*values: float, models: Any = ()) -> Any:
    """A result of these values, at 0, 1, 2 and so on."""
    points = [[float(place)] for place in range(len(values))]
    return create_result(points, list(values), Space([(0.0, 100.0)]), models=list(models))


@pytest.mark.parametrize(
    ("stopper", "values", "stops"),
    [
        (DeltaXStopper(2.0), (1.0,), None),
        (DeltaXStopper(2.0), (1.0, 1.0), True),
        (DeltaXStopper(0.5), (1.0, 1.0), False),
        (DeltaYStopper(0.2, n_best=2), (1.0,), None),
        (DeltaYStopper(0.2, n_best=2), (1.0, 9.0, 1.1), True),
        (DeltaYStopper(0.2, n_best=2), (1.0, np.nan, 9.0), False),
        (HollowIterationsStopper(2), (3.0, 2.0), False),
        (HollowIterationsStopper(2), (3.0, 2.0, 1.0), False),
        (HollowIterationsStopper(2), (1.0, 2.0, np.nan), True),
        (HollowIterationsStopper(1, threshold=-0.5), (3.0, 2.8), True),
        (ThresholdStopper(1.0), (3.0, 1.0), True),
        (ThresholdStopper(1.0), (3.0, np.nan), False),
        (DeadlineStopper(1e6), (1.0,), False),
        (DeadlineStopper(0.0), (1.0,), True),
    ],
)
def test_a_stopper_stops_when_it_says(stopper: EarlyStopper, values: tuple[float, ...], stops: Any) -> None:
    assert stopper(result(*values)) is stops


def test_a_stopper_of_the_deviation(capsys: pytest.CaptureFixture[str]) -> None:
    models = [SimpleNamespace(y_train_std_=std) for std in (3.0, 2.0)]
    assert StdStopper(1.0)(result(1.0)) is False
    assert StdStopper(1.0)(result(1.0, models=models)) is False
    assert StdStopper(2.0, log_interval=2)(result(1.0, models=models)) is True
    assert capsys.readouterr().out == "num_models: 2 min_std: 2.0 max_std: 3.0\n"


def test_a_stopper_of_ones_own() -> None:
    class Two(EarlyStopper):
        def _criterion(self, result: Any) -> bool:
            return len(result.x_iters) == 2

    assert [Two()(result(*[0.0] * n)) for n in (1, 2)] == [False, True]
    with pytest.raises(NotImplementedError, match="_criterion"):
        EarlyStopper()(result(0.0))


def test_all_callbacks_are_called_though_the_first_stops() -> None:
    seen: list[Any] = []
    assert eval_callbacks([lambda _: True, seen.append], result(1.0)) is True
    assert eval_callbacks([seen.append], result(1.0)) is False
    assert eval_callbacks(None, result(1.0)) is False
    assert len(seen) == 2


def test_what_a_callback_may_be() -> None:
    assert check_callback(None) == []
    assert check_callback(print) == [print]
    assert check_callback([print]) == [print]
    for wrong in (3, [print, 3]):
        with pytest.raises(ValueError, match="callable"):
            check_callback(wrong)


def test_a_checkpoint_that_is_not_there_yet_is_nothing(tmp_path: Path) -> None:
    saver = CheckpointSaver(tmp_path / "checkpoint.json")
    assert saver.load() == {}
    saver(result(3.0, 1.0))
    loaded = saver.load()
    assert loaded["x0"] == [[0.0], [1.0]]
    assert loaded["y0"].tolist() == [3.0, 1.0]
