"""The stores that a study can be kept in: a database by URL, or the memory of this process."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.exceptions import StorageInternalError
from luthier.compat.optuna.notices import deprecated
from luthier.compat.optuna.storages.base import BaseStorage
from luthier.compat.optuna.storages.packed import Packed, pack, unpack
from luthier.compat.optuna.storages.retry import RetryHeartbeatStaleTrialCallback
from luthier.compat.support import absent, differs
from luthier.storage.connect import connect
from luthier.storage.memory import MemoryStorage
from luthier.storage.place import is_sqlite
from luthier.storage.protocol import MAX_LOST, Storage

__all__ = ["InMemoryStorage", "RDBStorage", "StorageLike", "fail_stale_trials", "get_storage"]

#: What may be named as a store: an URL or a path, a store of this door, or one of luthier's.
StorageLike: TypeAlias = str | os.PathLike[str] | BaseStorage | Storage

SQLITE = "sqlite:///"

#: A table that every database of Optuna has, and no other.
OPTUNA_TABLE = "trial_intermediate_values"


class InMemoryStorage(BaseStorage):
    """Keeps studies for as long as the process lives."""

    def __init__(self) -> None:
        super().__init__(MemoryStorage())

    def __repr__(self) -> str:
        return "InMemoryStorage()"

    def __getstate__(self) -> list[Packed]:
        return pack(self.native)

    def __setstate__(self, state: list[Packed]) -> None:
        super().__init__(unpack(state))


class RDBStorage(BaseStorage):
    """A database by its URL, in luthier's own tables.

    Several processes may share it, SQLite included: writers queue, and what a dead process was running is noticed and
    tried again, whether or not a heartbeat was asked for.

    Args:
        url: such as `sqlite:///study.db`, or the path of a SQLite file.
        engine_kwargs: luthier opens its connections itself; arguments are answered by a CompatWarning.
        skip_compatibility_check: nothing to skip: a store of a newer luthier is never written to.
        heartbeat_interval: taken; claims are kept alive in any case.
        grace_period: answered by a CompatWarning: claims of another machine end after 60 seconds.
        heartbeat_stale_trial_callback: a RetryHeartbeatStaleTrialCallback; lost trials are tried again anyway.
        failed_trial_callback: the same under its old name.
        skip_table_creation: open a store only if it is there.

    Raises:
        StorageError: it cannot be opened, or Optuna itself wrote it.
    """

    def __init__(
        self,
        url: str,
        engine_kwargs: dict[str, Any] | None = None,
        skip_compatibility_check: bool = False,  # noqa: FBT001, FBT002 - the original's signature
        *,
        heartbeat_interval: int | None = None,
        grace_period: int | None = None,
        heartbeat_stale_trial_callback: Callable[..., None] | None = None,
        failed_trial_callback: Callable[..., None] | None = None,
        skip_table_creation: bool = False,
    ) -> None:
        for name, given in (("heartbeat_interval", heartbeat_interval), ("grace_period", grace_period)):
            if given is not None and given <= 0:
                raise InvalidInput(explain(f"{name} > 0", str(given), "Pass seconds, or leave it out."))
        if engine_kwargs:
            differs("engine_kwargs", "luthier opens its connections itself, and writers queue.")
        if grace_period is not None:
            differs("grace_period", "claims of another machine end after 60 s, of this one at once.")
        if failed_trial_callback is not None:
            deprecated("failed_trial_callback", "heartbeat_stale_trial_callback")
        retry = heartbeat_stale_trial_callback or failed_trial_callback
        check_retry(retry)
        refuse_foreign(url)
        super().__init__(connect(url, create=not skip_table_creation))
        self.url = url
        self.heartbeat_interval = heartbeat_interval
        self.retry = retry

    def __repr__(self) -> str:
        return f"RDBStorage({self.url!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return RDBStorage, (self.url,)

    def get_heartbeat_interval(self) -> int | None:
        """The interval given."""
        return self.heartbeat_interval

    def get_heartbeat_stale_trial_callback(self) -> Callable[..., None] | None:
        """The callback given."""
        return self.retry


class NativeStorage(BaseStorage):
    """A store of luthier's, made by `luthier.storage.connect`."""


def get_storage(storage: Any) -> BaseStorage:
    """The store for what a user named: None for memory, an URL, a path, or a store.

    Raises:
        StorageError: it is none of these, or cannot be opened.
        NotImplementedError: a kind of store that luthier does not have.
    """
    if storage is None:
        return InMemoryStorage()
    if isinstance(storage, str | os.PathLike):
        text = os.fspath(storage)
        if text.startswith("redis"):
            raise absent(
                "optuna.storages: redis", 'Use storage="sqlite:///study.db" for the processes of one machine.'
            )
        return RDBStorage(text)
    if isinstance(storage, BaseStorage):
        if "native" in vars(storage):
            return storage
        raise absent(
            "optuna.storages: a store of your own", "Write a luthier.storage.Storage and pass that one."
        )
    native: Storage = connect(storage)
    return NativeStorage(native)


def check_retry(callback: Any) -> None:
    """Say what becomes of a callback for trials whose worker died."""
    if callback is None:
        return
    if not isinstance(callback, RetryHeartbeatStaleTrialCallback):
        raise absent(
            "optuna.storages.RDBStorage(heartbeat_stale_trial_callback=…)",
            "Trials of dead workers go back to waiting by themselves; use callbacks= of optimize for the rest.",
        )
    if callback.max_retry not in {None, MAX_LOST}:
        differs(f"max_retry={callback.max_retry}", f"a lost trial is tried again up to {MAX_LOST} times.")


def refuse_foreign(url: str) -> None:
    """Raise StorageInternalError when Optuna itself wrote the file behind an URL."""
    name = url.removeprefix(SQLITE)
    path = Path(unquote(name.partition("?")[0]) if name != url else url)
    if "://" in name or not path.is_file() or not is_sqlite(path):
        return
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        (found,) = connection.execute(query, (OPTUNA_TABLE,)).fetchone()
    finally:
        connection.close()
    if found:
        raise StorageInternalError(
            explain(
                "a store of luthier",
                f"{path}, which Optuna wrote",
                f"Run: luthier import {path} --help, and name another file here.",
            ),
        )


def fail_stale_trials(study: Any) -> None:
    """Send trials whose worker is dead back to waiting; `optimize` does it by itself."""
    study._storage.native.expire_leases(study._study_id)  # noqa: SLF001 - of the door
