"""What a report keeps of a run's logs: enough for its figures, a thousandth of their size."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.incumbents import regret_steps, trajectory
from simdyhpo.analysis.kinds_over_time import kinds_over_time
from simdyhpo.analysis.scales import Scale
from simdyhpo.analysis.steps import Steps
from simdyhpo.html_report.worker_time import busy_share, logged_busy
from simdyhpo.traces.accounts import told_totals
from simdyhpo.traces.manifest import RunManifest


class RunLogs(msgspec.Struct, frozen=True):
    """A run's logs in short.

    Attributes:
        epochs, seconds: the incumbent's regret over either; without steps if no finite value came in.
        none: what counts as long as there is no incumbent.
        kinds: (parts, kinds), see `kinds_over_time`.
        busy: share of the workers' time that was busy, in [0, 1], as their ledger means it; NaN where it
            isn't known, or no time passed.
    """

    epochs: Steps
    seconds: Steps
    none: float
    kinds: npt.NDArray[np.int64]
    busy: float


def run_logs(manifest: RunManifest, decisions: pd.DataFrame, reports: pd.DataFrame, scale: Scale) -> RunLogs:
    """In short what a run decided and heard; `scale` is that of its regret."""
    box = manifest.spec.blackbox
    incumbents = trajectory(reports, box["mode"], box["best"], box["worst"])
    incumbents["regret"] = scale.regrets(incumbents["value"], incumbents["configuration"])
    return RunLogs(
        epochs=regret_steps(incumbents, "epochs"),
        seconds=regret_steps(incumbents, "seconds"),
        none=scale.none,
        kinds=kinds_over_time(decisions, reports),
        busy=_busy(manifest, decisions, reports),
    )


def _busy(manifest: RunManifest, decisions: pd.DataFrame, reports: pd.DataFrame) -> float:
    told = told_totals(manifest)
    if told is None:
        return busy_share(manifest, logged_busy(manifest, decisions, reports))
    return told["busy"] / (manifest.spec.workers * manifest.end_ns) if manifest.end_ns else float("nan")
