"""Whether a path is a place where a SQLite store can live."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from luthier.base.errors import StorageError, explain

__all__ = ["check_name", "check_place", "is_sqlite", "network_filesystem", "reached"]

#: File systems whose locks or shared memory do not hold between machines: SQLite's journal would be damaged
#: there.
NETWORK = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "fuse.ceph", "fuse.gcsfuse", "fuse.glusterfs", "fuse.juicefs",
        "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
        "ocfs2", "smb2", "smb3", "smbfs",
    },
)  # fmt: skip

#: The smallest SQLite database, in bytes. SQLite takes a smaller file for an empty one, and would overwrite it.
SMALLEST = 512

#: What every SQLite file starts with.
MAGIC = b"SQLite format 3\0"

#: Where Linux lists its mounts; other systems have no such file, and are trusted.
MOUNTS = Path("/proc/self/mountinfo")


def is_sqlite(path: Path) -> bool:
    """Whether the file is a SQLite database.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def check_name(name: str) -> None:
    """Raise StorageError unless a file can be called that: no NUL, no half of a surrogate pair."""
    with suppress(UnicodeEncodeError):
        if b"\0" not in name.encode():
            return
    raise StorageError(explain("a path in plain Unicode, without NUL", repr(name), "Choose another name."))


@contextmanager
def reached(path: Path) -> Iterator[None]:
    """Raise StorageError for what the system cannot do at `path`."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            explain(f"{path} to be within reach", str(error), "Correct the path, or check its disk."),
        ) from error


def check_place(path: Path) -> None:
    """Raise StorageError unless a store can be opened or made at `path`."""
    folder = path.parent
    if not folder.is_dir():
        raise StorageError(explain(f"a folder {folder}", "no such folder", "Create it, or correct the path."))
    if path.is_dir():
        raise StorageError(explain(f"a file at {path}", "a folder", "Name a file in it, such as study.db."))
    for place in (folder, path) if path.exists() else (folder,):
        if not os.access(place, os.W_OK):
            raise StorageError(
                explain(
                    f"permission to write {place}", "none", "Grant it, or copy the store to a place of yours."
                ),
            )
    if path.exists() and 0 < path.stat().st_size < SMALLEST:
        raise StorageError(
            explain("a store of luthier, or a new file", f"{path}, a small file", "Name another file.")
        )
    kind = network_filesystem(folder, MOUNTS.read_text()) if MOUNTS.exists() else None
    if kind is not None:
        raise StorageError(
            explain(
                f"{path} on a disk of this machine",
                f"a network file system ({kind}), where SQLite's locks do not hold",
                "Put the store on a local disk.",
            ),
        )


def network_filesystem(folder: Path, mounts: str) -> str | None:
    """The type of the network file system that holds `folder`, None for a local one.

    Args:
        folder: an absolute path.
        mounts: the text of `/proc/self/mountinfo`.
    """
    kinds: dict[str, str] = {}
    for line in mounts.splitlines():
        mount, _, source = line.partition(" - ")
        place = mount.split()[4].replace("\\040", " ")
        kinds[place] = source.split()[0]  # a later mount hides an earlier one at the same place
    for parent in (folder, *folder.parents):
        kind = kinds.get(str(parent))
        if kind is not None:
            return kind if kind in NETWORK else None
    return None
