# ruff: noqa: E501 - a case is a line
"""Sweep files: what is read, what is refused, and what a message says."""

from pathlib import Path

import pytest

from luthier.frontends.sweep.plan import Plan, plan_of
from luthier.frontends.sweep.problems import SweepError
from luthier.frontends.sweep.yamlfile import parse, read
from luthier.records.study import Direction

GOOD = """
program: train.py
method: bayes
name: demo
description: everything that a file may say
project: digits
metric: {name: loss, goal: maximize, target: 0.9}
run_cap: 20
early_terminate: {type: hyperband, max_iter: 27, s: 2, eta: 3, strict: false}
command: ["${env}", "${interpreter}", "${program}", "${args}", 3]
controller: {type: local}
parameters:
  lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}
  optimizer:
    parameters:
      name: {values: [adam, sgd]}
      nested: {parameters: {beta: {value: 0.9}}}
"""


def plan(text: str) -> Plan:
    """The plan of a text, as if it were a file of this name."""
    document = parse(text, "sweep.yaml")
    return plan_of(document.value, source="sweep.yaml", lines=document.lines)


def message(text: str) -> str:
    """What is said of a wrong file."""
    with pytest.raises(SweepError) as caught:
        plan(text)
    return str(caught.value)


def test_every_key_of_the_format_is_read() -> None:
    made = plan(GOOD)

    assert made.metric is not None
    assert (made.metric.name, made.metric.direction, made.metric.target) == ("loss", Direction.MAXIMIZE, 0.9)
    assert [each.name for each in made.parameters] == ["lr", "optimizer.name", "optimizer.nested.beta"]
    assert made.parameters[2].path == ("optimizer", "nested", "beta")
    assert made.bands is not None
    assert (made.bands.max_iter, made.bands.s, made.bands.strict) == (27, 2, False)
    assert made.command == ("${env}", "${interpreter}", "${program}", "${args}", "3")
    assert made.run_cap == 20
    assert plan_of(made.config) == made


@pytest.mark.parametrize("text", ["1e-5", "1E5", "3e6", "-2e+3", "1.e2", ".5e3", "1.5e-3"])
def test_numbers_with_exponents_are_numbers(text: str) -> None:
    assert parse(f"x: {text}", "s").value == {"x": float(text)}


@pytest.mark.parametrize("text", ["1e", "e5", "1e5x", "v1e-5", "'1e-5'"])
def test_text_that_looks_like_a_number_stays_text(text: str) -> None:
    assert isinstance(parse(f"x: {text}", "s").value["x"], str)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("method: bayes", "methud: bayes", 'sweep.yaml:3: methud: Expected a key that is known, got "methud". Did you mean "method"?'),
        ("method: bayes", "method: hyperopt", "sweep.yaml:3: method: Expected bayes, grid or random, got hyperopt. Correct the method."),
        ("method: bayes", "method: Bayesian", 'sweep.yaml:3: method: Expected bayes, grid or random, got Bayesian. Did you mean "bayes"?'),
        ("method: bayes", "method: tpe", 'got tpe. Did you mean "bayes"?'),
        ("method: bayes", "method: random_search", 'got random_search. Did you mean "random"?'),
        ("method: bayes", "method: custom", "sweep.yaml:3: method: Expected a search that is described in the file, got custom."),
        ("goal: maximize", "goal: max", 'sweep.yaml:7: metric.goal: Expected minimize or maximize, got max. Did you mean "maximize"?'),
        ("name: loss, ", "", "sweep.yaml:7: metric.name: Expected the name of the metric, got None."),
        ("run_cap: 20", "run_cap: 2.5", "sweep.yaml:8: run_cap: Expected a whole number >= 1, got 2.5."),
        ("run_cap: 20", "scheduler: {engine: ax}", 'sweep.yaml:8: scheduler: Expected a sweep that runs on this machine, got "scheduler".'),
        ("run_cap: 20", "image_uri: x/y", "sweep.yaml:8: image_uri: Expected a sweep that runs on this machine"),
        ("run_cap: 20", "job: x", "sweep.yaml:8: job: Expected a sweep that runs on this machine"),
        ("s: 2, ", "", "sweep.yaml:9: early_terminate: Expected either min_iter, or max_iter and s, got max_iter."),
        ("eta: 3", "eta: 1", "sweep.yaml:9: early_terminate.eta: Expected a number > 1, got 1."),
        ("${args}", "${agrs}", 'sweep.yaml:10: command[3]: Expected a macro that is known, got "${agrs}". Did you mean "${args}"?'),
        ("min: 1e-5", "min: 1", "sweep.yaml:13: parameters.lr.max: Expected min < max, got min=1, max=0.1."),
        ("min: 1e-5", "min: -1", "sweep.yaml:13: parameters.lr.min: Expected min > 0 for log_uniform_values, got -1."),
        ("min: 1e-5", "min: '1e-5'", "sweep.yaml:13: parameters.lr.min: Expected a finite number, got the text '1e-5'. Remove the quotes."),
        ("min: 1e-5, ", "", 'sweep.yaml:13: parameters.lr: Expected "min", which log_uniform_values needs, got none.'),
        ("log_uniform_values", "log_uniform_value", 'Did you mean "log_uniform_values"?'),
        ("max: 1e-1", "maxx: 1e-1", 'sweep.yaml:13: parameters.lr.maxx: Expected a key that is known, got "maxx". Did you mean "max"?'),
        ("{value: 0.9}", "0.9", "sweep.yaml:17: parameters.optimizer.parameters.nested.parameters.beta: Expected a mapping such as {min: 0, max: 1}, got 0.9. Write beta: {value: 0.9} for a constant"),
        ("values: [adam, sgd]", "values: []", "Expected a list of at least one value, got []."),
        ("values: [adam, sgd]", "values: [a, b], probabilities: [0.5, 0.6]", "Expected probabilities that sum to 1, got the sum 1.1."),
        ("values: [adam, sgd]", "values: [a, b], probabilities: [1.0]", "Expected one probability for each value, got 1 for 2 values."),
        ("values: [adam, sgd]", "min: 1", "Expected value, values, min and max, a and b, or a distribution, got min."),
        ("values: [adam, sgd]", "min: 1, max: 2.5, distribution: int_uniform", "Expected a whole number, got 2.5. Use distribution: uniform."),
        ("values: [adam, sgd]", "min: 0.1, max: 0.2, q: 1", "no multiple of q=1 between 0.1 and 0.2"),
        ("lr: {", "9lr: {", "Expected a name of letters, digits"),
        ("metric: {name: loss, goal: maximize, target: 0.9}\n", "", "Expected a metric, which method: bayes needs, got none."),
        ("program: train.py", "program: [train.py]", "sweep.yaml:2: program: Expected a text, got ['train.py']."),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_by_line_key_expected_and_got(old: str, new: str, told: str) -> None:
    assert GOOD.count(old) == 1
    assert told in message(GOOD.replace(old, new))


