"""Where the workers' time went in a run that is stored: the ledger's accounts, from what was kept of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from simdyhpo.simulation.ledger import ACCOUNTS, Accounts
from simdyhpo.traces.manifest import OnCluster, RunManifest
from simdyhpo.traces.timeline import Timeline


def timeline_accounts(timeline: Timeline) -> Accounts:
    """The accounts that the run's own ledger closed with, to the nanosecond."""
    one = timeline.segments
    held = one.released_ns - one.given_ns
    busy, lost, overhead, absent = (
        np.zeros(timeline.workers, dtype=np.int64) for _ in ("busy", "lost", "overhead", "absent")
    )
    np.add.at(busy, one.worker, one.busy_ns)
    np.add.at(lost, one.worker, one.lost_ns)
    np.add.at(overhead, one.worker, held - one.busy_ns - one.lost_ns)
    for worker, begin, end, _ in timeline.away:
        absent[worker] += end - begin
    return Accounts(busy, timeline.end_ns - busy - lost - overhead - absent, lost, overhead, absent)


def told_totals(manifest: RunManifest) -> Mapping[str, int] | None:
    """The sums over all workers that a manifest tells, as `Accounts.totals_ns`; None on an ideal cluster."""
    told = manifest.on_cluster
    if not isinstance(told, OnCluster):
        return None
    settings = msgspec.structs.asdict(told)
    return {name: settings[f"{name}_ns"] for name in ACCOUNTS}
