"""A Gaussian process with fixed parameters, kept conditioned while rows come in and queries change.

Let K = L L' be the kernel matrix of n rows with noise on its diagonal, and V = L^-1 K(rows, queries). Then
the posterior mean of query j is m_j + V[:, j]' r with r = L^-1 (y - m), and its variance k_jj - |V[:, j]|^2.
A new row adds one line to L, r and V at a cost of O(n^2 + n q); a query whose features changed costs O(n^2).
"""

from __future__ import annotations

import math

import torch

from simdyhpo.surrogates.models import Model

_ROOM = 64


class Posterior:
    """n rows of targets, q queries; all tensors float64.

    Attributes:
        count: n.
        jitters: how often a matrix needed more jitter to have a factor.
    """

    def __init__(
        self, model: Model, jitter: float, rows: torch.Tensor, targets: torch.Tensor, queries: torch.Tensor
    ) -> None:
        """Condition the model, whose parameters must stay as they are, on n >= 1 rows.

        Args:
            model: gives mean, covariance and noise.
            jitter: added to the diagonal, relative to the kernel's scale; raised tenfold as often as needed.
            rows: (n, f) features.
            targets: (n,).
            queries: (q, f) features.
        """
        self._model = model
        self._diagonal = float(model.noise() + jitter * model.scale())
        self._least = jitter * float(model.scale())
        self.jitters = 0
        self.count = n = len(rows)
        capacity = n + _ROOM
        self._rows = rows.new_empty(capacity, rows.shape[1])
        self._lower = rows.new_zeros(capacity, capacity)
        self._residual = rows.new_empty(capacity)
        self._cross = rows.new_empty(capacity, len(queries))
        self._queries = queries.clone()
        factor = self._factor(model.covariance(rows, rows))
        self._rows[:n], self._lower[:n, :n] = rows, factor
        self._residual[:n] = _solve(factor, (targets - model.mean(rows))[:, None])[:, 0]
        self._cross[:n] = _solve(factor, model.covariance(rows, queries))
        self._mean = model.mean(queries) + self._residual[:n] @ self._cross[:n]
        self._variance = model.variance(queries) - self._cross[:n].square().sum(dim=0)

    def append(self, row: torch.Tensor, target: torch.Tensor) -> None:
        """Condition on one more row, (f,), with its target, ()."""
        n = self.count
        if n == len(self._rows):
            self._grow()
        one = row[None]
        line = _solve(self._lower[:n, :n], self._model.covariance(self._rows[:n], one))[:, 0]
        left = self._model.variance(one)[0] + self._diagonal - line @ line
        diagonal = left.clamp_min(self._least).sqrt()
        self._rows[n] = row
        self._lower[n, :n], self._lower[n, n] = line, diagonal
        self._residual[n] = (target - self._model.mean(one)[0] - line @ self._residual[:n]) / diagonal
        cross = (self._model.covariance(one, self._queries)[0] - line @ self._cross[:n]) / diagonal
        self._cross[n] = cross
        self._mean += self._residual[n] * cross
        self._variance -= cross.square()
        self.count = n + 1

    def change_queries(self, which: torch.Tensor, features: torch.Tensor) -> None:
        """Give k queries, (k,), new features, (k, f)."""
        n = self.count
        columns = _solve(self._lower[:n, :n], self._model.covariance(self._rows[:n], features))
        self._queries[which] = features
        self._cross[:n, which] = columns
        self._mean[which] = self._model.mean(features) + self._residual[:n] @ columns
        self._variance[which] = self._model.variance(features) - columns.square().sum(dim=0)

    def predict(self, pending: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and variance without noise of the kept queries, (q,) each.

        Args:
            pending: (p, f) rows whose targets are still to come. They count as if observed at their
                posterior mean: means stay, variances shrink.
        """
        cross = self._cross[: self.count]
        return self._mean, self._reduced(self._variance, pending, self._queries, cross)

    def predict_at(self, features: torch.Tensor, pending: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The same for other queries, (k, f), which are not kept. Costs O(k n^2)."""
        n = self.count
        cross = _solve(self._lower[:n, :n], self._model.covariance(self._rows[:n], features))
        mean = self._model.mean(features) + self._residual[:n] @ cross
        variance = self._model.variance(features) - cross.square().sum(dim=0)
        return mean, self._reduced(variance, pending, features, cross)

    def _reduced(
        self, variance: torch.Tensor, pending: torch.Tensor, queries: torch.Tensor, cross: torch.Tensor
    ) -> torch.Tensor:
        """What is left of the queries' variance when the pending rows are counted as observed."""
        if len(pending):
            n = self.count
            lines = _solve(self._lower[:n, :n], self._model.covariance(self._rows[:n], pending))
            factor = self._factor(self._model.covariance(pending, pending) - lines.T @ lines)
            left = self._model.covariance(pending, queries) - lines.T @ cross
            variance = variance - _solve(factor, left).square().sum(dim=0)
        return variance.clamp_min(0.0)

    def _factor(self, matrix: torch.Tensor) -> torch.Tensor:
        """Lower factor of a covariance matrix with noise; its diagonal is raised until there is one."""
        matrix.diagonal().add_(self._diagonal)
        extra = 0.0
        while True:
            factor: torch.Tensor
            factor, trouble = torch.linalg.cholesky_ex(matrix)
            if not trouble:
                return factor
            assert math.isfinite(extra), "features or parameters are not finite"
            self.jitters += 1
            raised = 10 * max(extra, self._least)
            matrix.diagonal().add_(raised - extra)
            extra = raised

    def _grow(self) -> None:
        """Make room for half as many rows again: copying stays a constant share of the work."""
        n = self.count
        capacity = n + max(_ROOM, n // 2)
        for name in ("_rows", "_residual", "_cross"):
            tensor = getattr(self, name)
            larger = tensor.new_empty(capacity, *tensor.shape[1:])
            larger[:n] = tensor[:n]
            setattr(self, name, larger)
        lower = self._lower.new_zeros(capacity, capacity)
        lower[:n, :n] = self._lower[:n, :n]
        self._lower = lower


def _solve(lower: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """L^-1 right."""
    solved: torch.Tensor = torch.linalg.solve_triangular(lower, right, upper=False)
    return solved
