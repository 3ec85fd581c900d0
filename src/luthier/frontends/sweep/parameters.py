"""The `parameters` block of a sweep file: checked, and flattened into named search ranges."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from luthier.base.errors import InvalidInput
from luthier.frontends.sweep.distributions import KINDS, infer
from luthier.frontends.sweep.problems import Path, Problems, dotted, shortened
from luthier.space.domains import Domain

__all__ = ["Parameter", "is_number", "parameters_of"]

#: What a parameter may be called.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")

#: The keys of a distribution, of any of them.
NUMBERS = ("min", "max", "q", "mu", "sigma", "a", "b")
KEYS = (*NUMBERS, "distribution", "format", "parameters", "probabilities", "value", "values")

#: Keys whose values must be positive.
POSITIVE = ("q", "sigma", "a", "b")

#: Kinds whose bounds are exponents of e.
EXPONENTS = ("inv_log_uniform", "log_uniform", "q_log_uniform")

#: How far from 1 the sum of probabilities may be.
SUM_TOLERANCE = 1e-6


class Parameter(NamedTuple):
    """One parameter of a sweep."""

    #: Its name in the study: the way to it, joined by dots.
    name: str
    #: The way to it in the configuration that a script gets.
    path: tuple[str, ...]
    domain: Domain


def parameters_of(block: Any, path: Path, problems: Problems, *, grid: bool) -> list[Parameter]:
    """The parameters of a block, in the order of the file; what is wrong goes to `problems`."""
    found = list(walk(block, path, (), problems, grid=grid))
    seen: dict[str, tuple[str, ...]] = {}
    for parameter in found:
        other = seen.setdefault(parameter.name, parameter.path)
        if other != parameter.path:
            got = f'two ways to spell "{parameter.name}"'
            problems.add(
                path,
                expected="names that differ once nested ones are joined by dots",
                got=got,
                fix="Rename one.",
            )
    return found


def walk(
    block: Any, path: Path, outer: tuple[str, ...], problems: Problems, *, grid: bool
) -> Iterator[Parameter]:
    """The parameters of a block and of the blocks in it."""
    if not isinstance(block, Mapping) or not block:
        problems.add(
            path, expected="at least one parameter", got=block, fix="Write name: {min: …, max: …} or so."
        )
        return
    for name, spec in block.items():
        here = (*path, name)
        if not isinstance(name, str) or not NAME.match(name):
            expected = "a name of letters, digits, '_', '.' and '-' that starts with a letter or '_'"
            problems.add(here, expected=expected, got=repr(name), fix="Rename the parameter.")
        elif not isinstance(spec, Mapping):
            fix = f"Write {name}: {{value: {spec}}} for a constant, {{values: […]}} for choices."
            problems.add(here, expected="a mapping such as {min: 0, max: 1}", got=spec, fix=fix)
        elif "parameters" in spec:
            for key in spec.keys() - {"parameters"}:
                fix = "A block of parameters has nothing beside them: indent the others below it, or remove this."
                problems.add((*here, key), expected="parameters alone", got=f'"{key}" beside them', fix=fix)
            yield from walk(spec["parameters"], (*here, "parameters"), (*outer, name), problems, grid=grid)
        else:
            domain = domain_of(spec, here, problems, grid=grid)
            if domain is not None:
                yield Parameter(".".join((*outer, name)), (*outer, name), domain)


def domain_of(spec: Mapping[str, Any], path: Path, problems: Problems, *, grid: bool) -> Domain | None:
    """The range of one parameter; None when it is wrong."""
    before = len(problems.found)
    for key in spec:
        if key not in KEYS:
            problems.unknown((*path, key), key, KEYS)
    kind = kind_of(spec, path, problems)
    if kind is None or len(problems.found) > before:
        return None
    check_keys(spec, kind, path, problems)
    if len(problems.found) > before:
        return None
    if kind in EXPONENTS:
        note_exponents(spec, kind, path, problems)
    make = KINDS[kind].grid if grid else KINDS[kind].make
    if make is None:
        finite = ", ".join(name for name, each in KINDS.items() if each.grid is not None)
        fix = "List values, or give it q and distribution: q_uniform; or use method: random."
        problems.add(path, expected=f"one of {finite} with method: grid", got=kind, fix=fix)
        return None
    try:
        return make(spec)
    except (InvalidInput, OverflowError, ValueError) as error:
        problems.add(
            path, expected=f"a range that exists for {kind}", got=str(error), fix="Correct its bounds."
        )
        return None


def kind_of(spec: Mapping[str, Any], path: Path, problems: Problems) -> str | None:
    """The distribution that a parameter names or means."""
    named = spec.get("distribution")
    if "distribution" in spec:
        if isinstance(named, str) and named in KINDS:
            return named
        problems.unknown((*path, "distribution"), named, KINDS, what="distribution")
        return None
    kind = infer(spec)
    if kind is None:
        shown = ", ".join(spec) or "no key at all"
        expected = "value, values, min and max, a and b, or a distribution"
        problems.add(path, expected=expected, got=shown, fix="Add what is missing.")
    return kind


def check_keys(spec: Mapping[str, Any], kind: str, path: Path, problems: Problems) -> None:
    """Note keys that are missing, too many, or of a wrong type, and numbers that do not go together."""
    allowed = (*KINDS[kind].required, *KINDS[kind].optional)
    for key in KINDS[kind].required:
        if key not in spec:
            problems.add(path, expected=f'"{key}", which {kind} needs', got="none", fix="Add it.")
    for key, value in spec.items():
        here = (*path, key)
        if key in {"distribution", "format"}:
            continue
        if key not in allowed:
            expected = f"{' and '.join(allowed)} with {kind}"
            problems.add(
                here, expected=expected, got=f'"{key}"', fix="Remove it, or name another distribution."
            )
        elif key in NUMBERS:
            check_number(spec, key, kind, here, problems)
        elif key == "values" and (not isinstance(value, list | tuple) or not value):
            problems.add(
                here, expected="a list of at least one value", got=value, fix="Write values: [a, b]."
            )
    if all(is_number(spec.get(key)) for key in ("min", "max")) and not spec["min"] < spec["max"]:
        got = f"min={spec['min']}, max={spec['max']}"
        problems.add(
            (*path, "max"), expected="min < max", got=got, fix="Swap them, or use value: for a constant."
        )
    if "probabilities" in spec:
        check_probabilities(spec, (*path, "probabilities"), problems)
    check_format(spec, path, problems)


def note_exponents(spec: Mapping[str, Any], kind: str, path: Path, problems: Problems) -> None:
    """Say what bounds in (0, 1] come to where they are taken for exponents: they are mostly meant as values."""
    low, high = spec["min"], spec["max"]
    if 0 < low < high <= 1:
        sign = -1 if kind.startswith("inv_") else 1
        ends = sorted(math.exp(sign * end) for end in (low, high))
        problems.notes.append(
            f"{dotted(path)}: min and max of {kind} are exponents of e: the values are {ends[0]:.4g} to {ends[1]:.4g}. "
            f"For values from {low:g} to {high:g} write distribution: {kind}_values."
        )


def check_number(spec: Mapping[str, Any], key: str, kind: str, path: Path, problems: Problems) -> None:
    """Note what is no number where one is wanted."""
    value = spec[key]
    if not is_number(value):
        fix = "Remove the quotes." if reads_as_number(value) else "Write a number."
        problems.add(path, expected="a finite number", got=shortened(value), fix=fix)
    elif key in POSITIVE and value <= 0:
        problems.add(path, expected=f"{key} > 0", got=value, fix="Write a positive number.")
    elif kind == "int_uniform" and not isinstance(value, int):
        problems.add(path, expected="a whole number", got=value, fix="Use distribution: uniform.")
    elif KINDS[kind].positive and key in {"min", "max"} and value <= 0:
        fix = "Bounds of *_values kinds are values, not exponents: write a positive number."
        problems.add(path, expected=f"{key} > 0 for {kind}", got=value, fix=fix)


def check_probabilities(spec: Mapping[str, Any], path: Path, problems: Problems) -> None:
    """Note probabilities that are none."""
    values, shares = spec.get("values"), spec["probabilities"]
    if not isinstance(shares, list | tuple) or not all(is_number(share) and share >= 0 for share in shares):
        problems.add(path, expected="a list of numbers >= 0", got=shares, fix="Write one for each value.")
    elif isinstance(values, list | tuple) and len(shares) != len(values):
        got = f"{len(shares)} for {len(values)} values"
        problems.add(path, expected="one probability for each value", got=got, fix="Add or remove some.")
    elif abs(math.fsum(shares) - 1) > SUM_TOLERANCE:
        got = f"the sum {math.fsum(shares):g}"
        problems.add(path, expected="probabilities that sum to 1", got=got, fix="Correct them.")


def check_format(spec: Mapping[str, Any], path: Path, problems: Problems) -> None:
    """Note a `format` that says another type than the bounds have."""
    if "format" not in spec:
        return
    form, here = spec["format"], (*path, "format")
    whole = all(isinstance(spec[key], int) for key in ("min", "max", "q") if key in spec)
    if form not in {"float", "integer"}:
        problems.unknown(here, form, ("float", "integer"), what="format")
    elif form == "integer" and not whole:
        problems.add(
            here, expected="whole bounds with format: integer", got="others", fix="Correct one of the two."
        )


def is_number(value: Any) -> bool:
    """Whether this is a finite number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def reads_as_number(value: Any) -> bool:
    """Whether a text spells a number."""
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False
