"""Where the workers' time went in a run that is stored: the ledger's accounts, from what was kept of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from simdyhpo.simulation.ledger import ACCOUNTS, Accounts, accounts_of
from simdyhpo.traces.manifest import OnCluster, RunManifest
from simdyhpo.traces.timeline import Timeline


def timeline_accounts(timeline: Timeline) -> Accounts:
    """The accounts of the run, to the nanosecond."""
    absent = np.zeros(timeline.workers, dtype=np.int64)
    for worker, begin, end, _ in timeline.away:
        absent[worker] += end - begin
    return accounts_of(timeline.segments, absent, timeline.end_ns)


def told_totals(manifest: RunManifest) -> Mapping[str, int] | None:
    """The sums over all workers that a manifest tells, as `Accounts.totals_ns`; None on an ideal cluster."""
    told = manifest.on_cluster
    if not isinstance(told, OnCluster):
        return None
    settings = msgspec.structs.asdict(told)
    return {name: settings[f"{name}_ns"] for name in ACCOUNTS}
