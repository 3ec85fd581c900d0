"""Cholesky factors that never fail and that grow row by row.

    K  (n, n) a symmetric matrix, positive semidefinite but for rounding      L  its lower Cholesky factor
    T  L^-1, lower triangular: what is kept, for products with it are faster than solutions with L

Source: Golub and Van Loan, "Matrix computations", Sec. 4.2; the block form of T follows from that of L.
"""

import numpy as np
from scipy.linalg.blas import dtrmm
from scipy.linalg.lapack import dpotrf, dtrtri

from luthier.base.arrays import Array

__all__ = ["Factor", "cholesky"]

#: The first jitter, relative to the mean of the diagonal; then ten times more until the matrix is positive definite.
FIRST_JITTER = 1e-10
JITTER_GROWTH = 10.0


def cholesky(K: Array) -> tuple[Array, float]:
    """The lower factor of `K + jitter I`, in Fortran order, and the jitter: the least of 0, 1e-10, 1e-9, … that works.

    K must be finite; jitter is relative to the mean of its diagonal.
    """
    L, failed = dpotrf(K, lower=1, clean=1)
    jitter = 0.0
    scale = float(np.mean(np.diagonal(K))) if len(K) else 1.0
    scale = scale if scale > 0.0 else 1.0
    while failed:
        jitter = jitter * JITTER_GROWTH if jitter else FIRST_JITTER * scale
        lifted = np.array(K)
        lifted.flat[:: len(K) + 1] += jitter
        L, failed = dpotrf(lifted, lower=1, clean=1)
    return L, jitter


class Factor:
    """The inverse Cholesky factor of a positive definite matrix; a value: `appended` makes another one."""

    __slots__ = ("inverse",)

    def __init__(self, inverse: Array) -> None:
        #: `T: (n, n)`, lower triangular, zeros above.
        self.inverse = inverse

    @classmethod
    def of(cls, K: Array) -> "Factor":
        """The factor of `K: (n, n)`, finite and symmetric; of K and a little of I where K is not positive definite."""
        if not len(K):
            return cls(np.empty((0, 0)))
        inverse, _ = dtrtri(cholesky(K)[0], lower=1)
        return cls(np.ascontiguousarray(inverse))

    def __len__(self) -> int:
        return len(self.inverse)

    def appended(self, B: Array, C: Array) -> "Factor":
        """The factor of the matrix with further rows: `B: (m, n)` beside K, and `C: (m, m)` in the new corner."""
        n, m = len(self.inverse), len(C)
        across = self.whitened(B)
        corner = Factor.of(C - across @ across.T).inverse
        grown = np.zeros((n + m, n + m))
        grown[:n, :n] = self.inverse
        grown[n:, :n] = -corner @ (across @ self.inverse)
        grown[n:, n:] = corner
        return Factor(grown)

    def whitened(self, B: Array) -> Array:
        """`(q, n)`, the rows of `B: (q, n)` multiplied by `L^-1`; their squared norms are `diag(B K^-1 B^T)`."""
        return self.multiplied(B, transposed=True)

    def solved(self, B: Array) -> Array:
        """`(q, n)`, the rows of `B: (q, n)` multiplied by `K^-1`."""
        return self.multiplied(self.multiplied(B, transposed=True), transposed=False)

    def multiplied(self, B: Array, *, transposed: bool) -> Array:
        """`B T^T` if transposed, else `B T`."""
        if not len(B) or not len(self.inverse):
            return np.zeros((len(B), len(self.inverse)))
        # BLAS wants columns: it sees the transposes of both.
        product: Array = dtrmm(
            1.0, self.inverse.T, np.ascontiguousarray(B).T, side=0, lower=0, trans_a=int(transposed)
        )
        return product.T
