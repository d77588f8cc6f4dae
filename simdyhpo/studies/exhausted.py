"""Runs that the table, not the budget, ended."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simdyhpo.studies.spec import Study
from simdyhpo.tables.curves import CurveTable


def exhausted_lines(study: Study, rows: pd.DataFrame, tables: Mapping[str, CurveTable]) -> list[str]:
    """A sentence if runs ended early because every configuration of their table had been started; else none.

    A scheduler that starts no more than so many of its own accord, as successive halving may, isn't meant.

    Args:
        study: what was asked.
        rows: one for each run, with blackbox, ended_by and trials.
        tables: by name; of runs on others nothing is said.
    """
    if study.sampling != "without-replacement":
        return []
    sizes = rows["blackbox"].map({name: len(table) for name, table in tables.items()})
    count = int(((rows["ended_by"] == "exhausted") & (rows["trials"] >= sizes)).sum())
    if not count:
        return []
    return [
        f"{count:,} of {len(rows):,} runs ended before their budget, with all configurations of the table",
        'started; sampling = "with-replacement" (or --sampling with-replacement) starts them again.',
    ]
