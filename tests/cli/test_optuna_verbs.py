"""The verbs of Optuna's command, each call a process of its own as far as the store can tell."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

import luthier
from luthier.base.errors import InvalidInput
from luthier.cli.main import cli
from luthier.cli.trial_verbs import TWINS
from luthier.space.domains import Categorical, Float, Int

SPACE = json.dumps(
    {
        "x": {
            "name": "FloatDistribution",
            "attributes": {"low": 0.0, "high": 1.0, "log": False, "step": None},
        },
        "k": {"type": "int", "low": 1, "high": 8, "log": True},
        "c": {"type": "categorical", "choices": ["a", None]},
    }
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A path that the environment names, as Optuna's variable does."""
    path = str(tmp_path / "s.db")
    monkeypatch.setenv("OPTUNA_STORAGE", path)
    monkeypatch.delenv("LUTHIER_STORAGE", raising=False)
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=True)


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout.strip()


def test_a_trial_asked_in_one_process_is_told_in_another(store: str) -> None:
    def process(*arguments: str) -> str:
        command = [sys.executable, "-m", "luthier.cli.main", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert done("create-study", "--study-name", "s") == "s"
    asked = json.loads(process("ask", "--study-name", "s", "--search-space", SPACE))
    assert (asked["number"], list(asked["params"])) == (0, ["x", "k", "c"])
    other = json.loads(process("ask", "--study-name", "s", "--search-space", SPACE))
    assert (other["number"], other["params"] == asked["params"]) == (1, False)
    process("tell", "--study-name", "s", "--trial-number", "0", "--values", "-0.25")
    record = luthier.load_study("s", storage=store).trials[0]
    assert (record.values, record.params, record.attempt) == ((-0.25,), asked["params"], 1)
    assert record.domains == {"x": Float(0, 1), "k": Int(1, 8, log=True), "c": Categorical(("a", None))}


def test_a_trial_that_was_asked_for_is_not_given_to_a_running_search(store: str) -> None:
    done("create-study", "--study-name", "s")
    asked = json.loads(done("ask", "--study-name", "s", "--search-space", SPACE))
    study = luthier.load_study("s", storage=store)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2, progress=False)
    done("tell", "--study-name", "s", "--trial-number", str(asked["number"]), "--values", "7")
    assert [record.attempt for record in study.trials] == [1, 1, 1]
    assert study.trials[0].values == (7.0,)


def test_what_was_enqueued_is_asked_first_with_its_attributes_kept(store: str) -> None:
    study = luthier.create_study("s", storage=store)
    study.enqueue({"x": 0.125}, user_attrs={"who": "me"})
    asked = json.loads(done("ask", "--study-name", "s", "--search-space", SPACE))
    assert asked["params"]["x"] == 0.125
    done("tell", "--study-name", "s", "--trial-number", "0", "--values", "1")
    assert study.trials[0].user_attrs == {"who": "me"}


def test_several_values_and_directions_follow_their_option(store: str) -> None:
    done("create-study", "--study-name", "m", "--directions", "minimize", "maximize")
    assert json.loads(done("ask", "--study-name", "m")) == {"number": 0}
    done("tell", "--study-name", "m", "--trial-number", "0", "--values", "1", "-2.5")
    (row,) = json.loads(done("best-trials", "--study-name", "m", "-f", "json"))
    assert (row["values"], row["state"]) == ([1.0, -2.5], "COMPLETE")
    assert "values_1" in done("best-trials", "--study-name", "m", "--flatten")
    assert run("create-study", "--study-name", "n", "minimize").exit_code == 2
    assert run("best-trial", "--study-name", "m").exit_code == 1


def test_a_trial_is_told_once_unless_that_is_to_be_skipped(store: str) -> None:
    done("create-study", "--study-name", "s")
    done("ask", "--study-name", "s")
    done("tell", "--study-name", "s", "--trial-number", "0", "--values", "1")
    again = ("tell", "--study-name", "s", "--trial-number", "0", "--values", "2")
    assert run(*again).exit_code == 1
    done(*again, "--skip-if-finished")
    assert luthier.load_study("s", storage=store).best_value == 1.0


@pytest.mark.parametrize(("state", "shown"), [("pruned", "PRUNED"), ("fail", "FAIL"), ("complete", "FAIL")])
def test_a_trial_without_a_value_ends_as_told(store: str, state: str, shown: str) -> None:
    done("create-study", "--study-name", "s")
    done("ask", "--study-name", "s")
    done("tell", "--study-name", "s", "--trial-number", "0", "--state", state)
    (row,) = json.loads(done("trials", "--study-name", "s", "-f", "json"))
    assert (row["state"], row["value"]) == (shown, None)


