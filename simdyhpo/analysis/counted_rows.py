"""Rows of runs whose marks all count: no incumbent is regret 1, never a gap in a mean."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simdyhpo.analysis.marks import counted, log10_regrets


def counted_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with each mark as it counts, see `simdyhpo.analysis.marks.counted`.

    Args:
        rows: one for each run, with any of the columns regret_S, area, log10_regret, best_value.

    Returns:
        The same columns, and blind: whether the run never saw a finite value (where best_value doesn't say
        so: whether it had no final regret).
    """
    names = [name for name in rows.columns if name == "area" or name.startswith("regret_")]
    found = rows.assign(**{name: counted(rows[name]) for name in names})
    if "log10_regret" in rows:
        logs = rows["log10_regret"].to_numpy(dtype=np.float64)
        found["log10_regret"] = np.where(np.isnan(logs), log10_regrets(np.nan), logs)
    known = next((name for name in ("best_value", "regret_1") if name in rows), None)
    return found.assign(blind=False if known is None else rows[known].isna())
