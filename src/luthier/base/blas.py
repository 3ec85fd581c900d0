"""One thread for linear algebra on small matrices.

BLAS shares a product among as many threads as there are cores, and they wait for one another in a busy loop. For the
few hundred rows of a surrogate the waiting costs more than the product, and on a machine that trains at the same time,
where a thread may not get its core, many times more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread"]


@contextmanager
def one_thread() -> Iterator[None]:
    """A `with` block, or as `@one_thread()` a function, in which BLAS has one thread; then as many as before.

    The number is one of the process, so only the first thread of Python that changes it may do so for as long as it
    lives (threadpoolctl sees to that): a block in another thread runs with as many as there are.
    """
    with libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def libraries() -> ThreadpoolController:
    """The libraries of this process: they are looked for once, when those that are needed are loaded."""
    return ThreadpoolController()
