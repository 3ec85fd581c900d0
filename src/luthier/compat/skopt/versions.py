"""What is installed, for a bug report."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__", "show_versions"]

#: The version of scikit-optimize whose API this door speaks.
__version__ = "0.10.2"

PACKAGES = ("luthier", "numpy", "scipy", "scikit-learn", "matplotlib", "pandas")


def show_versions() -> None:
    """Print the versions of Python, of this machine and of the packages that count."""
    lines = [f"python: {sys.version}", f"machine: {platform.platform()}"]
    for package in PACKAGES:
        try:
            lines.append(f"{package}: {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{package}: not installed")
    sys.stdout.write("\n".join(lines) + "\n")
