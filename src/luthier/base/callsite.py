"""Where a warning points to: the line of the user's program, however many of our own frames lie between."""

import inspect
import os
from pathlib import Path

__all__ = ["outside"]

#: Code below this folder is luthier's own.
OURS = f"{Path(__file__).parents[1]}{os.sep}"


def outside() -> int:
    """The `stacklevel` for `warnings.warn`, called by the function that calls this one."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame, level = frame.f_back, level + 1
    return level
