"""A study's stored runs as two tidy frames: one row a run, and one row an improvement of its incumbent."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.marks import NO_INCUMBENT
from simdyhpo.analysis.measures import Measure
from simdyhpo.analysis.steps import improvements, lower_is_better
from simdyhpo.studies.finished_cells import finished_cells
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.results import named_results
from simdyhpo.studies.store import Store
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS

Floats = npt.NDArray[np.float64]


class StudyRuns(msgspec.Struct, frozen=True):
    """What `study_runs` read.

    Attributes:
        runs: one row for each finished cell: run (its number in the plan), cell (its key), blackbox, label,
            scheduler, workers, cluster (its name), seed; epochs, seconds (simulated), host_seconds (of the
            whole simulation: the method's and, negligible beside a model's, the simulator's), total_seconds
            (the two together) at its end; decisions; regret (the last, normalised by the worst;
            `NO_INCUMBENT` without a finite report).
        incumbents: one row for each improvement, runs in the same order: run, epochs, seconds, total_seconds
            (when), value, configuration (what was reported, and of which), regret (normalised by the worst;
            `simdyhpo.studies.measured` gives it in other measures).
        results: one row for each finished cell, see `collect`.
    """

    runs: pd.DataFrame
    incumbents: pd.DataFrame
    results: pd.DataFrame


def study_runs(plan: Plan, store: Store) -> StudyRuns:
    """Read every finished cell of a plan.

    Host seconds are known for a run as a whole. They are spread evenly over its decisions, and a report comes
    after all decisions that were taken before it arrived, as if all workers waited while one is taken.

    Raises:
        OutputError: nothing is finished, or a file is damaged.
    """
    finished = finished_cells(store, plan.keys)
    results, host = named_results(plan, finished), finished.seconds
    rows, parts = [], []
    for run, planned in enumerate(plan.cells):
        if planned.key not in host:
            continue
        row, part = _read(planned, store, plan.tables[planned.cell.blackbox], float(host[planned.key]))
        rows.append({"run": run} | row)
        parts.append(part)
    # One frame for all: making thousands of small ones takes longer than reading the files.
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    which = np.repeat([row["run"] for row in rows], [len(part["regret"]) for part in parts])
    return StudyRuns(pd.DataFrame(rows), pd.DataFrame({"run": which} | columns), results)


def _read(
    planned: PlannedCell, store: Store, table: CurveTable, host_seconds: float
) -> tuple[dict[str, object], dict[str, Floats]]:
    reports = store.table(planned.key, "reports", ("time_ns", "value", "configuration"))
    decided_ns = store.table(planned.key, "decisions", ("time_ns",))["time_ns"].to_numpy()
    time_ns, values = reports["time_ns"].to_numpy(), reports["value"].to_numpy()
    seconds = time_ns / NANOSECONDS
    before = np.searchsorted(decided_ns, time_ns, side="left")
    total = seconds + host_seconds * before / max(len(decided_ns), 1)
    at = improvements(lower_is_better(values, table.mode))
    regret = Measure().on(table).regrets(values[at])
    cell = planned.cell
    row: dict[str, object] = {
        "cell": planned.key,
        "blackbox": cell.blackbox,
        "label": cell.variant.label,
        "scheduler": cell.variant.scheduler,
        "workers": cell.workers,
        "cluster": cell.cluster.name,
        "seed": cell.seed,
        "epochs": len(values),
        "seconds": float(seconds[-1]) if len(values) else 0.0,
        "host_seconds": host_seconds,
        "total_seconds": float(seconds[-1]) + host_seconds if len(values) else host_seconds,
        "decisions": len(decided_ns),
        "regret": float(regret[-1]) if at.size else NO_INCUMBENT,
    }
    columns = {
        "epochs": at + 1.0,
        "seconds": seconds[at],
        "total_seconds": total[at],
        "value": values[at],
        "configuration": reports["configuration"].to_numpy()[at],
        "regret": regret,
    }
    return row, columns
