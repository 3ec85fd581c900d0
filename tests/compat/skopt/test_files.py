import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from luthier.base.errors import NotStorable
from luthier.compat.skopt import dump, forest_minimize, load
from luthier.compat.skopt.results import create_result
from luthier.compat.skopt.space import Categorical, Integer, Real, Space
from luthier.compat.support import CompatWarning

SPACE = Space(
    [
        Real(1e-3, 1.0, "log-uniform", 2, name="lr"),
        Integer(1, 9, transform="normalize"),
        Categorical([(1, 2), None, "a"], prior=[0.5, 0.25, 0.25]),
    ]
)


def made(**specs: Any) -> Any:
    points = [[0.5, 3, (1, 2)], [0.1, 9, None], [1.0, 1, "a"]]
    return create_result(
        points, [1.0, float("nan"), float("inf")], SPACE, specs={"function": "f", "args": specs}
    )


@pytest.mark.parametrize("name", ["result.json", "result.json.gz", "result.pkl"])
def test_what_is_read_is_what_was_written(tmp_path: Path, name: str) -> None:
    dump(made(kappa=1.96, func=print, callback=[object()], noise=object()), tmp_path / name)
    found = load(tmp_path / name)
    assert found.x_iters == [[0.5, 3, (1, 2)], [0.1, 9, None], [1.0, 1, "a"]]
    assert np.array_equal(found.func_vals, [1.0, np.nan, np.inf], equal_nan=True)
    assert (found.x, found.fun) == ([0.5, 3, (1, 2)], 1.0)
    assert found.space == SPACE
    assert found.space.dimension_names == ["lr", "X_1", "X_2"]
    assert [dimension.transform_ for dimension in found.space] == ["identity", "normalize", "onehot"]
    assert found.space.dimensions[0].base == 2
    assert found.specs["args"]["kappa"] == 1.96
    assert found.specs["args"]["noise"] == "<object>"
    assert "callback" not in found.specs["args"]
    assert repr(found.specs["args"]["func"]) == "<builtins:print>"
    assert found.models == []


def test_the_end_of_the_name_decides_whether_it_is_compressed(tmp_path: Path) -> None:
    dump(made(), tmp_path / "a.json")
    dump(made(), tmp_path / "a.json.gz", compress=9)
    assert json.loads(gzip.decompress((tmp_path / "a.json.gz").read_bytes())) == json.loads(
        (tmp_path / "a.json").read_text()
    )


def test_an_objective_that_is_not_wanted_leaves_no_name(tmp_path: Path) -> None:
    dump(made(func=print), tmp_path / "a.json", store_objective=False)
    assert "func" not in load(tmp_path / "a.json").specs["args"]


def test_a_lambda_is_no_obstacle(tmp_path: Path) -> None:
    dump(made(func=lambda x: x), tmp_path / "a.json")
    assert load(tmp_path / "a.json").specs["args"]["func"] == "<function>"


def test_the_newest_model_is_there_again(tmp_path: Path) -> None:
    res = forest_minimize(
        lambda x: x[0] ** 2, [(-1.0, 1.0)], n_calls=7, n_initial_points=5, n_points=50, random_state=0
    )
    dump(res, tmp_path / "a.json")
    (model,) = load(tmp_path / "a.json").models
    assert type(model) is type(res.models[-1])
    assert model.predict([[0.0]])[0] < model.predict([[0.9]])[0]


@pytest.mark.parametrize(
    "content", [b"\x80\x04K\x01.", gzip.compress(b"\x80\x04K\x01.", mtime=0), b"x\x9c abc"]
)
def test_a_pickle_is_not_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pkl").write_bytes(content)
    with pytest.raises(
        ValueError, match=r"Expected a file of luthier's .* got what looks like a pickle.*x0=res.x_iters"
    ):
        load(tmp_path / "a.pkl")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format": "other", "version": 1}', b"\xff\xfe"])
def test_another_file_is_not_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError, match="another format"):
        load(tmp_path / "a.json")


def test_what_cannot_be_kept_is_said_and_the_old_file_stays(tmp_path: Path) -> None:
    dump(made(), tmp_path / "a.json")
    odd = object()
    res = create_result([[odd]], [1.0], Space([Categorical([odd])]))
    with pytest.raises(NotStorable):
        dump(res, tmp_path / "a.json")
    assert load(tmp_path / "a.json").fun == 1.0


def test_options_of_joblib_have_no_meaning_and_that_is_said(tmp_path: Path) -> None:
    with pytest.warns(CompatWarning, match="JSON"):
        dump(made(), tmp_path / "a.json", protocol=2)
    with pytest.warns(CompatWarning, match="JSON"):
        load(tmp_path / "a.json", mmap_mode="r")
