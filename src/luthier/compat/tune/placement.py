"""What a trial needs of the machine, and how many run at once therefore."""

import math
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

from luthier.base.errors import explain
from luthier.compat.support import differs
from luthier.compat.tune.error import TuneError

__all__ = ["VISIBLE", "Needs", "PlacementGroupFactory", "machine_gpus", "needs_of", "share_of", "slots"]

#: What a trial is given when it asks for nothing.
DEFAULT = {"CPU": 1.0}

#: GPUs that a process may use, by number or UUID.
VISIBLE = "CUDA_VISIBLE_DEVICES"


@final
class PlacementGroupFactory:
    """Bundles of resources: one for the trainable itself, and one for each worker that it starts.

    All bundles are on this machine; the strategy makes no difference.
    """

    def __init__(
        self, bundles: Sequence[Mapping[str, float]], strategy: str = "PACK", *args: Any, **kwargs: Any
    ) -> None:
        if not bundles:
            raise TuneError(explain("at least one bundle", "none", 'Pass [{"CPU": 1}].'))
        self._bundles = [{key: float(value) for key, value in bundle.items() if value} for bundle in bundles]
        self._strategy = strategy

    def __repr__(self) -> str:
        return f"PlacementGroupFactory({self._bundles}, strategy={self._strategy!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlacementGroupFactory) and self._bundles == other._bundles

    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def bundles(self) -> list[dict[str, float]]:
        """The bundles."""
        return [dict(bundle) for bundle in self._bundles]

    @property
    def strategy(self) -> str:
        """How bundles would be spread over machines."""
        return self._strategy

    @property
    def head_cpus(self) -> float:
        """Cores of the trainable itself."""
        return self._bundles[0].get("CPU", 0.0)

    @property
    def required_resources(self) -> dict[str, float]:
        """The bundles added up."""
        total: dict[str, float] = {}
        for bundle in self._bundles:
            for key, value in bundle.items():
                total[key] = total.get(key, 0.0) + value
        return total


class Needs(dict[str, float]):
    """What one trial needs, all bundles together: {"CPU": 2.0, "GPU": 0.5}."""

    @property
    def cpus(self) -> float:
        """Cores."""
        return self.get("CPU", 0.0)

    @property
    def gpus(self) -> float:
        """GPUs: a fraction of one, or whole ones."""
        return self.get("GPU", 0.0)


def needs_of(resources: Any) -> Needs:
    """What `resources_per_trial` and `with_resources` ask for: a dict such as {"cpu": 2, "gpu": 0.5}, or bundles.

    Raises:
        TuneError: it is neither, or a share of GPUs that cannot be given.
    """
    if resources is None:
        return Needs(DEFAULT)
    if isinstance(resources, PlacementGroupFactory):
        needs = Needs(resources.required_resources)
    elif isinstance(resources, Mapping):
        custom = resources.get("custom_resources") or {}
        named = {key: value for key, value in resources.items() if key != "custom_resources"}
        names = {"cpu": "CPU", "gpu": "GPU"}
        needs = Needs(
            {names.get(key, key): float(value) for key, value in {**named, **custom}.items() if value}
        )
        if any(value < 0 for value in needs.values()):
            raise TuneError(explain("resources >= 0, such as cpu", repr(dict(resources)), "Correct them."))
    else:
        raise TuneError(explain('resources such as {"cpu": 2, "gpu": 1}', repr(resources), "Pass a dict."))
    extra = sorted(set(needs) - {"CPU", "GPU"})
    if extra:
        differs(
            f"tune: the resources {extra}", "there is no cluster that counts them; use max_concurrent_trials"
        )
    if needs.gpus > 1 and not needs.gpus.is_integer():
        raise TuneError(explain("whole GPUs, or a fraction of one", f"gpu={needs.gpus}", "Round it."))
    return needs


def machine_cpus() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def machine_gpus() -> list[str]:
    """GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them."""
    listed = os.environ.get(VISIBLE)
    if listed is not None:
        return [name.strip() for name in listed.split(",") if name.strip() not in {"", "-1", "NoDevFiles"}]
    found = sorted(int(path.name.removeprefix("nvidia")) for path in Path("/dev").glob("nvidia[0-9]*"))
    return [str(number) for number in found]


def slots(needs: Needs, limit: int | None) -> int:
    """How many trials run at once: what the machine has room for, and `limit` at most.

    Raises:
        TuneError: one trial needs more GPUs than there are.
    """
    room = [math.inf if limit is None or limit < 1 else float(limit)]
    if needs.cpus:
        cpus = machine_cpus()
        if needs.cpus > cpus:
            differs(
                f"tune.with_resources(cpu={needs.cpus:g})", f"there are {cpus} here; one trial runs at a time"
            )
        room.append(max(1.0, math.floor(cpus / needs.cpus + 1e-9)))
    if needs.gpus:
        gpus = machine_gpus()
        if needs.gpus > len(gpus):
            raise TuneError(
                explain(f"{needs.gpus:g} GPU(s) for a trial", f"a machine with {len(gpus)}", 'Lower "gpu".')
            )
        each = math.floor(1 / needs.gpus + 1e-9) if needs.gpus <= 1 else 0
        room.append(len(gpus) * each if each else len(gpus) // int(needs.gpus))
    most = min(room)
    return machine_cpus() if math.isinf(most) else int(most)


def share_of(gpus: Sequence[str], each: float, slot: int) -> list[str]:
    """The GPUs of one slot; none where a trial asks for none."""
    if not each:
        return []
    if each < 1:
        together = math.floor(1 / each + 1e-9)
        return [gpus[slot // together % len(gpus)]]
    count = int(each)
    return [gpus[(slot * count + place) % len(gpus)] for place in range(count)]
