"""The live trial: what an objective may ask and say."""

import copy
import json
import math
import pickle
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import InvalidDomain, InvalidInput, NotStorable
from luthier.executors.trial import Contents, Trial, TrialWarning
from luthier.records.messages import Decision, Job, Logged, Reported, Suggest
from luthier.space.domains import Categorical, Domain, Float, Int


class Driver:
    """A channel that remembers what it heard; it answers with the given value."""

    def __init__(self, value: Any = None, decision: Decision = Decision.CONTINUE) -> None:
        self.value = value
        self.decision = decision
        self.heard: list[Suggest | Reported | Logged] = []
        self.verdicts = 0

    def ask(self, message: Suggest) -> Any:
        self.heard.append(message)
        return self.value

    def tell(self, message: Reported | Logged) -> None:
        self.heard.append(message)

    def verdict(self) -> Decision:
        self.verdicts += 1
        return self.decision


def trial_of(
    driver: Driver,
    given: Mapping[str, Any] | None = None,
    domains: Mapping[str, Domain] | None = None,
    **fields: Any,
) -> Trial:
    return Trial(Job(trial=7, attempt=2, given=given or {}, domains=domains or {}, **fields), driver)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1))
def test_a_proposed_value_of_the_range_is_given_without_asking(
    low: float, width: float, share: float
) -> None:
    high = low + width
    value = min(max(low + share * width, low), high)
    driver = Driver()
    trial = trial_of(driver, {"x": value}, {"x": Float(low, high)})
    assert trial.suggest_float("x", low, high) == value
    assert driver.heard == []


@given(
    st.lists(st.sampled_from([0, 0.0, 1, 1.0, True, False, "1", None, (1,), (True,), (1.0,)]), unique_by=repr)
)
def test_a_choice_is_the_very_object_and_types_are_told_apart(choices: list) -> None:
    for choice in choices:
        got = trial_of(Driver(choice)).suggest_categorical("c", choices)
        assert got is choice


def test_unhashable_choices_and_classes_are_choices() -> None:
    layers = [[16, 16], [32], {"wide": True}]
    assert trial_of(Driver([32])).suggest_categorical("layers", layers) is layers[1]
    assert trial_of(Driver(Driver)).suggest_categorical("kind", (Driver, Trial)) is Driver


def test_an_enqueued_int_is_a_float_of_a_float_range() -> None:
    value = trial_of(Driver(), {"x": 1}).suggest_float("x", 0, 2)
    assert (type(value), value) == (float, 1.0)


@pytest.mark.parametrize("known", [{}, {"n": Int(1, 3)}, {"n": Int(1, 2)}])
@pytest.mark.parametrize("enqueued", [3.5, "2", None, True])
def test_an_enqueued_value_outside_the_range_is_named_and_replaced(
    enqueued: Any, known: dict[str, Domain]
) -> None:
    """Whether or not earlier trials or a declaration have shown the range."""
    trial = trial_of(Driver(2), {"n": enqueued}, known, enqueued=True)
    with pytest.warns(TrialWarning, match=rf"'n' .*Int\(low=1, high=3.*{enqueued!r}") as caught:
        assert trial.suggest_int("n", 1, 3) == 2
    assert caught[0].filename == __file__


def test_a_proposal_for_an_old_range_is_replaced_without_a_warning() -> None:
    driver = Driver(15)
    assert trial_of(driver, {"n": 2}, {"n": Int(1, 3)}).suggest_int("n", 10, 20) == 15
    assert driver.heard == [Suggest(7, "n", Int(10, 20))]


def test_asking_again_gives_the_same_value() -> None:
    driver = Driver(0.5)
    trial = trial_of(driver)
    assert trial.suggest_float("x", 0, 1) == trial.suggest_float("x", 0.0, 1.0) == 0.5
    assert len(driver.heard) == 1
    with pytest.warns(TrialWarning, match=r"keep its range .*high=1.0.*high=2.0") as caught:
        assert trial.suggest_float("x", 0, 2) == 0.5
    assert caught[0].filename == __file__
    with pytest.raises(InvalidInput, match="another name"):
        trial.suggest_int("x", 0, 1)


