"""Where every worker's time went, to the nanosecond."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from simdyhpo.simulation.absences import Absence, Absences
from simdyhpo.simulation.segment_log import CUT, FINISHED, INTERRUPTED, SegmentLog, Segments
from simdyhpo.simulation.segments import Integers, Segment


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


def plain_accounts(segments: Segments, workers: int, end_ns: int) -> Accounts:
    """Of a run without a cluster: who isn't busy is idle."""
    busy = np.zeros(workers, dtype=np.int64)
    np.add.at(busy, segments.worker, segments.busy_ns)
    none = np.zeros(workers, dtype=np.int64)
    return Accounts(busy, end_ns - busy, none, none, none)


class Ledger:
    """Keeps the accounts while the simulation runs, and the log of segments.

    Attributes:
        segments: of all that is over.
    """

    def __init__(self, absences: Sequence[Absences]) -> None:
        workers = len(absences)
        self.segments = SegmentLog()
        self._absences = absences
        self._busy, self._idle = [0] * workers, [0] * workers
        self._lost, self._overhead = [0] * workers, [0] * workers
        self._since = [0] * workers
        """Until when each worker's time is accounted for."""
        self._absent = [0] * workers
        """Of it, when it was away."""

    def begins(self, worker: int, now_ns: int) -> None:
        """An idle worker gets a trial: until now, it was idle or away."""
        absent = self._absences[worker].total_ns(now_ns)
        self._idle[worker] += now_ns - self._since[worker] - (absent - self._absent[worker])
        self._absent[worker] = absent
        self._since[worker] = now_ns

    def over(self, segment: Segment, released_ns: int) -> int:
        """A segment is over; its worker is held until `released_ns`. Returns its nanoseconds of training."""
        outcome = INTERRUPTED if segment.interrupted else FINISHED
        trained_ns = self._book(segment, segment.over_ns, outcome, released_ns)
        self._overhead[segment.worker] += released_ns - segment.over_ns
        self._since[segment.worker] = released_ns
        return trained_ns

    def close(self, under_way: Sequence[Segment | None], end_ns: int) -> Accounts:
        """The run ends; whatever lies beyond it doesn't count.

        Args:
            under_way: what each worker is doing.
            end_ns: the run's end.
        """
        for worker, segment in enumerate(under_way):
            if segment is not None:
                if segment.over_ns > end_ns:
                    segment.safe = segment.end  # not over, so nothing is lost
                    self._book(segment, end_ns, CUT, end_ns)
                else:
                    self.over(segment, end_ns)
            elif self._since[worker] > end_ns:  # held beyond the end
                self._overhead[worker] -= self._since[worker] - end_ns
                self._since[worker] = end_ns
            self.begins(worker, end_ns)
        columns = (self._busy, self._idle, self._lost, self._overhead, self._absent)
        accounts = Accounts(*(np.array(column, dtype=np.int64) for column in columns))
        total = sum(getattr(accounts, name) for name in ACCOUNTS)
        assert (total == end_ns).all(), "a worker's time must add up to the run's length"
        assert all((getattr(accounts, name) >= 0).all() for name in ACCOUNTS)
        return accounts

    def absences(self, end_ns: int) -> list[list[Absence]]:
        """When each worker was away, by worker."""
        return [one.until(end_ns) for one in self._absences]

    def _book(self, segment: Segment, until_ns: int, outcome: int, released_ns: int) -> int:
        kept, lost = segment.trained_ns(until_ns)
        worker = segment.worker
        self._busy[worker] += kept
        self._lost[worker] += lost
        self._overhead[worker] += until_ns - segment.given_ns - kept - lost
        self._since[worker] = until_ns
        begins = min(segment.begins_ns, until_ns)
        self.segments.append(
            segment.decision, worker, segment.trial, segment.configuration, segment.given_ns, begins,
            until_ns, released_ns, segment.first, segment.reached(until_ns), outcome, kept, lost,
        )  # fmt: skip
        return kept + lost
