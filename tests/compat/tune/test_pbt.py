"""Population based training: how values are mutated, who is copied, and what is written of it."""

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import InvalidInput
from luthier.compat import tune
from luthier.compat.tune import tune_config, verbs
from luthier.compat.tune.contract import Verdict
from luthier.compat.tune.schedulers import PB2, PopulationBasedTraining, PopulationBasedTrainingReplay
from luthier.compat.tune.schedulers.bandit import Seen, next_point
from luthier.compat.tune.schedulers.explore import as_mutations, as_space, explore, summary
from luthier.compat.tune.schedulers.mutate import Choices, Drawn, Neighbours, Within
from luthier.compat.tune.schedulers.pbt import quantiles
from luthier.compat.tune.schedulers.pbt_policy import read_policy
from luthier.space.domains import Float, Int

Make = Callable[..., Any]

CONTINUE, STOP, PAUSE = Verdict.CONTINUE, Verdict.STOP, Verdict.PAUSE

FACTORS = (1.2, 0.8)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(
    low=st.floats(-1e6, 1e6),
    width=st.floats(0, 1e6),
    place=st.floats(0, 1),
    factor=st.floats(0.01, 100),
    seed=st.integers(0, 99),
)
def test_a_perturbed_number_stays_in_its_range(
    low: float, width: float, place: float, factor: float, seed: int
) -> None:
    domain = Float(low, low + width)
    value, _ = Within(domain).perturb(low + place * width, (factor,), rng(seed))
    assert domain.low <= value <= domain.high


@given(low=st.integers(-50, 50), steps=st.integers(0, 30), step=st.integers(1, 7), at=st.integers(0, 30))
def test_a_perturbed_integer_moves_by_a_step_and_stays_on_its_grid(
    low: int, steps: int, step: int, at: int
) -> None:
    domain = Int(low, low + steps * step, step=step)
    value = low + min(at, steps) * step
    for factor in FACTORS:
        moved, operation = Within(domain).perturb(value, (factor,), rng())
        assert type(moved) is int
        assert domain.contains(moved)
        towards = (factor > 1) == (value > 0)
        room = value < domain.high if towards else value > domain.low
        if value != 0 and room:
            assert (moved > value) if towards else (moved < value)
            assert operation == f"* {factor}"


def test_a_factor_is_a_shift_of_the_logarithm() -> None:
    within = Within(Float(1e-5, 1e-1, log=True))
    assert within.perturb(1e-3, (1.2,), rng())[0] == pytest.approx(1.2e-3)
    assert within.perturb(9e-2, (1.2,), rng())[0] == 1e-1
    assert within.perturb(1.1e-5, (0.8,), rng())[0] == 1e-5


def test_a_number_on_a_grid_stays_on_it() -> None:
    within = Within(Float(0.0, 1.0, step=0.1))
    assert within.perturb(0.3, (1.2,), rng())[0] == pytest.approx(0.4)
    assert within.perturb(0.9, (0.8,), rng())[0] == pytest.approx(0.7)
    assert within.perturb(1.0, (1.2,), rng())[0] == 1.0


def test_zero_is_drawn_anew_for_no_factor_moves_it() -> None:
    value, operation = Within(Float(0.0, 1.0)).perturb(0.0, FACTORS, rng())
    assert value > 0
    assert operation == "resample"


def test_choices_are_drawn_anew() -> None:
    choices = Choices(("adam", "sgd"))
    drawn = {choices.perturb("adam", FACTORS, rng(seed)) for seed in range(20)}
    assert drawn == {("adam", "resample"), ("sgd", "resample")}


def test_a_list_moves_to_its_neighbours_and_stays_at_its_ends() -> None:
    neighbours = Neighbours((1, 10, 100))
    assert {neighbours.perturb(10, FACTORS, rng(seed))[0] for seed in range(20)} == {1, 100}
    ends = {neighbours.perturb(1, FACTORS, rng(seed)) for seed in range(20)}
    assert ends == {(1, "shift left (noop)"), (10, "shift right")}
    assert neighbours.perturb(7, FACTORS, rng())[1] == "resample"


def test_neighbours_tell_equal_values_of_two_types_apart() -> None:
    assert Neighbours((1, True, 5)).perturb(True, FACTORS, rng())[0] in {1, 5}  # noqa: FBT003 - a choice


