"""The laws of the hull: how the joint space of define-by-run trials grows."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import luthier
from luthier.space import Categorical, Domain, Float, Int, Space
from luthier.space.infer import hull, widen
from luthier.testing.strategies import categoricals, domains, float_domains, int_domains, spaces, values


def mixes(one: Domain, other: Domain) -> bool:
    """Whether two domains are of one kind and scale."""
    return type(one) is type(other) and getattr(one, "log", None) == getattr(other, "log", None)


KINDS: list[Any] = [float_domains(), int_domains(), categoricals()]
PAIRS = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(kind, kind))


@given(st.data(), PAIRS)
def test_values_of_both_stay_in_the_hull(data: st.DataObject, pair: tuple[Any, Any]) -> None:
    known, new = pair
    assume(mixes(known, new))
    wide = hull(known, new)
    assert wide.contains(data.draw(values(known)))
    assert wide.contains(data.draw(values(new)))


@given(PAIRS)
def test_the_hull_swallows_both_again(pair: tuple[Any, Any]) -> None:
    known, new = pair
    assume(mixes(known, new))
    wide = hull(known, new)
    assert hull(wide, known) == wide
    assert hull(wide, new) == wide


@given(domains())
def test_a_domain_is_its_own_hull(domain: Domain) -> None:
    assert hull(domain, domain) == domain


@given(domains(), domains())
def test_the_newest_kind_wins(known: Domain, new: Domain) -> None:
    assume(not mixes(known, new))
    assert hull(known, new) == new


@given(categoricals(), categoricals())
def test_choices_keep_their_places(known: Categorical, new: Categorical) -> None:
    wide = hull(known, new)
    assert isinstance(wide, Categorical)
    assert list(wide.places)[: known.levels] == list(known.places)
    assert set(wide.places) == set(known.places) | set(new.places)


@given(spaces())
def test_what_is_known_gives_the_very_same_space(space: Space) -> None:
    assert widen(space, space.domains) is space


@given(spaces(), spaces())
def test_names_are_never_lost_and_known_columns_stay(space: Space, other: Space) -> None:
    wide = widen(space, other.domains)
    assert wide.names[: len(space)] == space.names
    assert set(wide) == set(space) | set(other)


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (Float(0.0, 1e308), Float(-1e308, 0.0)),
        (Int(10**15, 10**15, log=True), Int(10**15 + 9, 10**15 + 9, log=True)),
    ],
)
def test_where_no_range_holds_both_the_newest_wins(known: Domain, new: Domain) -> None:
    assert hull(known, new) == new
    assert hull(new, known) == known


def test_an_objective_may_ask_for_ranges_that_no_range_holds_together() -> None:
    def objective(trial: luthier.Trial) -> float:
        low, high = (0.0, 1e308) if trial.number % 2 else (-1e308, 0.0)
        return trial.suggest_float("x", low, high)

    study = luthier.create_study(seed=0)
    study.optimize(objective, 12, progress=False)
    assert all((trial.value or 0.0) * (-1.0) ** trial.number <= 0.0 for trial in study.trials)


def test_grids_that_do_not_fit_make_a_finer_one_or_a_continuum() -> None:
    assert hull(Int(0, 10), Int(1, 9, step=2)) == Int(0, 10)
    assert hull(Int(0, 8, step=4), Int(2, 10, step=4)) == Int(0, 10, step=2)
    assert hull(Float(0.0, 1.0, step=0.5), Float(0.5, 2.0, step=0.5)) == Float(0.0, 2.0, step=0.5)
    assert hull(Float(0.0, 1.0), Float(0.0, 1.0, step=0.5)) == Float(0.0, 1.0)
