"""What paired runs say of two methods: the difference of their regrets at the end, and how sure it is."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import pandas as pd

from simdyhpo.analysis.holm import holm
from simdyhpo.analysis.order_flips import order_flips
from simdyhpo.analysis.paired import paired_runs, pairs_of, signed_rank
from simdyhpo.analysis.power import smallest_shown, spread
from simdyhpo.analysis.statistics import bootstrap_nested_mean
from simdyhpo.board.definition import Grid, grid_of, load_board
from simdyhpo.board.field import Field, read_field
from tools.claims import ONE
from tools.stored_results import stored

REGRET = "regret"
"""The column that is compared: normalised, at the end of the budget."""


class Interval(msgspec.Struct, frozen=True):
    """A mean over tables, and 95 % over tables and seeds."""

    mean: float
    low: float
    high: float


class Compared(msgspec.Struct, frozen=True):
    """One method against another, on the same tables and seeds.

    Attributes:
        all: difference of the regrets, the first's minus the second's.
        suites: the same on each suite.
        lower, higher: on how many tables the first's mean over seeds is lower, and higher.
        flips: how often the order is the other one if tables and seeds are drawn anew.
        smallest: the smallest true difference that so many tables and seeds would show.
        p: of Wilcoxon's signed-rank test, a number a table, after Holm's correction over all that were
            compared at once.
    """

    all: Interval
    suites: Mapping[str, Interval]
    lower: int
    higher: int
    flips: float
    smallest: float
    p: float


@functools.cache
def grid() -> Grid:
    """All cells of the shipped board."""
    return grid_of(load_board())


@functools.cache
def field(part: str) -> Field:
    """What the shipped board has of a part."""
    board = load_board()
    return read_field(board, board.part(part))


@functools.cache
def rows_of(part: str) -> pd.DataFrame:
    """A row for each cell of the methods that have all, with `REGRET`; those of `tools.claim_runs`, too."""
    there = field(part)
    whole = there.of(there.complete(grid()))
    rows = whole.rows.assign(**{REGRET: whole.marks[:, -1]})
    more = stored("claims", "results")
    if part == ONE and more is not None:
        whole_ones = more["label"].map(more["label"].value_counts()) == grid().size
        rows = pd.concat([rows, more[whole_ones].rename(columns={"regret_1": REGRET})])
    return rows


def cells_of(part: str, label: str) -> int:
    """How many of the grid's cells a method has, of today's behaviour."""
    return field(part).on(grid()).cells_of().get(label, 0)


def suite_of(blackbox: str) -> str:
    """The suite that a table's name begins with."""
    return blackbox.partition("-")[0]


def compared(asked: Iterable[tuple[pd.DataFrame, str, str]]) -> list[Compared]:
    """Compare pairs of methods; they are corrected for each other's number.

    Args:
        asked: rows with `REGRET` (see `pairs_of`), the first method, the second.
    """
    every = [pairs_of(rows, mine, theirs, REGRET) for rows, mine, theirs in asked]
    runs = [paired_runs(rows, mine, theirs, REGRET) for rows, mine, theirs in asked]
    suites = list(dict.fromkeys(suite_of(name) for pairs in every for name in pairs["blackbox"]))
    # One suite after the other: for equal tables and seeds draws are the same, and only the last are kept.
    means = [_interval(pairs) for pairs in every]
    by_suite = {
        suite: [_interval(pairs[pairs["blackbox"].map(suite_of) == suite]) for pairs in every]
        for suite in suites
    }
    p = holm([signed_rank(one.means) for one in runs])
    return [
        Compared(
            means[place],
            {suite: found[place] for suite, found in by_suite.items()},
            int((one.means < 0).sum()),
            int((one.means > 0).sum()),
            order_flips(one),
            smallest_shown(spread(one), one.counts.size, int(one.counts.max())),
            float(p[place]),
        )
        for place, one in enumerate(runs)
    ]


def _interval(pairs: pd.DataFrame) -> Interval:
    found = bootstrap_nested_mean(pairs[["difference"]].to_numpy(), pairs["blackbox"].tolist())
    return Interval(float(found.mean[0]), float(found.low[0]), float(found.high[0]))


def sooner(part: str, label: str, target: str) -> tuple[float, pd.Series]:
    """How many times as soon a method is down to where another ends.

    Args:
        part, label: whose curve.
        target: the method whose last mean regret is to be reached; both have all cells.

    Returns:
        By the mean over tables, and by each table (its mean over seeds); NaN where it never is. 1 is the end
        of the budget, and as many as there are marks the most that can be told.
    """
    there = field(part)
    frames = {}
    for name in (label, target):
        mine = there.of([name]).on(grid())
        frames[name] = pd.DataFrame(mine.marks).groupby(mine.rows["blackbox"]).mean()
    ends = frames[target].iloc[:, -1]
    by_table = pd.Series(
        [_times(frames[label].loc[table].tolist(), end) for table, end in ends.items()], index=ends.index
    )
    return _times(frames[label].mean().tolist(), float(ends.mean())), by_table


def _times(curve: Sequence[float], end: float) -> float:
    first = next((place for place, value in enumerate(curve, start=1) if value <= end), None)
    return float("nan") if first is None else len(curve) / first
