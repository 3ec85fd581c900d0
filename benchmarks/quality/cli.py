"""The command line of the quality benchmark."""

import argparse
import json
import os
import platform
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import cpu_model
from benchmarks.quality.catalogue import ALL, PEERS
from benchmarks.quality.collect import collect
from benchmarks.quality.editions import edition_of, version_of
from benchmarks.quality.kinds import KINDS, SETS, every_problem
from benchmarks.quality.pool import Pool
from benchmarks.quality.report import Section, as_json, as_text
from benchmarks.quality.store import SHIPPED, Store, pack
from benchmarks.quality.tasks import Plan, missing
from benchmarks.quality.venvs import ENVIRONMENTS

__all__ = ["INTERRUPTED", "main", "ship"]

#: Numbers of trials, or whole trainings, that are reported, as far as a run has them.
AT = (20, 50, 100)

#: The seeds of a quick run.
QUICK_SEEDS = range(2)

RESULTS = Path("quality-results")

#: How the page of shipped runs lists a file.
LISTED = re.compile(r"- \S+\.jsonl\.gz: \d+ runs")

#: The exit status after Ctrl-C, as shells have it.
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the runs that are missing, and report; progress goes to standard error. Returns 1 when a library is absent."""
    options = parser().parse_args(arguments)
    if options.figure and "trials" not in options.kind:
        parser().error(
            f"--figure draws regret against trials: expected trials among --kind, got {' '.join(options.kind)}"
        )
    store = Store(options.results, SHIPPED)
    plans = [plan for kind in options.kind for plan in plans_of(options, kind)]
    absent: dict[str, str] = {}
    if not options.report_only:
        tasks = [task for plan in plans for task in missing(plan, store)]
        say(f"{len(tasks)} runs are missing of {sum(1 for plan in plans for _ in plan.tasks())}")
        pool = Pool(store, options.environments, jobs=options.jobs, say=say)
        try:
            pool.run(tasks)
        except KeyboardInterrupt:
            say(f"Stopped. What has ended is in {options.results}; the same command goes on from there.")
            return INTERRUPTED
        absent = pool.absent
    sections = [section_of(plan, store, options) for plan in plans]
    about = machine() | {
        "CPU of shipped runs": "in results/README.md",
        "tuners": ", ".join(version_of(name) for name in reported(sections)),
    }
    print(as_text(sections, about, markdown=options.markdown))
    for library, reason in absent.items():
        say(f"{library} did not run: {reason}")
    if options.json:
        options.json.write_text(json.dumps(as_json(sections, about), indent=1) + "\n", encoding="utf-8")
    if options.figure:
        picture(plans, store, options.figure)
    if options.pack:
        ship(store, options.pack)
    return 1 if absent else 0


def plans_of(options: argparse.Namespace, name: str) -> list[Plan]:
    """The runs of a kind that the options ask for, one plan for each number of workers."""
    kind = KINDS[name]
    benchmarks = [
        benchmark
        for benchmark in kind.problems(options.set)
        if not options.problems or {benchmark.name, benchmark.suite} & set(options.problems)
    ]
    everyone = kind.quick if options.quick else kind.tuners
    tuners = [tuner for tuner in options.tuners or everyone if tuner in kind.tuners]
    return [
        Plan(
            tuners=tuners,
            benchmarks=benchmarks[:1] if options.quick else benchmarks,
            seeds=QUICK_SEEDS if options.quick else options.seeds,
            workers=workers,
            budget=kind.quick_budget if options.quick else options.trials or kind.budget,
            kind=name,
        )
        for workers in options.workers or [kind.workers]
    ]


def section_of(plan: Plan, store: Store, options: argparse.Namespace) -> Section:
    """What is reported of a plan."""
    at = (*(n for n in AT if n < plan.budget), plan.budget)
    kind = KINDS[plan.kind]
    title = (
        f"{len(plan.benchmarks)} {options.set} problems, {len(plan.seeds)} seeds, "
        f"{plan.workers} at once, counted in {kind.unit}"
    )
    reference = options.reference or kind.reference
    return Section(title, plan.benchmarks, at, collect(plan, store.runs, at), reference)


def reported(sections: Sequence[Section]) -> list[str]:
    """The tuners of all sections, each once."""
    return list(dict.fromkeys(table.tuner for section in sections for table in section.tables))


def machine() -> dict[str, str]:
    """What this process runs on. Runs that were stored before, such as the peers', may come from other machines."""
    return {"CPU": cpu_model(), "cores": str(os.cpu_count()), "Python": platform.python_version()}


