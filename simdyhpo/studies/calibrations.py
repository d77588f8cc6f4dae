"""How well a study's models knew what they didn't know: from the cells' logs, a number for each cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simdyhpo.analysis.calibration import calibration
from simdyhpo.catalog.entries import entry
from simdyhpo.studies.parquet import decision_numbers
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import StoredCell
from simdyhpo.traces.predictions import COLUMNS, NoPredictions, predictions

_PLACE = ("blackbox", "label", "workers", "seed", "cluster")


def with_calibration(rows: pd.DataFrame, plan: Plan, store: Store) -> pd.DataFrame:
    """Such rows with a further column, calibration_rms: of a run's standardised errors.

    It is NaN for runs that predict nothing, or nothing that can be measured (`NoPredictions`). Of schedulers
    that are known to score nothing, no log is read.

    Args:
        rows: see `simdyhpo.studies.results.collect`.
        plan, store: where they are from.
    """
    there = set(rows[list(_PLACE)].itertuples(index=False, name=None))
    places = {_place(planned): planned for planned in plan.cells}
    found = {place: _rms(places[place], store) for place in there}
    column = [found[place] for place in rows[list(_PLACE)].itertuples(index=False, name=None)]
    return rows.assign(calibration_rms=np.array(column, dtype=np.float64))


def _place(planned: PlannedCell) -> tuple[str, str, int, int, str]:
    cell = planned.cell
    return cell.blackbox, cell.variant.label, cell.workers, cell.seed, cell.cluster.name


def _rms(planned: PlannedCell, store: Store) -> float:
    known = entry(planned.spec.scheduler)
    if known is not None and not known.score:
        return float("nan")
    log = store.table(planned.key, "decisions", COLUMNS)
    decisions = {name: log[name].to_numpy() for name in COLUMNS if name != "decision"}
    decisions["decision"] = decision_numbers(log["decision"])
    try:
        found = predictions(planned.spec, decisions, StoredCell(store, planned.key).report_columns)
    except NoPredictions:
        return float("nan")
    return calibration(found).rms
