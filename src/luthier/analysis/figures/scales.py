"""Parameters as axes: the position of each value, and what stands at it; and numbers too large to be added up."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from luthier.analysis.figures.chart import Axis
from luthier.analysis.figures.subject import text_of
from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.records.trial import TrialRecord
from luthier.space.domains import Categorical, Domain, choice_key
from luthier.space.infer import widen
from luthier.space.space import Space

__all__ = ["Scale", "enlarged", "names_of", "reduced", "scales_of"]


class Scale(NamedTuple):
    """How one parameter is shown."""

    axis: Axis
    #: One position per trial; NaN where a trial lacks the parameter. A choice is at its index.
    places: list[float]

    def along(self) -> list[float]:
        """Positions as they lie on paper: logarithms on a logarithmic axis."""
        if not self.axis.log:
            return self.places
        return [math.log10(place) if place > 0 else math.nan for place in self.places]


def names_of(records: Sequence[TrialRecord], wanted: Sequence[str] | None) -> list[str]:
    """The parameters to show: those asked for, or all, by name.

    Raises:
        InvalidInput: there are trials, and none has one of those asked for.
    """
    known = sorted({name for record in records for name in record.params})
    if wanted is None:
        return known
    missing = [name for name in wanted if name not in known and records]
    if missing:
        raise InvalidInput(
            explain(f"parameters of complete trials: {known}", f"{missing}", "Correct the names.")
        )
    return list(dict.fromkeys(wanted))


def scales_of(records: Sequence[TrialRecord], names: Sequence[str]) -> list[Scale]:
    """One scale per parameter, over all trials."""
    space = Space({})
    for record in records:
        space = widen(space, record.domains)
    return [scale_of(name, space.domains.get(name), records) for name in names]


def scale_of(name: str, domain: Domain | None, records: Sequence[TrialRecord]) -> Scale:
    """The scale of one parameter: numbers where all its values are, else choices in their order."""
    values = [record.params[name] for record in records if name in record.params]
    if not isinstance(domain, Categorical) and all(map(is_number, values)):
        log = domain is not None and domain.log and all(value > 0 for value in values)
        places = [float(record.params[name]) if name in record.params else math.nan for record in records]
        return Scale(Axis(label=name, log=log), places)
    choices = list(domain.choices) if isinstance(domain, Categorical) else []
    at = {choice_key(choice): place for place, choice in enumerate(choices)}
    for value in values:
        if choice_key(value) not in at:
            at[choice_key(value)] = len(choices)
            choices.append(value)
    ticks = [(float(place), text_of(choice)) for place, choice in enumerate(choices)]
    places = [
        float(at[choice_key(record.params[name])]) if name in record.params else math.nan
        for record in records
    ]
    return Scale(Axis(label=name, ticks=ticks), places)


def is_number(value: Any) -> bool:
    """Whether a value has a place on a line by itself."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def reduced(values: Array) -> tuple[Array, int]:
    """Values within [-1, 1], and the power of two that they were divided by, which costs no digit."""
    unit = int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, -unit), unit


def enlarged(values: Array, unit: int) -> Array:
    """Values in the unit that they had before they were `reduced`."""
    return np.asarray(np.ldexp(values, unit), dtype=np.float64)
