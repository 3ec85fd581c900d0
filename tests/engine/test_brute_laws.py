"""Laws of brute force: whatever a user enqueues, whenever, and in whatever order trials end, every path is run."""

import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luthier
from luthier.engine.brute import TreeProposer
from luthier.engine.choices import Node, Tree, listed
from luthier.executors.trial import Trial, TrialWarning
from luthier.space.domains import Categorical, Domain, Float, Int

NAMES = ["a", "b", "c", "d"]
SPARE = ["a0", "b1", "c0", "never"]

#: Ranges of one to four values.
DOMAINS: list[Domain] = [
    Int(1, 1),
    Int(0, 2),
    Int(2, 8, step=2),
    Float(0.0, 0.3, step=0.1),
    Categorical((None, "x")),
    Categorical((True, 1, 1.0)),
]

#: Values that some of the ranges have, and others that none has.
VALUES = [0, 1, 2, 4, 0.0, 0.2, 1.0, None, "x", True, "none of them", 99]


@dataclass(frozen=True)
class Place:
    """A parameter that an objective asks for, and the place after each of its values; None where it ends."""

    name: str
    domain: Domain
    after: tuple["Place | None", ...]


@st.composite
def places(draw: st.DrawFn, depth: int = 0) -> Place | None:
    """An objective with at most four parameters on a path; branches may ask for the same ones in any order."""
    if depth == 4 or (depth and draw(st.booleans())):
        return None
    domain = draw(st.sampled_from(DOMAINS))
    alike = draw(st.booleans())
    common = draw(places(depth + 1)) if alike else None
    after = tuple(common if alike else draw(places(depth + 1)) for _ in listed("", domain))
    return Place(f"{NAMES[depth]}{draw(st.integers(0, 1))}", domain, after)


def paths(place: Place | None) -> list[tuple[tuple[str, Any], ...]]:
    """Every path from a place to an end."""
    if place is None:
        return [()]
    return [
        ((place.name, repr(value)), *rest)
        for value, after in zip(listed(place.name, place.domain), place.after, strict=True)
        for rest in paths(after)
    ]


def run(trial: Trial, place: Place | None) -> None:
    """Ask for what an objective asks for."""
    while place is not None:
        value = trial.suggest(place.name, place.domain)
        place = place.after[[repr(each) for each in listed(place.name, place.domain)].index(repr(value))]


def path_of(params: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The path of a trial."""
    return tuple((name, repr(value)) for name, value in params.items())


def fits(config: Mapping[str, Any], path: tuple[tuple[str, str], ...], place: Place | None) -> bool:
    """Whether a trial with these values may take a path: out of range they say nothing."""
    for name, shown in path:
        assert place is not None
        values = listed(name, place.domain)
        if name in config and place.domain.contains(config[name]):
            value = float(config[name]) if isinstance(place.domain, Float) else config[name]
            if repr(value) != shown:
                return False
        place = place.after[[repr(each) for each in values].index(shown)]
    return True


def check_counts(node: Node) -> None:
    """Raise unless the open ends of a node are those of what comes after its values."""
    if node.name is None or node.domain is None:
        assert node.open in {0, 1}
    else:
        assert node.open == node.ends_beyond(node.name, listed(node.name, node.domain))
    for children in node.children.values():
        for child in children.values():
            check_counts(child)


@st.composite
def configs(draw: st.DrawFn, place: Place | None) -> dict[str, Any]:
    """A part of one path, or all of it; some values out of their ranges, some names not of the path."""
    config: dict[str, Any] = draw(
        st.dictionaries(st.sampled_from(SPARE), st.sampled_from(VALUES), max_size=1)
    )
    while place is not None:
        at = draw(st.integers(0, len(place.after) - 1))
        kept = draw(st.sampled_from(["value", "value", "nothing", "junk"]))
        if kept != "nothing":
            value = listed(place.name, place.domain)[at]
            config[place.name] = value if kept == "value" else draw(st.sampled_from(VALUES))
        place = place.after[at]
    return config


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrialWarning)
        yield


@settings(max_examples=150, deadline=None)
@given(places(), st.data())
def test_one_by_one_no_path_comes_more_often_than_it_was_enqueued_and_once(
    root: Place | None, data: st.DataObject
) -> None:
    study = luthier.create_study(sampler="brute_force", seed=data.draw(st.integers(0, 99)))
    wanted = paths(root)
    queue = data.draw(st.lists(st.tuples(st.integers(0, 6), configs(root)), max_size=6))
    for moment in range(len(wanted) + len(queue) + 8):
        for _, config in (each for each in queue if each[0] == moment):
            study.enqueue(config)
        try:
            trial = study.ask()
        except luthier.SpaceExhausted:
            continue
        run(trial, root)
        study.tell(trial, 0.0)
    with pytest.raises(luthier.SpaceExhausted):
        study.ask()
    seen = Counter(path_of(record.params) for record in study.trials)
    assert seen.keys() == set(wanted)
    for path, times in seen.items():
        assert times <= 1 + sum(fits(config, path, root) for _, config in queue)


@settings(max_examples=150, deadline=None)
@given(places(), st.data())
def test_in_any_order_with_failures_the_search_ends_after_every_path(
    root: Place | None, data: st.DataObject
) -> None:
    study = luthier.create_study(sampler="brute_force", seed=data.draw(st.integers(0, 99)))
    session = study._asktell.session
    assert isinstance(session.proposer, TreeProposer)
    running: list[Trial] = []
    enqueued = failed = 0
    wanted = paths(root)
    for _ in range(3 * len(wanted) + 60):
        step = data.draw(st.integers(0, 9)) if len(study.trials) < 60 else 0
        if step == 1 and enqueued < 6:
            study.enqueue(data.draw(configs(root)))
            enqueued += 1
        elif step <= 4 or not running:
            try:
                trials = study.ask(max(step, 1))
            except luthier.SpaceExhausted:
                if not running:
                    break
            else:
                for trial in trials:
                    run(trial, root)
                running += trials
                continue
        if running:
            fails = step == 9
            failed += fails
            place = data.draw(st.integers(0, len(running) - 1))
            study.tell(running.pop(place), None if fails else 0.0, state="FAILED" if fails else None)
        check_counts(session.proposer.tree.root)
    else:
        raise AssertionError("the search does not end")
    seen = Counter(path_of(record.params) for record in study.trials)
    assert seen.keys() == set(wanted)
    assert len(study.trials) <= len(wanted) + enqueued + failed


@settings(max_examples=60, deadline=None)
@given(places(), places(), st.lists(st.booleans(), max_size=12))
def test_counts_hold_when_the_objective_asks_for_something_else(
    one: Place | None, other: Place | None, turns: list[bool]
) -> None:
    tree = Tree()
    study = luthier.create_study(sampler="brute_force", seed=1)
    for turn in turns:
        try:
            trial = study.ask()
        except luthier.SpaceExhausted:
            break
        run(trial, one if turn else other)
        tree.end(study.tell(trial, 0.0))
        check_counts(tree.root)
