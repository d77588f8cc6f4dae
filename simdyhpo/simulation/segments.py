"""What runs: the segments under way, each an event in the future."""

from __future__ import annotations

Segment = tuple[int, int, int, int, int, int, int, int]
"""One uninterrupted piece of training, by the event that is its end:

    (time in ns, priority, decision, worker, trial, configuration, resume_from, end)

It runs from resource `resume_from` to `end`: the milestone, or the length of a shorter curve. A plain tuple,
so that a heap of segments orders them by (time, priority, decision): the decision's number rises from one
segment to the next, so those of equal time and priority end in the order in which they began.
"""

SEGMENT_END = 0
"""Priority of a segment's end. Lower comes first at equal times."""
