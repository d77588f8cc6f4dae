"""What a report of a single run is made from."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.incumbents import trajectory
from simdyhpo.analysis.kinds_over_time import kinds_over_time
from simdyhpo.html_report.worker_time import WorkerTime, worker_time
from simdyhpo.records import DecisionRecord
from simdyhpo.traces.manifest import RunManifest
from simdyhpo.traces.stored_run import StoredRun


class RunData(msgspec.Struct, frozen=True, kw_only=True):
    """A run, read once.

    Attributes:
        manifest: what was asked and what came of it.
        records: the decisions in order.
        reports: how many there were, by worker.
        incumbents: how the incumbent improved, see `trajectory`.
        kinds: counts of the kinds of decisions over time, see `kinds_over_time`.
        time: where the workers' time went.
        wall_seconds: of the host.
    """

    manifest: RunManifest
    records: list[DecisionRecord]
    reports: npt.NDArray[np.int64]
    incumbents: pd.DataFrame
    kinds: npt.NDArray[np.int64]
    time: WorkerTime
    wall_seconds: float


def read_run_data(run: StoredRun) -> RunData:
    """Read all of a run.

    Raises:
        OutputError: a file is missing, damaged or altered.
    """
    manifest, decisions, reports = run.manifest, run.decisions, run.reports
    spec = manifest.spec
    box = spec.blackbox
    return RunData(
        manifest=manifest,
        records=list(run.records()),
        reports=np.bincount(reports["worker"].to_numpy(dtype=np.int64), minlength=spec.workers),
        incumbents=trajectory(reports, box["mode"], box["best"], box["worst"]),
        kinds=kinds_over_time(decisions, reports),
        time=worker_time(run),
        wall_seconds=run.wall_seconds,
    )
