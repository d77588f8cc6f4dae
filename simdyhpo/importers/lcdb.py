"""LCDB 1.0: accuracy of 20 scikit-learn learners over the size of the training set, on 248 data sets.

Measured. Each anchor (a training-set size) is a fit from scratch, averaged over seeds, so the tables' time is
per fit. The file read here is the database aggregated by (data set, learner, anchor): columns openmlid,
learner, size_train, traintime_mean (seconds of the one fit), train_acc, valid_acc, test_acc (0 to 1).

Source: Mohr, Viering, Loog, van Rijn 2022, "LCDB 1.0: An Extensive Learning Curves Database for
Classification Tasks" (MIT licence).
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from simdyhpo.errors import TableError, UnknownNameError
from simdyhpo.importers.unpacking import unpacked_file
from simdyhpo.tables.curves import CurveTable

FILE = "lcdb1_accuracy_by_anchor.csv"
METRICS = {
    "valid_acc": "validation accuracy",
    "test_acc": "test accuracy",
    "train_acc": "training accuracy",
}
ATTRIBUTION = (
    "LCDB 1.0 (Mohr, Viering, Loog, van Rijn 2022), measured, mean over seeds at each training-set size; MIT."
)
_KEYS = ["openmlid", "learner", "size_train"]
_COLUMNS = [*_KEYS, "traintime_mean", *METRICS]


def lcdb_data_sets(data: Path) -> list[str]:
    """OpenML ids of the data sets in the file in folder `data`, ascending.

    Raises:
        TableError: the file is missing, damaged or lacks a column.
    """
    return [str(one) for one in sorted(_rows(data)["openmlid"].unique())]


def lcdb_file(data: Path) -> Path:
    """The file in folder `data`, as it is or compressed with gzip."""
    packed = data / f"{FILE}.gz"
    return packed if packed.is_file() else data / FILE


def lcdb_table(
    data: Path, data_set: str, *, name: str | None = None, metric: str = "valid_acc"
) -> tuple[CurveTable, int]:
    """One data set: a row for each learner, a resource for each training-set size.

    A learner whose curve ends early (its larger fits were never finished) is a short curve. One that lacks a
    size in between can't be replayed, and is left out.

    Args:
        data: the folder that holds the file.
        data_set: an OpenML id, see `lcdb_data_sets`.
        name: the table's name; `lcdb-ID` if not given.
        metric: one of `METRICS`.

    Returns:
        The table, and how many learners were left out.

    Raises:
        TableError: the file is missing or damaged, or no learner's curve is whole.
        UnknownNameError: there is no such data set or metric.
    """
    if metric not in METRICS:
        raise UnknownNameError("metric", metric, METRICS)
    rows = _rows(data)
    mine = rows[rows["openmlid"] == (int(data_set) if data_set.isdecimal() else -1)]
    if mine.empty:
        raise UnknownNameError("LCDB data set", data_set, lcdb_data_sets(data))
    wide = mine.pivot(index="learner", columns="size_train")  # noqa: PD010 - repeats were refused already
    values, seconds = wide[metric], wide["traintime_mean"]
    exists = seconds.notna().to_numpy()
    whole = exists.sum(axis=1) == np.where(exists.all(axis=1), exists.shape[1], exists.argmin(axis=1))
    if not whole.any():
        raise TableError(str(lcdb_file(data)), f"data set {data_set} has no whole curve", "take another")
    sizes = exists[whole].any(axis=0)
    table = CurveTable.from_arrays(
        values.to_numpy(dtype=np.float64)[whole][:, sizes],
        seconds.to_numpy(dtype=np.float64)[whole][:, sizes],
        {"learner": [str(name).rpartition(".")[2] for name in values.index[whole]]},
        mode="max",
        name=name or f"lcdb-{data_set}",
        metric=METRICS[metric],
        resource="training rows",
        labels=[int(size) for size in values.columns[sizes]],
        kind="measured",
        source=f"{ATTRIBUTION} OpenML data set {data_set}.",
        time="per-fit",
    )
    return table, int((~whole).sum())


@functools.lru_cache(maxsize=1)
def _rows(data: Path) -> pd.DataFrame:
    """The file, checked as far as a table of it doesn't check itself."""
    path = lcdb_file(data)
    if not path.is_file():
        raise TableError(str(path), "there is no such file", "give the folder that holds it")
    try:
        numbers = dict.fromkeys(_COLUMNS, "float64") | {"openmlid": "int64", "size_train": "int64"}
        with unpacked_file(path) as file:
            rows = pd.read_csv(file, usecols=_COLUMNS, dtype=numbers | {"learner": object})
    except ValueError as error:
        problem = f"damaged, or not the aggregated database ({error})"
        raise TableError(str(path), problem, "get the file again") from None
    twice = rows.duplicated(_KEYS)
    if twice.any():
        line = int(np.flatnonzero(twice)[0]) + 2
        raise TableError(str(path), f"line {line} repeats a (data set, learner, size)", "get the file again")
    return rows
