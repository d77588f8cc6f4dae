"""Rows whose targets are still to come, kept conditioned on while some are added and others leave.

Let S be the covariance with noise of p such rows given all rows whose targets are known, S = B B', and U
be B^-1 times their covariance with the queries, given the same. Counting these rows as observed at their mean
takes |U[:, j]|^2 from the variance of query j. Adding one costs O(p q). One that leaves is turned into a
coordinate of its own by a reflection, which costs O(p q), too: what it alone takes from the variances is then
one row of U.
"""

from __future__ import annotations

import torch

_ROOM = 8
_NOTHING = 1e-30
"""What a unit vector's other coordinates, squared, may add up to and still count as none."""


class WaitingRows:
    """p rows, q queries, n known rows; all tensors float64.

    Attributes:
        count: p.
    """

    def __init__(self, like: torch.Tensor, queries: int, known: int) -> None:
        """No rows; `like` (any, e) has the embeddings' columns, and `known` is the most that n may become."""
        self.count = 0
        self._rows = like.new_empty(_ROOM, like.shape[1])
        self._lines = like.new_empty(_ROOM, known)
        self._root = like.new_zeros(_ROOM, _ROOM)
        self._inverse = like.new_zeros(_ROOM, _ROOM)
        self._cross = like.new_empty(_ROOM, queries)

    @property
    def rows(self) -> torch.Tensor:
        """(p, e) embeddings."""
        return self._rows[: self.count]

    @property
    def cross(self) -> torch.Tensor:
        """U, (p, q)."""
        return self._cross[: self.count]

    def lines(self, known: int) -> torch.Tensor:
        """(p, n): L^-1 of their covariance with the known rows, transposed."""
        return self._lines[: self.count, :known]

    def solve(self, covariances: torch.Tensor) -> torch.Tensor:
        """B^-1 of (p, k)."""
        return self._inverse[: self.count, : self.count] @ covariances

    def add(
        self,
        rows: torch.Tensor,
        lines: torch.Tensor,
        waiting_lines: torch.Tensor,
        factor: torch.Tensor,
        cross: torch.Tensor,
    ) -> None:
        """Take in k rows.

        Args:
            rows: (k, e) embeddings.
            lines: (k, n) see `lines`.
            waiting_lines: (k, p) their lines with the rows that are waiting already.
            factor: (k, k) lower factor of what is left of their covariance.
            cross: (k, q) their rows of U.
        """
        before, after = self.count, self.count + len(rows)
        if after > len(self._rows):
            self._grow(after + after // 2, self._lines.shape[1])
        self.count = after
        new = slice(before, after)
        back = _inverse(factor)
        self._rows[new], self._lines[new, : lines.shape[1]], self._cross[new] = rows, lines, cross
        self._root[:before, new], self._inverse[:before, new] = 0.0, 0.0
        self._root[new, :before], self._root[new, new] = waiting_lines, factor
        self._inverse[new, new] = back
        if before:
            self._inverse[new, :before] = -back @ waiting_lines @ self._inverse[:before, :before]

    def take(self, place: int, known: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, float]:
        """One row becomes known, as the n + 1st; the last one moves to its place.

        Returns:
            Its embedding, (e,), its line, (n,), its row of V, (q,), and its deviation given the known rows.
        """
        last = self.count - 1
        sign = self._turn(self._root[place, : self.count])
        row, line = self._rows[place].clone(), self._lines[place, :known].clone()
        cross, deviation = sign * self._cross[last], sign * float(self._root[place, last])
        self._lines[: self.count, known] = sign * self._root[: self.count, last]
        self._leave(place)
        return row, line, cross, deviation

    def drop(self, place: int) -> torch.Tensor:
        """One row is no longer expected; the last one moves to its place. What it took of variances, (q,)."""
        last = self.count - 1
        self._turn(self._inverse[: self.count, place])  # all other rows are orthogonal to it
        self._leave(place)
        return self._cross[last].square()

    def _leave(self, place: int) -> None:
        """Remove a row, and the last coordinate."""
        last = self.count - 1
        if place < last:
            self._rows[place], self._lines[place] = self._rows[last], self._lines[last]
            self._root[place, :last] = self._root[last, :last]
            self._inverse[:last, place] = self._inverse[:last, last]
        self.count = last

    def _turn(self, axis: torch.Tensor) -> float:
        """Reflect so that a direction, (p,), becomes the last coordinate, or that with the sign returned."""
        last = self.count - 1
        root = self._root[: self.count, : self.count]
        axis = axis / axis.norm()
        end, rest = float(axis[last]), float(axis[:last].square().sum())
        sign = 1.0 if end >= 0 else -1.0
        if rest > _NOTHING:
            axis[last] = -sign * rest / (1 + abs(end))  # axis - sign e, without cancellation
            size = -2 / (rest + float(axis[last]) ** 2)
            inverse, cross = self._inverse[: self.count, : self.count], self._cross[: self.count]
            root.addr_(root @ axis, axis, alpha=size)
            inverse.addr_(axis, axis @ inverse, alpha=size)
            cross.addr_(axis, axis @ cross, alpha=size)
        return sign

    def make_room(self, known: int) -> None:
        """So many known rows are possible from now on."""
        self._grow(len(self._rows), known)

    def _grow(self, rows: int, known: int) -> None:
        count = self.count
        for name, shape in {
            "_rows": (rows, self._rows.shape[1]),
            "_lines": (rows, known),
            "_root": (rows, rows),
            "_inverse": (rows, rows),
            "_cross": (rows, self._cross.shape[1]),
        }.items():
            before = getattr(self, name)[:count]
            larger = before.new_zeros(shape)
            larger[:count, : before.shape[1]] = before
            setattr(self, name, larger)


def _inverse(factor: torch.Tensor) -> torch.Tensor:
    """Of a lower factor."""
    one = torch.eye(len(factor), dtype=factor.dtype)
    inverse: torch.Tensor = torch.linalg.solve_triangular(factor, one, upper=False)
    return inverse
