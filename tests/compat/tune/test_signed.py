"""Objects in checkpoints are read back only if this user wrote them."""

import os
import pickle
import stat
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import tune
from luthier.compat.tune.signed import KEY_VARIABLE, dump_signed, load_signed


class Steps(tune.Trainable):
    def setup(self, config: dict[str, Any]) -> None:
        self.x = 0

    def step(self) -> dict[str, Any]:
        self.x += 1
        return {"x": self.x}

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any]:
        return {"x": self.x}

    def load_checkpoint(self, checkpoint: Any) -> None:
        self.x = checkpoint["x"]


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys" / "key"
    monkeypatch.setenv(KEY_VARIABLE, str(path))
    return path


def test_what_was_written_is_read_back(tmp_path: Path, key: Path) -> None:
    dump_signed({"a": (1, [2.0])}, tmp_path / "f")
    assert load_signed(tmp_path / "f") == {"a": (1, [2.0])}
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["key"]


def test_a_trainable_goes_on_from_its_own_objects(tmp_path: Path) -> None:
    first = Steps({})
    first.train()
    first.train()
    first.save(str(tmp_path / "c"))
    second = Steps({})
    second.restore(str(tmp_path / "c"))
    assert second.train()["x"] == 3


@pytest.mark.parametrize("change", ["byte", "bare", "empty", "key"])
def test_what_somebody_else_wrote_is_not_run(change: str, tmp_path: Path, key: Path) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "ran"),)

    path = tmp_path / "f"
    dump_signed(Bomb(), path)
    content = path.read_bytes()
    if change == "byte":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif change == "bare":
        path.write_bytes(pickle.dumps(Bomb()))
    elif change == "empty":
        path.write_bytes(b"")
    else:
        key.write_bytes(b"x" * 32)
    with pytest.raises(luthier.InvalidInput, match="this user wrote"):
        load_signed(path)
    assert not (tmp_path / "ran").exists()
