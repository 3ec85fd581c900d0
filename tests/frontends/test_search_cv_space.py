"""What `SearchCV` makes of each way to write a parameter."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.svm import SVC

from luthier import Categorical, Float, Int, InvalidInput
from luthier.frontends.search_cv.knobs import knob_of
from luthier.frontends.search_cv.space import parse_space


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        (Float(0, 1), Float(0, 1)),
        (Int(1, 9, step=2), Int(1, 9, step=2)),
        (Categorical(("a", "b")), Categorical(("a", "b"))),
        ((1, 9), Int(1, 9)),
        ((1, 9.0), Float(1.0, 9.0)),
        ((np.int64(1), np.int64(9), "uniform"), Int(1, 9)),
        ((1e-3, 1e3, "log-uniform"), Float(1e-3, 1e3, log=True)),
        ((1, 1024, "log-uniform"), Int(1, 1024, log=True)),
        ([16, 64], Categorical((16, 64))),
        (["a", None, (1, 2), True], Categorical(("a", None, (1, 2), True))),
        (("a", "b"), Categorical(("a", "b"))),
        (((1, 1), (1, 2)), Categorical(((1, 1), (1, 2)))),
        ((True, False), Categorical((True, False))),
        ([1, 1, 2], Categorical((1, 2))),
        (range(3), Categorical((0, 1, 2))),
        (np.array([0.5, 2.0]), Categorical((0.5, 2.0))),
        (stats.uniform(1, 3), Float(1.0, 4.0)),
        (stats.uniform(scale=2), Float(0.0, 2.0)),
        (stats.loguniform(1e-3, 10), Float(1e-3, 10.0, log=True)),
        (stats.reciprocal(1, 2, scale=10), Float(10.0, 20.0, log=True)),
        (stats.randint(2, 9), Int(2, 8)),
        (stats.randint(0, 3, loc=5), Int(5, 7)),
    ],
)
def test_a_parameter_can_be_written_in_many_ways(given: Any, domain: Any) -> None:
    knob = knob_of("p", given)
    assert knob.domain == domain
    assert knob.suffix == ""


@pytest.mark.parametrize(
    "given",
    ["linear", 3, None, {"low": 1}, (1, 2, 3), (1,), (1, "b"), (1.0, 2.0, "normal"), np.ones((2, 2)), (), []],
)
def test_what_cannot_be_searched_is_refused_by_name(given: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        knob_of("p", given)
    is_empty = np.shape(given) == (0,)
    assert is_empty or "'p'" in str(caught.value)


def test_a_distribution_that_can_only_be_drawn_from_is_refused() -> None:
    class Dice:
        def rvs(self, random_state: Any = None) -> int:
            return 4

    with pytest.raises(InvalidInput, match="can only be drawn from"):
        knob_of("p", Dice())


@pytest.mark.parametrize(
    "law",
    [stats.norm(2, 3), stats.lognorm(s=0.7, scale=5), stats.lognorm(s=2)],
    ids=["norm", "lognorm", "standard"],
)
def test_normal_laws_are_priors(law: Any) -> None:
    domain = knob_of("p", law).domain
    assert isinstance(domain, Float)
    assert domain.prior is not None
    scale = math.log if domain.log else float
    for q in (0.1, 0.5, 0.9):
        assert domain.prior.cdf(scale(law.ppf(q))) == pytest.approx(q, abs=1e-9)


@pytest.mark.parametrize(
    "law",
    [
        stats.expon(scale=100),
        stats.gamma(2),
        stats.beta(2, 5),
        stats.loguniform(1, 2, loc=1),
        stats.lognorm(s=1, loc=2),
        stats.poisson(4),
        stats.bernoulli(0.3),
    ],
    ids=lambda law: law.dist.name,
)
def test_other_laws_are_searched_by_their_quantiles(law: Any) -> None:
    knob = knob_of("p", law)
    assert knob.suffix == ".quantile"
    for q in (0.2, 0.5, 0.9):
        assert knob.value(q) == law.ppf(q)
    discrete = isinstance(law.dist, stats.rv_discrete)
    assert type(knob.value(0.5)) is (int if discrete else float)
    assert knob.discrete == discrete
    low, high = knob.value(knob.domain.low), knob.value(knob.domain.high)  # type: ignore[union-attr]  # of a Float
    assert law.cdf(low) <= 1e-3 + law.pmf(low) if discrete else law.cdf(low) < 1e-3
    assert math.isfinite(high)
    assert law.cdf(high) > 0.999


def test_objects_without_a_durable_form_have_labels() -> None:
    class Opaque:
        pass

    opaque, svc = Opaque(), SVC(C=3)
    knob = knob_of("p", [svc, opaque, "passthrough", None])
    assert isinstance(knob.domain, Categorical)
    labels = knob.domain.choices
    assert labels[0] == "0: SVC(C=3)"
    assert str(labels[1]).startswith("1: ")
    assert "0x" not in str(labels[1])
    assert [knob.value(label) for label in labels] == [svc, opaque, "passthrough", None]


@pytest.mark.parametrize("space", [None, [], "C", [{"a": [1]}, 3], 7])
def test_a_space_is_a_dict_or_a_list_of_dicts(space: Any) -> None:
    with pytest.raises(InvalidInput, match="a dict of parameters"):
        parse_space(space)


def test_ranges_that_differ_have_names_of_their_own() -> None:
    space = parse_space([{"C": (0.1, 1.0), "k": ["a"]}, {"C": (1.0, 9.0), "k": ["b"]}, {"C": (0.1, 1.0)}])
    assert list(space.joint) == ["space", "C", "C@1"]
    assert space.candidate({"space": 1, "C@1": 3.0, "k": "b"}) == {"C": 3.0, "k": "b"}
    assert space.candidate({"space": 0, "C": 3.0, "k": "a"}) is None
    assert space.candidate({"C": 0.5}) is None


def test_a_list_that_can_only_be_meant_for_a_range_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"for 'C'.*write \(0.1, 1.0, 'log-uniform'\)"):
        knob_of("C", [0.1, 1.0, "log-uniform"])
    assert knob_of("C", [0.1, 1.0, "scale"]).domain == Categorical((0.1, 1.0, "scale"))
    assert knob_of("C", [1, 2, (3,)]).domain == Categorical((1, 2, (3,)))
