"""A run: what one tuner found on one problem from one seed. It is stored as one line of JSON."""

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any

__all__ = ["Key", "Run"]

#: Significant digits that are kept of a value, and of a time.
DIGITS, TIME_DIGITS = 7, 3


@dataclass(frozen=True, slots=True)
class Key:
    """Which run it is."""

    #: `name@version`; of our own tuners the version includes a digest of the source.
    tuner: str
    #: `name@edition`: a problem that changes is another problem.
    problem: str
    seed: int
    workers: int
    #: "trials": whole trainings, counted. "epochs": trainings that may be stopped, on a virtual clock. "fronts": whole
    #: trainings of two objectives.
    kind: str = "trials"


@dataclass(frozen=True, slots=True)
class Run:
    """The trials of a run in the order in which they ended, or with kind "epochs" the improvements of the best."""

    key: Key
    #: How many trials, or epochs, the run was given. There are fewer values where nothing was left to try.
    budget: int
    #: The noiseless value of each trial; +inf where the training failed. With kind "fronts" minus the area that the
    #: trials up to it dominate.
    values: tuple[float, ...] = ()
    #: What the tuner was told instead; None where that is the same.
    observed: tuple[float, ...] | None = None
    #: CPU milliseconds that the tuner thought about each trial: ask, suggest and tell.
    thinking: tuple[float, ...] = ()
    #: With kind "epochs": epochs spent by all workers, and virtual seconds, until each improvement.
    epochs: tuple[int, ...] | None = None
    seconds: tuple[float, ...] | None = None
    #: Why it has no values.
    failure: str | None = None

    def incumbents(self) -> list[float]:
        """After each trial the noiseless value of the trial that looks best; among equals the earliest."""
        looks = self.values if self.observed is None else self.observed
        best, shown, judged = math.inf, math.inf, []
        for seen, value in zip(looks, self.values, strict=True):
            if seen < best:
                best, shown = seen, value
            judged.append(shown)
        return judged

    def to_line(self) -> str:
        """The run as a line of JSON; what is None or empty is left out."""
        kept = {name: value for name, value in asdict(self).items() if value is not None and value != ()}
        told = kept.pop("key") | kept
        for name in {"values", "observed", "seconds"} & told.keys():
            told[name] = [rounded(value, DIGITS) for value in told[name]]
        if "thinking" in told:
            told["thinking"] = [rounded(value, TIME_DIGITS) for value in told["thinking"]]
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> "Run":
        """The run of a line."""
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in json.loads(line).items()
        }
        key = Key(**{field.name: told.pop(field.name) for field in fields(Key)})
        return cls(key, **told)


def rounded(value: float, digits: int) -> float:
    """So many significant digits; a whole number without its point, to save room."""
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() and abs(short) < 10**digits else short