def test_params_follow_the_order_of_asking_and_what_is_handed_out_is_a_copy() -> None:
    trial = trial_of(Driver(1), {"b": 1, "a": 1}, user_attrs={"k": 1})
    for name in ("a", "c", "b"):
        trial.suggest_int(name, 0, 1)
    trial.set_constraint("k", 1.0)
    assert list(trial.params) == ["a", "c", "b"]
    for mine in (trial.params, trial.domains, trial.given, trial.user_attrs, trial.constraints):
        before = dict(mine)
        assert pickle.loads(pickle.dumps(mine)) == copy.deepcopy(mine) == before  # noqa: S301 - made just now
        mine.clear()
    assert json.loads(json.dumps(trial.params)) == {"a": 1, "c": 1, "b": 1}
    assert (trial.given, trial.user_attrs, trial.constraints) == ({"b": 1, "a": 1}, {"k": 1}, {"k": 1.0})
    assert (trial.number, trial.attempt) == (7, 2)


@pytest.mark.parametrize("domain", ["float", [0, 1], None, Float])
def test_what_is_no_domain_is_refused(domain: Any) -> None:
    with pytest.raises(InvalidDomain, match=r"Expected a Float, Int or Categorical, .* for 'x'"):
        trial_of(Driver()).suggest("x", domain)


def test_a_change_that_its_listener_refuses_is_not_made() -> None:
    def refuse(number: int, contents: Contents) -> None:
        heard.append((number, *map(dict, contents)))
        raise NotStorable("no")

    heard: list[tuple] = []
    trial = Trial(Job(trial=7, attempt=1, given={"x": 0.5}, domains={}), Driver(), refuse)
    for change in (
        lambda: trial.suggest_float("x", 0, 1),
        lambda: trial.set_constraint("c", 1.0),
        lambda: trial.set_user_attr("a", [1]),
    ):
        with pytest.raises(NotStorable):
            change()
    assert heard == [
        (7, {"x": 0.5}, {"x": Float(0, 1)}, {}, {}),
        (7, {}, {}, {"c": 1.0}, {}),
        (7, {}, {}, {}, {"a": [1]}),
    ]
    assert (trial.params, trial.constraints, trial.user_attrs) == ({}, {}, {})


@pytest.mark.parametrize(
    ("low", "high", "extra"),
    [(1, 0, {}), (0, 1, {"log": True}), ([0], 1, {}), ("0", 1, {}), (0, math.inf, {}), (0, 1, {"step": 0})],
)
def test_a_range_that_cannot_exist_is_refused(low: Any, high: Any, extra: dict) -> None:
    with pytest.raises(InvalidDomain, match=r"^Parameter 'x': Expected "):
        trial_of(Driver()).suggest_float("x", low, high, **extra)
    with pytest.raises(InvalidDomain, match=r"^Parameter 'n': Expected "):
        trial_of(Driver()).suggest_int("n", low, high, **extra)


@pytest.mark.parametrize("choices", [[], "abc", ["a", "a"], {"a", "b"}])
def test_choices_that_are_none_are_refused(choices: Any) -> None:
    with pytest.raises(InvalidDomain, match=r"^Parameter 'c': Expected "):
        trial_of(Driver()).suggest_categorical("c", choices)


@pytest.mark.parametrize("name", ["", 3, None])
def test_names_are_non_empty_strings(name: Any) -> None:
    trial = trial_of(Driver(1))
    for call in (
        lambda: trial.suggest_int(name, 0, 1),
        lambda: trial.set_user_attr(name, 1),
        lambda: trial.set_constraint(name, 1.0),
        lambda: trial.log({name: 1.0}, 0),
    ):
        with pytest.raises(InvalidInput, match="non-empty string"):
            call()


