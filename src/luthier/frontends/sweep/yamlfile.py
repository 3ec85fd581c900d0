"""Read a sweep file: YAML in which 1e-5 is a number, with the line of every value.

YAML 1.1, which PyYAML implements, wants a dot in a number with an exponent and reads `1e-5` as text; YAML 1.2
does not. Everything else is read as PyYAML's safe loader does. JSON files are YAML, too.
"""

import re
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NamedTuple

from luthier.base.errors import explain
from luthier.frontends.sweep.problems import Path, Problem, SweepError

if TYPE_CHECKING:
    import yaml

__all__ = ["Document", "parse", "read"]

#: Numbers of YAML 1.2 that YAML 1.1 takes for text.
EXPONENT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+\Z")


class Document(NamedTuple):
    """What a file says, and where."""

    value: Any
    #: The line of each key and item, counted from 1.
    lines: dict[Path, int]


def read(path: str | FilePath) -> Document:
    """Read a file.

    Raises:
        SweepError: it cannot be opened, or is no YAML.
    """
    try:
        text = FilePath(path).read_text(encoding="utf-8")
    except OSError as error:
        message = explain("a sweep file", error.strerror or str(error), "Check the path.")
        raise SweepError(str(path), [Problem("", None, message)]) from error
    except UnicodeDecodeError as error:
        message = explain("a text file in UTF-8", str(error), "Save it as UTF-8.")
        raise SweepError(str(path), [Problem("", None, message)]) from error
    return parse(text, str(path))


def parse(text: str, source: str) -> Document:
    """The same of a text; `source` names it in errors.

    Raises:
        SweepError: it is no YAML, or a mapping has a key twice.
    """
    import yaml

    loader = new_loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            message = explain("a sweep configuration", "an empty file", "Give it a method and parameters.")
            raise SweepError(source, [Problem("", None, message)])
        check_keys(node, source)
        value = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        got = " ".join(part for part in (error.context, error.problem) if part)
        fix = "Indent with spaces, and quote text that contains ': ' or '#'."
        line = None if mark is None else mark.line + 1
        raise SweepError(source, [Problem("", line, explain("YAML", got, fix))]) from error
    except yaml.YAMLError as error:
        raise SweepError(
            source, [Problem("", None, explain("YAML", str(error), "Save it as plain text."))]
        ) from error
    finally:
        loader.dispose()
    lines: dict[Path, int] = {}
    note_lines(node, (), lines)
    return Document(value, lines)


def new_loader(text: str) -> "yaml.SafeLoader":
    """A safe loader that knows the numbers of YAML 1.2."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Has resolvers of its own: those of SafeLoader belong to everyone."""

    Loader.add_implicit_resolver("tag:yaml.org,2002:float", EXPONENT, list("-+.0123456789"))
    return Loader(text)


def check_keys(node: "yaml.Node", source: str) -> None:
    """Raise SweepError for a key that occurs twice: the loader would keep the last one without a word."""
    import yaml

    waiting, seen = [node], set()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:  # an alias
            continue
        seen.add(id(current))
        if isinstance(current, yaml.SequenceNode):
            waiting += current.value
        elif isinstance(current, yaml.MappingNode):
            first: dict[str, int] = {}
            for key, value in current.value:
                waiting.append(value)
                line = key.start_mark.line + 1
                if key.value in first and key.tag != "tag:yaml.org,2002:merge":
                    got = f"it in lines {first[key.value]} and {line}"
                    message = explain(f'"{key.value}" once', got, "Drop one of the two.")
                    raise SweepError(source, [Problem("", line, message)])
                first[key.value] = line


def note_lines(node: "yaml.Node", path: Path, lines: dict[Path, int], outer: tuple[int, ...] = ()) -> None:
    """Note the line of everything below a node; of what an alias stands for, the line of its definition."""
    import yaml

    if id(node) in outer:  # a value that contains itself
        return
    outer = (*outer, id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[*path, key.value] = key.start_mark.line + 1
            note_lines(value, (*path, key.value), lines, outer)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[*path, index] = item.start_mark.line + 1
            note_lines(item, (*path, index), lines, outer)
