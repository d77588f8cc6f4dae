"""A Gaussian process with fixed parameters, kept conditioned while rows come in and queries change.

Let K = L L' be the kernel matrix of n rows with noise on its diagonal, and V = L^-1 K(rows, queries). Then the
posterior mean of query j is m + V[:, j]' r with r = L^-1 (y - m), and its variance s - |V[:, j]|^2. A new row
adds one line to L, r and V at a cost of O(n^2 + n q); a query whose features changed costs O(n^2).
"""

from __future__ import annotations

from collections.abc import Callable

import torch

Kernel = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
_ROOM = 64


class Posterior:
    """n rows of targets, q queries; all tensors float64.

    Attributes:
        jitters: how often the kernel matrix needed more jitter to have a factor.
    """

    def __init__(self, kernel: Kernel, scale: float, noise: float, constant: float, jitter: float) -> None:
        """Set the fixed parameters.

        Args:
            kernel: (a, f), (b, f) -> (a, b) covariances without noise.
            scale: the kernel's value at distance 0.
            noise: variance of the observation noise.
            constant: the prior mean.
            jitter: added to the diagonal, relative to `scale`; raised tenfold as often as needed.
        """
        self._kernel = kernel
        self._scale = scale
        self._constant = constant
        self._noise = noise
        self._jitter = jitter
        self.jitters = 0
        self.count = 0

    def condition(self, rows: torch.Tensor, targets: torch.Tensor, queries: torch.Tensor) -> None:
        """Start from n rows and q queries.

        Args:
            rows: (n, f), n >= 1.
            targets: (n,).
            queries: (q, f).
        """
        n, q = len(rows), len(queries)
        capacity = n + _ROOM
        factor = self._factor(rows)
        self._rows = rows.new_empty(capacity, rows.shape[1])
        self._lower = rows.new_zeros(capacity, capacity)
        self._residual = rows.new_empty(capacity)
        self._cross = rows.new_empty(capacity, q)
        self._queries = queries.clone()
        self._rows[:n], self._lower[:n, :n] = rows, factor
        self._residual[:n] = _solve(factor, (targets - self._constant)[:, None])[:, 0]
        self._cross[:n] = _solve(factor, self._kernel(rows, queries))
        self.count = n
        self._summarise()

    def append(self, row: torch.Tensor, target: torch.Tensor) -> None:
        """Condition on one more row, (f,), with its target, ()."""
        n = self.count
        if n == len(self._rows):
            self._grow()
        line = _solve(self._lower[:n, :n], self._kernel(self._rows[:n], row[None]))[:, 0]
        variance = self._scale * (1 + self._jitter) + self._noise - line @ line
        diagonal = variance.clamp_min(self._scale * self._jitter).sqrt()
        self._rows[n] = row
        self._lower[n, :n], self._lower[n, n] = line, diagonal
        self._residual[n] = (target - self._constant - line @ self._residual[:n]) / diagonal
        self._cross[n] = (self._kernel(row[None], self._queries)[0] - line @ self._cross[:n]) / diagonal
        self.count = n + 1
        self._mean += self._residual[n] * self._cross[n]
        self._explained += self._cross[n].square()

    def change_queries(self, which: torch.Tensor, features: torch.Tensor) -> None:
        """Give k queries, (k,), new features, (k, f)."""
        n = self.count
        columns = _solve(self._lower[:n, :n], self._kernel(self._rows[:n], features))
        self._queries[which] = features
        self._cross[:n, which] = columns
        self._mean[which] = self._constant + self._residual[:n] @ columns
        self._explained[which] = columns.square().sum(dim=0)

    def predict(self, pending: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and variance without noise, (q,) each.

        Args:
            pending: (p, f) rows whose targets are still to come. They count as if observed at their
                posterior mean: means stay, variances shrink.
        """
        variance = self._scale - self._explained
        if pending is not None and len(pending):
            n = self.count
            lines = _solve(self._lower[:n, :n], self._kernel(self._rows[:n], pending))
            inner = self._kernel(pending, pending) - lines.T @ lines
            inner.diagonal().add_(self._noise + self._jitter * self._scale)
            factor = self._cholesky(inner)
            cross = self._kernel(pending, self._queries) - lines.T @ self._cross[:n]
            variance = variance - _solve(factor, cross).square().sum(dim=0)
        return self._mean, variance.clamp_min(0.0)

    def _summarise(self) -> None:
        n = self.count
        self._mean = self._constant + self._residual[:n] @ self._cross[:n]
        self._explained = self._cross[:n].square().sum(dim=0)

    def _factor(self, rows: torch.Tensor) -> torch.Tensor:
        """Lower factor of the rows' kernel matrix, noise included."""
        matrix = self._kernel(rows, rows)
        matrix.diagonal().add_(self._noise + self._jitter * self._scale)
        return self._cholesky(matrix)

    def _cholesky(self, matrix: torch.Tensor) -> torch.Tensor:
        """The factor; the diagonal is raised until there is one."""
        extra = 0.0
        while True:
            factor, trouble = torch.linalg.cholesky_ex(matrix)
            if not trouble:
                return factor
            self.jitters += 1
            raised = max(10 * extra, 10 * self._jitter * self._scale)
            matrix.diagonal().add_(raised - extra)
            extra = raised

    def _grow(self) -> None:
        """Make room for half as many rows again: copying stays a constant share of the work."""
        old = self.count
        capacity = old + max(_ROOM, old // 2)
        for name in ("_rows", "_residual", "_cross"):
            tensor = getattr(self, name)
            larger = tensor.new_empty(capacity, *tensor.shape[1:])
            larger[:old] = tensor[:old]
            setattr(self, name, larger)
        lower = self._lower.new_zeros(capacity, capacity)
        lower[:old, :old] = self._lower[:old, :old]
        self._lower = lower


def _solve(lower: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """L^-1 right."""
    return torch.linalg.solve_triangular(lower, right, upper=False)
