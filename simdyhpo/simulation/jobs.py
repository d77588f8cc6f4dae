"""One stretch of a trial on a worker, from the moment it is given to it: planned whole when it begins.

Faults are known beforehand, so a job's reports and its end are, too, and no event is ever taken back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec


class Job(msgspec.Struct):
    """A trial on a worker.

    Attributes:
        decision: number of the decision that it carries out.
        worker, trial, configuration: who.
        heard: the resource up to which the scheduler has heard of the trial.
        first: the resource from which the worker trains.
        saved: that of the trial's last checkpoint; less than `first` if it kept its worker since then.
        end: the resource at which the segment ends.
        milestone: the one it was sent to.
        given_ns: when the worker got it.
        starts_ns: when each epoch's training begins, from `first + 1` to `end`.
        takes_ns: how long each one takes.
        reports_ns: when each one's report arrives.
        over_ns: when the job is over: with its last report, or when its worker goes away.
        interrupted: whether it is the latter.
        safe: the resource of the last checkpoint when it is over.
    """

    decision: int
    worker: int
    trial: int
    configuration: int
    heard: int
    first: int
    saved: int
    end: int
    milestone: int
    given_ns: int
    starts_ns: Sequence[int]
    takes_ns: Sequence[int]
    reports_ns: Sequence[int]
    over_ns: int = 0
    interrupted: bool = False
    safe: int = 0

    def interrupt(self, away_ns: int, checkpoint_every: int | None) -> None:
        """See whether the worker goes away before the job is done.

        Reports that arrive at that very instant still count. An epoch's checkpoint counts once its report has
        arrived.

        Args:
            away_ns: when the worker goes away next.
            checkpoint_every: None without checkpoints.
        """
        self.over_ns, self.safe = self.reports_ns[-1], self.end
        if away_ns >= self.over_ns:
            return
        self.interrupted = True
        self.over_ns = away_ns
        arrived = bisect_right(self.reports_ns, away_ns)
        del self.reports_ns[arrived:]  # type: ignore[attr-defined] # they are lists where it matters
        self.safe = self.saved_at(self.first + arrived, checkpoint_every)

    def saved_at(self, resource: int, checkpoint_every: int | None) -> int:
        """Of which resource the last checkpoint is when `resource` is reached."""
        if checkpoint_every is None:
            return self.saved
        return max(self.saved, resource - resource % checkpoint_every)

    def trained_ns(self, until_ns: int) -> tuple[int, int]:
        """Nanoseconds of training until a moment of the job: (to keep, in vain).

        In vain is what is done a second time (before `heard`), or has to be done again (beyond `safe`).
        """
        kept = lost = 0
        for resource, (start, takes) in enumerate(
            zip(self.starts_ns, self.takes_ns, strict=True), self.end - len(self.takes_ns) + 1
        ):
            if start >= until_ns:
                break
            done = min(takes, until_ns - start)
            if self.heard < resource <= self.safe:
                kept += done
            else:
                lost += done
        return kept, lost


def epoch_times(  # noqa: PLR0913 - all that an epoch's time depends on
    elapsed_ns: Sequence[int],
    first: int,
    end: int,
    begins_ns: int,
    slowdown: float,
    save_ns: int,
    checkpoint_every: int,
) -> tuple[list[int], list[int]]:
    """When the epochs `first + 1` to `end` begin, and how long each takes.

    An epoch takes the table's nanoseconds times the slowdown, rounded once, to the nearest even where it is
    halfway. After every epoch at which a checkpoint is due, but the last one, comes its saving.
    """
    previous = elapsed_ns[first - 1] if first else 0
    starts, takes = [], []
    now = begins_ns
    for resource in range(first + 1, end + 1):
        elapsed = elapsed_ns[resource - 1]
        took = elapsed - previous if slowdown == 1 else round((elapsed - previous) * slowdown)
        previous = elapsed
        starts.append(now)
        takes.append(took)
        now += took
        if save_ns and not resource % checkpoint_every:
            now += save_ns
    return starts, takes
