"""Factors of matrices, and what is solved with them: by torch's library, or by scipy's.

Where sums must be the same on every processor (`simdyhpo.arithmetic`), all that torch's library has left is
its oldest code. scipy's keeps that of AVX2, which takes a third to a fifth of the time. Both round otherwise,
and a model that has results keeps the one that it had.
"""

from __future__ import annotations

from typing import Protocol

import torch
from scipy.linalg import blas, lapack


class Algebra(Protocol):
    """What a posterior and a likelihood ask for; all tensors float64."""

    def factor(self, matrix: torch.Tensor) -> tuple[torch.Tensor, bool]:
        """The lower factor L of a symmetric matrix, (n, n); whether there is none."""
        ...

    def solve(self, lower: torch.Tensor, right: torch.Tensor, *, transposed: bool = False) -> torch.Tensor:
        """L^-1 right, (n, k), or, transposed, L'^-1 right."""
        ...

    def inverse(self, lower: torch.Tensor) -> torch.Tensor:
        """(L L')^-1, (n, n), in rows."""
        ...


class _Torch:
    """torch's own: MKL, as a rule."""

    def factor(self, matrix: torch.Tensor) -> tuple[torch.Tensor, bool]:
        factor, trouble = torch.linalg.cholesky_ex(matrix)
        return factor, bool(trouble)

    def solve(self, lower: torch.Tensor, right: torch.Tensor, *, transposed: bool = False) -> torch.Tensor:
        factor = lower.mT if transposed else lower
        solved: torch.Tensor = torch.linalg.solve_triangular(factor, right, upper=transposed)
        return solved

    def inverse(self, lower: torch.Tensor) -> torch.Tensor:
        return torch.cholesky_inverse(lower).mT  # symmetric, and so in rows


class _Scipy:
    """scipy's: OpenBLAS, as a rule.

    Its routines want columns that lie together, where a tensor's rows do. So they are handed transposes,
    which copies nothing: L in rows is the upper factor L' in columns.
    """

    def factor(self, matrix: torch.Tensor) -> tuple[torch.Tensor, bool]:
        upper, trouble = lapack.dpotrf(matrix.numpy().T, lower=0, clean=1)
        factor = torch.from_numpy(upper.T)
        # Not every version of the library notices what is no number.
        return factor, bool(trouble) or not bool(factor.diagonal().sum().isfinite())

    def solve(self, lower: torch.Tensor, right: torch.Tensor, *, transposed: bool = False) -> torch.Tensor:
        if not right.numel():
            return right.clone()
        upper, given = lower.numpy().T, right.numpy()
        if given.flags.f_contiguous:
            return torch.from_numpy(blas.dtrsm(1.0, upper, given, side=0, trans_a=not transposed))
        return torch.from_numpy(blas.dtrsm(1.0, upper, given.T, side=1, trans_a=transposed).T)

    def inverse(self, lower: torch.Tensor) -> torch.Tensor:
        below = torch.from_numpy(lapack.dpotri(lower.numpy().T, lower=0)[0].T)
        return below + below.tril(-1).mT


TORCHS: Algebra = _Torch()
SCIPYS: Algebra = _Scipy()