def test_all_that_is_wrong_is_told_at_once_by_line() -> None:
    lines = message("method: bays\nparametrs: 1\nparameters:\n  x: {min: 2, max: 1}\n").splitlines()

    assert [line.partition(": ")[0] for line in lines] == ["sweep.yaml:1", "sweep.yaml:2", "sweep.yaml:4"]


def test_a_grid_refuses_a_continuum() -> None:
    told = message("method: grid\nparameters:\n  x: {min: 0.0, max: 1.0}\n")

    assert "sweep.yaml:3: parameters.x: Expected one of constant, categorical" in told
    assert "got uniform" in told


def test_two_parameters_cannot_have_one_name() -> None:
    told = message("method: random\nparameters:\n  a.b: {value: 1}\n  a: {parameters: {b: {value: 2}}}\n")

    assert 'two ways to spell "a.b"' in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1, 2\n", "s:2: Expected YAML, got while parsing a flow sequence"),
        ("a:\n\tb: 1\n", "s:2: Expected YAML"),
        ("a: 1\nb: 2\na: 3\n", 's:3: Expected "a" once, got it in lines 1 and 3.'),
        ("", "s: Expected a sweep configuration, got an empty file."),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(SweepError) as caught:
        parse(text, "s")

    assert str(caught.value).startswith(told)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SweepError, match="No such file"):
        read(tmp_path / "sweep.yaml")


def test_anchors_and_merges_keep_their_lines() -> None:
    document = parse("base: &b {min: 2, max: 1}\nx:\n  <<: *b\n  q: 1\n", "s")

    assert document.value["x"] == {"min": 2, "max": 1, "q": 1}
    assert document.lines["x", "min"] == 1
    assert document.lines["x", "q"] == 4


def test_what_is_done_otherwise_is_noted() -> None:
    text = GOOD.replace("target: 0.9", "target: 0.9, impute: best").replace("type: local", "type: cloud")

    assert [note.partition(":")[0] for note in plan(text).notes] == ["controller", "metric.impute"]


def test_the_file_of_the_manual_is_a_sweep() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")

    made = plan(page.partition("```yaml\n")[2].partition("```")[0])

    assert [each.name for each in made.parameters] == [
        "lr", "layers", "optimizer.name", "optimizer.momentum", "epochs",
    ]  # fmt: skip
    assert made.notes == ()


def test_bounds_that_are_taken_for_exponents_are_noted() -> None:
    text = "method: random\nparameters: {lr: {distribution: log_uniform, min: 1e-5, max: 0.1}}\n"

    (note,) = plan(text).notes
    assert note == (
        "parameters.lr: min and max of log_uniform are exponents of e: the values are 1 to 1.105. "
        "For values from 1e-05 to 0.1 write distribution: log_uniform_values."
    )
    assert not plan(text.replace("1e-5, max: 0.1", "-9.2, max: -2.3")).notes


def test_a_value_that_cannot_be_kept_is_told_with_its_place() -> None:
    told = message("method: random\nparameters:\n  day: {values: [1, 2020-01-01]}\n")

    assert told.startswith("sweep.yaml:3: parameters.day.values[1]: Expected a text, a number")
