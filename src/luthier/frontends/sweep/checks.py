"""The keys of a sweep file beside its parameters: which there are, and what they may say."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from luthier.base.names import correction
from luthier.frontends.sweep.macros import check_command
from luthier.frontends.sweep.parameters import is_number
from luthier.frontends.sweep.problems import Path, Problems

__all__ = ["check_config"]

METHODS = ("bayes", "grid", "random")

#: What other tuners call the same.
ELSEWHERE: Mapping[str, str] = MappingProxyType({"bo": "bayes", "gp": "bayes", "tpe": "bayes"})

#: Keys of files written for a service, and what to do without it.
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "image_uri": "Runs start as processes of this machine: name the script with program.",
        "job": "Runs start as processes of this machine: name the script with program.",
        "launch": "Runs start as processes of this machine: remove it.",
        "metrics": "One metric a sweep; for several objectives use luthier.create_study(directions=[…]).",
        "scheduler": "The search is chosen by method; for others use luthier.create_study(sampler=…).",
    },
)

#: Keys that are kept with the study and change nothing in the search.
TEXTS = ("apiVersion", "description", "entity", "kind", "name", "program", "project")

#: Keys that a service has a use for.
NOTED: Mapping[str, str] = MappingProxyType({"settings": "they concern a service, and change nothing here."})

#: Settings of the metric that concern an imputation which is not made here, and their defaults.
IMPUTE: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "impute": ("worst", ("best", "latest", "worst")),
        "impute_while_running": ("false", ("best", "false", "latest", "worst")),
    },
)


def check_config(config: Any, problems: Problems) -> None:
    """Note everything that is wrong outside of `parameters`."""
    if not isinstance(config, Mapping):
        problems.add(
            (), expected="a mapping with method and parameters", got=config, fix="Write key: value lines."
        )
        return
    for key in config:
        if key in REFUSED:
            got, fix = f'"{key}"', REFUSED[key]
            problems.add((key,), expected="a sweep that runs on this machine", got=got, fix=fix)
        elif key in NOTED:
            problems.notes.append(f"{key}: {NOTED[key]}")
        elif key not in CHECKS and key not in {"method", "parameters"}:
            problems.unknown((key,), key, ("method", "parameters", *CHECKS))
    check_method(config, problems)
    if "parameters" not in config:
        problems.add((), expected='"parameters"', got="none", fix="Add the parameters to search.")
    for key, check in CHECKS.items():
        if config.get(key) is not None:
            check(config[key], (key,), problems)
    needs_metric = ["method: bayes"] if config.get("method") == "bayes" else []
    needs_metric += ["early_terminate"] if "early_terminate" in config else []
    if needs_metric and config.get("metric") is None:
        expected = f"a metric, which {needs_metric[0]} needs"
        problems.add((), expected=expected, got="none", fix="Add metric: {name: …, goal: minimize}.")


def check_method(config: Mapping[str, Any], problems: Problems) -> None:
    """Note a method that is missing or unknown."""
    method = config.get("method")
    if "method" not in config:
        problems.add((), expected='"method"', got="none", fix="Add method: bayes, random or grid.")
    elif method == "custom":
        fix = "Use bayes, random or grid; for a search of your own luthier.create_study(sampler=…)."
        problems.add(("method",), expected="a search that is described in the file", got="custom", fix=fix)
    elif method not in METHODS:
        fix = correction(method, METHODS, ELSEWHERE, otherwise="Correct the method.")
        problems.add(("method",), expected="bayes, grid or random", got=method, fix=fix)


def check_text(value: Any, path: Path, problems: Problems) -> None:
    """Note what is no text."""
    if not isinstance(value, str) or not value:
        problems.add(path, expected="a text", got=value, fix="Write a text, in quotes if need be.")


def check_cap(value: Any, path: Path, problems: Problems) -> None:
    """Note a cap that is no count."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        problems.add(path, expected="a whole number >= 1", got=value, fix="Write how many runs there may be.")


