"""A Gaussian process with fixed parameters, kept conditioned while rows come in and queries change.

Let K = L L' be the kernel matrix of n rows with noise on its diagonal, and V = L^-1 K(rows, queries). Then
the posterior mean of query j is m_j + V[:, j]' r with r = L^-1 (y - m), and its variance k_jj - |V[:, j]|^2.
A row that is expected, and observed later, adds one line to L, r and V at a cost of O(n^2 + n q); if it is
what a query was, its column of V is its line of L already. A query whose features changed costs O(n^2).
"""

from __future__ import annotations

import math

import torch

from simdyhpo.surrogates.algebra import TORCHS, Algebra
from simdyhpo.surrogates.models import Model
from simdyhpo.surrogates.waiting_rows import WaitingRows

_ROOM = 64


class Posterior:
    """n rows with targets, p rows that wait for theirs, q queries; all tensors float64.

    Rows that wait count as if observed at their posterior mean: means stay, variances shrink.

    Attributes:
        count: n.
        waiting: p.
        jitters: how often a matrix needed more jitter to have a factor.
    """

    def __init__(  # noqa: PLR0913 - a model and its data
        self,
        model: Model,
        jitter: float,
        rows: torch.Tensor,
        targets: torch.Tensor,
        queries: torch.Tensor,
        algebra: Algebra = TORCHS,
    ) -> None:
        """Condition the model, whose parameters must stay as they are, on n >= 1 rows.

        Args:
            model: gives prior and noise.
            jitter: added to the diagonal, relative to the kernel's scale; raised tenfold as often as needed.
            rows: (n, f) features.
            targets: (n,).
            queries: (q, f) features.
            algebra: who factors and solves.
        """
        self._algebra = algebra
        self._prior = prior = model.prior()
        self._diagonal = float(model.noise() + jitter * model.scale())
        self._least = jitter * float(model.scale())
        self.jitters = 0
        self.count = n = len(rows)
        capacity = n + _room(n)
        embedded = prior.embedded(rows)
        self._queries = prior.embedded(queries)
        self._rows = rows.new_empty(capacity, embedded.shape[1])
        self._lower = torch.eye(capacity, dtype=rows.dtype)
        """With ones beyond n, so that all of it can be solved with: a part of it would be copied first."""
        self._residual = rows.new_empty(capacity)
        self._cross = rows.new_empty(capacity, len(queries))
        factor = self._factor(prior.covariance(embedded, embedded))
        self._rows[:n], self._lower[:n, :n] = embedded, factor
        self._residual[:n] = algebra.solve(factor, (targets - prior.mean(embedded))[:, None])[:, 0]
        self._cross[:n] = algebra.solve(factor, prior.covariance(embedded, self._queries))
        self._mean = prior.mean(self._queries) + self._residual[:n] @ self._cross[:n]
        self._variance = prior.variance(self._queries) - self._cross[:n].square().sum(dim=0)
        """Given all rows, those that wait, too."""
        self._waiting = WaitingRows(embedded, len(queries), capacity)

    @property
    def waiting(self) -> int:
        """p."""
        return self._waiting.count

    def append(self, row: torch.Tensor, target: torch.Tensor) -> None:
        """Condition on one more row, (f,), with its target, ()."""
        self.expect(row[None])
        self.observe(self.waiting - 1, target)

    def expect(self, rows: torch.Tensor) -> None:
        """Count k more rows, (k, f), as observed at their mean; they are the last of those that wait."""
        embedded = self._prior.embedded(rows)
        self._expect(embedded, *self._lines(embedded))

    def expect_queries(self, which: torch.Tensor) -> None:
        """The same for rows that are what k queries, (k,), are now: cheaper."""
        self._expect(self._queries[which], self._cross[: self.count, which], self._waiting.cross[:, which])

    def observe(self, place: int, target: torch.Tensor) -> None:
        """The target, (), of a row that waits has come; the last one that waits takes its place."""
        n = self.count
        if n == len(self._rows):
            self._grow()
        row, line, cross, deviation = self._waiting.take(place, n)
        self._rows[n], self._lower[n, :n], self._lower[n, n] = row, line, deviation
        self._residual[n] = (target - self._prior.mean(row[None])[0] - line @ self._residual[:n]) / deviation
        self._cross[n] = cross
        self._mean += self._residual[n] * cross
        self.count = n + 1

    def forget(self, place: int) -> None:
        """A row that waits is no longer expected; the last one takes its place."""
        self._variance += self._waiting.drop(place)

    def change_queries(self, which: torch.Tensor, features: torch.Tensor) -> None:
        """Give k queries, (k,), new features, (k, f)."""
        n, embedded = self.count, self._prior.embedded(features)
        columns, rest = self._lines(embedded)
        self._queries[which] = embedded
        self._cross[:n, which], self._waiting.cross[:, which] = columns, rest
        self._mean[which] = self._prior.mean(embedded) + self._residual[:n] @ columns
        self._variance[which] = self._left(embedded, columns, rest)

    def predict(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and variance without noise of the kept queries, (q,) each."""
        return self._mean, self._variance.clamp_min(0.0)

    def predict_at(
        self, features: torch.Tensor, *, waiting: bool = True
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The same for other queries, (k, f), which are not kept. Costs O(k n^2).

        Args:
            features: of the queries.
            waiting: whether rows that wait count.
        """
        embedded = self._prior.embedded(features)
        columns, rest = self._lines(embedded)
        mean = self._prior.mean(embedded) + self._residual[: self.count] @ columns
        return mean, self._left(embedded, columns, rest if waiting else rest[:0]).clamp_min(0.0)

    def _lines(self, embedded: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The columns of V and of U, (n, k) and (p, k), that k points have."""
        n, waiting, prior = self.count, self._waiting, self._prior
        right = embedded.new_zeros(len(self._rows), len(embedded))
        right[:n] = prior.covariance(self._rows[:n], embedded)
        columns = self._algebra.solve(self._lower, right)[:n]
        if not waiting.count:
            return columns, columns[:0]
        left = prior.covariance(waiting.rows, embedded) - waiting.lines(n) @ columns
        return columns, waiting.solve(left)

    def _left(self, embedded: torch.Tensor, columns: torch.Tensor, rest: torch.Tensor) -> torch.Tensor:
        """The variance of k points, given the columns they have."""
        taken = columns.square().sum(dim=0) + rest.square().sum(dim=0)
        return self._prior.variance(embedded) - taken

    def _expect(self, embedded: torch.Tensor, columns: torch.Tensor, rest: torch.Tensor) -> None:
        n, waiting, prior = self.count, self._waiting, self._prior
        square = prior.covariance(embedded, embedded) - columns.T @ columns - rest.T @ rest
        factor = self._factor(square)
        left = prior.covariance(embedded, self._queries)
        left.addmm_(columns.T, self._cross[:n], alpha=-1.0)
        if waiting.count:
            left.addmm_(rest.T, waiting.cross, alpha=-1.0)
        cross = self._algebra.solve(factor, left)
        waiting.add(embedded, columns.T, rest.T, factor, cross)
        self._variance -= cross.square().sum(dim=0)

    def _factor(self, matrix: torch.Tensor) -> torch.Tensor:
        """Lower factor of a covariance matrix with noise; its diagonal is raised until there is one."""
        matrix.diagonal().add_(self._diagonal)
        extra = 0.0
        while True:
            factor, trouble = self._algebra.factor(matrix)
            if not trouble:
                return factor
            assert math.isfinite(extra), "features or parameters are not finite"
            self.jitters += 1
            raised = 10 * max(extra, self._least)
            matrix.diagonal().add_(raised - extra)
            extra = raised

    def _grow(self) -> None:
        """Make room for a share more rows: copying stays a constant share of the work."""
        n = self.count
        capacity = n + _room(n)
        for name in ("_rows", "_residual", "_cross"):
            tensor = getattr(self, name)
            larger = tensor.new_empty(capacity, *tensor.shape[1:])
            larger[:n] = tensor[:n]
            setattr(self, name, larger)
        lower = torch.eye(capacity, dtype=self._lower.dtype)
        lower[:n, :n] = self._lower
        self._lower = lower
        self._waiting.make_room(capacity)


def _room(rows: int) -> int:
    return max(_ROOM, rows // 8)
