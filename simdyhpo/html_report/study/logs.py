"""What a report keeps of a run's logs: enough for its figures, a thousandth of their size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from simdyhpo.analysis.incumbents import incumbent_rows
from simdyhpo.analysis.kinds_over_time import counts_over_time
from simdyhpo.analysis.scales import Scale
from simdyhpo.analysis.steps import Steps
from simdyhpo.html_report.worker_time import busy_share, logged_busy
from simdyhpo.simulation.ledger import ACCOUNTS
from simdyhpo.studies.parquet import decision_numbers
from simdyhpo.studies.parts import Part
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import StoredCell
from simdyhpo.traces.accounts import told_totals
from simdyhpo.traces.manifest import RunManifest
from simdyhpo.units import NANOSECONDS

_COLUMNS: Mapping[Part, Sequence[str]] = {
    "decisions": ("time_ns", "decision"),
    "reports": ("time_ns", "configuration", "value"),
}
_PROGRESS = 100
"""After so many runs the bar moves."""


class RunLogs(msgspec.Struct, frozen=True):
    """A run's logs in short.

    Attributes:
        epochs, seconds: the incumbent's regret over either; without steps if no finite value came in.
        none: what counts as long as there is no incumbent.
        kinds: (parts, kinds), see `kinds_over_time`.
        busy: share of the workers' time that was busy, in [0, 1], as their ledger means it; NaN where it
            isn't known, or no time passed, or all results have it in their rows (`kept_accounts`).
    """

    epochs: Steps
    seconds: Steps
    none: float
    kinds: npt.NDArray[np.int64]
    busy: float


def kept_accounts(rows: pd.DataFrame) -> list[str]:
    """Those of `ACCOUNTS` that every one of the results has; none if any lacks one."""
    columns = [f"{name}_seconds" for name in ACCOUNTS]
    kept = all(name in rows.columns and rows[name].notna().all() for name in columns)
    return list(ACCOUNTS) if kept else []


def all_logs(
    store: Store,
    rows: pd.DataFrame,
    scales: Mapping[str, Scale],
    progress: Callable[[float], None] | None = None,
) -> dict[str, RunLogs]:
    """Of each result, by key.

    Args:
        store: where they lie.
        rows: a row for each result, with its cell and blackbox.
        scales: of the regret, by blackbox.
        progress: called now and then with the share that is done.

    Raises:
        DamagedCell: a log is missing or damaged.
    """
    blackboxes = dict(zip(rows["cell"], rows["blackbox"], strict=True))
    untold = not kept_accounts(rows)
    logs: dict[str, RunLogs] = {}
    for key, parts in store.each(blackboxes, _COLUMNS):
        cell = StoredCell(store, key) if untold else None
        logs[key] = _run_logs(parts, scales[blackboxes[key]], cell)
        if progress is not None and len(logs) % _PROGRESS == 0:
            progress(len(logs) / len(blackboxes))
    if progress is not None and logs:
        progress(1.0)
    return logs


def _run_logs(parts: Mapping[Part, pa.Table], scale: Scale, cell: StoredCell | None) -> RunLogs:
    """In short what a run decided and heard; its workers' time only if the cell is given."""
    reports, decisions = parts["reports"], parts["decisions"]
    time_ns, values = reports["time_ns"].to_numpy(), reports["value"].to_numpy()
    at, holder = incumbent_rows(values, scale.chosen_by)
    held = values[holder]
    regrets = scale.regrets(held, reports["configuration"].to_numpy()[holder])
    return RunLogs(
        epochs=Steps(at + 1.0, regrets),
        seconds=Steps(time_ns[at] / NANOSECONDS, regrets),
        none=scale.none,
        kinds=counts_over_time(
            decisions["time_ns"].to_numpy(), decision_numbers(decisions["decision"]), time_ns
        ),
        busy=float("nan") if cell is None else _busy(cell.manifest, cell.decisions, cell.reports),
    )


def _busy(manifest: RunManifest, decisions: pd.DataFrame, reports: pd.DataFrame) -> float:
    told = told_totals(manifest)
    if told is None:
        return busy_share(manifest, logged_busy(manifest, decisions, reports))
    return told["busy"] / (manifest.spec.workers * manifest.end_ns) if manifest.end_ns else float("nan")
