# ruff: noqa: E501 - a case is a line
"""Commands of runs: each macro, word by word."""

import json

import pytest

from luthier.frontends.sweep.macros import command_line

VALUES = {"lr": 1e-05, "flag": True, "off": False, "opt": {"k": [1]}, "none": None}
WORDS = {
    "env": "/usr/bin/env",
    "interpreter": "/py",
    "program": "train.py",
    "args_json_file": "/p.json",
    "gpu": "2",
    "trial_id": "7",
}


@pytest.mark.parametrize(
    ("macro", "words"),
    [
        ("${args}", ["--lr=1e-05", "--flag=True", "--off=False", "--opt={'k': [1]}", "--none=None"]),
        ("${args_no_hyphens}", ["lr=1e-05", "flag=True", "off=False", "opt={'k': [1]}", "none=None"]),
        ("${args_no_boolean_flags}", ["--lr=1e-05", "--flag", "--opt={'k': [1]}", "--none=None"]),
        ("${args_no_equals}", ["--lr", "1e-05", "--flag", "True", "--off", "False", "--opt", "{'k': [1]}", "--none", "None"]),
        ("${args_append_hydra}", ["+lr=1e-05", "+flag=True", "+off=False", "+opt={'k': [1]}", "+none=None"]),
        ("${args_override_hydra}", ["++lr=1e-05", "++flag=True", "++off=False", "++opt={'k': [1]}", "++none=None"]),
        ("${args_json}", [json.dumps(VALUES)]),
        ("${args_json_file}", ["/p.json"]),
        ("${program}", ["train.py"]),
        ("${env}", ["/usr/bin/env"]),
        ("${gpu}", ["2"]),
        ("${trial_id}", ["7"]),
        ("x${program}", ["x${program}"]),
        ("plain", ["plain"]),
    ],
)  # fmt: skip
def test_a_macro_stands_for_its_words(macro: str, words: list[str]) -> None:
    assert command_line([macro], VALUES, WORDS) == words


def test_environment_variables_stand_inside_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/data")
    monkeypatch.delenv("MISSING", raising=False)

    assert command_line(["--data=${envvar:DATA_DIR}/x", "${envvar:MISSING}"], {}, {}) == [
        "--data=/data/x",
        "MISSING",
    ]
