"""The text forms of the parts of a record that a store keeps in columns.

An empty mapping is no text at all (None), and is read back as the one `NOTHING`. Texts are strict JSON in
ASCII, with the escapes of `base/jsonvalue`; the common case, plain strings and finite numbers, takes the
shortest way.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from luthier.base.errors import NotStorable, explain
from luthier.base.jsonvalue import dumps, from_json, loads, to_json
from luthier.records.trial import NOTHING, Constant
from luthier.space.domains import Domain
from luthier.space.parse import domains_from_json, domains_to_json

__all__ = [
    "SHORT_TEXT",
    "check_short_text",
    "domains_from_text",
    "domains_to_text",
    "kept",
    "kept_mapping",
    "mapping_from_text",
    "mapping_to_text",
    "number_from_columns",
    "number_to_columns",
    "prose_from_text",
    "prose_to_text",
    "tags_from_text",
    "values_from_text",
    "values_to_text",
]

#: Names, tokens and owners are at most this long: the longest text that every database can index.
SHORT_TEXT = 255

#: Types that are stored as they are and cannot change under their owner.
SCALARS = frozenset({type(None), bool, int, float, str})

#: What every typed escape of a JSON text contains.
ESCAPE = '"$'

#: Opens prose that no text column could hold as it is.
ESCAPED_PROSE = "$json:"

#: Mappings of search ranges that are remembered: one for each branch of a conditional space, of a few
#: studies.
RANGES_KEPT = 1024

#: Tags that are remembered: those that say who proposed a trial are alike in most trials of a study.
TAGS_KEPT = 1024

#: Texts in a store have no white space around them, which `json.loads` would look for.
DECODE = json.JSONDecoder().raw_decode
ENCODE = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def kept(value: Any) -> Any:
    """A copy of `value` as a store keeps it in this process; numpy scalars become Python's.

    It has the same JSON form as `value`. A function stays itself here; from a file it comes back as a
    placeholder.

    Raises:
        NotStorable: the value, or something inside it, has no durable form.
    """
    to_json(value)
    return copied(value)


def copied(value: Any) -> Any:
    """`value`, known to be storable, with its containers rebuilt."""
    if type(value) in SCALARS:
        return value
    if isinstance(value, tuple):
        return tuple(copied(item) for item in value)
    if isinstance(value, list):
        return [copied(item) for item in value]
    if isinstance(value, Mapping):
        return {copied(key): copied(item) for key, item in value.items()}
    return value if callable(value) else from_json(to_json(value))


def kept_mapping(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy of `mapping`, as `kept`, that stays as it is; the shared `NOTHING` for an empty one, a constant itself."""
    if not mapping:
        return NOTHING
    if type(mapping) is Constant:
        return mapping
    lists: dict[str, list[Any]] = {}
    for key, value in mapping.items():
        if type(value) in SCALARS and type(key) is str:
            continue
        if type(value) is list and type(key) is str and SCALARS.issuperset(map(type, value)):
            lists[key] = value.copy()
            continue
        return Constant(kept(mapping))
    return Constant({**mapping, **lists} if lists else mapping)


def mapping_to_text(mapping: Mapping[str, Any]) -> str | None:
    """The text of parameters, attributes, tags or constraints; None when there are none.

    Raises:
        NotStorable: a value has no durable form.
    """
    if not mapping:
        return None
    for key, value in mapping.items():
        kind = type(value)
        if kind is float:
            if not math.isfinite(value):
                break
        elif kind not in SCALARS:
            break
        if type(key) is not str or key.startswith("$"):
            break
    else:
        return encoded(dict(mapping))  # the encoder knows no other mapping
    return encoded(to_json(mapping))


def encoded(form: Any) -> str:
    """The JSON text of a JSON form."""
    try:
        return ENCODE(form)
    except ValueError as error:  # an integer of thousands of digits, which Python does not print
        raise NotStorable(
            explain("values that JSON can hold", str(error), "Store a number of ordinary size.")
        ) from error


def mapping_from_text(text: str | None) -> Mapping[str, Any]:
    """The mapping of a text; the inverse of `mapping_to_text`."""
    if text is None:
        return NOTHING
    mapping: dict[str, Any] = loads(text) if ESCAPE in text else DECODE(text)[0]
    return Constant(mapping) if mapping else NOTHING


@lru_cache(maxsize=TAGS_KEPT)
def tags_from_text(text: str) -> Mapping[str, Any]:
    """The same for the tags of a trial, one object for equal texts: most trials of a study come from one sampler."""
    return mapping_from_text(text)


def domains_to_text(domains: Mapping[str, Domain]) -> str | None:
    """The text of search ranges; None when there are none.

    Raises:
        NotStorable: a choice has no durable form.
    """
    return ranges_text(tuple(domains.items())) if domains else None


@lru_cache(maxsize=RANGES_KEPT)
def ranges_text(items: tuple[tuple[str, Domain], ...]) -> str:
    """The text of search ranges: nearly every trial of a study has those of the one before."""
    return encoded(domains_to_json(dict(items)))


def domains_from_text(text: str | None) -> Mapping[str, Domain]:
    """The search ranges of a text; trials with equal texts share one mapping."""
    return NOTHING if text is None else ranges_of(text)


@lru_cache(maxsize=RANGES_KEPT)
def ranges_of(text: str) -> Mapping[str, Domain]:
    """The search ranges of a text, read once."""
    return Constant(domains_from_json(json.loads(text)))


def values_to_text(values: Sequence[float] | None) -> str | None:
    """The text of objective values; None when there are none."""
    return None if values is None else dumps([float(value) for value in values])


def values_from_text(text: str | None) -> tuple[float, ...] | None:
    """The objective values of a text; the inverse of `values_to_text`."""
    if text is None:
        return None
    return tuple(loads(text) if ESCAPE in text else DECODE(text)[0])


def number_to_columns(value: float) -> tuple[float | None, str | None]:
    """A number as a float column and a text column, one of which is empty.

    The text takes what some database changes or refuses in a float column: NaN, infinities, and the sign of
    -0.0.
    """
    if math.isfinite(value) and (value or math.copysign(1.0, value) > 0):
        return float(value), None
    return None, repr(float(value))


def number_from_columns(value: float | None, text: str | None) -> float:
    """The number of two columns; the inverse of `number_to_columns`."""
    return float(text if value is None and text is not None else value or 0.0)


def prose_to_text(prose: str | None) -> str | None:
    """A reason or an output as a text that every database takes: no NUL, no half of a surrogate pair."""
    if prose is None or (is_text(prose) and not prose.startswith(ESCAPED_PROSE)):
        return prose
    return ESCAPED_PROSE + json.dumps(prose)


def prose_from_text(text: str | None) -> str | None:
    """The prose of a text; the inverse of `prose_to_text`."""
    if text is None or not text.startswith(ESCAPED_PROSE):
        return text
    return str(json.loads(text.removeprefix(ESCAPED_PROSE)))


def is_text(text: str) -> bool:
    """Whether every database takes this text as it is."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_short_text(text: str, what: str) -> None:
    """Raise NotStorable unless `text` fits the columns of names, tokens and owners."""
    if type(text) is str and len(text) <= SHORT_TEXT and text.isascii() and "\0" not in text:
        return
    if not isinstance(text, str) or len(text) > SHORT_TEXT or not is_text(text):
        got = f"{text[:40]!r} of {len(text)} characters" if isinstance(text, str) else repr(text)
        raise NotStorable(
            explain(
                f"{what} of at most {SHORT_TEXT} characters, without NUL or surrogates",
                got,
                "Choose another one.",
            ),
        )
