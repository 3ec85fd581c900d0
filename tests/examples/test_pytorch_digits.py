"""The example that `make demo` runs, in small."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "examples" / "pytorch_digits.py"


def run(folder: Path, *options: str) -> str:
    """The output of the script, run in this folder with trials of three epochs."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--epochs", "3", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.timeout(240)
def test_it_tunes_a_network_and_goes_on_when_run_again(tmp_path: Path) -> None:
    """Two processes first, then this one; the parameters it prints are Python."""
    pytest.importorskip("torch", reason="torch is an extra")
    pytest.importorskip("sklearn", reason="sklearn is an extra")
    first = run(tmp_path, "--trials", "2", "--workers", "2")
    assert "Best of 2 trials" in first
    assert (tmp_path / "digits.db").exists()
    again = run(tmp_path, "--trials", "1", "--workers", "1")
    assert "Best of 3 trials" in again
    pasted = again[again.index("params = ") + len("params = ") : again.index("}") + 1]
    assert {"optimizer", "lr", "width"} < ast.literal_eval(pasted).keys()
