"""Who stands where: mean ranks over tables with their intervals, and mean regrets along the budget."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.friedman import RankTest, rank_test
from simdyhpo.analysis.regret_curves import SeedMeans, mean_curves, rank_curves, seed_means
from simdyhpo.board.definition import MARKS, Board, Grid, Part
from simdyhpo.board.field import Field

Floats = npt.NDArray[np.float64]

SHOWN = (10, 50, 100)
"""The marks whose regrets stand in tables."""


class Ranking(msgspec.Struct, frozen=True, dict=True):
    """The methods that have all cells of a grid, and where they stand.

    Attributes:
        board, part, grid: what was looked at.
        field: the cells of the ranked methods on the grid.
        left_out: by method: how many of the grid's cells the others have.
        means: last regret and mean regret over all marks: means over seeds, by table and method.
        frame: one row for each ranked method, the best first: label; place (equal ranks share it); rank (of
            the last regret: mean over tables, 1 the lowest), low, high (95 % bootstrap interval over
            tables); anytime_rank (of the mean regret along the budget), anytime_low, anytime_high; best_on
            (how many tables have no lower mean); regret, area (the last regret and the mean one, means over
            tables).
    """

    board: Board
    part: Part
    grid: Grid
    field: Field
    left_out: dict[str, int]
    means: SeedMeans
    frame: pd.DataFrame

    @property
    def labels(self) -> list[str]:
        """The ranked methods, the best first."""
        return list(self.frame["label"])

    def regrets(self) -> pd.DataFrame:
        """One row for each ranked method, suite and mark of `SHOWN`.

        Columns: label, suite, mark, at (where that is), normalised, absolute (mean regrets).
        """
        suites = self.field.rows["blackbox"].map(self.board.suite_of)
        absolute, found = self.field.absolute(), []
        for label in self.labels:
            for suite in dict.fromkeys(suites):
                mine = ((self.field.rows["label"] == label) & (suites == suite)).to_numpy()
                for mark in SHOWN:
                    means = (float(marks[mine, mark - 1].mean()) for marks in (self.field.marks, absolute))
                    found.append((label, suite, mark, self.part.at(mark), *means))
        columns = ["label", "suite", "mark", "at", "normalised", "absolute"]
        return pd.DataFrame(found, columns=columns)

    def test(self) -> RankTest:
        """Friedman's test of the last ranks, with Nemenyi's critical difference."""
        return rank_test(self.means.values[:, :, 0], self.means.labels)

    def curves(self, suite: str | None = None) -> Mapping[str, MeanSteps]:
        """Mean normalised regret along the budget by method, the best first; of one suite, or of all."""
        rows, marks = self.field.rows, self.field.marks
        if suite is not None:
            inside = (rows["blackbox"].map(self.board.suite_of) == suite).to_numpy()
            rows, marks = rows[inside], marks[inside]
        share = self.part.epochs if self.part.axis == "epochs" else 100
        x = np.arange(1, MARKS + 1) * (share / MARKS)
        return {label: MeanSteps(x, found) for label, found in mean_curves(rows, marks, self.labels).items()}

    @property
    def suites(self) -> list[str]:
        """The suites that the grid has tables of."""
        return list(dict.fromkeys(map(self.board.suite_of, self.grid.tables)))


def ranking(board: Board, part: Part, grid: Grid, field: Field) -> Ranking:
    """Rank the methods of a field that have all cells of a grid; the others are named with their counts.

    Args:
        board, part, grid: what is looked at.
        field: all methods.
    """
    whole = field.complete(grid)
    counts = field.on(grid).cells_of()
    left_out = {label: counts.get(label, 0) for label in field.labels if label not in whole}
    mine = field.of(whole).on(grid)
    numbers = np.column_stack([mine.marks[:, -1], mine.marks.mean(axis=1)])
    means = seed_means(mine.rows, numbers, whole)
    return Ranking(board, part, grid, mine, left_out, means, _frame(means))


def _frame(means: SeedMeans) -> pd.DataFrame:
    columns = [
        "label", "place", "rank", "low", "high", "anytime_rank", "anytime_low", "anytime_high",
        "best_on", "regret", "area",
    ]  # fmt: skip
    if not means.labels:
        return pd.DataFrame(columns=columns)
    curves, last = rank_curves(means), means.values[:, :, 0]
    best_on = (last == last.min(axis=1, keepdims=True)).sum(axis=0)
    found = [
        (
            label,
            0,
            *(float(part[at]) for at in (0, 1) for part in (curve.mean, curve.low, curve.high)),
            int(best_on[place]),
            *means.values[:, place].mean(axis=0).tolist(),
        )
        for place, (label, curve) in enumerate(curves.items())
    ]
    frame = pd.DataFrame(found, columns=columns)
    frame["place"] = frame["rank"].rank(method="min").astype(int)
    return frame.sort_values(["rank", "anytime_rank"], kind="stable", ignore_index=True)
