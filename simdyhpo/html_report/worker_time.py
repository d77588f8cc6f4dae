"""How busy a stored run's workers were: what its ledger said, or what its logs tell of it."""

from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.busy import Busy, ideal_busy
from simdyhpo.errors import SimdyhpoError
from simdyhpo.rebuilding.again import find_same_table
from simdyhpo.simulation.ledger import Accounts
from simdyhpo.traces.accounts import timeline_accounts, told_totals
from simdyhpo.traces.manifest import RunManifest
from simdyhpo.traces.stored_run import StoredRun
from simdyhpo.traces.timeline import derived_timeline


class WorkerTime(msgspec.Struct, frozen=True):
    """Where the workers' time went.

    Attributes:
        share: of all workers' simulated time that was busy, in [0, 1]; NaN where it isn't known.
        accounts: by worker; None where only sums were kept.
        known: (workers,) whether a worker's accounts are exact.
    """

    share: float
    accounts: Accounts | None
    known: list[bool]


def worker_time(run: StoredRun) -> WorkerTime:
    """Of a run in a folder or in a study's results.

    Raises:
        OutputError: a file is missing, damaged or altered.
    """
    manifest = run.manifest
    workers, end = manifest.spec.workers, manifest.end_ns
    told = told_totals(manifest)
    if told is None:
        busy = logged_busy(manifest, run.decisions, run.reports)
        if not busy.known.all():
            busy = _replayed(run) or busy
        none = np.zeros(workers, dtype=np.int64)
        accounts = Accounts(busy.ns, end - busy.ns, none, none, none)
        return WorkerTime(busy_share(manifest, busy), accounts, busy.known.tolist())
    share = told["busy"] / (workers * end) if end else float("nan")
    timeline = run.timeline()
    if timeline is None:
        return WorkerTime(share, None, [False] * workers)
    return WorkerTime(share, timeline_accounts(timeline), [True] * workers)


def _replayed(run: StoredRun) -> Busy | None:
    """From the run's table, which says where curves are over; None where it isn't found."""
    try:
        table = find_same_table(run.manifest.spec.blackbox)
    except SimdyhpoError:
        return None
    timeline = derived_timeline(run.manifest, run.records(), table)
    return Busy(timeline_accounts(timeline).busy, np.ones(timeline.workers, dtype=np.bool_))


def logged_busy(manifest: RunManifest, decisions: pd.DataFrame, reports: pd.DataFrame) -> Busy:
    """Of a run on an ideal cluster, from its logs."""
    budget = manifest.spec.budget
    may_cut = budget.max_seconds is not None or budget.max_epochs is not None
    return ideal_busy(
        decisions,
        reports,
        workers=manifest.spec.workers,
        end_ns=manifest.end_ns,
        cut=may_cut and manifest.ended_by == "budget",
        per_fit=manifest.spec.blackbox["time"] == "per-fit",
    )


def busy_share(manifest: RunManifest, busy: Busy) -> float:
    """The share of all workers' time; NaN if no time passed, or some worker's isn't known."""
    whole = manifest.spec.workers * manifest.end_ns
    return float(busy.ns.sum() / whole) if whole and busy.known.all() else float("nan")
