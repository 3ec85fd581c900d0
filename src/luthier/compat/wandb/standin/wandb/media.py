# ruff: noqa: ARG001 - the signatures are those of the original
"""What a run shows and keeps on a server: pictures, tables, artifacts. Accepted here, and not kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Self

from .errors import say_once

__all__ = [
    "Artifact",
    "Audio",
    "Classes",
    "Graph",
    "Histogram",
    "Html",
    "Image",
    "JoinedTable",
    "Media",
    "Molecule",
    "Object3D",
    "Plotly",
    "Table",
    "Video",
    "box3d",
]


class Media:
    """Something to look at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        say_once(
            "wandb is not installed: pictures, tables, plots and artifacts are accepted and not kept, numbers are."
        )


class Audio(Media):
    """A sound."""


class Classes(Media):
    """Names of classes."""


class Graph(Media):
    """A network."""


class Histogram(Media):
    """A histogram."""


class Html(Media):
    """A page."""


class Image(Media):
    """A picture."""


class JoinedTable(Media):
    """Two tables."""


class Molecule(Media):
    """A molecule."""


class Object3D(Media):
    """A body."""


class Plotly(Media):
    """A figure."""


class Video(Media):
    """A film."""


class Table(Media):
    """Rows and columns, in memory."""

    def __init__(
        self,
        columns: Sequence[Any] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self.columns = list(columns or ())
        self.data: list[list[Any]] = [list(row) for row in (data if data is not None else rows or ())]
        if dataframe is not None:
            self.columns, self.data = list(dataframe.columns), dataframe.to_numpy().tolist()

    def add_data(self, *data: Any) -> None:
        """Add a row."""
        self.data.append(list(data))

    def add_row(self, *row: Any) -> None:
        """Add a row."""
        self.add_data(*row)

    def add_column(self, name: str, data: Sequence[Any], **kwargs: Any) -> None:
        """Add a column."""
        self.columns.append(name)
        self.data = self.data or [[] for _ in data]
        for row, value in zip(self.data, data, strict=True):
            row.append(value)

    def get_column(self, name: str, **kwargs: Any) -> list[Any]:
        """The values of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.data]

    def iterrows(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows by number."""
        yield from enumerate(self.data)


class Artifact(Media):
    """Files to upload: they stay where they are."""

    def __init__(self, name: str, type: str, **kwargs: Any) -> None:  # noqa: A002 - the original's signature
        super().__init__()
        self.name, self.type = name, type
        self.metadata: dict[str, Any] = dict(kwargs.get("metadata") or {})
        self.aliases: list[str] = []
        self.description = kwargs.get("description")

    def add(self, obj: Any, name: str, **kwargs: Any) -> None:
        """Do nothing."""

    def add_dir(self, local_path: str, name: str | None = None, **kwargs: Any) -> None:
        """Do nothing."""

    def add_file(self, local_path: str, name: str | None = None, **kwargs: Any) -> None:
        """Do nothing."""

    def add_reference(self, uri: str, name: str | None = None, **kwargs: Any) -> None:
        """Do nothing."""

    @contextmanager
    def new_file(self, name: str, mode: str = "x", **kwargs: Any) -> Iterator[IO[Any]]:
        """A file that vanishes after the block."""
        import tempfile

        with tempfile.TemporaryFile("wb" if "b" in mode else "w") as file:
            yield file

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""

    def wait(self, timeout: float | None = None) -> Self:
        """Return at once: there is no upload."""
        return self


def box3d(*args: Any, **kwargs: Any) -> Media:
    """A box to look at."""
    return Media()