def test_a_function_draws_anew_under_a_seed_and_leaves_the_generators_alone() -> None:
    drawn = Drawn(lambda: (random.random(), np.random.rand()))  # noqa: NPY002 - as users write it
    random.seed(1)
    before = random.getstate()
    assert drawn.perturb(None, FACTORS, rng(3)) == drawn.perturb(None, FACTORS, rng(3))
    assert drawn.resample(rng(3)) != drawn.resample(rng(4))
    assert random.getstate() == before


MIXED = {
    "lr": verbs.loguniform(1e-4, 1e-1),
    "layers": verbs.randint(1, 5),
    "act": verbs.choice(["relu", "tanh"]),
    "batch": [16, 32, 64],
    "noise": lambda: random.uniform(0, 1),
    "net": {"width": verbs.qrandint(8, 64, 8), "drop": verbs.uniform(0, 0.5)},
}


def a_config() -> dict[str, Any]:
    return {
        "lr": 1e-2,
        "layers": 1,
        "act": "relu",
        "batch": 32,
        "noise": 0.5,
        "net": {"width": 8, "drop": 0.4, "fixed": [1]},
        "epochs": 7,
    }


def test_a_whole_configuration_stays_in_its_space_for_ever() -> None:
    mutations, config, generator = as_mutations(MIXED), a_config(), rng(5)
    for _ in range(300):
        config, operations = explore(config, mutations, generator, resample_probability=0.1, factors=FACTORS)
        assert 1e-4 <= config["lr"] <= 1e-1
        assert config["layers"] in {1, 2, 3, 4}
        assert config["act"] in {"relu", "tanh"}
        assert config["batch"] in {16, 32, 64}
        assert 0 <= config["noise"] <= 1
        assert config["net"]["width"] in range(8, 65, 8)
        assert 0 <= config["net"]["drop"] <= 0.5
        assert config["epochs"] == 7
        assert config["net"]["fixed"] == [1]
        assert set(operations) == set(MIXED)


def test_exploring_changes_no_argument_and_is_the_same_for_the_same_stream() -> None:
    config = a_config()
    first, second = (
        explore(config, as_mutations(MIXED), rng(1), resample_probability=0.5, factors=FACTORS)
        for _ in range(2)
    )
    assert first == second
    assert config == a_config()


def test_values_are_always_drawn_anew_where_the_probability_is_one() -> None:
    _, operations = explore(
        {"lr": 1e-2}, as_mutations({"lr": MIXED["lr"]}), rng(), resample_probability=1.0, factors=FACTORS
    )
    assert operations == {"lr": "resample"}


def test_a_function_of_the_user_has_the_last_word_and_must_return_something() -> None:
    def double(config: dict[str, Any]) -> dict[str, Any]:
        config["lr"] *= 2
        return config

    config, _ = explore({"lr": 1.0}, {}, rng(), resample_probability=0, factors=FACTORS, custom=double)
    assert config == {"lr": 2.0}
    with pytest.raises(InvalidInput, match="return config"):
        explore({}, {}, rng(), resample_probability=0, factors=FACTORS, custom=lambda _: None)  # type: ignore[arg-type, return-value]  # wrong on purpose


def test_what_was_done_is_told_in_one_line() -> None:
    line = summary({"a": 1, "b": {"c": 2}}, {"a": 2, "b": {"c": 3}}, {"a": "* 2", "b": {"c": "resample"}})
    assert line == "a: 1 (* 2) -> 2, b/c: 2 (resample) -> 3"


def test_mutations_are_a_space_for_those_who_give_none() -> None:
    space = as_space(MIXED)
    assert space["lr"] is MIXED["lr"]
    assert space["batch"] == verbs.choice([16, 32, 64])
    assert 0 <= space["noise"].sample({}) <= 1
    assert set(space["net"]) == {"width", "drop"}


@pytest.mark.parametrize("wrong", [3.0, "adam", []])
def test_a_mutation_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="lr"):
        as_mutations({"lr": wrong})
    with pytest.raises(ValueError, match="sample_from"):
        as_mutations({"lr": verbs.sample_from(lambda _: 1)})


