"""The command line of the benchmarks."""

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.libraries import OURS, PEERS
from benchmarks.machine import describe_machine
from benchmarks.report import as_json, as_markdown, as_text
from benchmarks.runner import Plan, measure_work
from benchmarks.works import WORKS

__all__ = ["main"]

REPEATS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks; progress goes to standard error, the table to standard output.

    Returns 1 when a measurement failed. A missed goal is a result, not a failure.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(given)
    repeats = options.repeats or (1 if options.quick else REPEATS)
    plan = Plan(repeats=repeats, quick=options.quick, libraries=options.libraries)
    machine = describe_machine()
    rows = [measure_work(WORKS[name], plan, say) for name in options.only or WORKS]
    command = shlex.join(["python", "-m", "benchmarks", *given])
    if options.quick:
        say("A quick run proves that everything runs: its sizes are far too small for the goals.")
    print(as_markdown(rows, machine, command) if options.markdown else as_text(rows, machine))
    if options.json:
        text = json.dumps(as_json(rows, machine, command), indent=2, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if any(row.failures for row in rows) else 0


def say(line: str) -> None:
    """Show progress."""
    print(line, file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Compare speed with other libraries."
    )
    everyone = (OURS, *PEERS)
    options.add_argument(
        "--quick", action="store_true", help="small sizes, once each: does everything still run?"
    )
    options.add_argument(
        "--only", action="append", choices=list(WORKS), metavar="NAME", help=", ".join(WORKS)
    )
    options.add_argument(
        "--libraries", nargs="+", choices=everyone, default=everyone, metavar="NAME", help=", ".join(everyone)
    )
    options.add_argument(
        "--repeats", type=int, help=f"measurements of each library and work (default {REPEATS})"
    )
    options.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every repeat")
    options.add_argument("--markdown", action="store_true", help="print the table for docs/benchmarks.md")
    return options
