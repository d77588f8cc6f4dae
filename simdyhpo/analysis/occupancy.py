"""How full a grid of workers by time is, when there are too many of either to draw one by one."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


class Spans(msgspec.Struct, frozen=True):
    """Intervals of one kind, as columns of equal length.

    Attributes:
        worker: whose.
        begin_ns, end_ns: from when to when.
    """

    worker: Integers
    begin_ns: Integers
    end_ns: Integers


def occupancy(  # noqa: PLR0913 - intervals, and the grid
    worker: Integers,
    begin_ns: Integers,
    end_ns: Integers,
    *,
    workers: int,
    length_ns: int,
    shape: tuple[int, int],
) -> npt.NDArray[np.float64]:
    """The share of each cell's time that intervals cover, exact but for rounding.

    Args:
        worker, begin_ns, end_ns: one entry an interval; those of one worker don't overlap.
        workers: their number; neighbours share a row if there are more of them than rows.
        length_ns: what the columns divide among them, from 0 on.
        shape: (rows, columns), at most as many rows as workers.

    Returns:
        (rows, columns), in [0, 1].
    """
    rows, columns = shape
    row = worker * rows // workers
    per_row = np.bincount(np.arange(workers) * rows // workers, minlength=rows)
    begin, end = begin_ns * (columns / length_ns), end_ns * (columns / length_ns)
    first = np.minimum(begin.astype(np.int64), columns - 1)
    last = np.minimum(end.astype(np.int64), columns - 1)
    # Whole cells from the first to the last, by their differences; then without what lies outside.
    steps = np.zeros((rows, columns + 1))
    np.add.at(steps, (row, first), 1.0)
    np.add.at(steps, (row, last + 1), -1.0)
    filled = np.cumsum(steps, axis=1)[:, :columns]
    np.add.at(filled, (row, first), first - begin)
    np.add.at(filled, (row, last), end - last - 1)
    return np.clip(filled / per_row[:, None], 0, 1)
