"""What every door promises: it opens fast, without its original, and every name it lists is there."""

import subprocess
import sys
import textwrap

import pytest

DOORS = {"optuna": "optuna", "skopt": "skopt", "tune": "ray", "wandb": "wandb"}

#: Seconds of CPU that an import may take, from the start of the interpreter on.
LIMIT = 0.3

#: The least of so many tries counts: another process may heat up the caches or cool them down.
TRIES = 3


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("door", DOORS)
def test_a_door_opens_in_well_under_the_limit(door: str) -> None:
    code = f"""
        import time
        from luthier.compat import {door}
        print(time.process_time())
    """
    assert min(float(run(code)) for _ in range(TRIES)) < LIMIT


@pytest.mark.parametrize("door", DOORS)
def test_a_door_needs_neither_its_original_nor_anything_heavy_to_open(door: str) -> None:
    code = f"""
        import sys
        sys.modules["{DOORS[door]}"] = None  # as if it were not installed
        from luthier.compat import {door}
        heavy = {{"torch", "sklearn", "scipy", "pandas", "plotly", "matplotlib", "pydantic", "yaml", "sqlalchemy"}}
        print(*sorted(heavy & set(sys.modules)))
    """
    assert run(code) == ""


@pytest.mark.parametrize("door", DOORS)
def test_every_public_name_of_a_door_is_there_without_its_original(door: str) -> None:
    code = f"""
        import sys
        sys.modules["{DOORS[door]}"] = None
        from luthier.compat import {door}
        names = {{*{door}.__all__, *(name for name in dir({door}) if name[0] != "_")}}
        for name in names:
            getattr({door}, name)
        print(len(names))
    """
    assert int(run(code)) > 20


@pytest.mark.parametrize("door", DOORS)
def test_a_name_that_neither_the_door_nor_its_original_has_is_an_attribute_error(door: str) -> None:
    code = f"""
        from luthier.compat import {door}
        try:
            {door}.no_such_name
        except AttributeError as error:
            print(error)
    """
    assert "no_such_name" in run(code)
