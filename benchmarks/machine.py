"""What the figures were measured on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.libraries import OURS, PEERS

__all__ = ["describe_machine"]


def describe_machine() -> dict[str, str]:
    """CPU, cores and how busy they are, operating system, versions of Python and of what is compared."""
    return {
        "CPU": cpu_model(),
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: installed(name) for name in (OURS, *PEERS, "numpy", "sqlalchemy")},
    }


def cpu_model() -> str:
    """The processor's name as Linux knows it, else as Python does."""
    table = Path("/proc/cpuinfo")
    lines = table.read_text(encoding="utf-8").splitlines() if table.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def installed(name: str) -> str:
    """The version of a package."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
