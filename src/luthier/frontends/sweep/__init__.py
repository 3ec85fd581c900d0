"""Sweeps: a YAML file that says what to search, and a script that is run once for each configuration.

`report` and `params` are for the script; they need nothing but Python.
"""

from luthier.frontends.sweep.report import params, report

__all__ = ["params", "report"]
