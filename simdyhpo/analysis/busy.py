"""How busy workers were on an ideal cluster, where the logs say what the ledger says.

Busy is what `simdyhpo.simulation.ledger.Accounts` means by it: training that counts. On a cluster with costs
and faults the logs can't tell it; the ledger's own sums, or the run's segments, do.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.decision_kinds import Effect, kinds_that

Integers = npt.NDArray[np.int64]


class Busy(msgspec.Struct, frozen=True):
    """What the logs say.

    Attributes:
        ns: (workers,) nanoseconds that each worker trained; where not known, the least that it can be.
        known: (workers,) whether it is exact.
    """

    ns: Integers
    known: npt.NDArray[np.bool_]


def ideal_busy(  # noqa: PLR0913 - two logs and what the manifest says of the run
    decisions: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    workers: int,
    end_ns: int,
    cut: bool,
    per_fit: bool,
) -> Busy:
    """What each worker of a run on an ideal cluster trained.

    A worker that was sent further than its trial's last report is either training still, or the curve was
    over before and it waits: only the table says which. It isn't known then, unless nothing could go on.

    Args:
        decisions: columns time_ns, worker, trial, decision, resume_from, milestone; in order.
        reports: columns time_ns, trial, resource; in order of arrival.
        workers: number of workers.
        end_ns: simulated time at the end.
        cut: whether the end may have come while trials were running.
        per_fit: whether each resource is a fit of its own, which reports once, at its end.
    """
    rows = decisions[~decisions["decision"].isin([int(kind) for kind in kinds_that(Effect.ENDS)])]
    begun, worker, milestone = (rows[name].to_numpy() for name in ("time_ns", "worker", "milestone"))
    ended, reached = _last_reports(rows, reports)
    last = np.zeros(len(rows), dtype=np.bool_)
    last[len(rows) - 1 - np.unique(worker[::-1], return_index=True)[1]] = True
    heard = reached > 0
    short = last & (reached < milestone)
    under_way = short & (~heard | (ended == end_ns))
    unsure = short & heard & (ended < end_ns) & cut & (not per_fit)
    ns, known = np.zeros(workers, dtype=np.int64), np.ones(workers, dtype=np.bool_)
    np.add.at(ns, worker, np.where(under_way, end_ns, ended) - begun)
    known[worker[unsure]] = False
    return Busy(ns, known)


def _last_reports(segments: pd.DataFrame, reports: pd.DataFrame) -> tuple[Integers, Integers]:
    """When each segment reported last (it began, if never), and which resource (0 if none)."""
    trial, resource = reports["trial"].to_numpy(), reports["resource"].to_numpy()
    ended, reached = segments["time_ns"].to_numpy().copy(), np.zeros(len(segments), dtype=np.int64)
    if not len(reports) or not len(segments):
        return ended, reached
    # A trial never reports a resource twice, so its segments are told apart by where they begin.
    width = int(max(resource.max(), segments["resume_from"].max())) + 1
    keys = segments["trial"].to_numpy() * width + segments["resume_from"].to_numpy()
    order = np.argsort(keys, kind="stable")
    found = order[np.searchsorted(keys[order], trial * width + resource, side="left") - 1]
    np.maximum.at(ended, found, reports["time_ns"].to_numpy())
    np.maximum.at(reached, found, resource)
    return ended, reached