def check_metric(value: Any, path: Path, problems: Problems) -> None:
    """Note what is wrong with the metric."""
    if not known_keys(value, path, ("goal", "name", "target", *IMPUTE), problems):
        return
    if not isinstance(value.get("name"), str) or not value["name"]:
        fix = "Write the name under which the script logs it."
        problems.add((*path, "name"), expected="the name of the metric", got=value.get("name"), fix=fix)
    goal = value.get("goal", "minimize")
    if goal not in ("minimize", "maximize"):
        fix = correction(goal, ("minimize", "maximize"), otherwise="Correct the goal.")
        problems.add((*path, "goal"), expected="minimize or maximize", got=goal, fix=fix)
    target = value.get("target")
    if target is not None and not is_number(target):
        problems.add((*path, "target"), expected="a finite number", got=target, fix="Write a number.")
    for key, (default, legal) in IMPUTE.items():
        wanted = str(value.get(key, default)).lower()
        if wanted not in legal:
            problems.add((*path, key), expected=f"one of {', '.join(legal)}", got=wanted, fix="Correct it.")
        elif wanted != default:
            problems.notes.append(
                f"metric.{key}: {wanted}: failed runs count as failures, and running ones as being tried, "
                "whatever this says."
            )


def check_early(value: Any, path: Path, problems: Problems) -> None:
    """Note what is wrong with the rule of early termination."""
    if not known_keys(value, path, ("eta", "max_iter", "min_iter", "s", "strict", "type"), problems):
        return
    if value.get("type") != "hyperband":
        problems.add(
            (*path, "type"), expected="hyperband", got=value.get("type"), fix="Write type: hyperband."
        )
    for key in ("min_iter", "max_iter", "s"):
        number = value.get(key)
        if number is not None and (not is_number(number) or number < 1 or int(number) != number):
            problems.add((*path, key), expected="a whole number >= 1", got=number, fix="Correct it.")
    eta = value.get("eta", 3)
    if not is_number(eta) or eta <= 1:
        problems.add(
            (*path, "eta"), expected="a number > 1", got=eta, fix="Write 3 to keep one run in three."
        )
    if not isinstance(value.get("strict", True), bool):
        problems.add((*path, "strict"), expected="true or false", got=value["strict"], fix="Correct it.")
    brackets = ("max_iter" in value, "s" in value)
    if ("min_iter" in value) == any(brackets) or (any(brackets) and not all(brackets)):
        got = ", ".join(key for key in ("min_iter", "max_iter", "s") if key in value) or "none of them"
        fix = "Write the iteration of the first decision as min_iter."
        problems.add(path, expected="either min_iter, or max_iter and s", got=got, fix=fix)


def check_controller(value: Any, path: Path, problems: Problems) -> None:
    """Note an unknown controller; both kinds run here."""
    if not known_keys(value, path, ("type",), problems):
        return
    if value.get("type", "local") not in {"cloud", "local"}:
        problems.add((*path, "type"), expected="cloud or local", got=value["type"], fix="Remove it.")
    elif value.get("type") == "cloud":
        problems.notes.append("controller: cloud: the sweep is driven by this program, without a service.")


def known_keys(value: Any, path: Path, known: tuple[str, ...], problems: Problems) -> bool:
    """Whether this is a mapping; note its unknown keys."""
    if not isinstance(value, Mapping):
        problems.add(
            path, expected=f"a mapping with {', '.join(known)}", got=value, fix="Write key: value lines."
        )
        return False
    for key in value:
        if key not in known:
            problems.unknown((*path, key), key, known)
    return True


Check = Callable[[Any, Path, Problems], None]

#: How each key is checked.
CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        **dict.fromkeys(TEXTS, check_text),
        "command": check_command,
        "controller": check_controller,
        "early_terminate": check_early,
        "metric": check_metric,
        "run_cap": check_cap,
    },
)
