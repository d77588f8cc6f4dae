"""How large a thing may be that comes from outside: beyond it is one line of error, not all of the memory."""

from __future__ import annotations

MAX_CELLS = 100_000_000
"""Configurations x resources that a table may have: 1.6 GB of values and times."""

MAX_VALUE = 1e100
"""Size of a metric's finite values: models square them, and a double ends at 1.8e308."""