@given(
    scores=st.lists(st.floats(allow_infinity=True, allow_nan=True), max_size=12), fraction=st.floats(0, 0.5)
)
def test_the_ends_of_a_population_never_meet_and_nan_is_never_copied(
    scores: list[float], fraction: float
) -> None:
    population = dict(enumerate(scores))
    bottom, top = quantiles(population, fraction)
    assert not set(bottom) & set(top)
    assert max(len(bottom), len(top)) <= math.ceil(len(scores) * fraction)
    # A best half that has NaN is shorter, and is copied by as many as ever.
    assert len(bottom) <= len(top) or sum(map(math.isnan, scores)) > len(scores) // 2
    assert bool(top) or not bottom
    for good in top:
        assert not math.isnan(population[good])
        for bad in bottom:
            assert math.isnan(population[bad]) or population[good] < population[bad]


def pbt(**rest: Any) -> PopulationBasedTraining:
    """Every interval of two iterations, the worst of four exploits the best."""
    arguments = {
        "time_attr": "training_iteration",
        "perturbation_interval": 2,
        "hyperparam_mutations": {"lr": verbs.uniform(0, 1)},
        **rest,
    }
    return PopulationBasedTraining(**arguments)


def started(scheduler: Any, members: Any) -> Any:
    """A population whose members have a configuration."""
    scheduler.bind(members)
    for trial in members.trials:
        trial.config = {"lr": 0.5, "member": trial.number}
    return members


def interval(
    scheduler: Any, members: Any, losses: list[float], *, step: int = 2, saved: bool = True
) -> list[Verdict]:
    """All members report at a step; what is said to each."""
    return [
        scheduler.on_result(*members.result(number, step, saved=saved, loss=loss))
        for number, loss in enumerate(losses)
    ]


def test_the_worst_takes_over_the_best_in_both_weights_and_configuration(population: Make) -> None:
    members, scheduler = population(4), pbt()
    started(scheduler, members)
    assert interval(scheduler, members, [1.0, 2.0, 3.0, 4.0], step=1) == [CONTINUE] * 4
    assert interval(scheduler, members, [1.0, 2.0, 3.0, 4.0]) == [CONTINUE, STOP, STOP, STOP]
    member, source, config = members.continued[-1]
    assert (member, source) == (3, 0)
    assert config["member"] == 0
    assert config["lr"] != 0.5
    assert 0 <= config["lr"] <= 1
    assert members.trials[3].checkpoints[-1] == members.trials[0].checkpoints[-1]


def test_nothing_happens_between_intervals_and_in_the_burn_in(population: Make) -> None:
    members, scheduler = population(2), pbt(burn_in_period=5)
    started(scheduler, members)
    for step in (1, 2, 3, 4):
        assert interval(scheduler, members, [1.0, 2.0], step=step) == [CONTINUE, CONTINUE]
    assert interval(scheduler, members, [1.0, 2.0], step=5) == [CONTINUE, STOP]
    assert interval(scheduler, members, [1.0, 2.0], step=5) == [CONTINUE, CONTINUE]


@pytest.mark.parametrize("bad", [math.nan, None])
def test_a_member_with_nan_loses_and_never_wins(bad: float | None, population: Make) -> None:
    members, scheduler = population(3), pbt(quantile_fraction=0.3)
    started(scheduler, members)
    interval(scheduler, members, [bad, 9.0, 5.0])  # type: ignore[list-item]  # a metric may be None
    assert interval(scheduler, members, [bad, 9.0, 5.0], step=4)[0] is STOP  # type: ignore[list-item]  # as above
    assert all(source != 0 for _, source, _ in members.continued)


def test_larger_is_better_where_the_mode_says_so(population: Make) -> None:
    members, scheduler = population(2, mode="max"), pbt()
    started(scheduler, members)
    assert interval(scheduler, members, [5.0, 1.0]) == [CONTINUE, STOP]


def test_decisions_are_a_function_of_the_seed(population: Make) -> None:
    chosen = []
    for seed in (0, 0, 1):
        members, scheduler = population(8, seed=seed), pbt(quantile_fraction=0.5)
        started(scheduler, members)
        interval(scheduler, members, [float(n) for n in range(8)])
        chosen.append(members.continued)
    assert chosen[0] == chosen[1] != chosen[2]


