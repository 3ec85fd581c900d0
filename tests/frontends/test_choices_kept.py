"""Choices of which a store keeps the plain value: learnt from, tried once each, given as the user's own objects."""

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Sequence
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luthier
from luthier.base.jsonvalue import dumps, loads
from luthier.frontends.search_cv import SearchCV


class Word(str, Enum):  # noqa: UP042 - what code for older Pythons has
    SGD = "sgd"
    ADAM = "adam"
    LION = "lion"


class Size(IntEnum):
    SMALL = 1
    MIDDLE = 2
    LARGE = 4


Layer = namedtuple("Layer", "width depth")  # noqa: PYI024 - what older code has

#: Choices by their kind, all of which are read back as something of another type.
KINDS: dict[str, list[Any]] = {
    "enum of text": list(Word),
    "enum of numbers": list(Size),
    "named tuples": [Layer(8, 1), Layer(16, 1), Layer(16, 2)],
    "numpy in tuples": [(rate, 0.999) for rate in np.array([0.8, 0.9, 0.95])],
    "ordered dicts": [OrderedDict(size=Size.SMALL), OrderedDict(size=Size.LARGE), OrderedDict()],
    "enums in lists": [[Word.SGD], [Word.SGD, Word.ADAM], []],
    "classes in dicts": [{"of": Word}, {"of": Size}, {"of": OrderedDict, 1: None}],
}
MIXED = [
    Word.SGD,
    Size.LARGE,
    Layer(8, 1),
    (np.float64(0.9), "a"),
    OrderedDict(a=1),
    [Size.SMALL],
    Word,
    None,
    "x",
]
SAMPLERS = ["auto", "brute_force", "grid", "tpe"]


def asking(choices: Sequence[Any], seen: list[Any] | None = None) -> Callable[[luthier.Trial], float]:
    """An objective whose value is known by the place of its choice, found by identity; calls may share plain texts."""

    def objective(trial: luthier.Trial) -> float:
        choice = trial.suggest_categorical("choice", choices)
        if seen is not None:
            seen.append(choice)
        place = next(
            k for k, own in enumerate(choices) if own is choice or (type(own) is str and own == choice)
        )
        return (place - 1) ** 2 + trial.suggest_int("k", 0, 2)

    return objective


def tried(study: luthier.Study) -> list[str]:
    """The configurations as a store keeps them."""
    return [dumps(record.params) for record in study.trials]


def create(url: str | None, sampler: str, seed: int = 1) -> luthier.Study:
    return luthier.create_study("s", storage=url, load_if_exists=True, sampler=sampler, seed=seed)


@given(
    st.lists(st.sampled_from(MIXED), min_size=1, max_size=4, unique_by=id),
    st.sampled_from(SAMPLERS),
    st.integers(0, 9),
)
@settings(max_examples=25)
def test_a_finite_search_over_any_choices_ends_with_every_configuration_once(
    choices: list[Any], sampler: str, seed: int
) -> None:
    seen: list[Any] = []
    study = create(None, sampler, seed)
    study.optimize(asking(choices, seen), n_trials=4 * len(choices))
    assert len(set(tried(study))) == len(study.trials) == 3 * len(choices)
    assert all(any(own is choice for choice in choices) for own in seen)
    for record in study.trials:
        assert record.domains["choice"].contains(record.params["choice"])


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_ends_on_a_store_too_and_goes_on_in_another_process_as_if_nothing_had_been(
    kind: str, sampler: str, tmp_path: Path
) -> None:
    choices, whole, url = KINDS[kind], create(None, sampler), f"sqlite:///{tmp_path / 's.db'}"
    whole.optimize(asking(choices), n_trials=20)
    for _ in range(2):
        part = create(url, sampler)
        part.optimize(asking(choices), n_trials=4)
    part.optimize(asking(choices), n_trials=20)
    assert len(set(tried(whole))) == len(whole.trials) == 9
    assert tried(part) == tried(whole)


@pytest.mark.parametrize("sampler", ["auto", "cma", "nsga2", "tpe"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_learnt_is_what_is_learnt_from_the_plain_values(kind: str, sampler: str, url: str) -> None:
    plain = [loads(dumps(choice)) for choice in KINDS[kind]]
    if kind == "classes in dicts":
        plain = [dict(choice) for choice in KINDS[kind]]

    def with_range(choices: Sequence[Any]) -> Callable[[luthier.Trial], float]:
        objective = asking(choices)
        return lambda trial: objective(trial) + trial.suggest_float("x", 0, 1)

    own, same, resumed = create(None, sampler), create(None, sampler), create(url, sampler)
    own.optimize(with_range(KINDS[kind]), n_trials=12)
    same.optimize(with_range(plain), n_trials=12)
    resumed.optimize(with_range(KINDS[kind]), n_trials=6)
    create(url, sampler).optimize(with_range(KINDS[kind]), n_trials=6)
    assert tried(own) == tried(same) == tried(resumed)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_enqueued_is_given_as_the_own_object_whichever_form_it_has(kind: str, url: str) -> None:
    choices, seen = KINDS[kind], list[Any]()
    study = create(url, "uniform")
    study.enqueue({"choice": choices[2], "k": 0})
    study.optimize(asking(choices, seen), n_trials=1)
    study.enqueue(study.trials[0].params)  # as it was read back
    study.optimize(asking(choices, seen), n_trials=1)
    assert seen[0] is seen[1] is choices[2]
    assert tried(study)[0] == tried(study)[1]


def test_records_hold_plain_values_and_a_live_trial_holds_the_own_object() -> None:
    study = create(None, "grid")
    trial = study.ask()
    own = trial.suggest_categorical("choice", list(Word))
    assert trial.params["choice"] is own
    study.tell(trial, 0.0)
    assert type(study.best_params["choice"]) is str
    assert study.best_params == {"choice": own.value}


def test_plain_values_and_members_of_their_enum_are_one_range(url: str) -> None:
    """A script that goes over to an Enum, or back, goes on with its study."""
    create(url, "grid").optimize(asking([each.value for each in Word]), n_trials=4)
    study = create(url, "grid")
    study.optimize(asking(list(Word)))
    assert len(set(tried(study))) == len(study.trials) == 9


def test_a_search_over_members_of_an_enum_fits_the_estimator_with_the_candidate_that_it_tells() -> None:
    tree = pytest.importorskip("sklearn.tree")

    class Rule(str, Enum):  # noqa: UP042 - as above
        GINI = "gini"
        ENTROPY = "entropy"
        LOSS = "log_loss"

    x = np.arange(24.0).reshape(-1, 1)
    search = SearchCV(tree.DecisionTreeClassifier(random_state=0), {"criterion": list(Rule)}, n_iter=9, cv=2)
    search.fit(x, np.arange(24) % 2)
    assert sorted(search.cv_results_["param_criterion"]) == sorted(Rule)
