"""The tables, for people and for programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.quality.catalogue import OURS, named
from benchmarks.quality.collect import TARGETS, Table
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.statistics import (
    Interval,
    Quotient,
    cost,
    difference,
    mean_ranks,
    mean_regret,
    quotients,
    unreached,
)
from luthier.base.arrays import Array

__all__ = ["Section", "as_json", "as_text", "grid"]

#: The share of the best peer's epochs that ours are to cost at most.
GOAL = 0.7

#: A table: a title, what its columns are, and its lines.
Lines = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Section:
    """What was compared: all runs of a set of problems with so many workers."""

    title: str
    benchmarks: Sequence[Benchmark]
    at: Sequence[int]
    tables: Sequence[Table]
    #: The tuner that the others are held against.
    reference: str

    def overview(self) -> Lines:
        """Regret and rank of every tuner, the best first, and how long it thinks."""
        R = {table.tuner: table.R for table in self.tables if table.runs}
        ranks = mean_ranks(R) if R else {}
        head = (
            "tuner",
            *(f"regret at {n}" for n in self.at),
            *(f"rank at {n}" for n in self.at),
            *(f"CPU ms at {n}" for n in self.at),
            "problems",
            "runs",
        )
        lines = [
            (
                table.tuner,
                *cells(mean_regret(table.R)),
                *cells(ranks[table.tuner], digits=2),
                *cells(table.thinking, digits=3, general=True),
                str(problems_of(table)),
                str(table.runs),
            )
            for table in sorted(self.tables, key=last_regret)
            if table.runs
        ]
        return [head, *lines]

    def by_suite(self) -> Lines:
        """The regret at each number of trials, suite by suite."""
        suites = list(dict.fromkeys(benchmark.suite for benchmark in self.benchmarks))
        rows = {suite: [i for i, b in enumerate(self.benchmarks) if b.suite == suite] for suite in suites}
        head = ("tuner", *(f"{suite} ({len(rows[suite])})" for suite in suites))
        lines = [
            (table.tuner, *(" / ".join(cells(mean_regret(table.R[rows[suite]]))) for suite in suites))
            for table in sorted(self.tables, key=last_regret)
            if table.runs
        ]
        return [head, *lines]

    def differences(self) -> dict[str, list[Interval | None]]:
        """Tuner -> the reference's regret less its own, at each number of trials."""
        ours = next((table.R for table in self.tables if table.tuner == self.reference), None)
        if ours is None:
            return {}
        return {
            table.tuner: [difference(ours[:, :, k], table.R[:, :, k]) for k in range(len(self.at))]
            for table in self.tables
            if table.tuner != self.reference and table.runs
        }

    def against(self) -> Lines:
        """The reference against each other tuner."""
        head = (f"{self.reference} less", *(f"at {n}" for n in self.at), "problems", "pairs")
        lines = [(name, *map(interval, found), *sizes(found)) for name, found in self.differences().items()]
        return [head, *lines]

    def targets(self) -> Lines:
        """On learning curves: what each regret costs, and how many runs never come to it."""
        epochs = {
            table.tuner: table.epochs
            for table in self.tables
            if table.epochs is not None and np.isfinite(table.epochs).any()
        }
        if not epochs:
            return []
        head = (
            "whole trainings to regret",
            *(f"<= {target:g}" for target in TARGETS),
            *(f"never <= {target:g}" for target in TARGETS),
        )
        lines = [
            (name, *cells(cost(E), digits=2), *(f"{share:.0%}" for share in unreached(E, self.at[-1])))
            for name, E in epochs.items()
        ]
        peers = [E for name, E in epochs.items() if named(name).library != OURS]
        if self.reference in epochs and peers:
            goal = map(judged, quotients(epochs[self.reference], peers))
            lines.append(
                (f"goal: {self.reference} <= {GOAL:g} of the best peer", *goal, *("" for _ in TARGETS))
            )
        return [head, *lines]

    def failures(self) -> list[str]:
        """What did not run, with the reason that came most often."""
        told = []
        for table in self.tables:
            if table.failures:
                reason = max(table.failures, key=lambda text: table.failures[text])
                told.append(f"{table.tuner}: {sum(table.failures.values())} runs failed, most with: {reason}")
        return told