@pytest.mark.parametrize("value", [1, 0.5, np.float32(2.0), np.int64(3), np.array(4.0), math.nan, math.inf])
def test_any_real_number_is_reported_as_a_float(value: Any) -> None:
    driver = Driver()
    trial_of(driver).report(value, np.int64(3))  # type: ignore[arg-type]  # an index, though not an int
    (message,) = driver.heard
    assert isinstance(message, Reported)
    assert repr(message) == repr(Reported(7, 3, float(value)))
    assert type(message.step) is int


@pytest.mark.parametrize("value", [None, "1.0", b"1", [1.0], 1j])
def test_what_is_no_number_is_no_report(value: Any) -> None:
    driver = Driver()
    with pytest.raises(InvalidInput, match=r"Expected .* got .* of type"):
        trial_of(driver).report(value, 0)
    with pytest.raises(InvalidInput, match="metric 'loss'"):
        trial_of(driver).log({"loss": value}, 0)
    assert driver.heard == []


@pytest.mark.parametrize("step", [-1, 1.0, "1", None, True])
def test_a_step_is_an_int_from_zero(step: Any) -> None:
    for call in (Trial.report, Trial.log):
        with pytest.raises(InvalidInput, match="step"):
            call(trial_of(Driver()), {"loss": 1.0} if call is Trial.log else 1.0, step)  # type: ignore[arg-type]  # the point of the test


def test_the_first_report_of_a_step_stands() -> None:
    driver = Driver()
    trial = trial_of(driver)
    trial.report(1.0, 5)
    with pytest.warns(TrialWarning, match="step 5") as caught:
        trial.report(2.0, 5)
    assert caught[0].filename == __file__
    assert driver.heard == [Reported(7, 5, 1.0)]


def test_reports_need_a_single_objective() -> None:
    trial = trial_of(Driver(), objectives=2)
    with pytest.raises(InvalidInput, match=r"trial\.log"):
        trial.report(1.0, 0)


def test_a_verdict_is_fetched_once_for_each_report_and_never_before_one() -> None:
    driver = Driver(decision=Decision.STOP)
    trial = trial_of(driver)
    assert not trial.should_prune()
    assert driver.verdicts == 0
    trial.report(1.0, 0)
    assert trial.should_prune()
    assert trial.should_prune()
    assert driver.verdicts == 1


def test_an_attribute_must_have_a_durable_form_and_is_kept_as_it_was() -> None:
    trial = trial_of(Driver())
    with pytest.raises(NotStorable):
        trial.set_user_attr("lock", object())
    sizes = [1, 2]
    trial.set_user_attr("sizes", sizes)
    sizes.append(object())  # type: ignore[arg-type]  # the point of the test
    trial.set_user_attr("acc", np.float64(0.5))
    assert trial.user_attrs == {"sizes": [1, 2], "acc": 0.5}
    trial.set_user_attr("loss", np.array(0.25))
    assert trial.user_attrs["loss"] == 0.25
    assert type(trial.user_attrs["acc"]) is type(trial.user_attrs["loss"]) is float


@pytest.mark.parametrize("choices", [[object(), object()], [lambda: 1, lambda: 2], (1, object())])
def test_a_choice_without_a_durable_form_is_refused_where_it_is_asked_for(choices: list[object]) -> None:
    trial = trial_of(Driver(object()))
    with pytest.raises(NotStorable, match="Store a name for it"):
        trial.suggest_categorical("model", choices)
    assert not trial.params


def test_a_choice_that_the_driver_cannot_name_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(NotStorable, match="Choose among names"):
        trial_of(Driver(object())).suggest_categorical("model", ["a", "b"])


def test_equal_ranges_share_one_domain() -> None:
    first, second = trial_of(Driver("a")), trial_of(Driver("a"))
    for trial in (first, second):
        trial.suggest_categorical("c", ["a", "b"])
    assert first.domains["c"] is second.domains["c"]
    assert first.domains["c"] == Categorical(("a", "b"))


def test_a_quiet_trial_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trial = trial_of(Driver(), {"x": 0.25}, {"x": Float(0, 1)})
        trial.suggest_float("x", 0, 1)
        trial.report(0.0, 0)
        trial.log({}, 0)
