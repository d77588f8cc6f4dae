"""How time is counted: simulated time in whole nanoseconds, everything that people read in seconds."""

from __future__ import annotations

NANOSECONDS = 1_000_000_000
"""In a second."""

MAX_SECONDS = 1e9
"""Longest curve, about 31 years: simulated time counts nanoseconds in 64 bits, which hold 292 years."""
