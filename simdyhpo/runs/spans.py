"""What every worker of a run did, as intervals of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simdyhpo.analysis.occupancy import Spans
from simdyhpo.simulation.segment_log import INTERRUPTED, Segments


def worker_spans(segments: Segments, away: Sequence[tuple[int, int, int, int]]) -> dict[str, Spans]:
    """Intervals by kind: busy, overhead, lost, absent; what is in none of them is idle.

    Work in vain lies where it was done: repeated epochs first, lost ones last.

    Args:
        segments: what the workers did.
        away: when they were not there: (worker, begin in ns, end in ns, why) each.
    """
    one = segments
    lost = np.minimum(one.lost_ns, one.over_ns - one.begins_ns)
    at_end = one.outcome == INTERRUPTED
    trains_from = np.where(at_end, one.begins_ns, one.begins_ns + lost)
    trains_to = np.where(at_end, one.over_ns - lost, one.over_ns)
    absent = np.array(away, dtype=np.int64).reshape(-1, 4)
    kinds = {
        "busy": (one.worker, trains_from, trains_to),
        "overhead": (
            np.concatenate([one.worker, one.worker]),
            np.concatenate([one.given_ns, one.over_ns]),
            np.concatenate([one.begins_ns, one.released_ns]),
        ),
        "lost": (
            one.worker,
            np.where(at_end, trains_to, one.begins_ns),
            np.where(at_end, one.over_ns, trains_from),
        ),
        "absent": (absent[:, 0], absent[:, 1], absent[:, 2]),
    }
    return {
        kind: Spans(worker[begin < end], begin[begin < end], end[begin < end])
        for kind, (worker, begin, end) in kinds.items()
    }
