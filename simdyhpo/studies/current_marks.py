"""Stored results under today's rule for marks: two rules are never averaged together."""

from __future__ import annotations

import pandas as pd

from simdyhpo.analysis.marks import MARKS_RULE
from simdyhpo.studies.run_marks import run_marks
from simdyhpo.studies.store import Store


def with_current_marks(rows: pd.DataFrame, store: Store) -> pd.DataFrame:
    """The same rows; the marks of those that were stored under another rule, made anew from their reports.

    Args:
        rows: stored cells, see `simdyhpo.studies.parquet.CELLS`.
        store: which has their reports.

    Raises:
        DamagedCell: a cell's manifest or reports are missing or damaged.
    """
    old = rows.index[rows["marks_rule"] != MARKS_RULE]
    if not len(old):
        return rows
    found = {at: _marks(store, str(rows.loc[at, "cell"])) for at in old}
    renewed = pd.DataFrame.from_dict(found, orient="index")
    rows = rows.copy()
    rows.loc[old, [*renewed.columns, "marks_rule"]] = renewed.assign(marks_rule=MARKS_RULE)
    return rows


def _marks(store: Store, key: str) -> dict[str, float]:
    reports = store.table(key, "reports", ("time_ns", "value"))
    time_ns, values = (reports[name].to_numpy() for name in ("time_ns", "value"))
    return run_marks(time_ns, values, store.manifest(key).spec).columns()
