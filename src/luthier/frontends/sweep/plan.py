"""A sweep as it will be run: what its configuration says, checked.

method            grid, random or bayes               metric        name, goal, target
parameters        ranges, possibly nested             run_cap       the most runs of the sweep
early_terminate   hyperband: bands and eta            command       the command line of a run, with macros
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from luthier.base.errors import NotStorable
from luthier.base.jsonvalue import to_json
from luthier.frontends.sweep.bands import Bands
from luthier.frontends.sweep.checks import check_config
from luthier.frontends.sweep.macros import DEFAULT_COMMAND
from luthier.frontends.sweep.parameters import Parameter, parameters_of
from luthier.frontends.sweep.problems import Path, Problems
from luthier.records.study import Direction

__all__ = ["EXIT_CODE", "Metric", "Plan", "plan_of"]

#: What a sweep without a metric minimises: only runs that went well count, so it is always 0.
EXIT_CODE = "exit_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What a sweep is about."""

    name: str
    direction: Direction = Direction.MINIMIZE
    #: A value that ends the sweep once a run has reached it.
    target: float | None = None

    def reached(self, value: float | None) -> bool:
        """Whether a value is as good as the target."""
        if self.target is None or value is None:
            return False
        return self.direction.sign * value <= self.direction.sign * self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One sweep. It can be pickled, and its `config` has a JSON form from which it can be made again."""

    config: Mapping[str, Any]
    method: str
    parameters: tuple[Parameter, ...]
    metric: Metric | None = None
    bands: Bands | None = None
    run_cap: int | None = None
    command: tuple[str, ...] = DEFAULT_COMMAND
    program: str | None = None
    #: What the configuration asks for and what happens instead, in one sentence each.
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int | None:
        """How many runs a grid has; None for another method."""
        if self.method != "grid":
            return None
        size = 1
        for parameter in self.parameters:
            size *= parameter.domain.levels or 1
        return size


def plan_of(
    config: Any, *, source: str = "sweep configuration", lines: Mapping[Path, int] | None = None
) -> Plan:
    """The plan of a configuration.

    Args:
        config: what a file says, or a dict of a program.
        source: names it in errors.
        lines: the line of each key, for a file.

    Raises:
        SweepError: the configuration is wrong; the message has everything that is, line by line.
    """
    problems = Problems(source, lines or {})
    check_config(config, problems)
    parameters: list[Parameter] = []
    if isinstance(config, Mapping) and "parameters" in config:
        grid = config.get("method") == "grid"
        parameters = parameters_of(config["parameters"], ("parameters",), problems, grid=grid)
    check_storable(config, problems)
    problems.check()
    command = config.get("command") or DEFAULT_COMMAND
    return Plan(
        config=dict(config),
        method=config["method"],
        parameters=tuple(parameters),
        metric=metric_of(config.get("metric")),
        bands=Bands.of(config.get("early_terminate")),
        run_cap=config.get("run_cap"),
        command=tuple(map(str, command)),
        program=config.get("program"),
        notes=tuple(problems.notes),
    )


def check_storable(config: Any, problems: Problems) -> None:
    """Note values that no store can keep, such as dates."""
    for path, value in leaves(config, ()):
        try:
            to_json(value)
        except NotStorable:
            fix = "Put dates in quotes, and leave objects to the script."
            got = f"{value!r} of type {type(value).__name__}"
            problems.add(path, expected="a text, a number, a list or a mapping", got=got, fix=fix)


def leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Whatever is neither a mapping nor a list, with its place."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def metric_of(block: Mapping[str, Any] | None) -> Metric | None:
    """The metric of a checked block."""
    if block is None:
        return None
    goal = Direction(block.get("goal", Direction.MINIMIZE))
    return Metric(name=block["name"], direction=goal, target=block.get("target"))