def test_every_form_of_output_says_the_same(store: str) -> None:
    study = luthier.create_study("s", storage=store, sampler="grid", seed=1)
    study.optimize(lambda trial: trial.suggest_int("k", 1, 3), n_trials=3, progress=False)
    study.set_user_attr("team", "blue")
    rows = json.loads(done("trials", "--study-name", "s", "-f", "json"))
    assert [row["params"]["k"] for row in rows] == [row["value"] for row in rows]
    assert yaml.safe_load(done("trials", "--study-name", "s", "-f", "yaml")) == rows
    assert (
        done("trials", "--study-name", "s", "-f", "value")
        .splitlines()[0]
        .startswith(f"0 {rows[0]['value']} ")
    )
    table = done("trials", "--study-name", "s", "--flatten").splitlines()
    assert "params_k" in table[1]
    assert len({len(line) for line in table}) == 1
    assert json.loads(done("best-trial", "--study-name", "s", "-f", "json"))["value"] == 1.0
    (listed,) = json.loads(done("studies", "-f", "json"))
    assert (listed["name"], listed["direction"], listed["n_trials"]) == ("s", ["MINIMIZE"], 3)
    assert listed["user_attrs"] == {"team": "blue"}


def test_studies_are_created_named_marked_and_deleted(store: str) -> None:
    name = done("create-study", "--direction", "maximize")
    assert done("study-names") == name
    assert run("create-study", "--study-name", name).exit_code == 1
    assert done("create-study", "--study-name", name, "--skip-if-exists") == name
    done("study", "set-user-attr", "--study-name", name, "--key", "k", "--value", "v")
    assert luthier.load_study(name, storage=store).user_attrs == {"k": "v"}
    assert "no upgrade" in done("storage", "upgrade")
    done("delete-study", "--study-name", name)
    assert done("study-names") == ""


def test_the_search_space_of_an_ask_is_kept_out_of_the_listing(store: str) -> None:
    done("create-study", "--study-name", "s")
    done("ask", "--study-name", "s", "--search-space", SPACE)
    assert "user_attrs" not in json.loads(done("studies", "-f", "json"))[0]


@pytest.mark.parametrize("space", ["{", "[]", '{"x": 1}', '{"x": {"type": "song", "low": 0, "high": 1}}'])
def test_a_search_space_that_is_none_is_refused_before_a_trial_starts(store: str, space: str) -> None:
    done("create-study", "--study-name", "s")
    assert run("ask", "--study-name", "s", "--search-space", space).exit_code == 1
    assert luthier.load_study("s", storage=store).trials == []


def test_a_search_space_that_is_refused_is_not_kept(store: str) -> None:
    done("create-study", "--study-name", "s")
    nameless = '{"": {"type": "float", "low": 0, "high": 1}}'
    assert isinstance(run("ask", "--study-name", "s", "--search-space", nameless).exception, InvalidInput)
    assert luthier.load_study("s", storage=store).user_attrs == {}
    asked = json.loads(done("ask", "--study-name", "s", "--search-space", SPACE))
    done("tell", "--study-name", "s", "--trial-number", str(asked["number"]), "--values", "1")


def test_samplers_go_by_either_name(store: str) -> None:
    done("create-study", "--study-name", "s")
    space = '{"k": {"type": "int", "low": 1, "high": 99}}'
    for name in (*TWINS, "TPE", "forest"):
        shown = done("ask", "--study-name", "s", "--search-space", space, "--sampler", name)
        assert 1 <= json.loads(shown)["params"]["k"] <= 99, name
    assert 'Did you mean "quasi"?' in str(run("ask", "--study-name", "s", "--sampler", "quasy").exception)


def test_brute_force_goes_through_a_space_from_processes_that_know_nothing_of_each_other(store: str) -> None:
    done("create-study", "--study-name", "s")
    space = json.dumps(
        {"k": {"type": "int", "low": 1, "high": 2}, "c": {"type": "categorical", "choices": [0, 1]}}
    )
    ask = ("ask", "--study-name", "s", "--search-space", space, "--sampler", "BruteForceSampler")
    asked = [json.loads(done(*ask)) for _ in range(4)]
    for each in asked:
        done("tell", "--study-name", "s", "--trial-number", str(each["number"]), "--values", "1")
    assert sorted(tuple(each["params"].values()) for each in asked) == [(1, 0), (1, 1), (2, 0), (2, 1)]


def test_looking_makes_no_file(store: str) -> None:
    for command in (["studies"], ["trials", "--study-name", "s"], ["delete-study", "--study-name", "s"]):
        assert run(*command).exit_code == 1
    assert not Path(store).exists()
