"""What happens on a cluster, as entries of one heap: (time in ns, kind, number, worker)."""

from __future__ import annotations

Event = tuple[int, int, int, int]
"""The number sets apart what happens to several at once: of a segment it is that of its decision."""

SEGMENT_END, INTERRUPTION, RELEASE, BACK, SERVER_FREE = range(5)
"""Kinds of events, by priority: at equal times, what ends is told before a worker is lost, and all of that
before anyone asks."""
