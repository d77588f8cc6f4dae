"""When a cluster's faults let nothing be finished, a run must not go on for ever."""

from __future__ import annotations

from simdyhpo.errors import ClusterError
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.courses import Segment

INTERRUPTIONS, INTERRUPTIONS_A_WORKER = 100_000, 100
"""So many in a row, of all workers together, and of each, without any segment that ended are too many."""


class Patience:
    """Counts interruptions since the last progress: a segment that ended, or a checkpoint further on.

    A report is progress, too, where reports use up a budget.

    Attributes:
        in_row: so many interruptions; 0 again when a segment has ended.
    """

    def __init__(self, workers: int, budget: Budget) -> None:
        self._most = max(INTERRUPTIONS, INTERRUPTIONS_A_WORKER * workers)
        self._reports_count = budget.max_epochs is not None
        self.in_row = 0

    def interrupted(self, segment: Segment) -> None:
        """A segment was interrupted.

        Raises:
            ClusterError: once too often.
        """
        if segment.safe > segment.saved or (self._reports_count and segment.last > segment.first):
            self.in_row = 0
            return
        self.in_row += 1
        if self.in_row >= self._most:
            raise ClusterError(self.in_row)
