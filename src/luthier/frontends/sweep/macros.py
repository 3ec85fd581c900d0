"""The command line of a run: a list of words, in which some are macros.

    ${env}                     /usr/bin/env
    ${interpreter}             the Python that runs the sweep
    ${program}                 the script of the file
    ${args}                    --lr=0.1 --flag=True
    ${args_no_equals}          --lr 0.1 --flag True
    ${args_no_hyphens}         lr=0.1 flag=True
    ${args_no_boolean_flags}   --lr=0.1 --flag; a False is left out
    ${args_append_hydra}       +lr=0.1 +flag=True
    ${args_override_hydra}     ++lr=0.1 ++flag=True
    ${args_json}               {"lr": 0.1, "flag": true}, one word
    ${args_json_file}          the path of a file with that
    ${gpu}                     the GPU of this worker
    ${trial_id}                the number of the trial
    ${envvar:NAME}             an environment variable, also inside a word; NAME itself where there is none

Values are printed as Python's `str` does; nested parameters are one dict.
"""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from luthier.frontends.sweep.problems import Path, Problems

__all__ = ["DEFAULT_COMMAND", "MACROS", "check_command", "command_line"]

#: The command of a file that gives none.
DEFAULT_COMMAND = ("${env}", "${interpreter}", "${program}", "${args}")

#: A whole word that is a macro, and an environment variable anywhere in one.
WORD = re.compile(r"\$\{([^{}:]*)\}\Z")
VARIABLE = re.compile(r"\$\{envvar:([A-Z0-9_]*)\}")


def no_boolean_flags(values: Mapping[str, Any]) -> list[str]:
    """True as a flag, False as none."""
    return [
        f"--{name}" if value is True else f"--{name}={value}"
        for name, value in values.items()
        if value is not False
    ]


#: The macros that print parameters.
ARGUMENTS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = MappingProxyType(
    {
        "args": lambda values: [f"--{name}={value}" for name, value in values.items()],
        "args_append_hydra": lambda values: [f"+{name}={value}" for name, value in values.items()],
        "args_json": lambda values: [json.dumps(values)],
        "args_no_boolean_flags": no_boolean_flags,
        "args_no_equals": lambda values: [
            word for name, value in values.items() for word in (f"--{name}", str(value))
        ],
        "args_no_hyphens": lambda values: [f"{name}={value}" for name, value in values.items()],
        "args_override_hydra": lambda values: [f"++{name}={value}" for name, value in values.items()],
    },
)

#: All macros.
MACROS = frozenset({*ARGUMENTS, "args_json_file", "env", "gpu", "interpreter", "program", "trial_id"})


def command_line(command: Sequence[str], values: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """The words of a command.

    Args:
        command: words, some of them macros.
        values: the parameters, nested.
        words: what the macros stand for that print no parameters; one that is missing vanishes.
    """
    line: list[str] = []
    for part in command:
        word = VARIABLE.sub(lambda found: os.environ.get(found[1], found[1]), part)
        macro = WORD.match(word)
        if macro is None:
            line.append(word)
        elif macro[1] in ARGUMENTS:
            line += ARGUMENTS[macro[1]](values)
        elif macro[1] in words:
            line.append(words[macro[1]])
    return line


def check_command(value: Any, path: Path, problems: Problems) -> None:
    """Note words that are none, and macros that there are not."""
    if not isinstance(value, list | tuple) or not value:
        fix = "Write a list: [python, train.py, ${args}]."
        problems.add(path, expected="a list of words", got=value, fix=fix)
        return
    for index, word in enumerate(value):
        here = (*path, index)
        if isinstance(word, bool) or not isinstance(word, str | int | float):
            problems.add(here, expected="a word", got=word, fix="Put it in quotes.")
            continue
        macro = WORD.match(str(word))
        if macro is not None and macro[1] not in MACROS:
            problems.unknown(here, word, [f"${{{name}}}" for name in MACROS], what="macro")
