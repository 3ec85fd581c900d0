"""Make the environments of the other libraries, one each, so that none of them decides the versions of another.

python -m benchmarks.quality.venvs [LIBRARY ...] [--folder FOLDER]
"""

import argparse
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality.editions import PINS

__all__ = ["ENVIRONMENTS", "main"]

#: Where they are unless told otherwise.
ENVIRONMENTS = Path(__file__).parents[2] / ".venv-peers"

#: Libraries whose own requirements cannot be met: what they need is listed in full and installed without asking them.
UNRESOLVED = {
    "hebo": "HEBO 0.3.6 asks for numpy < 1.25 and what goes with it, which has no wheels for newer Pythons"
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make each environment; returns 1 when one of them could not be made."""
    known = sorted(path.stem for path in PINS.glob("*.txt"))
    options = argparse.ArgumentParser(prog="python -m benchmarks.quality.venvs", description=__doc__)
    options.add_argument("libraries", nargs="*", metavar="LIBRARY", help=f"{', '.join(known)} (default: all)")
    options.add_argument("--folder", type=Path, default=ENVIRONMENTS, help=f"default {ENVIRONMENTS}")
    given = options.parse_args(arguments)
    if unknown := set(given.libraries) - set(known):
        options.error(f"no such library: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    failed = [name for name in given.libraries or known if not made(name, given.folder / name)]
    for name in failed:
        print(f"{name}: could not be installed, see above; the benchmark goes on without it", file=sys.stderr)
    return 1 if failed else 0


def made(library: str, folder: Path) -> bool:
    """Whether an environment could be made, or brought to the versions that are pinned."""
    print(f"{library} -> {folder}", file=sys.stderr)
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True)
    pins = (PINS / f"{library}.txt").read_text(encoding="utf-8").split()
    if library not in UNRESOLVED:
        return installed(folder, *pins)
    return installed(folder, *pins[1:]) and installed(folder, "--no-deps", pins[0])


def installed(folder: Path, *what: str) -> bool:
    """Whether pip installed it."""
    command: list[str | Path] = [
        folder / "bin" / "python",
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        *what,
    ]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
