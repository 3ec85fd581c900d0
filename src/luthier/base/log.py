"""The library's logger.

luthier logs to `logging.getLogger("luthier")`. As long as neither that logger nor the root logger has a handler,
`show_by_default` adds one to standard error, so that a plain script shows a line for each trial; an application
that configures logging itself is left alone.
"""

import logging
import sys

from luthier.base.errors import InvalidInput, explain

__all__ = ["logger", "set_verbosity", "show_by_default"]

logger = logging.getLogger("luthier")

LINE = "[%(levelname).1s %(asctime)s] %(message)s"


def set_verbosity(level: int | str) -> None:
    """Show messages of `level` (`logging.INFO`, `"warning"`, …) and above.

    Raises:
        InvalidInput: there is no such level.
    """
    try:
        logger.setLevel(level.upper() if isinstance(level, str) else level)
    except (TypeError, ValueError):
        raise InvalidInput(
            explain("a level of logging", repr(level), 'Pass logging.WARNING or "warning".'),
        ) from None


def show_by_default() -> None:
    """Send luthier's messages to standard error unless the application configured logging itself."""
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    if logger.handlers or logging.getLogger().handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(LINE))
    logger.addHandler(handler)