def test_without_a_checkpoint_nobody_is_sent_back_to_the_start(
    population: Make, caplog: pytest.LogCaptureFixture
) -> None:
    members, scheduler = population(2), pbt()
    members.waiting = 3
    started(scheduler, members)
    with caplog.at_level("WARNING", logger="luthier"):
        assert interval(scheduler, members, [1.0, 2.0], saved=False) == [CONTINUE, CONTINUE]
        assert interval(scheduler, members, [1.0, 2.0], saved=False, step=4) == [CONTINUE, CONTINUE]
    assert members.continued == []
    assert caplog.text.count("Report one at each perturbation_interval") == 1


def test_members_take_turns_where_slots_are_few(population: Make) -> None:
    members, scheduler = population(3), pbt(quantile_fraction=0)
    members.waiting = 2
    started(scheduler, members)
    assert scheduler.on_result(*members.result(0, 2, loss=1.0, saved=True)) is STOP
    assert members.continued == [(0, 0, {"lr": 0.5, "member": 0})]
    members.trials[1].checkpoints.append(members.trials[0].checkpoints[0])
    assert (
        scheduler.on_result(*members.result(1, 3, loss=1.0)) is CONTINUE
    )  # its checkpoint is older than that


def test_a_member_that_has_ended_is_neither_copied_nor_compared(population: Make) -> None:
    members, scheduler = population(3), pbt()
    started(scheduler, members)
    interval(scheduler, members, [1.0, 2.0, 2.5])
    members.trials[0].status = "TERMINATED"
    members.continued.clear()
    assert interval(scheduler, members, [1.0, 2.0, 3.0], step=4)[2] is STOP
    assert members.continued[-1][:2] == (2, 1)


def test_a_missing_attribute_is_an_error_unless_it_need_not_be_there(population: Make) -> None:
    members = population(1)
    strict, lax = pbt(), pbt(require_attrs=False)
    started(strict, members)
    with pytest.raises(RuntimeError, match="loss"):
        strict.on_result(*members.result(0, 2))
    started(lax, members)
    assert lax.on_result(*members.result(0, 2)) is CONTINUE


def test_synchronous_members_meet_and_go_on_together(population: Make) -> None:
    members, scheduler = population(3), pbt(synch=True)
    started(scheduler, members)
    assert interval(scheduler, members, [1.0, 2.0, 3.0], step=1) == [CONTINUE] * 3
    assert interval(scheduler, members, [1.0, 2.0, 3.0]) == [PAUSE, PAUSE, STOP]
    assert [(member, source) for member, source, _ in members.continued] == [(0, 0), (1, 1), (2, 0)]
    members.continued.clear()
    assert interval(scheduler, members, [1.0, 2.0, 0.5], step=3) == [CONTINUE] * 3
    assert interval(scheduler, members, [1.0, 2.0, 0.5], step=4) == [PAUSE, PAUSE, STOP]
    assert [(member, source) for member, source, _ in members.continued] == [(0, 0), (1, 2), (2, 2)]


def test_synchronous_members_do_not_wait_for_one_that_has_ended(population: Make) -> None:
    members, scheduler = population(3), pbt(synch=True)
    started(scheduler, members)
    assert interval(scheduler, members, [1.0, 2.0]) == [PAUSE, PAUSE]
    members.trials[2].status = "ERROR"
    scheduler.on_end(members.trials[2])
    assert [(member, source) for member, source, _ in members.continued] == [(0, 0), (1, 0)]


def test_a_synchronous_member_needs_a_checkpoint(population: Make) -> None:
    members, scheduler = population(2), pbt(synch=True)
    started(scheduler, members)
    with pytest.raises(InvalidInput, match="synch"):
        interval(scheduler, members, [1.0, 2.0], saved=False)


def test_a_restored_population_stands_where_it_stood(population: Make) -> None:
    members, scheduler = population(2), pbt()
    members.before = [members.result(n, step, loss=float(n), saved=True) for n in (0, 1) for step in (1, 2)]
    started(scheduler, members)
    assert interval(scheduler, members, [0.0, 1.0], step=3) == [CONTINUE, CONTINUE]
    assert scheduler.on_result(*members.result(1, 4, loss=1.0, saved=True)) is STOP


def test_what_a_population_needs_is_told_to_the_runner() -> None:
    scheduler = pbt(burn_in_period=3)
    assert scheduler.whole_population
    assert scheduler.wants == {"lr": verbs.uniform(0, 1)}
    assert scheduler.saves is not None
    due = [step for step in range(1, 9) if scheduler.saves.due(step - 1, step)]
    assert due == [2, 3, 4, 6, 8]


