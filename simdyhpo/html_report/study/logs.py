"""What a report keeps of a run's logs: enough for its figures, a thousandth of their size."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.busy import busy_ns
from simdyhpo.analysis.incumbents import regret_steps, trajectory
from simdyhpo.analysis.kinds_over_time import kinds_over_time
from simdyhpo.analysis.steps import Steps
from simdyhpo.traces.manifest import RunManifest


class RunLogs(msgspec.Struct, frozen=True):
    """A run's logs in short.

    Attributes:
        epochs, seconds: the incumbent's regret over either; without steps if no finite value came in.
        kinds: (parts, kinds), see `kinds_over_time`.
        busy: share of the workers' time that was spent on trials, in [0, 1]; NaN if no time passed.
    """

    epochs: Steps
    seconds: Steps
    kinds: npt.NDArray[np.int64]
    busy: float


def run_logs(manifest: RunManifest, decisions: pd.DataFrame, reports: pd.DataFrame) -> RunLogs:
    """In short what a run decided and heard."""
    box, workers = manifest.spec.blackbox, manifest.spec.workers
    incumbents = trajectory(reports, box["mode"], box["best"], box["worst"])
    busy = busy_ns(decisions, reports, workers, manifest.end_ns).sum()
    return RunLogs(
        epochs=regret_steps(incumbents, "epochs"),
        seconds=regret_steps(incumbents, "seconds"),
        kinds=kinds_over_time(decisions, reports),
        busy=float(busy / (workers * manifest.end_ns)) if manifest.end_ns else float("nan"),
    )
