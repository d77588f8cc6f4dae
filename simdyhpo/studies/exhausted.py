"""Runs that the table, not the budget, ended or held up."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simdyhpo.analysis.table_ends import ran_out
from simdyhpo.simulation.ledger import ACCOUNTS
from simdyhpo.studies.spec import Study
from simdyhpo.tables.curves import CurveTable


def exhausted_lines(study: Study, rows: pd.DataFrame, tables: Mapping[str, CurveTable]) -> list[str]:
    """A sentence if runs ended early, or workers were idle, with every configuration started; else none.

    Args:
        study: what was asked.
        rows: one for each run, with blackbox, ended_by and trials; how long workers were idle, if known, as
            stored cells have it.
        tables: by name; of runs on others nothing is said.
    """
    if study.sampling != "without-replacement" or rows.empty:
        return []
    sizes = rows["blackbox"].map({name: len(table) for name, table in tables.items()})
    out = ran_out(rows["ended_by"], rows["trials"], sizes, _idle_share(rows))
    early = int((out & (rows["ended_by"] == "exhausted")).sum())
    if not out.any():
        return []
    waited = int(out.sum()) - early
    counts = [f"{early:,} of {len(rows):,} runs ended before their budget"] if early else []
    if waited:
        whose = f"other{'s' * (waited != 1)}" if early else f"of {len(rows):,} runs"
        counts.append(f"workers of {waited:,} {whose} were idle")
    return [
        f"{' and '.join(counts)}, with all configurations of the table",
        'started; sampling = "with-replacement" (or --sampling with-replacement) starts them again.',
    ]


def _idle_share(rows: pd.DataFrame) -> pd.Series:
    """Of the time that workers were there."""
    there = [f"{name}_seconds" for name in ACCOUNTS if name != "absent"]
    if not {*there} <= {*rows.columns}:
        return pd.Series(float("nan"), rows.index)
    share: pd.Series = rows["idle_seconds"] / rows[there].sum(axis=1)
    return share
