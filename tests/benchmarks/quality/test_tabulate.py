"""The scripts make again what the tables hold."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from benchmarks.quality.problems.axes import asked, space_of
from benchmarks.quality.problems.grids import stored
from benchmarks.quality.problems.sets import DEV_DRAFTS, ESTIMATORS, NETWORKS, REPORTED_DRAFTS
from benchmarks.quality.tabulate.data import DATA
from benchmarks.quality.tabulate.estimators import TASKS
from benchmarks.quality.tabulate.facts import polished
from benchmarks.quality.tabulate.networks import Group, groups, trained
from benchmarks.quality.tabulate.sampling import sampled
from luthier.space.codec import Codec

#: Another processor may round otherwise; training magnifies it.
TOLERANCE = 1e-3


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(TASKS))
def test_an_estimator_that_is_run_again_has_the_loss_of_the_table(name: str) -> None:
    axes = ESTIMATORS[name]
    row, y = stored(name)["X"][5], stored(name)["y"][5]
    values = Codec(space_of(axes)).decode(np.nan_to_num(row).tolist())
    assert TASKS[name].loss(asked(axes, values.__getitem__)) == pytest.approx(y, rel=TOLERANCE)


def test_networks_that_are_trained_again_begin_as_in_the_table() -> None:
    name = "net-cancer"
    network = NETWORKS[name]
    key, indices = next(
        (key, indices) for key, indices in groups(network).items() if dict(key)["log2_batch"] == 6
    )
    group = Group(dict(key), [network.grid.config(index) for index in indices])
    curves = trained(DATA[name](), group, 3, seed=crc32(repr((name, key)).encode()))
    for index, curve in zip(indices, curves, strict=True):
        assert curve == pytest.approx(stored(name)["values"][index][:3], rel=TOLERANCE)


def test_a_sample_that_was_broken_off_ends_like_an_unbroken_one() -> None:
    axes = ESTIMATORS["pipeline-moons"]
    saved: list[Mapping[str, Any]] = []

    def loss(config: Mapping[str, Any]) -> float:
        return float(len(config)) + float(config.get("c", 0.0))

    whole = sampled("moons", axes, loss, points=120, done=None, save=saved.append)
    resumed = sampled("moons", axes, loss, points=120, done=saved[0], save=saved.append)
    assert len(saved[0]["y"]) == 50
    assert np.array_equal(whole["X"], resumed["X"], equal_nan=True)
    assert np.array_equal(whole["y"], resumed["y"])


@pytest.mark.parametrize("name", ["pits4", "memory", "recipes", "tang10"])
def test_a_descent_from_the_best_of_many_points_ends_no_lower_than_the_optimum(name: str) -> None:
    draft = next(draft for draft in (*DEV_DRAFTS, *REPORTED_DRAFTS) if draft.name == name)
    codec, rng = Codec(draft.space), np.random.default_rng(1)
    points = [codec.decode(row) for row in rng.random((2000, len(draft.space))).tolist()]
    nearest = sorted(points, key=lambda config: draft.value(config.__getitem__))[:3]
    assert draft.start is not None
    best = draft.value(polished(draft, draft.start).__getitem__)
    for config in nearest:
        assert draft.value(polished(draft, config).__getitem__) >= best - 1e-6