def picture(plans: Sequence[Plan], store: Store, path: Path) -> None:
    """Draw the plans that count trials; only now is a plotting library needed."""
    from benchmarks.quality.figure import draw

    draw([plan for plan in plans if plan.kind == "trials"], store.runs, path)


def ship(store: Store, folder: Path) -> None:
    """Write the peers' runs of problems as they are now to compressed files, and list them on the page beside them."""
    known = {edition_of(benchmark) for benchmarks in every_problem() for benchmark in benchmarks.values()}
    versions = {version_of(name) for name in PEERS}
    runs = [run for key, run in store.runs.items() if key.tuner in versions and key.problem in known]
    sizes = Counter(f"{run.key.tuner}.jsonl.gz" for run in runs)
    listed = [f"- {path.name}: {sizes[path.name]} runs" for path in sorted(pack(runs, folder))]
    page = folder / "README.md"
    before = page.read_text(encoding="utf-8").splitlines() if page.exists() else first_page()
    place = next((n for n, line in enumerate(before) if LISTED.fullmatch(line)), len(before))
    kept = [line for line in before[place:] if not LISTED.fullmatch(line)]
    page.write_text("\n".join([*before[:place], *listed, *kept]) + "\n", encoding="utf-8")


def first_page() -> list[str]:
    """The page about shipped runs before its list of files. All but the list is kept when it is written again."""
    return [
        "# Runs of other libraries",
        "",
        "Written by `python -m benchmarks.quality --pack`, one file for each tuner and version, a line for each run.",
        "",
        *(f"- {name}: {value}" for name, value in machine().items()),
    ]


def say(line: str) -> None:
    """Show progress."""
    print(line, file=sys.stderr, flush=True)


def seeds(text: str) -> range:
    """The seeds of `A:B`."""
    first, _, end = text.partition(":")
    return range(int(first), int(end))


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description="Compare how good the search of tuners is."
    )
    add = options.add_argument
    names = "; ".join(f"of kind {name}: {', '.join(kind.tuners)}" for name, kind in KINDS.items())
    add(
        "--set",
        choices=list(SETS),
        default="dev",
        help="which problems (default dev); nobody tunes on reported",
    )
    add(
        "--kind",
        nargs="+",
        choices=list(KINDS),
        default=["trials"],
        help="epochs: trainings may be stopped; fronts: two objectives",
    )
    add("--tuners", nargs="+", choices=list(ALL), metavar="NAME", help=names)
    add("--problems", nargs="+", metavar="NAME", help="problems or suites (default: all of the set)")
    add("--seeds", type=seeds, default=range(10), metavar="A:B", help="default 0:10")
    add("--trials", type=int, help="trials a run, or epochs in whole trainings (default 100)")
    add("--workers", type=int, nargs="+", help="trials at once, on a virtual clock (default 1; of epochs 8)")
    add("--jobs", type=int, default=1, help="processes at once (default 1)")
    add("--results", type=Path, default=RESULTS, metavar="FOLDER", help=f"kept runs (default {RESULTS})")
    add(
        "--environments",
        type=Path,
        default=ENVIRONMENTS,
        metavar="FOLDER",
        help="of benchmarks.quality.venvs",
    )
    add(
        "--reference",
        choices=list(ALL),
        metavar="NAME",
        help="held against all others (default auto, auto+asha)",
    )
    add("--report-only", action="store_true", help="run nothing")
    add("--quick", action="store_true", help="one problem, two seeds, few trials: does everything still run?")
    add("--json", type=Path, metavar="FILE", help="write the figures")
    add("--figure", type=Path, metavar="FILE", help="draw mean regret against trials as SVG (kind trials)")
    add("--markdown", action="store_true", help="print the tables for docs/benchmarks.md")
    add(
        "--pack", type=Path, metavar="FOLDER", help="write the peers' runs to compressed files, to be shipped"
    )
    return options