@pytest.mark.parametrize(
    "wrong",
    [
        {"hyperparam_mutations": None},
        {"quantile_fraction": 0.6},
        {"quantile_fraction": -0.1},
        {"perturbation_interval": 0},
        {"mode": "up"},
    ],
)
def test_wrong_arguments_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Expected"):
        pbt(**wrong)


def test_a_population_that_could_never_change_is_an_error_of_the_run() -> None:
    with pytest.raises(tune.TuneError, match="custom_explore_fn"):
        PopulationBasedTraining()
    with pytest.raises(tune.TuneError, match="hyperparam_bounds"):
        PB2()


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_policy_tells_how_the_present_weights_came_about(population: Make, tmp_path: Path) -> None:
    members, scheduler = population(3), pbt(quantile_fraction=0.34)
    started(scheduler, members)
    interval(scheduler, members, [1.0, 3.0, 2.0])  # 1 takes over from 0
    first = members.trials[1].config
    interval(scheduler, members, [2.0, 0.5, 3.0], step=4)  # 2 takes over from 1
    last = members.trials[2].config
    assert [row[:2] for row in lines(tmp_path / "pbt_global.txt")][-1] == ["abc_00002", "abc_00001"]
    schedule = read_policy(tmp_path / "pbt_policy_abc_00002.txt")
    assert schedule.config == {"lr": 0.5, "member": 0}
    assert schedule.changes == [(2, first), (4, last)]


def test_no_policy_is_written_where_none_is_wanted(population: Make, tmp_path: Path) -> None:
    members, scheduler = population(2), pbt(log_config=False)
    started(scheduler, members)
    interval(scheduler, members, [1.0, 2.0])
    assert members.continued
    assert list(tmp_path.iterdir()) == []


def test_what_came_before_other_weights_were_taken_over_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "pbt_policy_x.txt"
    rows = [["c", "b", 3, 3, {"lr": 9}, {"lr": 8}], ["a", "d", 6, 5, {"lr": 1}, {"lr": 2}]]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    schedule = read_policy(file)
    assert schedule.config == {"lr": 1}
    assert schedule.changes == [(5, {"lr": 2})]


@pytest.mark.parametrize("text", ["no json\n", "[1, 2]\n"])
def test_a_file_that_is_no_policy_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.txt"
    with pytest.raises(ValueError, match="does not exist"):
        PopulationBasedTrainingReplay(file)
    file.write_text(text)
    with pytest.raises(ValueError, match="policy"):
        PopulationBasedTrainingReplay(str(file))


@pytest.fixture
def policy(tmp_path: Path) -> str:
    file = tmp_path / "pbt_policy_x.txt"
    rows = [["b", "c", 9, 2, {"lr": 1.0}, {"lr": 2.0}], ["a", "b", 9, 4, {"lr": 2.0}, {"lr": 3.0}]]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(file)


def test_a_replay_changes_the_configuration_when_the_population_did(policy: str, population: Make) -> None:
    replay, members = PopulationBasedTrainingReplay(policy), population(1)
    assert replay.wants == {"lr": 1.0}
    replay.bind(members)
    said = [replay.on_result(*members.result(0, step, saved=True, loss=1.0)) for step in range(1, 7)]
    assert said == [CONTINUE, STOP, CONTINUE, STOP, CONTINUE, CONTINUE]
    assert [config for _, _, config in members.continued] == [{"lr": 2.0}, {"lr": 3.0}]
    assert replay.saves is not None
    assert [step for step in range(1, 7) if replay.saves.due(step - 1, step)] == [2, 4]


def test_a_replay_is_for_one_trial_with_the_policys_parameters_and_checkpoints(
    policy: str, population: Make
) -> None:
    with pytest.raises(ValueError, match="one trial"):
        PopulationBasedTrainingReplay(policy).bind(population(2))
    other = population(1)
    other.param_space = {"lr": 5.0}
    with pytest.raises(ValueError, match="param_space"):
        PopulationBasedTrainingReplay(policy).bind(other)
    replay, members = PopulationBasedTrainingReplay(policy), population(1)
    replay.bind(members)
    with pytest.raises(ValueError, match="checkpoint of iteration 2"):
        replay.on_result(*members.result(0, 2, loss=1.0))


