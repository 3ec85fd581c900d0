"""A sampler that is made of the wrong things says so at once, and what to write instead."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import luthier
from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.records.history import History
from luthier.samplers import (
    AnyFidelity,
    AutoSampler,
    CmaSampler,
    Distinct,
    Fallback,
    ForestSampler,
    Niching,
    NsgaSampler,
    PartialFixed,
    QuasiSampler,
    StartupThen,
    TPESampler,
    Transfer,
    UniformSampler,
)
from luthier.samplers.arguments import MADE_BY, checked_sampler
from luthier.samplers.origin import Named
from luthier.samplers.protocol import Sampler
from luthier.samplers.registry import SAMPLERS
from luthier.space import Codec, Float, Int, Space

#: What wraps another sampler.
WRAPPERS: dict[str, Callable[[Any], object]] = {
    "AnyFidelity": AnyFidelity,
    "CmaSampler.inner": lambda wrong: CmaSampler(inner=wrong),
    "Distinct": Distinct,
    "Fallback.other": lambda wrong: Fallback(UniformSampler(), other=wrong),
    "Fallback.sampler": lambda wrong: Fallback(wrong, other=UniformSampler()),
    "Named": lambda wrong: Named(wrong, name="mine", reason="for a test"),
    "NsgaSampler.first": lambda wrong: NsgaSampler(first=wrong),
    "PartialFixed": lambda wrong: PartialFixed(wrong, fixed={}),
    "StartupThen.first": lambda wrong: StartupThen(3, first=wrong, then=UniformSampler()),
    "StartupThen.then": lambda wrong: StartupThen(3, first=UniformSampler(), then=wrong),
    "Transfer": Transfer,
}


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("tpe", r"a sampler.*, got 'tpe'\. Pass luthier\.samplers\.TPESampler\(\)\."),
        ("tpee", r"a sampler.*, got 'tpee'\. Pass an object such as luthier\.samplers\.AutoSampler\(\)\."),
        (TPESampler, r"a sampler.*, got the class TPESampler\. Make one: TPESampler\(\)\."),
        (7, r"a sampler.*, got 7\. Pass an object such as luthier\.samplers\.AutoSampler\(\)\."),
    ],
)
def test_what_is_no_sampler_is_named_with_the_way_to_make_one(
    wrap: Callable[[Any], object], wrong: Any, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        wrap(wrong)


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_way_to_make_a_named_sampler_makes_one(name: str) -> None:
    made = eval(MADE_BY[name], {"luthier": luthier})  # noqa: S307 - what the message tells the user to write
    assert isinstance(made, Sampler)
    assert checked_sampler(made, "sampler") is made


@pytest.mark.parametrize(
    "make",
    [
        AutoSampler,
        lambda wrong: TPESampler(n_candidates=wrong),
        lambda wrong: TPESampler(good_share=wrong),
        lambda wrong: TPESampler(most_good=wrong),
        lambda wrong: ForestSampler(trees=wrong),
        lambda wrong: ForestSampler(random_share=wrong),
        lambda wrong: NsgaSampler(population_size=wrong),
        lambda wrong: NsgaSampler(startup=wrong),
        lambda wrong: NsgaSampler(brood=wrong),
        lambda wrong: NsgaSampler(crossover_prob=wrong),
        lambda wrong: NsgaSampler(swapping_prob=wrong),
        lambda wrong: NsgaSampler(mutation_prob=wrong),
        lambda wrong: NsgaSampler(mutation_eta=wrong),
        lambda wrong: NsgaSampler(seed=wrong),
        lambda wrong: Niching(divisions=wrong),
        lambda wrong: CmaSampler(sigma0=wrong),
        lambda wrong: CmaSampler(population_size=wrong),
        lambda wrong: CmaSampler(seed=wrong),
        QuasiSampler,
        lambda wrong: StartupThen(wrong, first=UniformSampler(), then=TPESampler()),
    ],
)
@pytest.mark.parametrize("wrong", ["a", [1], True, float("nan"), 1j])
def test_what_is_no_number_is_refused_where_one_belongs(make: Callable[[Any], object], wrong: Any) -> None:
    with pytest.raises(InvalidInput, match=r"Expected .*, got .*('a'|\[1\]|True|nan|1j)"):
        make(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda wrong: TPESampler(n_candidates=wrong),
        lambda wrong: ForestSampler(trees=wrong),
        lambda wrong: CmaSampler(population_size=wrong),
    ],
)
def test_a_count_is_a_whole_number(make: Callable[[Any], object]) -> None:
    with pytest.raises(InvalidInput, match=r"2\.5"):
        make(2.5)
    make(np.int64(8))


def test_fixed_values_are_a_mapping() -> None:
    with pytest.raises(InvalidInput, match=r"a mapping of names to values as fixed, got \['lr'\]"):
        PartialFixed(UniformSampler(), fixed=["lr"])  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("three", [3, 3.0, np.int64(3), np.float32(3), np.array([3])[0]])
def test_numbers_of_numpy_and_whole_floats_are_values_of_whole_numbers(three: Any) -> None:
    space = Space({"n": Int(1, 5), "x": Float(0.0, 4.0)})
    fixed = PartialFixed(UniformSampler(), fixed={"n": three, "x": three})
    begun = CmaSampler(x0={"n": three, "x": three})
    X = [sampler.propose(space, History.empty(2), rng_for(0, 0), 1).X[0] for sampler in (fixed, begun)]
    assert Codec(space).decode(X[0].tolist()) == {"n": 3, "x": 3.0}
    plain = CmaSampler(x0={"n": 3, "x": 3.0}).propose(space, History.empty(2), rng_for(0, 0), 1).X[0]
    assert X[1].tolist() == plain.tolist()


@pytest.mark.parametrize("wrong", [["lr"], "lr", 5])
def test_where_to_begin_is_a_mapping(wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="a mapping of names to values as x0, got"):
        CmaSampler(x0=wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda wrong: AutoSampler(seed=wrong),
        lambda wrong: CmaSampler(seed=wrong),
        lambda wrong: NsgaSampler(first=UniformSampler(), seed=wrong),
        lambda wrong: QuasiSampler(seed=wrong),
    ],
)
def test_a_seed_is_a_whole_number_that_generators_take(make: Callable[[Any], object]) -> None:
    for wrong in (-1, 0.5):
        with pytest.raises(InvalidInput, match=f"a whole number >= 0 as seed, got {wrong}"):
            make(wrong)


def test_a_negative_start_is_refused() -> None:
    with pytest.raises(InvalidInput, match="n=-1"):
        StartupThen(-1, first=UniformSampler(), then=TPESampler())
