"""Kernel locks beside a database file: who writes, and who lives.

The kernel releases them at any death of their holder, so nothing is ever stuck behind a file that a killed
process left. On a system without `flock` (Windows) writers rely on SQLite's own lock alone, and a dead
process is noticed when its leases end.
"""

import os
import threading
import weakref
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from luthier.base.errors import StorageError, explain

try:
    import fcntl
except ModuleNotFoundError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]  # the module-level switch for the fallback

__all__ = ["Gate", "Owners"]

#: Only the user who owns the database may read or lock the files beside it.
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def open_locked(path: Path, lock: int) -> int:
    """Open a file, made if need be, and wait for a lock on it; returns the descriptor."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    fcntl.flock(descriptor, lock)
    return descriptor


class Gate:
    """Where the writers of one database file queue, across processes: a context manager.

    SQLite's own lock is polled by its waiters and may starve one for seconds; a kernel lock wakes them. It
    also keeps commits and checkpoints apart. A waiter waits as long as the holder lives: it holds the gate
    for one transaction.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: list[int] = []
        weakref.finalize(self, close_all, self._open)

    def __enter__(self) -> None:
        if fcntl is None:  # pragma: no cover - Windows
            return
        try:
            if not self._open:
                self._open.append(os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
            fcntl.flock(self._open[0], fcntl.LOCK_EX)
        except OSError as error:
            raise StorageError(
                explain(
                    f"a file {self.path} that can be locked", str(error), "Check who owns it, and its disk."
                ),
            ) from error
        except BaseException:  # Ctrl-C, when the lock may be held already: nobody would leave for it
            self.__exit__()
            raise

    def __exit__(self, *error: object) -> None:
        if self._open:
            fcntl.flock(self._open[0], fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file. A later entry opens it again."""
        close_all(self._open)


class Owners:
    """The owners of claims that live in this process, each holding a lock on a file of its own.

    Owners are hashed to file names, for they are any text. Holders share a lock, a prober wants it alone: it
    gets it when no holder is left, also in its own process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[str, Path] = {}
        self._open: list[int] = []
        self._lock = threading.Lock()
        weakref.finalize(self, leave, folder, self._held, self._open)

    def hold(self, owner: str) -> None:
        """Show that `owner` lives, until `close` or the end of this process.

        Raises:
            StorageError: there is no place for its file.
        """
        if owner in self._held or fcntl is None:
            return
        with self._lock:
            path = self.path_of(owner)
            try:
                self._open.append(self.show(path))
            except OSError as error:
                raise StorageError(
                    explain(
                        f"a folder {self.folder} for files that can be locked",
                        str(error),
                        "Check what is there, who owns it, and its disk.",
                    ),
                ) from error
            self._held[owner] = path

    def show(self, path: Path) -> int:
        """Open and share a lock file that is there to be seen."""
        descriptor = self.share(path)
        while not same_file(descriptor, path):  # swept away between the opening and the locking
            os.close(descriptor)
            descriptor = self.share(path)
        return descriptor

    def share(self, path: Path) -> int:
        """Open and share a lock file; its folder may go at any moment with the last owner in it."""
        while True:
            self.folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
            with suppress(FileNotFoundError):
                return open_locked(path, fcntl.LOCK_SH)

    def dead(self, owners: Iterable[str]) -> set[str]:
        """Those of `owners` that are known to be dead. One without a file is not: it may live elsewhere."""
        return {
            owner
            for owner in owners
            if owner not in self._held and is_free(self.path_of(owner), remove=False)
        }

    def sweep(self, running: Iterable[str]) -> None:
        """Remove the files of dead owners, except those that are `running` trials."""
        kept = {self.path_of(owner) for owner in running}
        for path in self.folder.glob("*") if fcntl is not None else ():
            if path not in kept:
                is_free(path, remove=True)

    def close(self) -> None:
        """Let go of all owners of this process, and remove their files."""
        with self._lock:
            leave(self.folder, self._held, self._open)

    def forget(self) -> None:
        """Let go without a trace on the disk: what a forked child does with the owners of its parent."""
        close_all(self._open)
        self._held.clear()

    def path_of(self, owner: str) -> Path:
        """The file of an owner."""
        return self.folder / blake2b(owner.encode(), digest_size=16).hexdigest()


def is_free(path: Path, *, remove: bool) -> bool:
    """Whether a lock file exists that nobody holds; removed on request."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if remove and same_file(descriptor, path):
            path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def same_file(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def leave(folder: Path, held: dict[str, Path], descriptors: list[int]) -> None:
    """Remove the files of owners that go in peace, and their folder behind the last one."""
    for path in held.values():
        path.unlink(missing_ok=True)
    held.clear()
    close_all(descriptors)
    with suppress(OSError):  # others are in it, or it never was
        folder.rmdir()


def close_all(descriptors: list[int]) -> None:
    """Close and forget these descriptors."""
    while descriptors:
        os.close(descriptors.pop())
