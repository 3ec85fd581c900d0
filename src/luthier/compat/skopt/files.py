"""Results in files: JSON, compressed where the name says so. Nothing that is read is executed.

A file has the evaluations, the space and how the search was called. Models are fitted again on reading: the newest one.
"""

import gzip
import json
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, NotStorable, explain
from luthier.base.jsonvalue import from_json, name_of, to_json
from luthier.compat.skopt.results import create_result
from luthier.compat.skopt.space.space import Categorical, Dimension, Integer, Real, Space
from luthier.compat.support import differs

__all__ = ["dump", "load"]

FORMAT = "luthier.skopt.result"
VERSION = 1

#: The first bytes of a gzip file.
GZIP = b"\x1f\x8b"

#: Arguments that are not written: they are kept elsewhere, or mean something to a running search only.
LEFT_OUT = frozenset({"callback", "dimensions", "storage", "x0", "y0"})


def dump(res: Any, filename: str | Path, store_objective: bool = True, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - the original's
    """Write a result to a file.

    Args:
        res: of a search.
        filename: the file; ".gz" at its end compresses it.
        store_objective: whether to keep the name of the objective; the function itself is never stored.
        kwargs: `compress`, taken for compatibility: the name of the file decides.

    Raises:
        NotStorable: a category has no durable form.
    """
    if set(kwargs) - {"compress"}:
        differs(f"dump({', '.join(sorted(kwargs))})", "the file is JSON, and has no such options")
    specs = res.specs or {"args": {}}
    args = {key: stored(value) for key, value in specs.get("args", {}).items() if key not in LEFT_OUT}
    if not store_objective:
        args.pop("func", None)
    form = {
        "format": FORMAT,
        "version": VERSION,
        "x_iters": to_json(list(res.x_iters)),
        "func_vals": to_json(np.asarray(res.func_vals).tolist()),
        "log_time": to_json(np.asarray(res.log_time).tolist()) if "log_time" in res else None,
        "space": None if res.space is None else [dimension_form(dimension) for dimension in res.space],
        "specs": {"function": specs.get("function"), "args": args},
    }
    data = json.dumps(form, allow_nan=False, indent=1).encode()
    path = Path(filename)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    part.replace(path)  # a reader sees the old file or the new one, whole


def load(filename: str | Path, **kwargs: Any) -> Any:
    """Read a result from a file that `dump` wrote.

    The newest model is fitted again, if the search had one of those that have a name; the objective is not restored.

    Args:
        filename: the file.
        kwargs: options of joblib.load, which have no meaning for JSON.

    Raises:
        InvalidInput: the file is none of `dump`, for example a pickle of scikit-optimize.
    """
    if kwargs:
        differs(f"load({', '.join(sorted(kwargs))})", "the file is JSON, and has no such options")
    form = parsed(Path(filename))
    values: Any = np.array(from_json(form["func_vals"]), dtype=np.float64)
    if form["log_time"] is not None:
        values = np.column_stack([values, from_json(form["log_time"])])
    space = None if form["space"] is None else Space([dimension_of(part) for part in form["space"]])
    specs = {"function": form["specs"]["function"], "args": from_json(form["specs"]["args"])}
    found = create_result(from_json(form["x_iters"]), values, space, None, specs=specs, models=[])
    found.models = refitted(found)
    return found


def parsed(path: Path) -> dict[str, Any]:
    """The JSON object of a file."""
    data = path.read_bytes()
    try:
        form = json.loads(gzip.decompress(data) if data.startswith(GZIP) else data)
    except (ValueError, OSError, EOFError, zlib.error):
        form = None
    if isinstance(form, dict) and form.get("format") == FORMAT and form.get("version") == VERSION:
        return form
    kind = "another format"
    if data[:1] == b"\x80" or data[:1] == b"x" or data.startswith(GZIP):
        kind = "what looks like a pickle, as scikit-optimize writes"
    raise InvalidInput(
        explain(
            f"a file of luthier's skopt.dump, format {FORMAT} {VERSION}",
            f"{kind} in {path}",
            "Pickles run code when they are read, so they are not. Read it with scikit-optimize, and pass "
            "x0=res.x_iters, y0=res.func_vals to the search here.",
        ),
    )


def dimension_form(dimension: Dimension) -> dict[str, Any]:
    """A dimension as JSON."""
    form: dict[str, Any] = {
        "type": type(dimension).__name__,
        "transform": dimension.transform_,
        "name": dimension.name,
    }
    if isinstance(dimension, Categorical):
        prior = None if dimension.prior is None else dimension.prior_.tolist()
        return form | {"categories": to_json(dimension.categories), "prior": prior}
    low, high = dimension.bounds
    base = getattr(dimension, "base", 10)
    return form | {"low": low, "high": high, "prior": dimension.prior, "base": base}


def dimension_of(form: dict[str, Any]) -> Dimension:
    """The dimension of its JSON."""
    given = from_json({key: value for key, value in form.items() if key != "type"})
    if form["type"] == "Categorical":
        return Categorical(**given)
    return Integer(**given) if form["type"] == "Integer" else Real(**given)


def stored(value: Any) -> Any:
    """An argument as JSON; one that has no durable form by its type."""
    named = name_of(value) or name_of(getattr(value, "__wrapped__", None))
    if named is not None:
        return {"$name": named}
    try:
        return to_json(value)
    except NotStorable:
        return f"<{type(value).__qualname__}>"


def refitted(res: Any) -> list[Any]:
    """The newest model of a result, fitted again; none where it cannot be known or there were too few evaluations."""
    from luthier.compat.skopt.estimators import cook_estimator
    from luthier.compat.skopt.search.surrogate import fit, targets

    args = res.specs["args"]
    name = args.get("base_estimator")
    known = isinstance(name, str) and name.upper() in {"GP", "RF", "ET", "GBRT"}
    if res.space is None or not known or len(res.x_iters) < max(1, args.get("n_initial_points") or 0):
        return []
    timed = "log_time" in res
    Y = np.column_stack([res.func_vals, np.exp(res.log_time)] if timed else [res.func_vals])
    estimator = cook_estimator(name, res.space, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [fit(estimator, res.space.transform(res.x_iters), targets(Y, np.zeros(len(Y)), timed=timed))]