def test_a_restored_replay_goes_on_with_the_next_change(policy: str, population: Make) -> None:
    replay, members = PopulationBasedTrainingReplay(policy), population(1)
    members.before = [members.result(0, step, loss=1.0) for step in (1, 2, 3)]
    replay.bind(members)
    assert replay.on_result(*members.result(0, 4, saved=True, loss=1.0)) is STOP
    assert members.continued[-1][2] == {"lr": 3.0}


def test_the_bandit_finds_what_gains_and_follows_it() -> None:
    """The gain is largest where the parameter is near a place that moves with time."""
    generator = rng(0)
    X = np.column_stack([generator.random(60), np.full(60, 0.5)])
    t = np.repeat(np.arange(1.0, 7.0), 10)
    y = -((X[:, 0] - t / 10) ** 2)
    points = [
        next_point(Seen(X, t, y), at=7.0, value=0.5, pending=np.empty((0, 1)), rng=rng(n))[0]
        for n in range(5)
    ]
    assert np.median(np.abs(np.array(points) - 0.65)) < 0.1


def test_the_bandit_keeps_away_from_what_was_chosen_just_now() -> None:
    X, t = np.array([[0.5, 0.0], [0.9, 0.0]]), np.ones(2)
    seen = Seen(X, t, np.array([1.0, 0.9]))
    first = next_point(seen, at=1.0, value=0.0, pending=np.empty((0, 1)), rng=rng())
    second = next_point(seen, at=1.0, value=0.0, pending=first[None, :], rng=rng())
    assert abs(first[0] - second[0]) > 0.05


def test_the_bandit_draws_where_it_knows_nothing() -> None:
    nothing = Seen(np.empty((0, 3)), np.empty(0), np.empty(0))
    point = next_point(nothing, at=0.0, value=0.0, pending=np.empty((0, 2)), rng=rng())
    assert point.shape == (2,)


def test_pb2_stays_within_its_bounds_and_keeps_integers(population: Make) -> None:
    members = population(4)
    scheduler = PB2(
        "training_iteration",
        perturbation_interval=1,
        hyperparam_bounds={"lr": [0.1, 0.3], "net": {"n": [1, 4]}},
    )
    scheduler.bind(members)
    for trial in members.trials:
        trial.config = {"lr": 0.1 + 0.05 * trial.number, "net": {"n": 2}, "rest": "x"}
    for step in range(1, 9):
        interval(
            scheduler, members, [step * (0.4 - trial.config["lr"]) for trial in members.trials], step=step
        )
    assert len(members.continued) >= 8
    for _, _, config in members.continued:
        assert 0.1 <= config["lr"] <= 0.3
        assert config["net"]["n"] in {1, 2, 3, 4}
        assert type(config["net"]["n"]) is int
        assert config["rest"] == "x"


def test_pb2_draws_at_first_and_is_the_same_for_the_same_seed(population: Make) -> None:
    chosen = []
    for _ in range(2):
        members = population(3)
        scheduler = PB2("training_iteration", perturbation_interval=2, hyperparam_bounds={"lr": (0, 1)})
        started(scheduler, members)
        interval(scheduler, members, [1.0, 2.0, 3.0])
        chosen.append(members.continued)
    assert chosen[0] == chosen[1]
    assert all(config["lr"] != 0.5 for _, _, config in chosen[0])
    assert scheduler.wants == {"lr": verbs.uniform(0.0, 1.0)}


@pytest.mark.parametrize("bounds", [None, {}, {"lr": [1, 0]}, {"lr": [1, 2, 3]}, {"lr": verbs.uniform(0, 1)}])
def test_pb2_needs_bounds(bounds: Any) -> None:
    with pytest.raises(ValueError, match="hyperparam_bounds"):
        PB2(hyperparam_bounds=bounds)


def test_pb2_lets_the_user_have_the_last_word(population: Make) -> None:
    members = population(2)
    scheduler = PB2(
        "training_iteration",
        perturbation_interval=2,
        hyperparam_bounds={"lr": [0, 1]},
        custom_explore_fn=lambda config: {**config, "lr": 0.25},
    )
    started(scheduler, members)
    interval(scheduler, members, [1.0, 2.0])
    assert members.continued[-1][2]["lr"] == 0.25


def test_the_dataclass_of_a_run_takes_a_population() -> None:
    assert tune_config.TuneConfig(scheduler=pbt()).scheduler.whole_population
