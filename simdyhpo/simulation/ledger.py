"""Where every worker's time went, to the nanosecond."""

from __future__ import annotations

import msgspec
import numpy as np

from simdyhpo.simulation.segment_log import Segments
from simdyhpo.simulation.segments import Integers


class Accounts(msgspec.Struct, frozen=True):
    """Nanoseconds by worker, as columns; each row adds up to the run's length.

    Attributes:
        busy: training that counts.
        idle: without a trial, and there.
        lost: training in vain: it had to be done again, or had been done before.
        overhead: decisions, starting, reporting, checkpoints, stopping, completion.
        absent: away: crashed and being repaired, pre-empted, not there yet, gone.
    """

    busy: Integers
    idle: Integers
    lost: Integers
    overhead: Integers
    absent: Integers

    @property
    def totals_ns(self) -> dict[str, int]:
        """The sums over all workers, exact, by name."""
        return {name: sum(getattr(self, name).tolist()) for name in ACCOUNTS}

    @property
    def utilisation(self) -> float:
        """The share of the workers' presence that is training that counts; NaN for a run of no length."""
        totals = self.totals_ns
        present = sum(totals.values()) - totals["absent"]
        return totals["busy"] / present if present else float("nan")


ACCOUNTS = Accounts.__struct_fields__
"""The names of what a worker's time can go to."""


def accounts_of(segments: Segments, absent_ns: Integers, end_ns: int) -> Accounts:
    """Where the time of a run went: who has no trial and isn't away is idle.

    Args:
        segments: what the workers did until its end.
        absent_ns: by worker: how long it was away until then.
        end_ns: its end.
    """
    held = segments.released_ns - segments.given_ns
    busy, lost, overhead = (np.zeros_like(absent_ns) for _ in ("busy", "lost", "overhead"))
    np.add.at(busy, segments.worker, segments.busy_ns)
    np.add.at(lost, segments.worker, segments.lost_ns)
    np.add.at(overhead, segments.worker, held - segments.busy_ns - segments.lost_ns)
    idle = end_ns - busy - lost - overhead - absent_ns
    accounts = Accounts(busy, idle, lost, overhead, absent_ns)
    assert all((getattr(accounts, name) >= 0).all() for name in ACCOUNTS), "a worker did two things at a time"
    return accounts
