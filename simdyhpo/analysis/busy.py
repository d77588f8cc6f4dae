"""How busy workers were, from a run's logs alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.decisions import ScheduleDecision

_IN_PLACE = (ScheduleDecision.CONTINUE, ScheduleDecision.STOP)
"""Decisions about a trial that is on its worker already."""


def busy_ns(
    decisions: pd.DataFrame, reports: pd.DataFrame, workers: int, end_ns: int
) -> npt.NDArray[np.int64]:
    """Nanoseconds that each worker spent on trials: from the decision that sent one there to its last report.

    A trial that has not reached its milestone when the run ends keeps its worker busy until the end. What a
    worker does between a trial's last report and its own next decision doesn't count.

    Args:
        decisions: columns time_ns, worker, decision, milestone; in order.
        reports: columns time_ns, worker, resource; in order of arrival.
        workers: number of workers.
        end_ns: simulated time at the end.

    Returns:
        (workers,) in worker order.
    """
    busy = np.zeros(workers, dtype=np.int64)
    placed = decisions[~decisions["decision"].isin([int(kind) for kind in _IN_PLACE])]
    last = decisions.groupby("worker")[["decision", "milestone"]].last()
    starts = {worker: times.to_numpy() for worker, times in placed.groupby("worker")["time_ns"]}
    arrivals = dict(list(reports.groupby("worker")))
    for worker, begun in starts.items():
        ended = begun.copy()
        rows = arrivals.get(worker)
        reached = 0
        if rows is not None:
            # A report at the very instant of a decision is of the trial before: it came first.
            segment = np.searchsorted(begun, rows["time_ns"].to_numpy(), side="left") - 1
            np.maximum.at(ended, segment.clip(min=0), rows["time_ns"].to_numpy())
            if segment[-1] == len(begun) - 1:
                reached = int(rows["resource"].iloc[-1])
        decision = last.loc[worker]
        stopped = decision["decision"] == ScheduleDecision.STOP
        if not stopped and reached < decision["milestone"]:
            ended[-1] = end_ns
        busy[worker] = int((ended - begun).sum())
    return busy
