"""Stored results in another measure: worked out when they are read, so that no run need be made again."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.marks import FLOOR
from simdyhpo.analysis.measures import ABSOLUTE, NORMALISED, Measure
from simdyhpo.analysis.scales import Scale
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.run_marks import measured_marks
from simdyhpo.studies.store import Store
from simdyhpo.traces.manifest import manifest_from_json


def mark_columns(rows: pd.DataFrame) -> list[str]:
    """Which columns hold marks: of `simdyhpo.analysis.marks.Marks`."""
    return [name for name in rows.columns if name.startswith("regret_") or name in ("area", "log10_regret")]


def measured_rows(
    rows: pd.DataFrame, measure: Measure, scales: Mapping[str, Scale], store: Store, budget: Budget
) -> pd.DataFrame:
    """The rows with their marks in a measure.

    Args:
        rows: one for each run: cell, blackbox, and marks that are normalised by the table's worst.
        measure: what is asked.
        scales: the measure on each blackbox, by name.
        store: which has the runs' reports.
        budget: of all runs.

    Raises:
        DamagedCell: a run's reports are missing or damaged.
    """
    if measure == NORMALISED or rows.empty:
        return rows
    if measure == msgspec.structs.replace(ABSOLUTE, reference=measure.reference):
        return _absolute(rows, scales)
    found: dict[str, dict[str, float]] = {}
    for key, blackbox in dict(zip(rows["cell"], rows["blackbox"], strict=True)).items():
        reports = store.table(key, "reports", ("time_ns", "value", "configuration"))
        time_ns, values, held = (reports[name].to_numpy() for name in ("time_ns", "value", "configuration"))
        found[key] = measured_marks(time_ns, values, held, budget, scales[blackbox]).columns()
    marks = pd.DataFrame([found[key] for key in rows["cell"]], index=rows.index)
    return rows.assign(**{name: marks[name] for name in mark_columns(rows)})


def in_unit(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Rows on any tables, whose runs' manifests say enough, in the unit of a measure without a score.

    Args:
        rows: stored cells, see `simdyhpo.studies.parquet.CELLS`.
        measure: normalised by the worst, or absolute.
    """
    if measure == NORMALISED:
        return rows
    firsts = rows.drop_duplicates("checksum")
    scales = {
        str(checksum): measure.described(manifest_from_json(text).spec.blackbox)
        for checksum, text in zip(firsts["checksum"], firsts["manifest"], strict=True)
    }
    return _absolute(rows, scales, "checksum")


def _absolute(rows: pd.DataFrame, scales: Mapping[str, Scale], by: str = "blackbox") -> pd.DataFrame:
    """The unit alone is another: by table, all regrets are multiples of the normalised ones."""
    span = rows[by].map({name: scale.none for name, scale in scales.items()}).to_numpy()
    names = [name for name in mark_columns(rows) if name != "log10_regret"]
    found = rows.assign(**{name: rows[name] * span for name in names})
    return found.assign(log10_regret=np.log10(np.maximum(found["regret_1"], FLOOR)))


def with_other_units(base: pd.DataFrame, measured: Mapping[Measure, pd.DataFrame]) -> pd.DataFrame:
    """All marks side by side, for a file: `absolute_regret_1`, `test_accuracy_area` and so on.

    Args:
        base: rows whose marks are normalised by the worst, and keep their names.
        measured: the same rows in other measures.
    """
    columns = {
        f"{measure.prefix}{name}": rows[name].to_numpy()
        for measure, rows in measured.items()
        if measure != NORMALISED
        for name in mark_columns(rows)
    }
    return base.assign(**columns)
