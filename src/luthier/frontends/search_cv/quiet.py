"""A search is as quiet as its siblings of scikit-learn: it says nothing unless `verbose` asks it to."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

from luthier.base.log import logger

__all__ = ["quiet"]

#: Modules whose warnings are about single candidates: scikit-learn warns of those itself.
ABOUT_CANDIDATES = frozenset({"callbacks"})


@contextmanager
def quiet(verbose: int) -> Iterator[None]:
    """Hold back what luthier logs in this thread about studies and candidates, unless `verbose` is positive."""
    if verbose > 0:
        yield
        return
    thread = get_ident()

    def passes(record: logging.LogRecord) -> bool:
        about_candidate = record.levelno < logging.WARNING or record.module in ABOUT_CANDIDATES
        return record.thread != thread or not about_candidate

    logger.addFilter(passes)
    try:
        yield
    finally:
        logger.removeFilter(passes)
