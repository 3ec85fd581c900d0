"""Objects of a trainable in its checkpoint: pickled, under a signature that only this user can make.

A checkpoint's folder may come from anywhere, and reading a pickle runs what is in it. So a file starts with the
HMAC-SHA256 (RFC 2104) of the rest, under a key that lies in the user's own data folder; without it nothing is read.
"""

import hashlib
import hmac
import os
import pickle
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from luthier.base.errors import InvalidInput, explain

__all__ = ["KEY_VARIABLE", "dump_signed", "load_signed"]

#: Names the file of the key, for several machines that share their checkpoints.
KEY_VARIABLE = "LUTHIER_KEY"

KEY_BYTES = 32
SIGNATURE_BYTES = hashlib.sha256().digest_size


def dump_signed(value: Any, path: Path) -> None:
    """Write an object to a file."""
    data = pickle.dumps(value)
    path.write_bytes(signature(data) + data)


def load_signed(path: Path) -> Any:
    """The object in a file that `dump_signed` of this user wrote.

    Raises:
        InvalidInput: somebody else wrote it, or it was changed since.
    """
    content = path.read_bytes()
    found, data = content[:SIGNATURE_BYTES], content[SIGNATURE_BYTES:]
    if not hmac.compare_digest(found, signature(data)):
        raise InvalidInput(
            explain(
                "a checkpoint that this user wrote",
                f"{path}, which lacks the signature of {key_file()}",
                f"If you trust its origin, copy the key from there and name it by {KEY_VARIABLE}; "
                "or have save_checkpoint write files of its own.",
            ),
        )
    return pickle.loads(data)  # noqa: S301 - signed by this user


def signature(data: bytes) -> bytes:
    """The HMAC of some bytes."""
    return hmac.new(key(), data, hashlib.sha256).digest()


def key_file() -> Path:
    """Where the key is."""
    named = os.environ.get(KEY_VARIABLE)
    data_home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(named) if named else Path(data_home) / "luthier" / "key"


def key() -> bytes:
    """The key of this user, made at its first use."""
    path = key_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):  # another process was faster: its key is the key
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