def last_regret(table: Table) -> float:
    """What the tables are sorted by."""
    return float(np.nan_to_num(mean_regret(table.R)[-1], nan=np.inf))


def problems_of(table: Table) -> int:
    """On how many problems a tuner has a run."""
    return int(np.isfinite(table.R[:, :, 0]).any(axis=1).sum())


def cells(numbers: Iterable[float] | Array, *, digits: int = 3, general: bool = False) -> list[str]:
    """Numbers as text."""
    return [
        "-" if not np.isfinite(number) else f"{number:.{digits}{'g' if general else 'f'}}"
        for number in numbers
    ]


def interval(found: Interval | None) -> str:
    """A difference with its interval and what it says; below 0 the reference is better."""
    if found is None:
        return "-"
    said = "better" if found.high < 0 else "worse" if found.low > 0 else "open"
    return f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f}) {said}"


def judged(found: Quotient) -> str:
    """A quotient held against the goal, with its interval."""
    return f"{'met' if found.value <= GOAL else 'MISSED'} ({found.value:.2f}, {found.low:.2f} to {found.high:.2f})"


def sizes(found: Sequence[Interval | None]) -> tuple[str, str]:
    """On how many problems and pairs differences rest."""
    known = next((one for one in found if one), None)
    return (str(known.problems), str(known.pairs)) if known else ("0", "0")


def grid(lines: Lines, *, markdown: bool) -> str:
    """A table as Markdown, or in columns of equal width."""
    if markdown:
        ruled = [lines[0], tuple("---" for _ in lines[0]), *lines[1:]]
        return "\n".join("| " + " | ".join(line) + " |" for line in ruled)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def as_text(sections: Sequence[Section], about: Mapping[str, str], *, markdown: bool) -> str:
    """Everything, for people."""
    mark = "### " if markdown else ""
    blocks = [", ".join(f"{name} {value}" for name, value in about.items())]
    for section in sections:
        blocks.append(f"{mark}{section.title}")
        blocks += [grid(section.overview(), markdown=markdown)]
        at = " / ".join(map(str, section.at))
        blocks += [f"Regret by suite at {at}", grid(section.by_suite(), markdown=markdown)]
        if section.differences():
            blocks += [
                f"{section.reference} less each other tuner, with 95 % intervals; below 0 is better",
                grid(section.against(), markdown=markdown),
            ]
        if targets := section.targets():
            blocks += [
                "Epochs to a regret, in whole trainings; never reached counts as twice the budget; 95 % intervals",
                grid(targets, markdown=markdown),
            ]
        blocks += section.failures()
    return "\n\n".join(blocks)


def as_json(sections: Sequence[Section], about: Mapping[str, str]) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "about": dict(about),
        "sections": [
            {
                "title": section.title,
                "at": list(section.at),
                "problems": [benchmark.name for benchmark in section.benchmarks],
                "tuners": {
                    table.tuner: {
                        "title": named(table.tuner).title,
                        "regret": finite(mean_regret(table.R)),
                        "thinking ms": finite(table.thinking),
                        "runs": table.runs,
                        "failures": dict(table.failures),
                    }
                    for table in section.tables
                },
                "reference": section.reference,
                "differences": {
                    name: [one and asdict(one) for one in found]
                    for name, found in section.differences().items()
                },
            }
            for section in sections
        ],
    }


def finite(numbers: Iterable[float] | Array) -> list[float | None]:
    """Numbers as JSON knows them."""
    return [float(number) if np.isfinite(number) else None for number in numbers]
