"""A study's results as tidy rows: one for each cell, under its variant's label."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.errors import OutputError
from simdyhpo.studies.finished_cells import FinishedCells, finished_cells
from simdyhpo.studies.measured_rows import measured_rows
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.store import Store

_FIRST = ["blackbox", "label", "workers", "seed", "cluster"]
_SPEC = ["cell", "behaviour", "checksum", "scheduler", "options", "sampling", "marks_rule", "manifest"]
"""Columns of a stored cell that its label stands for, or that are not for comparing."""


def collect(plan: Plan, store: Store) -> pd.DataFrame:
    """One row for each cell of the plan that is finished; see `named_results`.

    Raises:
        OutputError: nothing is finished, or all of it is damaged.
    """
    return named_results(plan, finished_cells(store, plan.keys))


def collect_measured(plan: Plan, store: Store, measures: Sequence[Measure]) -> dict[Measure, pd.DataFrame]:
    """The same in several measures.

    Raises:
        OutputError: nothing is finished, or all of it is damaged.
        SimdyhpoError: a measure can't be taken on all tables; see `Measure.check`.
    """
    for measure in measures:
        measure.check(plan.tables)
    cells = finished_cells(store, plan.keys)
    return {measure: named_results(plan, cells, measure) for measure in measures}


def named_results(plan: Plan, cells: FinishedCells, measure: Measure = NORMALISED) -> pd.DataFrame:
    """The finished cells of a plan under its names.

    Args:
        plan: which cells.
        cells: what is there of them.
        measure: of the marks.

    Returns:
        Columns blackbox, label, workers, seed, cluster, then those of a stored cell that say what happened
        (`simdyhpo.studies.parquet.CELLS`), and seconds_per_decision (host).

    Raises:
        OutputError: there is none.
    """
    if cells.rows.empty:
        raise OutputError(f"{cells.store.folder}: holds no result of study {plan.study.name!r}; run it first")
    names = pd.DataFrame(
        [(p.key, p.cell.blackbox, p.cell.variant.label, p.cell.cluster.name) for p in plan.cells],
        columns=["cell", "blackbox", "label", "cluster"],
    )
    scales = {name: measure.on(table) for name, table in plan.tables.items()}
    rows = measured_rows(cells.named(names), measure, scales, cells.store, plan.study.budget)
    return rows[_FIRST + [name for name in rows.columns if name not in _FIRST + _SPEC]]


def results_csv(rows: pd.DataFrame) -> str:
    """The rows as CSV text: floats exact, no empty columns of limits that the budget doesn't have."""
    text: str = rows.dropna(axis="columns", how="all").to_csv(index=False, lineterminator="\n")
    return text
