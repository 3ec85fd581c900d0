"""Each library gets an environment of its own, and one that cannot be made does not stop the others."""

import venv
from pathlib import Path

import pytest

from benchmarks.quality import venvs
from benchmarks.quality.editions import PINS, pinned


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The environment and the arguments of each call of pip; what `smac` needs cannot be installed."""
    calls: list[tuple[str, ...]] = []

    def installed(folder: Path, *what: str) -> bool:
        calls.append((folder.name, *what))
        return folder.name != "smac"

    monkeypatch.setattr(venvs, "installed", installed)
    monkeypatch.setattr(venv, "create", lambda *_, **__: None)
    return calls


def test_an_environment_gets_what_is_pinned(installs: list[tuple[str, ...]], tmp_path: Path) -> None:
    assert venvs.main(["optuna", "--folder", str(tmp_path)]) == 0
    assert installs == [("optuna", *(PINS / "optuna.txt").read_text(encoding="utf-8").split())]


def test_one_that_cannot_be_made_is_named_and_the_others_go_on(
    installs: list[tuple[str, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert venvs.main(["smac", "rustuna", "--folder", str(tmp_path)]) == 1
    assert [name for name, *_ in installs] == ["smac", "rustuna"]
    assert "smac: could not be installed" in capsys.readouterr().err


def test_a_library_that_asks_for_what_is_gone_is_installed_without_asking(
    installs: list[tuple[str, ...]], tmp_path: Path
) -> None:
    assert venvs.main(["hebo", "--folder", str(tmp_path)]) == 0
    assert installs[-1] == ("hebo", "--no-deps", f"HEBO=={pinned('hebo')}")
    assert f"HEBO=={pinned('hebo')}" not in installs[0]


def test_an_unknown_library_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        venvs.main(["optune"])
    assert "optuna" in capsys.readouterr().err
