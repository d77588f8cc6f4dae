"""What comes of runs as a property of their tables changes: a mean for each method at each of its values."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.statistics import bootstrap_nested_mean


def by_property(
    rows: pd.DataFrame, properties: Mapping[str, float], column: str = "regret_1"
) -> pd.DataFrame:
    """Means with 95 % bootstrap intervals over tables, and over the runs on each.

    Args:
        rows: one for each run, with blackbox, label and `column`.
        properties: of each table, by its name; runs on other tables are left out.
        column: what is averaged. A run without an incumbent has the regret that counts for it.

    Returns:
        Columns label, x, mean, low, high, tables, runs; labels as they come in `rows`, x rising.
    """
    known = counted_rows(rows[rows["blackbox"].isin(list(properties))])
    known = known.assign(x=known["blackbox"].map(dict(properties)))
    found = []
    for label in dict.fromkeys(known["label"]):
        for x, mine in known[known["label"] == label].groupby("x"):
            interval = bootstrap_nested_mean(mine[[column]].to_numpy(dtype=float), mine["blackbox"].tolist())
            found.append(
                {
                    "label": label,
                    "x": float(x),
                    "mean": float(interval.mean[0]),
                    "low": float(interval.low[0]),
                    "high": float(interval.high[0]),
                    "tables": mine["blackbox"].nunique(),
                    "runs": len(mine),
                }
            )
    return pd.DataFrame(found, columns=["label", "x", "mean", "low", "high", "tables", "runs"])
